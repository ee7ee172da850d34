"""A library of IT maintenance plans, as editable defaults: what, how often, how long, what to do.

Texts are gettext ids: a plan is made in the language of the house that takes it. `schedule` holds the flat fields of a
plan's input; categories are named by their codes, and `rooms` says that places are looked after, not pieces.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

from app.core.i18n import N_

Rooms = Literal["server_rooms", "technical_rooms", "sites"]


PAGES, TEMPERATURE = N_("Pages printed"), N_("Temperature")  # meters; plans find them by these names


@dataclass(frozen=True, slots=True)
class LibraryPlan:
    code: str
    title: str
    kind: str
    instructions: str
    minutes: int
    schedule: dict[str, Any] = field(default_factory=dict)
    categories: tuple[str, ...] = ()
    rooms: Rooms | None = None
    anchor_policy: str = "plan"
    priority: str = "normal"
    trigger: dict[str, Any] | None = None  # its meter is a gettext id too


def months(interval: int, *, lead: int, shift: str = "next", **more: Any) -> dict[str, Any]:
    """Every so many months from the first date, moved to a working day."""
    return {"freq": "month", "interval": interval, "lead_days": lead, "shift": shift, **more}


LIBRARY = (
    LibraryPlan(
        code="SALLE-RONDE",
        title=N_("Server-room round"),
        kind="inspection",
        instructions=N_(
            "Temperature between 20 and 24 °C, humidity between 40 and 60 %. Look at the LEDs of every rack, listen for"
            " alarms, check that doors and cable trays are closed."
        ),
        minutes=10,
        schedule={"freq": "working_day", "interval": 1},
        rooms="server_rooms",
        priority="high",
    ),
    LibraryPlan(
        code="OND-TEST",
        title=N_("UPS self-test"),
        kind="inspection",
        instructions=N_(
            "Start the self-test, note the remaining runtime and the battery's temperature. Below ten minutes, or with"
            " an alarm, open a battery replacement."
        ),
        minutes=15,
        schedule=months(1, lead=7),
        categories=("UPS",),
        priority="high",
    ),
    LibraryPlan(
        code="OND-BATT",
        title=N_("UPS battery replacement"),
        kind="replacement",
        instructions=N_(
            "Change the whole set, never a single block. Note the date on the battery, run a self-test, take the old"
            " set to the collection point."
        ),
        minutes=60,
        schedule={"freq": "month", "interval": 42, "lead_days": 30, "shift": "next", "mode": "floating"},
        categories=("UPS",),
        anchor_policy="commissioning",
    ),
    LibraryPlan(
        code="SRV-NETT",
        title=N_("Server dust cleaning"),
        kind="cleaning",
        instructions=N_(
            "Announce the stop, shut the server down. Clean fans, filters and heat sinks with dry air, check that every"
            " fan turns, start it again and look at the sensors."
        ),
        minutes=45,
        schedule={"freq": "month", "interval": 6, "lead_days": 14, "shift": "next", "mode": "floating"},
        categories=("SRV",),
    ),
    LibraryPlan(
        code="DISQ-SMART",
        title=N_("Disk SMART and RAID check"),
        kind="inspection",
        instructions=N_(
            "Read the SMART values and the state of the arrays. A reallocated sector that grows, or a degraded array,"
            " is a repair: open a follow-up."
        ),
        minutes=10,
        schedule=months(1, lead=5),
        categories=("SRV", "NAS"),
        priority="high",
    ),
    LibraryPlan(
        code="RES-VISITE",
        title=N_("Switches and access points: fans, filters, port errors"),
        kind="inspection",
        instructions=N_(
            "Listen to the fans, clean filters and vents. Note ports whose error counters grow, and replace their patch"
            " cords."
        ),
        minutes=20,
        schedule=months(6, lead=14),
        categories=("SWI", "AP"),
    ),
    LibraryPlan(
        code="IMP-NETT",
        title=N_("Printer cleaning"),
        kind="cleaning",
        instructions=N_(
            "Clean rollers, glass and paper path, empty the waste toner, print a test page and note the page counter."
        ),
        minutes=20,
        schedule=months(1, lead=7, overlap="suppress"),
        categories=("PRN",),
    ),
    LibraryPlan(
        code="POSTE-NETT",
        title=N_("Workstation cleaning"),
        kind="cleaning",
        instructions=N_(
            "Agree on a time with the user. Clean fans, vents, keyboard and screen, check the free disk space and the"
            " state of the antivirus."
        ),
        minutes=25,
        schedule=months(12, lead=21, shift="none"),
        categories=("WKS",),
        anchor_policy="commissioning",
    ),
    LibraryPlan(
        code="PORT-BATT",
        title=N_("Laptop battery check"),
        kind="inspection",
        instructions=N_("Read the battery's health and cycle count. Under 60 % of its first capacity, replace it."),
        minutes=10,
        schedule=months(6, lead=14, shift="none"),
        categories=("LAP",),
        anchor_policy="commissioning",
        priority="low",
    ),
    LibraryPlan(
        code="SAUV-FICH",
        title=N_("Backup restore test: files"),
        kind="inspection",
        instructions=N_("Restore three files taken at random from last week's backup, open them, delete the copies."),
        minutes=15,
        schedule={"freq": "week", "interval": 1, "weekdays": ["tuesday"], "shift": "next", "lead_days": 1},
        categories=("BKP",),
        priority="high",
    ),
    LibraryPlan(
        code="SAUV-COMPL",
        title=N_("Backup restore test: a whole machine"),
        kind="inspection",
        instructions=N_(
            "Restore a server on the test network from its backup, start it, sign in, note how long it took and compare"
            " with the promised time."
        ),
        minutes=120,
        schedule=months(3, lead=14),
        categories=("BKP",),
        priority="high",
    ),
    LibraryPlan(
        code="FIRM-REVUE",
        title=N_("Firmware review"),
        kind="upgrade",
        instructions=N_(
            "Compare with the manufacturer's current version, read the notes on security. Save the configuration, plan"
            " the upgrade in the change window, check afterwards."
        ),
        minutes=30,
        schedule=months(3, lead=14, nth_weekdays=[{"nth": 2, "weekday": "thursday"}]),
        categories=("SWI", "RTR", "NAS"),
    ),
    LibraryPlan(
        code="CLIM-FILTRE",
        title=N_("Air-conditioning filters"),
        kind="cleaning",
        instructions=N_(
            "Wash or replace the filters, check the condensate drain, note the temperature of the air going in and out."
        ),
        minutes=30,
        schedule=months(3, lead=14, season={"ranges": [{"first": "03-01", "last": "11-30"}], "outside": "skip"}),
        categories=("AC",),
    ),
    LibraryPlan(
        code="CABLAGE",
        title=N_("Cabling and labels"),
        kind="inspection",
        instructions=N_(
            "Compare the patch panel with its plan, replace missing labels, remove cords that lead nowhere, take a"
            " photograph of every rack."
        ),
        minutes=90,
        schedule=months(12, lead=30),
        rooms="technical_rooms",
        priority="low",
    ),
    LibraryPlan(
        code="PARC-REVUE",
        title=N_("Fleet renewal review"),
        kind="inspection",
        instructions=N_(
            "List the pieces beyond their expected life, with most failures and with the highest cost over"
            " replacement value; propose what to replace next year."
        ),
        minutes=120,
        schedule=months(12, lead=30),
        rooms="sites",
        priority="low",
    ),
    LibraryPlan(
        code="IMP-KIT",
        title=N_("Printer maintenance kit"),
        kind="replacement",
        instructions=N_(
            "Fit the maintenance kit (fuser, transfer roller, pick-up rollers), clean the paper path, print a test page"
            " and read the page counter."
        ),
        minutes=40,
        schedule={"mode": "floating", "freq": "none", "shift": "next"},
        trigger={"kind": "counter", "meter": PAGES, "unit": "pages", "every": 20_000},
        categories=("PRN",),
    ),
    LibraryPlan(
        code="CLIM-CHAUD",
        title=N_("Server room too warm"),
        kind="repair",
        instructions=N_(
            "Look at the unit and its filter, the drain and the outdoor part; check that nothing blocks the air. Above"
            " 30 °C stop what is not vital."
        ),
        minutes=30,
        schedule={"freq": "none"},
        trigger={
            "kind": "condition",
            "meter": TEMPERATURE,
            "unit": "°C",
            "threshold": "27",
            "back_at": "24",
            "readings": 2,
        },
        categories=("AC",),
        priority="urgent",
    ),
)
