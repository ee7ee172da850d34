"""What a meter can show: kinds, scaled integers, bounds (S28)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import StrEnum

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.i18n.folding import fold

VALUE_MAX = 10**15  # scaled: exact as a JSON number too
DIGITS_MAX = 15
DECIMALS_MAX = 6
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
BELOW = N_("Below %(bound)s, which this meter never is.")
ABOVE = N_("Above %(bound)s, which this meter never is.")
CLOCK_SKEW = timedelta(minutes=5)  # a probe's clock runs a little ahead of ours


class Kind(StrEnum):
    """A counter runs on; a gauge goes up and down; a state is one of a few words, from good to bad."""

    COUNTER = "counter"
    GAUGE = "gauge"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class Scale:
    """How a meter's values are read. All are scaled: 21.5 with one decimal is 215. `states` are told apart by place."""

    kind: Kind
    decimals: int = 0
    roll_over_at: int | None = None  # what would follow its highest value: 100000 for five digits
    least: int | None = None
    most: int | None = None
    states: Sequence[str] = ()


def scaled(said: Decimal, decimals: int) -> int | None:
    """`said` as a scaled integer, rounded half up; None where it is no number that can be kept.

    Its size is looked at first: to write out 1e999999 takes half a minute.
    """
    if not said.is_finite() or said.adjusted() > DIGITS_MAX:
        return None
    value = int(said.scaleb(decimals).to_integral_value(ROUND_HALF_UP))
    return value if abs(value) <= VALUE_MAX else None


def unscaled(value: int, decimals: int) -> Decimal:
    return Decimal(value).scaleb(-decimals)


def shown(value: int, scale: Scale) -> Decimal | str:
    """A scaled value as people say it: a number, or a state's word."""
    if scale.kind is Kind.STATE:
        return scale.states[value] if value < len(scale.states) else str(value)
    return unscaled(value, scale.decimals)


def read_value(said: Decimal | str, scale: Scale) -> int:
    """The scaled value of what somebody or something said; raises InvalidInput at `value`."""
    if scale.kind is Kind.STATE:
        return _state(str(said), scale.states)
    number = number_of(said)
    value = None if number is None else scaled(number, scale.decimals)
    if value is None:
        raise InvalidInput.at("value", "not_a_number", N_("Write the number that the meter shows."))
    if scale.kind is Kind.COUNTER and value < 0:
        raise InvalidInput.at("value", "negative", N_("A counter does not go below zero."))
    if scale.roll_over_at is not None and value >= scale.roll_over_at:
        last = unscaled(scale.roll_over_at - 1, scale.decimals)
        raise InvalidInput.at("value", "beyond_roll_over", N_("This meter shows %(last)s at most."), last=f"{last:f}")
    _check_bounds(value, scale)
    return value


def number_of(said: Decimal | str) -> Decimal | None:
    """A number as people type it: "12 345,5" is 12345.5."""
    if isinstance(said, Decimal):
        return said if said.is_finite() else None
    text = "".join(said.split()).replace("\u202f", "").replace(",", ".")
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and number.adjusted() <= DIGITS_MAX and len(text) <= 40 else None


def _check_bounds(value: int, scale: Scale) -> None:
    is_low = scale.least is not None and value < scale.least
    if is_low or (scale.most is not None and value > scale.most):
        told = BELOW if is_low else ABOVE
        bound = unscaled((scale.least if is_low else scale.most) or 0, scale.decimals)
        raise InvalidInput.at("value", "out_of_bounds", told, bound=f"{bound:f}")


def _state(said: str, states: Sequence[str]) -> int:
    names = [fold(state) for state in states]
    if fold(said) in names:
        return names.index(fold(said))
    raise InvalidInput.at(
        "value", "unknown_state", N_("This meter knows these states: %(states)s."), states=", ".join(states)
    )


def check_instant(read_at: datetime, now: datetime) -> None:
    """Raises InvalidInput at `read_at`: a reading lies neither ahead nor before computers were read by others."""
    if read_at > now + CLOCK_SKEW:
        raise InvalidInput.at("read_at", "in_future", N_("This time has not come yet."))
    if read_at < EARLIEST:
        raise InvalidInput.at("read_at", "implausible_date", N_("This date is too far away."))
