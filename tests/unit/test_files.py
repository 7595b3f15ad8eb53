"""Files given to a record: judged by content, kept whole, read back only if nothing changed."""

from hashlib import sha256
from io import BytesIO
from zlib import crc32

import pikepdf
import pytest
from PIL import Image, PngImagePlugin

from app.files import LARGEST_FILE, FileDamagedError, FileRefusedError, FileStore, media_type_of, plain_name


def picture(kind: str = "JPEG", size=(64, 48), **settings) -> bytes:
    data = BytesIO()
    Image.effect_noise(size, 40).convert("RGB").save(data, kind, **settings)
    return data.getvalue()


def pdf() -> bytes:
    data = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(data)
    return data.getvalue()


def bomb() -> bytes:
    """A small PNG that says it unpacks into 60 000 by 60 000 pixels."""
    data = bytearray(picture("PNG"))
    data[16:24] = (60_000).to_bytes(4, "big") * 2
    data[29:33] = crc32(data[12:29]).to_bytes(4, "big")
    return bytes(data)


@pytest.fixture
def store(tmp_path):
    return FileStore(tmp_path / "files")


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (picture("JPEG"), "image/jpeg"),
        (picture("PNG"), "image/png"),
        (picture("WEBP"), "image/webp"),
        (pdf(), "application/pdf"),
    ],
    ids=["jpeg", "png", "webp", "pdf"],
)
def test_kind_of_a_file_is_what_its_content_says(data, media_type):
    assert media_type_of(data) == media_type


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "The file is empty."),
        (b"<svg onload='alert(1)'>", "The file is not a JPEG"),
        (b"GIF89a" + bytes(100), "The file is not a JPEG"),
        (b"MZ" + bytes(100), "The file is not a JPEG"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "The file is damaged"),
        (picture("JPEG")[:400], "The file is damaged"),
        (picture("PNG")[:-60], "The file is damaged"),
        (b"%PDF-1.7\nnot really", "The file is damaged"),
        (b"\xff\xd8\xff" + bytes(LARGEST_FILE), "The file is larger than 15,728,640 bytes (15 MB)"),
        (bomb(), "The picture has more than 50 million pixels"),
    ],
    ids=[
        "empty",
        "svg",
        "gif",
        "program",
        "film",
        "half a jpeg",
        "half a png",
        "no pdf",
        "too large",
        "bomb",
    ],
)
def test_what_is_no_picture_or_document_is_refused(data, said):
    with pytest.raises(FileRefusedError) as refused:
        media_type_of(data)

    assert refused.value.message.startswith(said)


def test_picture_of_too_many_pixels_is_refused_before_it_is_unpacked():
    wide = BytesIO()
    Image.new("1", (60_000, 1000)).save(wide, "PNG")

    with pytest.raises(FileRefusedError, match="60000 by 1000 pixels"):
        media_type_of(wide.getvalue())


def test_file_is_kept_byte_for_byte_with_the_cameras_data(store):
    exif = Image.Exif()
    exif[0x0132] = "2026:11:24 10:14:01"
    data = picture(exif=exif)

    kept = store.keep(data, "IMG_0001.JPG")

    assert (kept.sha256, kept.size, kept.file_name) == (sha256(data).hexdigest(), len(data), "IMG_0001.JPG")
    assert store.read(kept.sha256) == data


def test_same_bytes_are_kept_once(store, tmp_path):
    data = picture()

    assert store.keep(data, "a.jpg").sha256 == store.keep(data, "b.jpg").sha256
    assert [path.name for path in (tmp_path / "files").rglob("*") if path.is_file()] == [
        sha256(data).hexdigest()
    ]


def test_refused_file_leaves_nothing_behind(store, tmp_path):
    with pytest.raises(FileRefusedError):
        store.keep(b"not a picture", "a.jpg")

    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize("damage", ["changed", "gone"])
def test_damaged_file_is_never_handed_out(store, tmp_path, damage):
    kept = store.keep(picture(), "a.jpg")
    path = tmp_path / "files" / kept.sha256[:2] / kept.sha256
    if damage == "changed":
        path.write_bytes(path.read_bytes()[:-1] + b"\x00")
    else:
        path.unlink()

    with pytest.raises(FileDamagedError):
        store.read(kept.sha256)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("C:\\photos\\label.jpg", "label.jpg"),
        ("../../etc/passwd", "passwd"),
        ("a\x00b\n.jpg", "ab.jpg"),
        ("", "file.jpeg"),
        ("x" * 300 + ".jpg", "x" * 116 + ".jpg"),
    ],
)
def test_name_of_a_file_is_shown_plain(name, shown):
    assert plain_name(name, "image/jpeg") == shown


def test_text_inside_a_png_does_not_matter(store):
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "<script>alert(1)</script>")

    assert store.keep(picture("PNG", pnginfo=text), "a.png").media_type == "image/png"
