"""What fails, how, and why: short lists for IT that a site extends, each narrowing the next (ISO 14224, annex B).

A mode (what is seen) suggests mechanisms (what happened inside), a mechanism suggests causes (why it could happen).
Nothing is ruled out: what is not suggested is offered below, under "other".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.core.i18n import N_


class FailureMode(StrEnum):
    NO_POWER = "no_power"
    FAILS_TO_START = "fails_to_start"
    INTERMITTENT = "intermittent"
    OVERHEATS = "overheats"
    NOISE_OR_VIBRATION = "noise_or_vibration"
    DEGRADED_OUTPUT = "degraded_output"
    NO_NETWORK = "no_network"
    READ_WRITE_ERRORS = "read_write_errors"
    SHORT_BATTERY_RUNTIME = "short_battery_runtime"
    DISPLAY_FAULT = "display_fault"
    FALSE_ALARM = "false_alarm"
    WRONG_READING = "wrong_reading"


class FailureMechanism(StrEnum):
    DUST = "dust_or_contamination"
    WEAR = "wear"
    FATIGUE = "fatigue"
    CORROSION = "corrosion"
    ELECTRICAL = "electrical"
    THERMAL = "thermal"
    BATTERY_AGEING = "battery_ageing"
    LOOSE_CONNECTION = "loose_connection"
    SOFTWARE = "firmware_or_software"
    UNKNOWN = "unknown"


class FailureCause(StrEnum):
    NORMAL_WEAR = "normal_wear"
    ENVIRONMENT = "environment"
    MISUSE = "misuse"
    INSTALLATION = "installation"
    DESIGN = "design_or_manufacture"
    MAINTENANCE = "maintenance_induced"
    POWER_SUPPLY = "power_supply"
    END_OF_LIFE = "end_of_life"
    UNKNOWN = "unknown"


KINDS = ("mode", "mechanism", "cause")
LABELS: dict[str, str] = {
    "no_power": N_("No power"),
    "fails_to_start": N_("Fails to start"),
    "intermittent": N_("Intermittent"),
    "overheats": N_("Overheats"),
    "noise_or_vibration": N_("Noise or vibration"),
    "degraded_output": N_("Degraded output"),
    "no_network": N_("No network"),
    "read_write_errors": N_("Read or write errors"),
    "short_battery_runtime": N_("Short battery runtime"),
    "display_fault": N_("Display fault"),
    "false_alarm": N_("False alarm"),
    "wrong_reading": N_("Wrong reading"),
    "dust_or_contamination": N_("Dust or contamination"),
    "wear": N_("Wear"),
    "fatigue": N_("Fatigue"),
    "corrosion": N_("Corrosion"),
    "electrical": N_("Electrical"),
    "thermal": N_("Thermal"),
    "battery_ageing": N_("Battery ageing"),
    "loose_connection": N_("Loose connection"),
    "firmware_or_software": N_("Firmware or software"),
    "unknown": N_("Unknown"),
    "normal_wear": N_("Normal wear"),
    "environment": N_("Environment"),
    "misuse": N_("Misuse"),
    "installation": N_("Installation"),
    "design_or_manufacture": N_("Design or manufacture"),
    "maintenance_induced": N_("Caused by maintenance"),
    "power_supply": N_("Power supply"),
    "end_of_life": N_("End of life"),
}

_M, _H, _C = FailureMode, FailureMechanism, FailureCause
MECHANISMS_OF: dict[FailureMode, tuple[FailureMechanism, ...]] = {
    _M.NO_POWER: (_H.ELECTRICAL, _H.LOOSE_CONNECTION, _H.BATTERY_AGEING, _H.THERMAL),
    _M.FAILS_TO_START: (_H.ELECTRICAL, _H.SOFTWARE, _H.LOOSE_CONNECTION, _H.BATTERY_AGEING, _H.WEAR),
    _M.INTERMITTENT: (_H.LOOSE_CONNECTION, _H.THERMAL, _H.CORROSION, _H.FATIGUE, _H.SOFTWARE),
    _M.OVERHEATS: (_H.DUST, _H.WEAR, _H.THERMAL, _H.SOFTWARE),
    _M.NOISE_OR_VIBRATION: (_H.WEAR, _H.DUST, _H.FATIGUE, _H.LOOSE_CONNECTION),
    _M.DEGRADED_OUTPUT: (_H.DUST, _H.WEAR, _H.SOFTWARE, _H.THERMAL),
    _M.NO_NETWORK: (_H.LOOSE_CONNECTION, _H.SOFTWARE, _H.ELECTRICAL, _H.CORROSION),
    _M.READ_WRITE_ERRORS: (_H.WEAR, _H.FATIGUE, _H.LOOSE_CONNECTION, _H.SOFTWARE, _H.THERMAL),
    _M.SHORT_BATTERY_RUNTIME: (_H.BATTERY_AGEING, _H.THERMAL, _H.SOFTWARE),
    _M.DISPLAY_FAULT: (_H.ELECTRICAL, _H.LOOSE_CONNECTION, _H.WEAR, _H.SOFTWARE),
    _M.FALSE_ALARM: (_H.SOFTWARE, _H.DUST, _H.LOOSE_CONNECTION, _H.ELECTRICAL),
    _M.WRONG_READING: (_H.DUST, _H.WEAR, _H.SOFTWARE, _H.CORROSION, _H.ELECTRICAL),
}
CAUSES_OF: dict[FailureMechanism, tuple[FailureCause, ...]] = {
    _H.DUST: (_C.ENVIRONMENT, _C.MAINTENANCE, _C.INSTALLATION),
    _H.WEAR: (_C.NORMAL_WEAR, _C.END_OF_LIFE, _C.MISUSE, _C.MAINTENANCE),
    _H.FATIGUE: (_C.NORMAL_WEAR, _C.END_OF_LIFE, _C.DESIGN, _C.MISUSE),
    _H.CORROSION: (_C.ENVIRONMENT, _C.INSTALLATION, _C.DESIGN),
    _H.ELECTRICAL: (_C.POWER_SUPPLY, _C.END_OF_LIFE, _C.DESIGN, _C.INSTALLATION),
    _H.THERMAL: (_C.ENVIRONMENT, _C.INSTALLATION, _C.DESIGN, _C.MAINTENANCE),
    _H.BATTERY_AGEING: (_C.END_OF_LIFE, _C.NORMAL_WEAR, _C.ENVIRONMENT, _C.POWER_SUPPLY),
    _H.LOOSE_CONNECTION: (_C.INSTALLATION, _C.MAINTENANCE, _C.MISUSE, _C.ENVIRONMENT),
    _H.SOFTWARE: (_C.DESIGN, _C.MAINTENANCE, _C.INSTALLATION, _C.MISUSE),
    _H.UNKNOWN: (_C.UNKNOWN,),
}


@dataclass(frozen=True, slots=True)
class Word:
    """A code that can be chosen. `follows`: what of the list before it goes with it; empty: everything.

    `is_common` is false where the category names a set of its own and this is not in it.
    """

    kind: str
    code: str
    follows: tuple[str, ...] = ()
    is_common: bool = True


def _following(table: dict[FailureMode, tuple[FailureMechanism, ...]], mechanism: FailureMechanism) -> tuple[str, ...]:
    return tuple(mode.value for mode, mechanisms in table.items() if mechanism in mechanisms)


STANDARD: tuple[Word, ...] = (
    *(Word("mode", mode.value) for mode in _M),
    *(Word("mechanism", how.value, _following(MECHANISMS_OF, how)) for how in _H if how is not _H.UNKNOWN),
    Word("mechanism", _H.UNKNOWN.value),
    *(
        Word("cause", why.value, tuple(how.value for how in _H if why in CAUSES_OF[how]))
        for why in _C
        if why is not _C.UNKNOWN
    ),
    Word("cause", _C.UNKNOWN.value),
)
KNOWN = {(word.kind, word.code): word for word in STANDARD}


@dataclass(frozen=True, slots=True)
class Named:
    """A row of the site's own list: a code of its own, or a known one that its category says applies."""

    kind: str
    code: str
    follows: tuple[str, ...] = ()


def words_for(levels: Iterable[Sequence[Named]]) -> list[Word]:
    """What can be chosen for a piece. `levels`: the rows of its category, of the one above it, …, of the house.

    The nearest level that names known codes of a kind says which of them are common; codes of one's own always are.
    """
    rows = [list(level) for level in levels]
    common = {kind: _common(kind, rows) for kind in KINDS}
    own = {(row.kind, row.code): Word(row.kind, row.code, row.follows) for level in reversed(rows) for row in level}
    known = [Word(word.kind, word.code, word.follows, is_common=word.code in common[word.kind]) for word in STANDARD]
    return [*(word for key, word in own.items() if key not in KNOWN), *known]


def _common(kind: str, levels: list[list[Named]]) -> set[str]:
    for level in levels:
        if named := {row.code for row in level if row.kind == kind and (kind, row.code) in KNOWN}:
            return named | {"unknown"}
    return {word.code for word in STANDARD if word.kind == kind}


@dataclass(frozen=True, slots=True)
class Offer:
    """One list: what is likely, then what is possible all the same."""

    likely: tuple[str, ...]
    other: tuple[str, ...]


def narrowed(words: Sequence[Word], mode: str | None = None, mechanism: str | None = None) -> dict[str, Offer]:
    """The three lists once a mode, or a mode and a mechanism, are chosen. Without a mechanism the likely ones count."""
    modes = [word for word in words if word.kind == "mode"]
    hows = _following_from(words, "mechanism", {mode} if mode else None)
    likely_hows = {mechanism} if mechanism else set(hows.likely) if mode else None
    return {
        "mode": _offer(modes, {word.code for word in modes if word.is_common}),
        "mechanism": hows,
        "cause": _following_from(words, "cause", likely_hows),
    }


def _following_from(words: Sequence[Word], kind: str, before: set[str] | None) -> Offer:
    of_kind = [word for word in words if word.kind == kind]
    likely = {
        word.code
        for word in of_kind
        if word.is_common and (before is None or not word.follows or not before.isdisjoint(word.follows))
    }
    return _offer(of_kind, likely)


def _offer(words: Sequence[Word], likely: set[str]) -> Offer:
    codes = [word.code for word in words]
    return Offer(tuple(c for c in codes if c in likely), tuple(c for c in codes if c not in likely))
