"""Spare parts, in both doors: the house's, so that a technician of any site may take and count them."""

from tests.security.rows import Row

NEW = {"reference": "NEW", "name": "New"}

ROWS = {
    "GET /api/v1/parts": Row("technician"),
    "GET /api/v1/parts/export.{kind}": Row("technician"),
    "POST /api/v1/parts": Row("house_manager", body=NEW),
    "GET /api/v1/parts/{part_id}": Row("technician"),
    "PATCH /api/v1/parts/{part_id}": Row("house_manager", body={"name": "New"}),
    "POST /api/v1/parts/{part_id}/archive": Row("house_manager"),
    "POST /api/v1/parts/{part_id}/restore": Row("house_manager"),
    "GET /api/v1/parts/{part_id}/movements": Row("technician"),
    "POST /api/v1/parts/{part_id}/receive": Row("technician", body={"quantity": 2}),
    "POST /api/v1/parts/{part_id}/count": Row("technician", body={"stock": 2}),
    "GET /parts": Row("technician"),
    "GET /parts/export.{kind}": Row("technician"),
    "GET /parts/new": Row("house_manager"),
    "POST /parts/new": Row("house_manager", body=NEW),
    "GET /parts/{part_id}": Row("technician"),
    "GET /parts/{part_id}/edit": Row("house_manager"),
    "POST /parts/{part_id}/edit": Row("house_manager", body=NEW),
    "POST /parts/{part_id}/receive": Row("technician", body={"quantity": "2"}),
    "POST /parts/{part_id}/count": Row("technician", body={"stock": "2"}),
    "POST /parts/{part_id}/archive": Row("house_manager"),
    "POST /parts/{part_id}/restore": Row("house_manager"),
}
