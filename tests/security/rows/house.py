"""What belongs to no room: static files, health, documentation."""

from tests.security.rows import Row

ROWS = {
    "GET /static/": Row("public", allowed={404}),
    "GET /api/v1/openapi.json": Row("public"),
}
