"""Where this installation makes prints."""

from app.config import Settings
from app.export.cache import SectionCache
from app.export.printing import Workshop
from app.keys import Keys


def workshop(settings: Settings, keys: Keys) -> Workshop:
    """Return the folders that prints are made with."""
    cache = SectionCache(settings.home / "cache" / "print", keys.ledger)
    return Workshop(files=settings.files_dir, cache=cache)
