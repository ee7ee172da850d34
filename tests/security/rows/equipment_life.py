"""A piece put into service, lent, disposed of, in both doors. A technician may lend; the rest is a manager's."""

from tests.security.rows import Row

TASK = {"title": "Set it up", "kind": "installation", "days_after": 1}
FORM = {"title": "Set it up", "kind": "installation", "days_after": "1"}
DISPOSAL = {"how": "recycled"}
PDF = {"file": ("paper.txt", b"It was recycled.")}

ROWS = {
    "GET /api/v1/equipment/{equipment_id}/chain": Row("technician"),
    "GET /api/v1/equipment/{equipment_id}/loans": Row("technician"),
    "POST /api/v1/equipment/{equipment_id}/loans": Row("technician", body={"equipment_id": "{spare_id}"}),
    "POST /api/v1/equipment/{equipment_id}/return": Row("technician", own={"equipment_id": "lent_id"}),
    "POST /api/v1/equipment/{equipment_id}/commission": Row("manager"),
    "GET /api/v1/equipment/{equipment_id}/disposal": Row("technician", own={"equipment_id": "gone_id"}),
    "PUT /api/v1/equipment/{equipment_id}/disposal": Row("manager", body=DISPOSAL, own={"equipment_id": "gone_id"}),
    "POST /api/v1/equipment/{equipment_id}/disposal/certificate": Row(
        "manager", files=PDF, own={"equipment_id": "gone_id"}
    ),
    "GET /api/v1/equipment/{equipment_id}/disposal/certificate": Row(
        "technician", own={"equipment_id": "gone_id"}, allowed={404}
    ),
    "GET /api/v1/equipment-categories/{category_id}/commissioning-tasks": Row("technician"),
    "POST /api/v1/equipment-categories/{category_id}/commissioning-tasks": Row("house_manager", body=TASK),
    "PATCH /api/v1/commissioning-tasks/{task_id}": Row("house_manager", body={"title": "Mount it"}),
    "POST /api/v1/commissioning-tasks/{task_id}/archive": Row("house_manager"),
    "POST /api/v1/commissioning-tasks/{task_id}/restore": Row("house_manager"),
    "POST /equipment/{equipment_id}/loan": Row("technician", body={"equipment_id": "{spare_id}"}),
    "POST /equipment/{equipment_id}/return": Row("technician", own={"equipment_id": "lent_id"}),
    "POST /equipment/{equipment_id}/commission": Row("manager"),
    "POST /equipment/{equipment_id}/disposal": Row("manager", body=DISPOSAL, own={"equipment_id": "gone_id"}),
    "GET /equipment/{equipment_id}/disposal/certificate": Row(
        "technician", own={"equipment_id": "gone_id"}, allowed={404}
    ),
    "GET /equipment/categories/{category_id}/commissioning": Row("house_manager"),
    "POST /equipment/categories/{category_id}/commissioning": Row("house_manager", body=FORM),
    "POST /equipment/categories/{category_id}/commissioning/{task_id}": Row("house_manager", body=FORM),
    "POST /equipment/categories/{category_id}/commissioning/{task_id}/archive": Row("house_manager"),
}
