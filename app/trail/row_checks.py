"""What verification checks of some rows besides their state: signatures and the bytes of attached files."""

from collections.abc import Iterator
from hashlib import file_digest
from pathlib import Path
from typing import Any

import orjson

from app.trail.files import path_of
from audit.findings import Code
from audit.row_checks import Difference, RowCheck, RowFault, Values
from records.execution.models import Attachment
from signatures.manifest import manifest_digest
from signatures.models import Signature


def checks(files: Path | None, origin: str | None) -> dict[str, RowCheck]:
    """Return the further checks by table; without a files directory attached files are left out."""
    found: dict[str, RowCheck] = {Signature.__tablename__: lambda row: signature_faults(row, origin)}
    if files is not None:
        found[Attachment.__tablename__] = lambda row: file_faults(row, files)
    return found


def signature_faults(row: Values, origin: str | None) -> Iterator[RowFault]:
    """Yield where a signature's digest or columns are not those of its manifest (21 CFR 11.70)."""
    document = str(row["manifest"]).encode()
    digest = manifest_digest(document)
    if row["digest"] != digest:
        words = "has a digest that is not its manifest's"
        yield RowFault(Code.SIGNATURE, words, Difference("digest", digest, row["digest"]))
    try:
        manifest = orjson.loads(document)
        said = _columns_of(manifest)
    except (orjson.JSONDecodeError, KeyError, TypeError):
        yield RowFault(Code.SIGNATURE, "has a manifest that cannot be read", None)
        return
    for column, value in said.items():
        if row[column] != value:
            words = f"has {row[column]!r} in column {column}, but {value!r} was signed"
            yield RowFault(Code.SIGNATURE, words, Difference(column, value, row[column]))
    if origin is not None and manifest["log"] != origin:
        difference = Difference("manifest", origin, manifest["log"])
        yield RowFault(Code.SIGNATURE, f"was given for the log {manifest['log']}", difference)


def file_faults(row: Values, files: Path) -> Iterator[RowFault]:
    """Yield where an attached file is gone, or its bytes or size are not those attached (ATK-09)."""
    path = path_of(files, str(row["sha256"]))
    if path is None or not path.is_file():
        yield RowFault(Code.FILE_MISSING, f"names the file {row['sha256']}, which is not there")
        return
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    if digest != row["sha256"]:
        words = f"names the file {row['sha256']}, whose bytes are others now"
        yield RowFault(Code.FILE_HASH, words, Difference("sha256", row["sha256"], digest))
    if path.stat().st_size != row["size"]:
        words = f"says {row['size']} bytes, its file has {path.stat().st_size}"
        yield RowFault(Code.FILE_HASH, words, Difference("size", path.stat().st_size, row["size"]))


def _columns_of(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return the columns of a signature as its manifest gives them."""
    return {
        "stream": manifest["stream"],
        "part": manifest["part"],
        "content_digest": manifest["content"],
        "meaning": manifest["meaning"]["code"],
        "meaning_text": manifest["meaning"]["text"],
        "signer": manifest["signer"]["id"],
        "printed_name": manifest["signer"]["name"],
        "role": manifest["role"],
        "signed_at": manifest["ts"],
        "time_zone": manifest["tz"],
        "nonce": manifest["nonce"],
    }
