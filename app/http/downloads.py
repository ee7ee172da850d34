"""Files on their way out: never run by a browser, whatever is in them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

from fastapi import Response
from fastapi.responses import StreamingResponse
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.i18n import N_
from app.http.asking import House
from app.journal.actions import file_path
from app.journal.models import File


def downloadable(file: File, files_dir: Path) -> Response:
    path = file_path(file, files_dir)
    if not path.is_file():
        raise NotFound("file_lost", N_("This file does not exist."))
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(file.name)}",
        "cache-control": "private, max-age=31536000, immutable",
    }
    return Response(path.read_bytes(), media_type=file.media_type, headers=headers)


def csv_file(house: House, name: str, parts: Callable[[Session], Iterator[str]]) -> Response:
    """A long list, written while it is read: its session is opened where the answer is made, after the handler."""

    def written() -> Iterator[bytes]:
        with house.database.reading() as session:
            for part in parts(session):
                yield part.encode()

    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "private, no-store"}
    return StreamingResponse(written(), media_type="text/csv; charset=utf-8", headers=headers)
