"""What a signature on a master covers: the version and the digest of its whole content (211.186(a))."""

from records.identity import RECORD_PART
from records.procedure.frozen import frozen_procedure, text_digest
from records.procedure.models import ProcedureContent, ProcedureVersion
from records.procedure.outline import outline
from workflows.perform import Content


def master_content(version: ProcedureVersion, stored: ProcedureContent) -> Content:
    """Return the content of a master version; the digest is made from the stored bytes, now."""
    digest = text_digest(stored.content)
    content = {
        "kind": "master",
        "number": version.number,
        "code": version.code,
        "version": version.version,
        "title": version.title,
        "content_sha256": digest,
    }
    return Content.of(RECORD_PART, content, "\n".join(_lines(version, stored, digest)))


def _lines(version: ProcedureVersion, stored: ProcedureContent, digest: str) -> list[str]:
    procedure = frozen_procedure(stored.content)
    header, size = procedure.header, procedure.batch_size
    return [
        f"Master {version.number}: {version.title}",
        f"Change control: {header.change_control or 'none'}; supersedes: {header.supersedes or 'none'}",
        f"Batch size: {format(size.quantity, 'f')} {size.unit}" if size else "Batch size: none",
        f"Steps: {len(outline(procedure).places)}; formula items: {len(procedure.formula)}",
        f"Loaded from: {stored.source_name}",
        f"Content SHA-256: {digest}",
    ]
