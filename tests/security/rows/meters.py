"""Meters and their readings, in both doors."""

from tests.security.rows import Row

METER = {"equipment_id": "{equipment_id}", "name": "Copies", "unit": "pages"}
CSV = {"file": ("readings.csv", b"tag;meter;value\nQUETZAL-1;Pages;5000\n")}

ROWS = {
    "GET /api/v1/meters": Row("technician"),
    "GET /api/v1/meters/overdue": Row("technician"),
    "POST /api/v1/meters": Row("manager", body=METER),
    "GET /api/v1/meters/{meter_id}": Row("technician"),
    "PATCH /api/v1/meters/{meter_id}": Row("manager", body={"unit": "sheets"}),
    "POST /api/v1/meters/{meter_id}/archive": Row("manager"),
    "POST /api/v1/meters/{meter_id}/restore": Row("manager"),
    "POST /api/v1/meters/{meter_id}/readings": Row("technician", body={"value": 5000}),
    "POST /api/v1/meters/{meter_id}/replace": Row("technician", body={}),
    "GET /api/v1/readings": Row("technician", query="meter_id={meter_id}"),
    "POST /api/v1/readings": Row("technician", body={"readings": [{"meter_id": "{meter_id}", "value": 5000}]}),
    "POST /api/v1/readings/import": Row("technician", files=CSV),
    "GET /api/v1/readings/{reading_id}": Row("technician"),
    "POST /api/v1/readings/{reading_id}/correct": Row("technician", body={"value": 990, "reason": "Misread"}),
    "POST /api/v1/hooks/{source}": Row(
        "technician", body={"host": "QUETZAL-1", "name": "Disk full", "status": "critical"}
    ),
}

ROWS |= {
    "GET /equipment/{equipment_id}/meters/new": Row("manager"),
    "POST /equipment/{equipment_id}/meters/new": Row("manager", body={"name": "Copies", "kind": "counter"}),
    "GET /meters/{meter_id}": Row("technician"),
    "GET /meters/{meter_id}/edit": Row("manager"),
    "POST /meters/{meter_id}/edit": Row("manager", body=METER | {"kind": "counter", "version": "1"}),
    "POST /meters/{meter_id}/readings": Row("technician", body={"value": "5000"}),
    "POST /meters/{meter_id}/replace": Row("technician", body={"first_value": "0"}),
    "POST /meters/{meter_id}/archive": Row("manager", body={"is_archived": "1"}),
    "GET /readings/{reading_id}/correct": Row("technician"),
    "POST /readings/{reading_id}/correct": Row("technician", body={"value": "990", "reason": "Misread"}),
    "GET /readings/import": Row("technician"),
    "POST /readings/import": Row("technician", files=CSV),
}
