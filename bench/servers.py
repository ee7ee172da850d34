"""Servers in processes of their own, so that the client's work is not counted as theirs."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    command: Sequence[str], port: int, env: Mapping[str, str]
) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """The process, and the seconds until it answered its first request."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **env}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        answered(process, port)
        yield process, time.perf_counter() - began
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def answered(process: subprocess.Popen[bytes], port: int, path: str = "/livez") -> None:
    """Wait for the first answer, whatever it says."""
    for _ in range(3000):
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}: {process.args!r}")
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as asking:
                asking.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
                if asking.recv(64):
                    return
        except OSError:
            time.sleep(0.01)
    raise RuntimeError("the server did not answer within 30 s")


@contextmanager
def ronde(data_dir: Path, *, scheduler: bool = False) -> Iterator[tuple[int, int, float]]:
    """`ronde serve` on a database that exists: port, process id, seconds to the first answer."""
    port = free_port()
    env = {"RONDE_DATA_DIR": str(data_dir), "RONDE_SCHEDULER": str(scheduler).lower(), "RONDE_LOG_LEVEL": "error"}
    command = [sys.executable, "-c", "from app.cli import main; main()", "serve", "--port", str(port)]
    with running(command, port, env) as (process, seconds):
        yield port, process.pid, seconds


@contextmanager
def bare() -> Iterator[int]:
    """The same server with an application that does nothing."""
    port = free_port()
    options = [
        "--port",
        str(port),
        "--loop",
        "uvloop",
        "--http",
        "httptools",
        "--no-access-log",
        "--log-level",
        "error",
    ]
    with running([sys.executable, "-m", "uvicorn", "bench.bare:app", *options], port, {}):
        yield port


def memory_mib(pid: int) -> float:
    """Resident set, in MiB; on Linux only."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024
