"""How a handler answers with a page: who looks, where they are, and the message left by the step before."""

import json
from typing import Any
from urllib.parse import quote, unquote

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.core.i18n import gettext
from app.core.render import render
from app.core.security import Actor
from app.web.assets import static_url

FLASH_COOKIE = "ronde_flash"


def page(request: Request, template: str, *, by: Actor | None, status: int = 200, **context: Any) -> HTMLResponse:
    """The template with what every page knows: `by`, `path`, `flash`, `static_url`, `is_htmx`."""
    flash = request.cookies.get(FLASH_COOKIE)
    html = render(
        template,
        by=by,
        path=request.url.path,
        query=request.url.query,
        flash=read_flash(flash),
        static_url=static_url,
        is_htmx=request.headers.get("hx-request") == "true",
        **context,
    )
    response = HTMLResponse(html, status, headers={"cache-control": "private, no-store", "vary": "HX-Request, Accept-Language"})
    if flash and status < 400:
        response.delete_cookie(FLASH_COOKIE, httponly=True, samesite="lax")
    return response


def read_flash(cookie: str | None) -> dict[str, str] | None:
    try:
        value = json.loads(unquote(cookie)) if cookie else None
    except ValueError:
        return None
    return value if isinstance(value, dict) and {"tone", "text"} <= value.keys() else None


def see_other(url: str, *, message: str | None = None, tone: str = "done", **params: Any) -> Response:
    """303 to another page, where `message` (an English gettext id) is shown once."""
    response = RedirectResponse(url, 303)
    if message is not None:
        text = gettext(message)
        flash = json.dumps({"tone": tone, "text": text % params if params else text})
        response.set_cookie(FLASH_COOKIE, quote(flash), max_age=60, httponly=True, samesite="lax")
    return response
