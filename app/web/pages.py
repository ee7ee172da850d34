"""How a handler answers with a page: who looks, where they are, and the message left by the step before."""

import gzip
import json
from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import quote, unquote

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment
from markupsafe import Markup

from app.core.i18n import gettext
from app.core.render import environment
from app.core.security import Actor
from app.web.assets import static_url
from app.web.shell import TONES, Message, shell_of

FLASH_COOKIE = "ronde_flash"
FLASH_SECONDS = 60
MAX_FLASH = 500
PACK_LEVEL = 4


def words_of(template: str, macro: str) -> Callable[[Any], str]:
    """A macro's words for a value, outside a page: for a cell of a file."""

    def words(value: Any) -> str:
        said: Markup = getattr(pages().get_template(template).module, macro)(value)
        return said.unescape().strip()

    return words


@cache
def pages() -> Environment:
    """The one environment, told where the files of static/ are: messages sent by the clock need none.

    Macros that a message has brought in before do not know it yet: they are read anew.
    """
    env = environment()
    env.globals["static_url"] = static_url
    if env.cache is not None:
        env.cache.clear()
    return env


def page(request: Request, template: str, *, by: Actor | None, status: int = 200, **context: Any) -> HTMLResponse:
    """The template with what every page knows: `by`, `status`, `path`, `query`, `shell`, `is_htmx`."""
    flash = request.cookies.get(FLASH_COOKIE)
    html = (
        pages()
        .get_template(template)
        .render(
            context,
            by=by,
            status=status,
            path=request.url.path,
            query=request.url.query,
            shell=shell_of(request, by, read_flash(flash)),
            is_htmx=request.headers.get("hx-request") == "true",
        )
    )
    headers = {"cache-control": "private, no-store", "vary": "HX-Request, Accept-Language, Accept-Encoding"}
    response = HTMLResponse(html, status, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        pack(response)
    if flash and status < 400:
        response.delete_cookie(FLASH_COOKIE, httponly=True, samesite="lax")
    return response


def pack(response: HTMLResponse) -> None:
    """A fifth of the bytes for a third of a millisecond: a phone in a cellar notices.

    No secret is there to be guessed by an answer's length: a new token is shown once, on a page of its own.
    """
    response.body = gzip.compress(response.body, PACK_LEVEL, mtime=0)
    response.headers["content-encoding"] = "gzip"
    response.headers["content-length"] = str(len(response.body))


def read_flash(cookie: str | None) -> Message | None:
    """A cookie is whatever the browser sends: what cannot be read says nothing."""
    try:
        tone, text = json.loads(unquote(cookie or ""))
    except (ValueError, TypeError):
        return None
    return Message(tone, text[:MAX_FLASH]) if tone in TONES and isinstance(text, str) else None


def see_other(url: str, *, message: str | None = None, tone: str = "done", **params: Any) -> Response:
    """303 to another page, where `message` (an English gettext id) is shown once."""
    response = RedirectResponse(url, 303)
    if message is not None:
        text = gettext(message)
        flash = quote(json.dumps([tone, text % params if params else text]))
        response.set_cookie(FLASH_COOKIE, flash, max_age=FLASH_SECONDS, httponly=True, samesite="lax")
    return response
