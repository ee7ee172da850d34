"""Writes of meters: one function an intention."""

from app.meters.actions.correcting import correct_reading, replace_meter
from app.meters.actions.meters import archive_meter, create_meter, edit_meter
from app.meters.actions.recording import Recorded, record_reading, record_readings

__all__ = [
    "Recorded",
    "archive_meter",
    "correct_reading",
    "create_meter",
    "edit_meter",
    "record_reading",
    "record_readings",
    "replace_meter",
]
