"""Reads of work orders: lists as Core rows, one order with what its page shows."""

from app.workorders.queries.day import Day, my_day
from app.workorders.queries.lists import OrderFilter, order_rows
from app.workorders.queries.orders import (
    comments_of,
    current_resolution,
    events_of,
    files_of,
    get_order,
    get_order_file,
    lock_order,
    previous_orders,
    view_of,
)

__all__ = [
    "Day",
    "OrderFilter",
    "comments_of",
    "current_resolution",
    "events_of",
    "files_of",
    "get_order",
    "get_order_file",
    "lock_order",
    "my_day",
    "order_rows",
    "previous_orders",
    "view_of",
]
