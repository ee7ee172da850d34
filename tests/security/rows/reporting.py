"""What belongs to reports: suppliers, failure codes, temporary fixes."""

from tests.security.rows import Row

SUPPLIER = {"name": "New", "email": "new@example.org"}
CODE = {"kind": "mode", "code": "clicks", "name": "Clicks"}
OF_PIECE = "equipment_id={equipment_id}"
API_S, API_C = "/api/v1/suppliers", "/api/v1/failure-codes"
PAGE_S, PAGE_C = "/equipment/suppliers", "/equipment/failure-codes"

ROWS = {
    f"GET {API_S}": Row("technician"),
    f"POST {API_S}": Row("manager", body=SUPPLIER),
    f"GET {API_S}/{{supplier_id}}": Row("technician"),
    f"PATCH {API_S}/{{supplier_id}}": Row("house_manager", body={"phone": "04 78 00 00 00"}),
    f"POST {API_S}/{{supplier_id}}/archive": Row("house_manager"),
    f"POST {API_S}/{{supplier_id}}/restore": Row("house_manager"),
    f"GET {API_C}": Row("technician"),
    f"GET {API_C}/choices": Row("technician", query=OF_PIECE),
    f"POST {API_C}": Row("house_manager", body=CODE),
    f"GET {API_C}/{{code_id}}": Row("technician"),
    f"PATCH {API_C}/{{code_id}}": Row("house_manager", body={"name_fr": "Bourdonne"}),
    f"POST {API_C}/{{code_id}}/archive": Row("house_manager"),
    f"POST {API_C}/{{code_id}}/restore": Row("house_manager"),
    "GET /api/v1/temporary-fixes": Row("technician"),
    "GET /temporary-fixes": Row("technician"),
    "GET /api/v1/equipment/{equipment_id}/downtimes": Row("technician"),
    f"GET {PAGE_S}": Row("technician"),
    f"POST {PAGE_S}": Row("manager", body=SUPPLIER),
    f"POST {PAGE_S}/{{supplier_id}}": Row("house_manager", body=SUPPLIER | {"version": "1"}),
    f"POST {PAGE_S}/{{supplier_id}}/archive": Row("house_manager"),
    f"POST {PAGE_S}/{{supplier_id}}/restore": Row("house_manager"),
    f"GET {PAGE_C}": Row("technician"),
    f"POST {PAGE_C}": Row("house_manager", body=CODE),
    f"POST {PAGE_C}/{{code_id}}": Row("house_manager", body={"name": "Hums", "version": "1"}),
    f"POST {PAGE_C}/{{code_id}}/archive": Row("house_manager"),
    f"POST {PAGE_C}/{{code_id}}/restore": Row("house_manager"),
}
