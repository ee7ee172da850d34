"""Past cases, in both doors."""

from tests.security.rows import Row

ROWS = {
    "GET /api/v1/cases": Row("technician", query="equipment_id={equipment_id}"),
    "GET /api/v1/work-orders/{order_id}/similar-cases": Row("technician"),
    "GET /api/v1/requests/{request_id}/similar-cases": Row("technician"),
    "GET /requests/{request_id}/similar-cases": Row("technician"),
    "GET /cases": Row("technician", query="equipment_id={equipment_id}"),
    "GET /work-orders/{order_id}/similar-cases": Row("technician"),
}
