"""What belongs to no room: static files, health, documentation."""

from tests.security.rows import Row

ROWS = {
    "GET /static/": Row("public", allowed={404}),
    "GET /livez": Row("public"),
    "GET /readyz": Row("public"),
    "GET /health": Row("manager"),
    "POST /health/messages/{message_id}/retry": Row("manager"),
    "POST /health/messages/{message_id}/drop": Row("manager"),
    "GET /api/v1/messages": Row("manager"),
    "POST /api/v1/messages/{message_id}/retry": Row("manager"),
    "DELETE /api/v1/messages/{message_id}": Row("manager"),
    "GET /api/docs": Row("public"),
    "GET /api/v1/openapi.json": Row("public"),
    "GET /api/v1/meta": Row("signed_in"),
    "GET /api/v1/meta/health": Row("manager"),
}
