"""A plain HTTP/1.1 client on keep-alive connections: little enough code that the server is what is measured."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle
from time import perf_counter
from typing import cast

import uvloop


@dataclass
class Load:
    """What came of a run: seconds per answer, in order of arrival."""

    seconds: float
    latencies: list[float] = field(default_factory=list)
    refused: list[bytes] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    def quantile(self, share: float) -> float:
        """Seconds under which `share` of the answers came."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def request(path: str, *, headers: dict[str, str], method: str = "GET", body: bytes = b"") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers.items())]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Connection(asyncio.Protocol):
    """Sends the next request as soon as an answer is whole, until the deadline."""

    def __init__(self, requests: Sequence[bytes], load: Load, deadline: float, done: "asyncio.Future[None]") -> None:
        self.requests, self.load, self.deadline, self.done = cycle(requests), load, deadline, done
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.ask()

    def ask(self) -> None:
        self.started = perf_counter()
        self.transport.write(next(self.requests))

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head = self.buffer.find(b"\r\n\r\n")
        if head < 0:
            return
        lower = self.buffer[:head].lower()
        at = lower.find(b"content-length: ")
        length = int(lower[at + 16 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self.buffer) < head + 4 + length:
            return
        now = perf_counter()
        if self.buffer[9:10] == b"2":
            self.load.latencies.append(now - self.started)
        else:
            self.load.refused.append(self.buffer[:600])
        self.buffer = b""
        if now < self.deadline and len(self.load.refused) < 10:
            self.ask()
        else:
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


def hammer(port: int, requests: Sequence[bytes], *, clients: int, seconds: float) -> Load:
    """Each client starts at its own place in `requests` and goes round."""

    async def run() -> Load:
        loop = asyncio.get_running_loop()
        load = Load(seconds)
        began = perf_counter()
        deadline = began + seconds

        def connection(client: int) -> Connection:
            own = [*requests[client % len(requests) :], *requests[: client % len(requests)]]
            return Connection(own, load, deadline, waiting[client])

        waiting = [loop.create_future() for _ in range(clients)]
        for client in range(clients):
            await loop.create_connection(partial(connection, client), "127.0.0.1", port)
        await asyncio.gather(*waiting)
        load.seconds = perf_counter() - began
        return load

    load = uvloop.run(run())
    if load.refused:
        raise RuntimeError(f"the server refused: {load.refused[0].decode(errors='replace')}")
    return load
