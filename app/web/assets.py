"""The files of static/: held in memory, compressed once, at an address that names their content.

A page asks `static_url("ronde.css")` and gets `/static/3f2a9c1b04d7/ronde.css`, which a browser may keep for ever.
"""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

STATIC_DIR = Path(__file__).parent / "static"
FOR_EVER = "public, max-age=31536000, immutable"
WORTH_COMPRESSING = 1000


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent; `packed` is its gzip form, None where that gains nothing."""

    body: bytes
    packed: bytes | None
    media_type: str
    digest: str


def load(path: Path) -> Asset:
    body = path.read_bytes()
    packed = gzip.compress(body, 9, mtime=0) if len(body) > WORTH_COMPRESSING else None
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if media_type.startswith("text/"):
        media_type += "; charset=utf-8"
    return Asset(body, packed if packed and len(packed) < len(body) else None, media_type, content_hash(body))


def content_hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:12]


@cache
def files() -> dict[str, Asset]:
    """All of static/, by path. Only names found here are ever answered, so no path can lead outside."""
    paths = (path for path in STATIC_DIR.rglob("*") if path.is_file())
    return {path.relative_to(STATIC_DIR).as_posix(): load(path) for path in paths}


@cache
def static_url(name: str) -> str:
    """The address of a file of static/; an unknown name is a mistake in a template, or a forgotten `make install`."""
    asset = files().get(name)
    if asset is None:
        raise LookupError(f"static/{name} is missing; files of static/vendor/ are put there by `make install`")
    return f"/static/{asset.digest}/{name}"


async def static_files(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI application to mount at /static. An old address answers with today's file, which is then not kept."""
    headers = Headers(scope=scope)
    if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
        raise HTTPException(405)
    path = scope["path"].removeprefix(scope.get("root_path", "")).lstrip("/")
    digest, _, name = path.partition("/")
    asset = files().get(name)
    if asset is None:
        raise HTTPException(404)
    answer = {
        "cache-control": FOR_EVER if digest == asset.digest else "no-cache",
        "etag": f'"{asset.digest}"',
        "vary": "accept-encoding",
        "x-content-type-options": "nosniff",
    }
    if headers.get("if-none-match") == answer["etag"]:
        await Response(status_code=304, headers=answer)(scope, receive, send)
        return
    body = asset.body
    if asset.packed is not None and "gzip" in headers.get("accept-encoding", ""):
        body, answer["content-encoding"] = asset.packed, "gzip"
    await Response(body, headers=answer, media_type=asset.media_type)(scope, receive, send)
