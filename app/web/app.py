"""The pages' FastAPI app: routers in the order of the navigation, forged posts refused, errors as pages."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from importlib import import_module
from pkgutil import iter_modules
from typing import cast

from fastapi import APIRouter, FastAPI, Request

import app.web as door
from app.core.errors import NotAllowed
from app.core.i18n import N_
from app.http import House
from app.http.asking import house_of
from app.http.middleware import is_forged
from app.http.shelves import shelve
from app.web import errors
from app.web.auth import authenticate

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def routers() -> list[APIRouter]:
    """The `router` of every module of this door that has one."""
    modules = [import_module(f"{door.__name__}.{info.name}") for info in iter_modules(door.__path__)]
    return [cast(APIRouter, module.router) for module in modules if hasattr(module, "router")]


def refuse_forged(request: Request) -> None:
    """A form is taken from Ronde's own pages only (CSRF)."""
    public_url = house_of(request).settings.public_url or ""
    if is_forged(request.method, request.headers, [request.headers.get("host", ""), public_url.partition("://")[2]]):
        raise NotAllowed("forged", N_("This form was sent from another site. Open the page again and retry."))


def create_app(house: House, lifespan: Lifespan) -> FastAPI:
    app = FastAPI(
        title="Ronde",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,  # it would lead to whatever host the request named
    )
    app.state.house = house
    app.state.authenticate, app.state.refuse = authenticate, refuse_forged
    app.state.keeps_answers = False  # pages: packed, with words for one person; forms carry versions instead of keys
    shelve(app, routers())
    errors.install(app)
    return app
