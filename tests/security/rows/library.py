"""The library, in both doors."""

from tests.security.rows import Row

ROWS = {
    "GET /api/v1/library": Row("manager"),
    "GET /api/v1/library/{entry_code}": Row("manager"),
    "POST /api/v1/library/{entry_code}/preview": Row("house_manager", body={"is_active": False}),
    "POST /api/v1/library/{entry_code}/load": Row("house_manager", body={"is_active": False}),
    "POST /api/v1/library/{entry_code}/decide": Row("house_manager", body={"take": False}, allowed={404, 409}),
    "GET /library": Row("manager"),
    "GET /library/{entry_code}": Row("manager"),
    "POST /library/{entry_code}/preview": Row("house_manager", body={}),
    "POST /library/{entry_code}/load": Row("house_manager", body={}),
    "POST /library/{entry_code}/decide": Row("house_manager", body={"take": "0"}, allowed={404, 409}),
}
