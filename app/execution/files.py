"""Hand out the files of an execution: only those on its record, unchanged, and inert in a browser."""

from flask import Response
from sqlalchemy import select

from app.auth import requires
from app.execution.places import RECORDS, stream_of
from app.execution.uploads import file_store
from app.execution.views import pages
from app.http import read_session
from records.errors import RecordNotFoundError
from records.execution.models import Attachment
from workflows.authority import Permission

FILE = "file"
_INERT = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@pages.get(f"{RECORDS}/files/<string:digest>")
@requires(Permission.RECORD_READ)
def file(number: str, digest: str) -> Response:
    """Hand out a file that the record holds."""
    wanted = select(Attachment).where(Attachment.stream == stream_of(number), Attachment.sha256 == digest)
    kept = read_session().scalars(wanted.order_by(Attachment.id).limit(1)).first()
    if kept is None:
        raise RecordNotFoundError(FILE, digest[:16])
    answer = Response(file_store().read(kept.sha256), content_type=kept.media_type)
    shown = "inline" if kept.media_type.startswith("image/") else "attachment"
    answer.headers.set("Content-Disposition", shown, filename=kept.file_name)
    answer.headers["Content-Security-Policy"] = _INERT
    return answer
