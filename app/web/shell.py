"""What stands around every page: navigation by role, theme, and what has just happened."""

from dataclasses import dataclass, replace
from itertools import groupby

from fastapi import Request

from app.core.i18n import N_
from app.core.security import Actor, Permission

TONES = ("done", "warn", "late", "hold", "idle", "busy")


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of a navigation. `is_here` also on the pages below it, and on those of its `rooms`."""

    label: str
    icon: str
    href: str
    permission: Permission
    group: str = ""
    is_here: bool = False
    rooms: tuple[str, ...] = ()

    def seen_from(self, path: str) -> "Place":
        below = tuple(f"{href}/" for href in (self.href, *self.rooms) if href != "/")
        return replace(self, is_here=path == self.href or f"{path}/".startswith(below))


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence about what has just happened; the tone is one of `TONES`."""

    tone: str
    text: str


@dataclass(frozen=True, slots=True)
class Shell:
    """`theme` is light, dark, or auto: as the device has it (ronde.js)."""

    path: str
    theme: str
    name: str
    main_nav: tuple[Place, ...] = ()
    own_nav: tuple[Place, ...] = ()
    tabs: tuple[Place, ...] = ()
    message: Message | None = None

    @property
    def groups(self) -> list[tuple[str, list[Place]]]:
        """The navigation by its headings, in its own order."""
        return [(name, list(places)) for name, places in groupby(self.main_nav, lambda place: place.group)]


WORK, AHEAD, PARK, TEAM = N_("Work"), N_("Ahead of time"), N_("What is maintained"), N_("Who does it")
ORDERS = Place(N_("Work orders"), "clipboard-list", "/work-orders", Permission.READ, WORK, rooms=("/temporary-fixes",))
EQUIPMENT = Place(N_("Equipment"), "server", "/equipment", Permission.READ, PARK, rooms=("/meters", "/readings"))
MAIN = (
    Place(N_("My day"), "list-check", "/", Permission.WORK, WORK),
    ORDERS,
    Place(N_("Requests"), "inbox", "/requests", Permission.READ, WORK),
    Place(N_("Visits"), "map-pin", "/visits", Permission.WORK, WORK),
    Place(N_("Past cases"), "stethoscope", "/cases", Permission.READ, WORK),
    Place(N_("Plans"), "route", "/plans", Permission.READ, AHEAD, rooms=("/library",)),
    Place(N_("Procedures"), "list-details", "/procedures", Permission.READ, AHEAD),
    Place(N_("Proposals"), "help-circle", "/proposals", Permission.READ, AHEAD),
    Place(N_("Workload"), "chart-bar", "/workload", Permission.PLAN, AHEAD),
    EQUIPMENT,
    Place(N_("Parts"), "package", "/parts", Permission.READ, PARK, rooms=("/hourly-rates",)),
    Place(N_("Sites"), "building", "/sites", Permission.READ, PARK, rooms=("/locations",)),
    Place(N_("People"), "users", "/people", Permission.PLAN, TEAM),
    Place(N_("Assignment"), "users-group", "/assignments", Permission.PLAN, TEAM),
)
OWN = (
    Place(N_("Attention"), "alert-triangle", "/attention", Permission.PLAN),
    Place(N_("Health"), "heartbeat", "/health", Permission.PLAN),
)
# A phone has room for five: what a technician opens with one hand. The rest is reached from "Me".
TABS = (
    MAIN[0],
    replace(ORDERS, label=N_("Orders")),
    Place(N_("Log work"), "pencil-plus", "/work-orders/log", Permission.WORK),
    replace(EQUIPMENT, label=N_("Devices")),
    Place(N_("Me"), "user-circle", "/me", Permission.READ),
)


def _allowed(places: tuple[Place, ...], actor: Actor, path: str) -> tuple[Place, ...]:
    seen = tuple(place.seen_from(path) for place in places if actor.has(place.permission))
    # "Log work" lies below "Orders": the nearer one is where we are.
    nearest = max((place.href for place in seen if place.is_here), key=len, default="")
    return tuple(p if p.href == nearest else replace(p, is_here=False) for p in seen)


def shell_of(request: Request, by: Actor | None, message: Message | None) -> Shell:
    path = request.url.path
    theme = getattr(request.state, "theme", None) or "auto"
    if by is None:
        return Shell(path, theme, "", message=message)
    main, own, tabs = (_allowed(places, by, path) for places in (MAIN, OWN, TABS))
    return Shell(path, theme, by.name, main, own, tabs, message)
