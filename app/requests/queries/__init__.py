"""Reads of requests: lists as Core rows, one request with what its page shows."""

from app.requests.queries.following import thread
from app.requests.queries.items import (
    item_asked_about,
    item_of_label,
    own_pieces,
    pieces_named,
    places_to_ask_about,
)
from app.requests.queries.lists import REQUEST_ORDERS, RequestFilter, count_new, lines_of, own_requests, request_rows
from app.requests.queries.requests import (
    alike,
    files_of,
    follow_up_of,
    get_request,
    get_request_file,
    get_request_of,
    holder_of,
    lock_request,
    messages_of,
    open_requests_on,
    order_of,
    original_of,
    requests_of_order,
    same_item,
    view_of,
)

__all__ = [
    "REQUEST_ORDERS",
    "RequestFilter",
    "alike",
    "count_new",
    "files_of",
    "follow_up_of",
    "get_request",
    "get_request_file",
    "get_request_of",
    "holder_of",
    "item_asked_about",
    "item_of_label",
    "lines_of",
    "lock_request",
    "messages_of",
    "open_requests_on",
    "order_of",
    "original_of",
    "own_pieces",
    "own_requests",
    "pieces_named",
    "places_to_ask_about",
    "request_rows",
    "requests_of_order",
    "same_item",
    "thread",
    "view_of",
]
