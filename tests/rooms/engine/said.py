"""What a version of a plan says, by definition: every slot is found by walking the days. Nothing of the engine."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)
HORIZON = 3_650  # days after an anchor


@dataclass(frozen=True)
class Said:
    freq: str
    every: int
    start: date
    lead: int = 0
    weekdays_only: bool = False  # shifts to the next day from Monday to Friday
    overlap: str = "suppress"
    catch_up: str = "latest"
    late: str = "keep"
    mode: str = "fixed"

    def after(self, base: date, count: int) -> date:
        """So many intervals later (S8); months are clamped (S2)."""
        if self.freq != "month":
            return base + timedelta(days=self.every * count * {"day": 1, "week": 7}[self.freq])
        months = base.month - 1 + self.every * count
        year, month = base.year + months // 12, months % 12 + 1
        return date(year, month, min(base.day, monthrange(year, month)[1]))

    def is_slot(self, day: date) -> bool:
        if day < self.start:
            return False
        if self.freq == "month":  # S1, S2: from the anchor, clamped
            months = (day.year - self.start.year) * 12 + day.month - self.start.month
            return months % self.every == 0 and day.day == min(self.start.day, monthrange(day.year, day.month)[1])
        return (day - self.start).days % (self.every * {"day": 1, "week": 7}[self.freq]) == 0

    def slots(self) -> list[date]:
        known = _slots.get(self)
        if known is None:
            known = _slots[self] = [day for n in range(HORIZON) if self.is_slot(day := self.start + timedelta(days=n))]
        return known

    def due(self, slot: date) -> date:
        while self.weekdays_only and slot.weekday() > 4:
            slot += DAY
        return slot

    def gap(self, slot: date) -> int:
        """S10: 25 % of the days to the next slot, rounded down."""
        later = slot + DAY
        while not self.is_slot(later):
            later += DAY
        return (later - slot).days * 25 // 100


_slots: dict[Said, list[date]] = {}
