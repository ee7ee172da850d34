"""The registry: equipment, categories, models, import and export, in both doors."""

from tests.security.rows import Row

PIECE = {"name": "New", "category_id": "{category_id}", "site_id": "{site_id}"}
CATEGORY = {"code": "new", "name": "New"}
MODEL = {"manufacturer": "Acme", "reference": "New"}
FILE = {"file": ("new.csv", b"name,site,category\nNew,LYO,Switch\n")}
CSV = {"content-type": "text/csv"}

ROWS = {
    "GET /api/v1/equipment": Row("technician"),
    "POST /api/v1/equipment": Row("manager", body=PIECE),
    "GET /api/v1/equipment/export.{kind}": Row("technician"),
    "POST /api/v1/equipment/import": Row("manager", files=FILE),
    "GET /api/v1/equipment/{equipment_id}": Row("technician"),
    "PATCH /api/v1/equipment/{equipment_id}": Row("manager", body={"name": "New"}),
    "POST /api/v1/equipment/{equipment_id}/archive": Row("manager"),
    "POST /api/v1/equipment/{equipment_id}/restore": Row("manager"),
    "POST /api/v1/equipment/{equipment_id}/retire": Row("manager", body={"reason": "Worn out"}),
    "POST /api/v1/equipment/{equipment_id}/replace": Row("manager", body={"reason": "Worn out"}),
    "GET /api/v1/equipment-categories": Row("technician"),
    "GET /api/v1/equipment-categories/export.{kind}": Row("technician"),
    "POST /api/v1/equipment-categories": Row("manager", body=CATEGORY),
    "GET /api/v1/equipment-categories/{category_id}": Row("technician"),
    "PATCH /api/v1/equipment-categories/{category_id}": Row("house_manager", body={"name": "New"}),
    "POST /api/v1/equipment-categories/{category_id}/archive": Row("house_manager"),
    "POST /api/v1/equipment-categories/{category_id}/restore": Row("house_manager"),
    "GET /api/v1/equipment-models": Row("technician"),
    "GET /api/v1/equipment-models/export.{kind}": Row("technician"),
    "POST /api/v1/equipment-models": Row("manager", body=MODEL),
    "GET /api/v1/equipment-models/{model_id}": Row("technician"),
    "PATCH /api/v1/equipment-models/{model_id}": Row("house_manager", body={"reference": "New"}),
    "POST /api/v1/equipment-models/{model_id}/archive": Row("house_manager"),
    "POST /api/v1/equipment-models/{model_id}/restore": Row("house_manager"),
    "GET /equipment": Row("technician"),
    "GET /pieces": Row("technician", query="tag=sw"),
    "GET /equipment/export.{kind}": Row("technician"),
    "GET /equipment/new": Row("manager"),
    "POST /equipment/new": Row("manager", body=PIECE | {"criticality": "B", "status": "in_service"}),
    "GET /equipment/{equipment_id}": Row("technician"),
    "GET /equipment/{equipment_id}/edit": Row("manager"),
    "GET /equipment/{equipment_id}/retire": Row("manager"),
    "POST /equipment/{equipment_id}/retire": Row("manager", body={"reason": "Worn out"}),
    "GET /equipment/{equipment_id}/replace": Row("manager"),
    "POST /equipment/{equipment_id}/replace": Row("manager", body={"reason": "Worn out"}),
    "POST /equipment/{equipment_id}/edit": Row(
        "manager", body=PIECE | {"tag": "NEW-1", "criticality": "B", "status": "in_service", "version": "1"}
    ),
    "POST /equipment/{equipment_id}/archive": Row("manager", body={"version": "1"}),
    "GET /equipment/{equipment_id}/label.svg": Row("technician"),
    "GET /equipment/import": Row("manager"),
    "POST /equipment/import": Row("manager", files=FILE),
    # A file is seen by whoever uploaded it; the one of this world is nobody's.
    "GET /equipment/import/{file_id}": Row("manager", allowed={404}),
    "POST /equipment/import/{file_id}": Row("manager", allowed={404}),
    "GET /equipment/categories": Row("technician"),
    "GET /equipment/categories/export.{kind}": Row("technician"),
    "GET /equipment/categories/new": Row("manager"),
    "POST /equipment/categories/new": Row("manager", body=CATEGORY),
    "GET /equipment/categories/{category_id}": Row("house_manager"),
    "POST /equipment/categories/{category_id}": Row("house_manager", body=CATEGORY),
    "POST /equipment/categories/{category_id}/archive": Row("house_manager"),
    "POST /equipment/categories/{category_id}/restore": Row("house_manager"),
    "GET /equipment/models": Row("technician"),
    "GET /equipment/models/export.{kind}": Row("technician"),
    "GET /equipment/models/new": Row("manager"),
    "POST /equipment/models/new": Row("manager", body=MODEL),
    "GET /equipment/models/{model_id}": Row("house_manager"),
    "POST /equipment/models/{model_id}": Row("house_manager", body=MODEL),
    "POST /equipment/models/{model_id}/archive": Row("house_manager"),
    "POST /equipment/models/{model_id}/restore": Row("house_manager"),
}
