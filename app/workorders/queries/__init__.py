"""Reads of work orders: lists as Core rows, one order with what its page shows."""

from app.workorders.queries.by_cycle import offered_due_on
from app.workorders.queries.lists import OrderFilter, lines_of, order_rows, place_of
from app.workorders.queries.orders import (
    colleagues,
    comments_of,
    current_resolution,
    cycle_orders,
    events_of,
    files_of,
    find_piece,
    find_piece_by_tag,
    get_order,
    get_order_file,
    get_order_view,
    get_plain_order,
    interventions_on,
    lock_order,
    previous_orders,
    view_of,
)

__all__ = [
    "OrderFilter",
    "colleagues",
    "comments_of",
    "current_resolution",
    "cycle_orders",
    "events_of",
    "files_of",
    "find_piece",
    "find_piece_by_tag",
    "get_order",
    "get_order_file",
    "get_order_view",
    "get_plain_order",
    "interventions_on",
    "lines_of",
    "lock_order",
    "offered_due_on",
    "order_rows",
    "place_of",
    "previous_orders",
    "view_of",
]
