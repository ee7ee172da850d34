"""Which routes a path is compared with: those that share its first segment, not all of the door's."""

from collections.abc import Iterable

from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Receive, Scope, Send

from app.http.route import RondeRoute

CHOSEN = "ronde.route"


class Shelves(BaseRoute):
    """A door's routes by first segment, to stand before them: ninety comparisons cost more than most answers.

    Whatever is not wholly found here (no such path, another method) is looked for among all as ever.
    """

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self.shelves: dict[str, list[BaseRoute]] = {}
        for route in routes:
            if isinstance(route, Route):
                self.shelves.setdefault(route.path.split("/", 2)[1], []).append(route)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        for route in self.shelves.get(path.partition("/")[2].partition("/")[0], ()):
            match, found = route.matches(scope)
            if match is Match.FULL:
                return match, {**found, CHOSEN: route}
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        route: BaseRoute = scope.pop(CHOSEN)
        await route.handle(scope, receive, send)


def shelve(app: FastAPI, routers: Iterable[APIRouter]) -> None:
    """All routes of the door, as they are: FastAPI's `include_router` would make each of them a second time."""
    for router in routers:
        for route in router.routes:
            if not isinstance(route, RondeRoute):
                raise TypeError(f"{route}: give the router `route_class=RondeRoute`, which guards its handlers")
        app.router.routes.extend(router.routes)
    app.router.routes.insert(0, Shelves(app.routes))
