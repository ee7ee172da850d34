"""What stands around every page: navigation by role, theme, and what has just happened."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment

from app.core.errors import AppError
from app.core.i18n import N_, gettext
from app.core.render import environment
from app.core.security import Actor, Permission
from app.web.assets import static_url

Tone = Literal["done", "warn", "late", "hold", "idle"]
THEMES = ("auto", "light", "dark")
THEME_COOKIE = "ronde_theme"
FLASH_COOKIE = "ronde_flash"
FLASH_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of a navigation. `is_here` also on the pages below it."""

    label: str
    icon: str
    href: str
    permission: Permission
    is_here: bool = False

    def seen_from(self, path: str) -> "Place":
        is_here = path == self.href or (self.href != "/" and path.startswith(f"{self.href}/"))
        return Place(self.label, self.icon, self.href, self.permission, is_here)


@dataclass(frozen=True, slots=True)
class Message:
    tone: Tone
    text: str


@dataclass(frozen=True, slots=True)
class Shell:
    path: str
    theme: str
    name: str
    main_nav: tuple[Place, ...] = ()
    own_nav: tuple[Place, ...] = ()
    tabs: tuple[Place, ...] = ()
    flashes: tuple[Message, ...] = ()


MAIN = (
    Place(N_("My day"), "list-check", "/", Permission.WORK),
    Place(N_("Work orders"), "clipboard-list", "/work-orders", Permission.READ),
    Place(N_("Plans"), "route", "/plans", Permission.READ),
    Place(N_("Equipment"), "server", "/equipment", Permission.READ),
    Place(N_("Sites"), "building", "/sites", Permission.READ),
    Place(N_("People"), "users", "/people", Permission.PLAN),
)
OWN = (Place(N_("Health"), "heartbeat", "/health", Permission.PLAN),)
# A phone has room for five: what a technician opens with one hand. The rest is reached from "Me".
TABS = (
    MAIN[0],
    Place(N_("Orders"), "clipboard-list", "/work-orders", Permission.READ),
    Place(N_("Log work"), "pencil-plus", "/work-orders/log", Permission.WORK),
    MAIN[3],
    Place(N_("Me"), "user-circle", "/me", Permission.READ),
)


def _allowed(places: tuple[Place, ...], actor: Actor, path: str) -> tuple[Place, ...]:
    seen = tuple(place.seen_from(path) for place in places if actor.has(place.permission))
    # "Log work" lies below "Orders": the nearer one is where we are.
    nearest = max((place.href for place in seen if place.is_here), key=len, default="")
    return tuple(p if p.href == nearest else Place(p.label, p.icon, p.href, p.permission) for p in seen)


def shell_of(request: Request) -> Shell:
    actor: Actor | None = getattr(request.state, "actor", None)  # set as soon as we know who asks
    path = request.url.path
    wanted = request.cookies.get(THEME_COOKIE, "auto")
    theme = wanted if wanted in THEMES else "auto"
    flashes = _read_flash(request.cookies.get(FLASH_COOKIE))
    if actor is None:
        return Shell(path, theme, "", flashes=flashes)
    main, own, tabs = (_allowed(places, actor, path) for places in (MAIN, OWN, TABS))
    return Shell(path, theme, actor.name, main, own, tabs, flashes)


@cache
def _pages() -> Environment:
    """The one environment, told where the files of static/ are: rooms and e-mails need none."""
    env = environment()
    env.globals["static_url"] = static_url
    return env


def page(request: Request, template: str, /, *, status_code: int = 200, **context: Any) -> HTMLResponse:
    """A whole page in its shell; what was to be said once is then forgotten."""
    html = _pages().get_template(template).render(context, shell=shell_of(request))
    response = HTMLResponse(html, status_code, {"cache-control": "no-store"})
    if FLASH_COOKIE in request.cookies:
        response.delete_cookie(FLASH_COOKIE)
    return response


def fragment(template: str, /, *, status_code: int = 200, **context: Any) -> HTMLResponse:
    """A part of a page, for htmx."""
    html = _pages().get_template(template).render(context)
    return HTMLResponse(html, status_code, {"cache-control": "no-store"})


def see_other(url: str, said: str = "", tone: Tone = "done") -> RedirectResponse:
    """After a form: the page to look at, and one translated sentence to say there."""
    response = RedirectResponse(url, 303)
    if said:
        packed = urlsafe_b64encode(json.dumps([tone, said]).encode()).decode()
        response.set_cookie(FLASH_COOKIE, packed, max_age=FLASH_SECONDS, httponly=True, samesite="lax")
    return response


def _read_flash(cookie: str | None) -> tuple[Message, ...]:
    """A cookie is whatever the browser sends: what cannot be read says nothing."""
    try:
        tone, text = json.loads(urlsafe_b64decode(cookie or ""))
    except (ValueError, TypeError):
        return ()
    known = tone in ("done", "warn", "late", "hold", "idle") and isinstance(text, str)
    return (Message(tone, text[:500]),) if known else ()


def field_errors(error: AppError) -> dict[str, str]:
    """What to write under each field, in the reader's language; the error itself where it names none."""
    texts = {field.pointer: gettext(field.message) % dict(field.params) for field in error.fields}
    return texts or {"": gettext(error.message) % error.params}
