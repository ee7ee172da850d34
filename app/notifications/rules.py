"""When a mail is tried again, and when nobody tries any more (RFC 5321, 4.2.1 and 4.5.4.1)."""

from datetime import datetime, timedelta

# A fault of the network passes in minutes, one of a configuration in a day; a mail of the day before yesterday is late.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """After so many attempts that failed; None: given up."""
    return now + WAITS[attempts - 1] if attempts <= len(WAITS) else None


def is_final(code: int) -> bool:
    """5yz: the same mail will be refused again; 4yz: later, perhaps."""
    return 500 <= code <= 599
