"""Around every request: an id, the language asked for, security headers, one log line; forged posts are refused."""

import secrets
import time
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

import structlog
from babel.core import negotiate_locale
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.errors import TooLarge
from app.core.i18n import LANGUAGES, set_language

log = structlog.get_logger()
LONGEST_LENGTH = 18
# Links to a request, labels of pieces.
SECRET_BELOW = ("r", "q", "e")

SECURITY_HEADERS = {
    "content-security-policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none';"
    " form-action 'self'; object-src 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(self), geolocation=(), microphone=()",
}


@lru_cache(maxsize=256)
def wanted_language(accept: str) -> str:
    """The first of our languages that the browser asks for (RFC 9110, 12.5.4), else English."""
    asked: list[tuple[float, str]] = []
    for part in accept.lower().replace(" ", "").split(","):
        tag, _, quality = part.partition(";q=")
        try:
            asked.append((-float(quality or 1), tag.replace("-", "_")))
        except ValueError:
            continue
    return negotiate_locale([tag for _, tag in sorted(asked, key=lambda pair: pair[0])], LANGUAGES) or "en"


def loggable(path: str) -> str:
    """Without the secret that some addresses hold: whoever reads a log follows nobody's link."""
    first = path.split("/", 2)[1:2]
    return f"/{first[0]}/…" if first and first[0] in SECRET_BELOW else path


class Surroundings:
    """Request id, language and headers, for pages, REST and static files alike."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = secrets.token_hex(8)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        set_language(wanted_language(headers.get("accept-language", "")))
        started = time.perf_counter()
        status = 500

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                out = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    out.setdefault(name, value)
                out["x-request-id"] = request_id
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        finally:
            took = round((time.perf_counter() - started) * 1000, 1)
            log.debug("request", method=scope["method"], path=loggable(scope["path"]), status=status, ms=took)


class BoundedBody:
    """A body of more than `most` bytes is a 413 as soon as that shows: nothing huge reaches memory or disk."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.app, self.most = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        said = Headers(scope=scope).get("content-length", "0")
        is_too_large = said.isdecimal() and (len(said) > LONGEST_LENGTH or int(said) > self.most)
        got = 0

        async def receive_bounded() -> Message:
            """Raised while the door reads, so that it answers in its own way."""
            nonlocal got
            if is_too_large:
                raise HTTPException(TooLarge.status)
            message = await receive()
            got += len(message.get("body", b""))
            if got > self.most:
                raise HTTPException(TooLarge.status)
            return message

        await self.app(scope, receive_bounded, send)


def is_forged(method: str, headers: Headers, hosts: Iterable[str]) -> bool:
    """Whether a change was sent by another site's page: Sec-Fetch-Site, else Origin (OWASP CSRF, fetch metadata)."""
    if method in {"GET", "HEAD", "OPTIONS"}:
        return False
    if (site := headers.get("sec-fetch-site")) is not None:
        return site not in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is not None and host_of(origin) not in {host for host in hosts if host}


def host_of(origin: str) -> str | None:
    """None where it names none: a sandboxed page says "null"."""
    try:
        return urlsplit(origin).netloc or None
    except ValueError:
        return None
