"""Every route that the service answers, found in the apps themselves."""

import re
from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Mount, Route

from app.http.shelves import Shelves


def operations(app: FastAPI, prefix: str = "") -> Iterator[str]:
    """`GET /api/v1/sites/{site_id}`, for every method of every route, below mounts too."""
    for route in app.routes:
        if isinstance(route, Mount):
            if isinstance(route.app, FastAPI):
                yield from operations(route.app, prefix + route.path)
            else:
                yield f"GET {prefix}{route.path}/"
        elif isinstance(route, Shelves):
            continue  # the same routers, sorted
        else:
            assert isinstance(route, APIRoute | Route), route
            yield from named(route.methods, prefix + route.path)


def named(methods: set[str] | None, path: str) -> Iterator[str]:
    for method in sorted((methods or set()) - {"HEAD", "OPTIONS"}):
        yield f"{method} {re.sub(r':[a-z]+}', '}', path)}"  # a converter is no part of the parameter's name
