"""Whether all is whole: the database, the ledger, orders, the journal, attachments, the schedulers."""

from app.operations.queries.doctor.examination import Finding, examine

__all__ = ["Finding", "examine"]
