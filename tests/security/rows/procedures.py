"""Procedures and suggestions, in both doors: the house's, read by all who work."""

from tests.security.rows import Row

NEW = {"title": "New", "steps": [{"title": "Look"}]}
DRAFTED = {"procedure_id": "drafted_procedure_id"}
KIND = {"steps.0.kind": "check"}
SAID = {"text": "Say which"}

ROWS = {
    "GET /api/v1/procedures": Row("technician"),
    "GET /api/v1/procedures/export.{kind}": Row("technician"),
    "POST /api/v1/procedures": Row("house_manager", body=NEW),
    "GET /api/v1/procedures/{procedure_id}": Row("technician"),
    "PATCH /api/v1/procedures/{procedure_id}": Row("house_manager", body={"title": "New"}, headers={"if-match": "2"}),
    "POST /api/v1/procedures/{procedure_id}/draft": Row("house_manager", headers={"if-match": "2"}),
    "PUT /api/v1/procedures/{procedure_id}/draft": Row("house_manager", body={"tools": "Brush"}, own=DRAFTED),
    "DELETE /api/v1/procedures/{procedure_id}/draft": Row("house_manager", own=DRAFTED),
    "POST /api/v1/procedures/{procedure_id}/publish": Row("house_manager", own=DRAFTED),
    "POST /api/v1/procedures/{procedure_id}/archive": Row("house_manager", headers={"if-match": "2"}),
    "POST /api/v1/procedures/{procedure_id}/restore": Row("house_manager", headers={"if-match": "2"}),
    "GET /api/v1/procedures/{procedure_id}/versions": Row("technician"),
    "GET /api/v1/procedures/{procedure_id}/versions/{number}": Row("technician"),
    "GET /api/v1/procedures/{procedure_id}/compare": Row("technician", query="before=1&after=1"),
    "GET /api/v1/step-suggestions": Row("technician"),
    "GET /api/v1/step-suggestions/{suggestion_id}": Row("technician"),
    "POST /api/v1/step-suggestions/{suggestion_id}/take": Row("house_manager", body={}),
    "POST /api/v1/step-suggestions/{suggestion_id}/refuse": Row("house_manager", body={"answer": "No"}),
    "POST /api/v1/procedures/{procedure_id}/suggestions": Row("technician", body=SAID),
    "POST /api/v1/work-orders/{order_id}/suggestions": Row("technician", body=SAID),
    "GET /procedures": Row("technician"),
    "GET /procedures/export.{kind}": Row("technician"),
    "GET /procedures/new": Row("house_manager"),
    "POST /procedures/new": Row("house_manager", body={"title": "New"}),
    "GET /procedures/{procedure_id}": Row("technician"),
    "GET /procedures/{procedure_id}/edit": Row("house_manager"),
    "POST /procedures/{procedure_id}/edit": Row("house_manager", body={"title": "New"}),
    "GET /procedures/{procedure_id}/compare": Row("technician", query="before=1&after=1"),
    "POST /procedures/{procedure_id}/suggestions": Row("technician", body=SAID),
    "POST /procedures/{procedure_id}/archive": Row("house_manager"),
    "POST /procedures/{procedure_id}/restore": Row("house_manager"),
    "POST /procedures/{procedure_id}/draft/start": Row("house_manager"),
    "GET /procedures/{procedure_id}/draft": Row("house_manager", own=DRAFTED),
    "POST /procedures/{procedure_id}/draft": Row("house_manager", body={"steps.0.title": "Look"} | KIND, own=DRAFTED),
    "POST /procedures/{procedure_id}/draft/discard": Row("house_manager", own=DRAFTED),
    "POST /procedures/{procedure_id}/publish": Row("house_manager", own=DRAFTED),
    "GET /procedures/suggestions": Row("technician"),
    "POST /procedures/suggestions/{suggestion_id}/take": Row("house_manager", body={"version": "1"}),
    "POST /procedures/suggestions/{suggestion_id}/refuse": Row("house_manager", body={"answer": "No"}),
    "POST /work-orders/{order_id}/suggestions": Row("technician", body=SAID),
}
