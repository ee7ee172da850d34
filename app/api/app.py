"""The REST app: one router a resource, problem details for every error, readable operation ids."""

from importlib import import_module
from pkgutil import iter_modules
from typing import cast

from fastapi import APIRouter, FastAPI

import app.api as door
from app.api import errors
from app.api.auth import authenticate
from app.api.document import complete
from app.api.strictness import refuse_unknown_parameters
from app.http import House
from app.http.shelves import shelve

DESCRIPTION = """Preventive maintenance for IT. Sign in with a personal token: `Authorization: Bearer ronde_pat_…`.
Lists are paged by cursor, changes need `If-Match`, a POST may carry an `Idempotency-Key`; errors are RFC 9457
problem details."""


def routers() -> list[APIRouter]:
    """The `router` of every module of this door that has one."""
    modules = [import_module(f"{door.__name__}.{info.name}") for info in iter_modules(door.__path__)]
    return [cast(APIRouter, module.router) for module in modules if hasattr(module, "router")]


def create_app(house: House) -> FastAPI:
    app = FastAPI(
        title="Ronde",
        version="1",
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # it would lead to whatever host the request named
    )
    app.state.house = house
    app.state.authenticate, app.state.refuse = authenticate, refuse_unknown_parameters
    shelve(app, routers())
    errors.install(app)
    complete(app)
    return app
