"""The roof: puts an installation together and gives it its two HTTP doors. The only module that knows everything."""

import gc
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext

from fastapi import FastAPI
from starlette.routing import Mount

from app import api, web
from app.core.clock import Clock, system_clock
from app.core.db import Database
from app.core.i18n.catalogue import LANGUAGES, translations
from app.core.settings import Settings, load_settings
from app.http import House
from app.http.middleware import BoundedBody, Surroundings
from app.web.assets import static_files

AROUND_AN_UPLOAD = 1 << 20  # bytes for the other fields of its form
Companion = Callable[[House], AbstractContextManager[object]]


def create_app(
    settings: Settings | None = None, *, clock: Clock = system_clock, companion: Companion | None = None
) -> FastAPI:
    """The whole service. `companion` runs beside it for as long as it is up: the hosted scheduler."""
    settings = settings or load_settings()
    house = House(settings, Database(settings.url, pool_size=settings.pool_size), clock)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        for language in LANGUAGES:
            translations(language)
        with companion(house) if companion else nullcontext():
            gc.enable()
            gc.collect()
            gc.freeze()  # what exists now lives as long as the process: collections need not look at it again
            yield
        house.floor.close()
        house.database.close()

    app = web.create_app(house, lifespan=lifespan)
    rest = api.create_app(house)
    app.state.api_document = rest.openapi  # the page that explains REST stands at the other door
    # Looked at first: else each call of the API would be compared with the path of every page.
    app.router.routes[:0] = [Mount("/api/v1", rest), Mount("/static", static_files)]
    app.add_middleware(BoundedBody, most=(settings.max_upload_mib << 20) + AROUND_AN_UPLOAD)
    app.add_middleware(Surroundings)
    return app
