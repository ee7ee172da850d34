"""Past cases: those like an order, and those that hold some words."""

from app.cases.queries.cases import cases_with
from app.cases.queries.similar import similar_cases, similar_to_order

__all__ = ["cases_with", "similar_cases", "similar_to_order"]
