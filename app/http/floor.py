"""Where a handler runs: decided here and nowhere else (docs/decisions/0002)."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

T = TypeVar("T")


class Floor:
    """On SQLite bounded reads run on the event loop and writes in one thread; on PostgreSQL both share a small pool.

    The SQLite driver drops the interpreter's lock at every row: with a thread pool the threads fight for it, and a
    list of 50 costs 5 to 14 times as much. A WAL reader never waits, so the loop is not held up.
    """

    def __init__(self, *, is_sqlite: bool, pool_size: int) -> None:
        self._reads_inline = is_sqlite
        self._workers = ThreadPoolExecutor(1 if is_sqlite else pool_size, thread_name_prefix="ronde")
        self._slow = ThreadPoolExecutor(2, thread_name_prefix="ronde-slow")

    async def read(self, work: Callable[[], T]) -> T:
        return work() if self._reads_inline else await self._in(self._workers, work)

    async def write(self, work: Callable[[], T]) -> T:
        return await self._in(self._workers, work)

    async def slow(self, work: Callable[[], T]) -> T:
        return await self._in(self._slow, work)

    def soon(self, work: Callable[[], object]) -> None:
        """Beside the answer, which does not wait for it: what may be lost without harm."""
        self._workers.submit(copy_context().run, work)

    def beside(self, work: Callable[[], object]) -> None:
        """Long work that nobody waits for; it says itself how far it is and what went wrong."""
        self._slow.submit(copy_context().run, work)

    @staticmethod
    async def _in(executor: Executor, work: Callable[[], T]) -> T:
        # The language and the request id are context variables: they go along into the thread.
        return await asyncio.get_running_loop().run_in_executor(executor, copy_context().run, work)

    def close(self) -> None:
        self._workers.shutdown(cancel_futures=True)
        self._slow.shutdown(cancel_futures=True)
