"""Pictures the demo's operators take: drawn, so that no photograph has to be shipped."""

from datetime import datetime
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont


def overprint(batch: str, subject: str, at: datetime) -> bytes:
    """Return a JPEG of a pack with its overprint: lot, manufacturing date, expiry."""
    picture = Image.new("RGB", (960, 640), (206, 212, 218))
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle(
        (120, 90, 840, 550), radius=24, fill=(250, 250, 248), outline=(120, 130, 140), width=4
    )
    draw.rectangle((120, 90, 840, 190), fill=(24, 74, 120))
    large, small = ImageFont.load_default(size=44), ImageFont.load_default(size=30)
    draw.text((150, 115), "Alder Ridge", font=large, fill=(255, 255, 255))
    draw.text((150, 225), subject, font=small, fill=(70, 80, 90))
    lines = (f"LOT {batch}", f"MFD {at:%m.%Y}", f"EXP {at.month:02d}.{at.year + 3}")
    for number, line in enumerate(lines):
        draw.text((150, 300 + 70 * number), line, font=large, fill=(20, 20, 20))
    data = BytesIO()
    picture.save(data, format="JPEG", quality=85)
    return data.getvalue()
