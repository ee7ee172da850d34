"""Writes of the journal: what every room leaves there in the transaction of its own change."""

from app.journal.actions.files import file_path, keep_file
from app.journal.actions.mail import enqueue_mail
from app.journal.actions.recording import (
    beat,
    claim_job_run,
    edit_row,
    finish_job_run,
    forget_answers,
    look_again,
    record_change,
    record_changes,
    refuse_stale,
    remember_answer,
    seal_audit,
)
from app.journal.actions.sweeping import forget_uploads, sweep_files

__all__ = [
    "beat",
    "claim_job_run",
    "edit_row",
    "enqueue_mail",
    "file_path",
    "finish_job_run",
    "forget_answers",
    "forget_uploads",
    "keep_file",
    "look_again",
    "record_change",
    "record_changes",
    "refuse_stale",
    "remember_answer",
    "seal_audit",
    "sweep_files",
]
