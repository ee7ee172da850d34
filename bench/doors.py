"""REST and pages, asked over HTTP by a signed-in technician who sees two of three sites."""

import gzip
import http.client
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import event, text, update

from app.core.db import Database
from app.core.security import Actor
from app.core.settings import Settings
from app.main import create_app
from app.people.actions.sessions import open_sign_in
from app.people.actions.tokens import create_api_token
from app.people.models import User
from app.people.schemas import ApiTokenInput
from app.places.actions.members import create_member
from app.places.schemas import NewMemberInput
from app.web.auth import COOKIE
from app.workorders.models import WorkOrder
from bench import servers, world
from bench.databases import Sqlite
from bench.load import Load, hammer, request
from bench.results import Anchor, Figure, Report

SECONDS = 4.0
CLIENTS = 16
LIST = "/api/v1/work-orders?limit=50"
MINE = 40  # open orders of the technician who looks at My day
PAGES = {
    "page_my_day": "/",
    "page_list": "/equipment",
    "page_orders": "/work-orders",
    "page_order": "/work-orders/{order}",
    "page_search": "/work-orders?q=salle+poste+depoussierage",
}
ASSETS = re.compile(r'(?:href|src)="(/static/[^"#]+)')


@dataclass(frozen=True)
class House:
    """A prepared data directory, and how its technician proves who they are."""

    data_dir: Path
    token: str
    cookie: str
    order_ids: list[int]

    @property
    def api(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def page(self) -> dict[str, str]:
        return {"Cookie": f"{COOKIE}={self.cookie}", "Accept-Language": "fr"}


def prepare(kind: Sqlite, size: str, now: datetime) -> House:
    targets, orders = world.SIZES[size]
    database = kind.empty()
    world.build(database, targets=targets, orders=orders, now=now)
    system = Actor.system()
    with database.writing() as session:
        data = {"name": "Bob Martin", "login": "bob", "role": "technician", "password": "horse-battery-staple-12"}
        member = create_member(session, NewMemberInput.model_validate(data | {"site_ids": [1, 2]}), by=system, now=now)
        wanted = ApiTokenInput(name="bench", scopes=["read", "write"])
        token = create_api_token(session, wanted, user_id=member.id, by=system, now=now).token
        user = session.get_one(User, member.id)
        cookie = open_sign_in(session, user, days=1, replaces=None, user_agent=None, by=system, now=now)
        seen = WorkOrder.is_open & WorkOrder.site_id.in_([1, 2])
        ids = [row[0] for row in session.query(WorkOrder.id).where(seen).order_by(WorkOrder.id).limit(400)]
        mine = update(WorkOrder).where(WorkOrder.id.in_(ids[:MINE])).values(assignee_id=member.person_id)
        session.execute(mine)
        session.execute(text("ANALYZE"))
    database.close()
    return House(Path(str(database.url.database)).parent, token, cookie, ids)


def measure_doors(report: Report, kind: Sqlite, now: datetime) -> None:
    """Both anchors before and after all of it."""
    house = prepare(kind, report.size, now)
    statement = list_statement(house)
    bare, query = [bare_rate()], [query_rate(house, statement)]
    with servers.ronde(house.data_dir) as (port, _pid, _seconds):
        loads = ask(house, port)
    bare.append(bare_rate())
    query.append(query_rate(house, statement))
    asgi = report.anchor("asgi", Anchor(bare[0], bare[1], "requests/s"))
    driver = report.anchor("query", Anchor(query[0], query[1], "queries/s"))
    tell(report, loads, asgi, driver)
    measure_footprint(report, house)


def bare_rate() -> float:
    with servers.bare() as port:
        return hammer(port, [request("/", headers={})], clients=CLIENTS, seconds=SECONDS).rate


def ask(house: House, port: int) -> dict[str, Load]:
    """Every kind of request, warmed up first."""
    lists = [request(LIST, headers=house.api)]
    gets = [request(f"/api/v1/work-orders/{order_id}", headers=house.api) for order_id in house.order_ids]
    order = {"title": "Bruit", "kind": "repair", "type": "corrective", "equipment_id": 3, "due_on": "2030-01-15"}
    body = json.dumps(order).encode()
    posts = [request(
        "/api/v1/work-orders", method="POST", headers=house.api | {"Content-Type": "application/json"}, body=body
    )]  # fmt: skip
    pages = {name: path.format(order=house.order_ids[0]) for name, path in PAGES.items()}
    single = {"list_api_one": lists, "get_api_one": gets}
    single |= {name: [request(path, headers=house.page)] for name, path in pages.items()}
    for requests in (*single.values(), posts):
        hammer(port, requests, clients=1, seconds=0.5)
    loads = {name: hammer(port, requests, clients=1, seconds=SECONDS) for name, requests in single.items()}
    several = {"list_api": lists, "get_api": gets, "create_api": posts}
    return loads | {name: hammer(port, each, clients=CLIENTS, seconds=SECONDS) for name, each in several.items()}


def tell(report: Report, loads: dict[str, Load], asgi: Anchor, driver: Anchor) -> None:
    for name in ("list_api", "get_api", "create_api"):
        anchor, against = (driver, "query") if name == "list_api" else (asgi, "asgi")
        detail = {"clients": CLIENTS, "p50_ms": ms(loads[name], 0.5), "p99_ms": ms(loads[name], 0.99)}
        rate = loads[name].rate
        report.add(name, Figure(rate, "requests/s", rate / anchor.mean, against, detail))
    for name in PAGES:
        detail = {"p50_ms": ms(loads[name], 0.5), "p99_ms": ms(loads[name], 0.99)}
        report.add(f"{name}_p95_ms", Figure(ms(loads[name], 0.95), "ms", detail=detail))
    tails = {name: tail(loads[name]) for name in ("list_api_one", "get_api_one", "page_my_day", "page_list")}
    detail = {name: round(value, 2) for name, value in tails.items()}
    report.add("tail", Figure(max(tails.values()), "p99/p50", detail=detail))


def ms(load: Load, share: float) -> float:
    return round(load.quantile(share) * 1000, 3)


def tail(load: Load) -> float:
    return load.quantile(0.99) / load.quantile(0.5)


def list_statement(house: House) -> tuple[str, Any]:
    """What the list asks the database for, as its door asks: the driver then repeats it alone."""
    from starlette.testclient import TestClient

    app = create_app(Settings(data_dir=house.data_dir, scheduler=False))
    seen: list[tuple[str, Any]] = []

    @event.listens_for(app.state.house.database.engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        seen.append((statement, parameters))

    with TestClient(app) as client:
        client.get(LIST, headers=house.api).raise_for_status()
    return max((one for one in seen if "FROM work_orders" in one[0]), key=lambda one: len(one[0]))


def query_rate(house: House, statement: tuple[str, Any]) -> float:
    database = Database(f"sqlite:///{house.data_dir / 'ronde.db'}")
    raw = database.engine.raw_connection()
    cursor = raw.cursor()
    count, began = 0, perf_counter()
    while perf_counter() - began < SECONDS:
        cursor.execute(*statement)
        assert len(cursor.fetchall()) >= 50
        count += 1
    took = perf_counter() - began
    raw.close()
    database.close()
    return count / took


def measure_footprint(report: Report, house: House) -> None:
    """Weight of the first page, time to start on an existing database, memory with the scheduler inside."""
    starts = []
    for _ in range(3):
        with servers.ronde(house.data_dir) as (_port, _pid, seconds):
            starts.append(seconds)
    report.add("start_s", Figure(sorted(starts)[1], "s", detail={"starts": [round(each, 2) for each in starts]}))
    with servers.ronde(house.data_dir, scheduler=True) as (port, pid, _seconds):
        hammer(port, [request(LIST, headers=house.api), request("/api/v1/equipment", headers=house.api)],
               clients=4, seconds=1)  # fmt: skip
        hammer(port, [request("/", headers=house.page)], clients=2, seconds=1)
        report.add("memory_mib", Figure(servers.memory_mib(pid), "MiB"))
        with visiting(port, house) as fetch:
            page, size = fetch("/")
            assets = {path: fetch(path)[1] for path in sorted(set(ASSETS.findall(page.decode())))}
    detail: dict[str, Any] = {"later_kb": round(size / 1000, 1), "assets_kb": round(sum(assets.values()) / 1000, 1)}
    report.add(
        "page_weight_kb", Figure((size + sum(assets.values())) / 1000, "kB", detail=detail | {"files": len(assets)})
    )


@contextmanager
def visiting(port: int, house: House) -> Iterator[Any]:
    """What a browser fetches: the content, and the bytes that travelled for it."""
    connection = http.client.HTTPConnection("127.0.0.1", port)

    def fetch(path: str) -> tuple[bytes, int]:
        connection.request("GET", path, headers=house.page | {"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        is_packed = answer.headers.get("content-encoding") == "gzip"
        return gzip.decompress(body) if is_packed else body, len(body)

    yield fetch
    connection.close()
