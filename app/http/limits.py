"""How often a stranger may try: counted in memory, per process."""

from fastapi import Request
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from app.core.errors import TooMany
from app.core.i18n import N_

WINDOW_MINUTES = 5
# A login may fail 10 times from one address, an address 100 times (a firm behind one address shares it).
PER_NAME = RateLimitItemPerMinute(10, WINDOW_MINUTES)
PER_ADDRESS = RateLimitItemPerMinute(100, WINDOW_MINUTES)


class Limiter:
    """Counts failures only: who signs in at once is never held up.

    Counting per login *and* address keeps a stranger from locking somebody else out.
    """

    def __init__(self) -> None:
        self._windows = FixedWindowRateLimiter(MemoryStorage())

    def refuse_too_many(self, what: str, address: str, name: str | None = None) -> None:
        """Raises TooMany where the failures of this window are used up."""
        if not all(self._windows.test(limit, *keys) for limit, keys in counters(what, address, name)):
            raise TooMany(
                "too_many_attempts",
                N_("Too many attempts. Wait a few minutes and try again."),
                retry_after=WINDOW_MINUTES * 60,
            )

    def count_failure(self, what: str, address: str, name: str | None = None) -> None:
        for limit, keys in counters(what, address, name):
            self._windows.hit(limit, *keys)


def counters(what: str, address: str, name: str | None) -> list[tuple[RateLimitItem, tuple[str, ...]]]:
    of_address: tuple[RateLimitItem, tuple[str, ...]] = (PER_ADDRESS, (what, address))
    return [of_address] if name is None else [of_address, (PER_NAME, (what, address, name.lower()))]


def address_of(request: Request) -> str:
    return request.client.host if request.client else "unknown"
