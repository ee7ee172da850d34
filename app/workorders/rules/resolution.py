"""How an intervention was resolved: the words, and which of them go together (failure codes: equipment/rules)."""

from datetime import date
from enum import StrEnum
from typing import Protocol

from app.core.errors import FieldError
from app.core.i18n import N_


class ResolutionKind(StrEnum):
    CLEANED = "cleaned"
    ADJUSTED = "adjusted"
    REPAIRED = "repaired"
    COMPONENT_REPLACED = "component_replaced"
    EQUIPMENT_REPLACED = "equipment_replaced"
    UPGRADED = "upgraded"
    INSTALLED = "installed"
    INSPECTED_OK = "inspected_ok"
    NO_FAULT_FOUND = "no_fault_found"
    USER_ASSISTED = "user_assisted"
    NOT_DONE = "not_done"


class Finding(StrEnum):
    NONE = "none"
    MINOR = "minor"
    SIGNIFICANT = "significant"
    FAILED = "failed"


class Method(StrEnum):
    PROCEDURE = "procedure"
    ALTERNATIVE = "alternative"


class Diagnosis(StrEnum):
    ON_SITE = "on_site"
    REMOTE = "remote"


# Origins of orders that follow from a failure which is counted already: what they report is no failure of its own.
FOLLOWING = ("follow_up", "escalation")


class Restoration(StrEnum):
    CURATIVE = "curative"
    PALLIATIVE = "palliative"


class Detection(StrEnum):
    PERIODIC_MAINTENANCE = "periodic_maintenance"
    FUNCTIONAL_TEST = "functional_test"
    INSPECTION = "inspection"
    MONITORING_ALARM = "monitoring_alarm"
    USER_REPORT = "user_report"
    CORRECTIVE_WORK = "corrective_work"


# What "nothing to report" means for an order of each kind.
USUAL_KIND: dict[str, ResolutionKind] = {
    "cleaning": ResolutionKind.CLEANED,
    "inspection": ResolutionKind.INSPECTED_OK,
    "repair": ResolutionKind.REPAIRED,
    "replacement": ResolutionKind.COMPONENT_REPLACED,
    "upgrade": ResolutionKind.UPGRADED,
    "installation": ResolutionKind.INSTALLED,
    "calibration": ResolutionKind.ADJUSTED,
    "training": ResolutionKind.USER_ASSISTED,
    "assistance": ResolutionKind.USER_ASSISTED,
}

LABELS: dict[str, str] = {
    "cleaned": N_("Cleaned"),
    "adjusted": N_("Adjusted"),
    "repaired": N_("Repaired"),
    "component_replaced": N_("Component replaced"),
    "equipment_replaced": N_("Equipment replaced"),
    "upgraded": N_("Upgraded"),
    "installed": N_("Installed"),
    "inspected_ok": N_("Checked, in order"),
    "no_fault_found": N_("No fault found"),
    "user_assisted": N_("User helped"),
    "not_done": N_("Not done"),
    "none": N_("Nothing"),
    "minor": N_("Minor"),
    "significant": N_("Significant"),
    "failed": N_("Failed"),
    "procedure": N_("As instructed"),
    "alternative": N_("Another way"),
    "on_site": N_("On site"),
    "remote": N_("Remotely"),
    "curative": N_("Yes, for good"),
    "palliative": N_("For now"),
    "periodic_maintenance": N_("Periodic maintenance"),
    "functional_test": N_("Functional test"),
    "inspection": N_("Inspection"),
    "monitoring_alarm": N_("Monitoring alarm"),
    "user_report": N_("User report"),
    "corrective_work": N_("Corrective work"),
}


class Told(Protocol):
    """The parts of a report that depend on one another."""

    not_done_reason: str | None
    finding: Finding
    method: Method
    method_note: str | None
    restoration: Restoration | None
    curative_due_on: date | None
    failure_mode: str | None
    failure_mechanism: str | None
    failure_cause: str | None


def contradictions(kind: ResolutionKind, told: Told) -> list[FieldError]:
    """What in a report does not go together; empty where it does."""
    found: list[FieldError] = []
    if kind is ResolutionKind.NOT_DONE:
        if not told.not_done_reason:
            found.append(FieldError("not_done_reason", "required", N_("Say why it was not done.")))
        return found
    if told.method is Method.ALTERNATIVE and not told.method_note:
        found.append(FieldError("method_note", "required", N_("Say how it was done.")))
    if told.restoration is Restoration.PALLIATIVE and told.curative_due_on is None:
        found.append(FieldError("curative_due_on", "required", N_("Say by when the lasting fix is due.")))
    if told.restoration is not Restoration.PALLIATIVE and told.curative_due_on is not None:
        found.append(
            FieldError("curative_due_on", "not_palliative", N_("Only a temporary fix has a date for the lasting one."))
        )
    has_codes = told.failure_mode or told.failure_mechanism or told.failure_cause
    if told.finding is Finding.NONE and has_codes:
        found.append(FieldError("finding", "codes_without_finding", N_("Failure codes need a finding.")))
    return found
