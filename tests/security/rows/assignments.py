"""Rules of assignment and of escalation, and what they do with orders."""

from tests.security.rows import Row

RULE = {"name": "Field", "site_id": "{site_id}"}
STEP = {"level": "1", "cause": "overdue", "after_minutes": "60", "to_person_id": "{person_id}", "site_id": "{site_id}"}
UP = {"level": "2", "note": "x"}

ROWS = {
    "GET /api/v1/assignment-rules": Row("manager"),
    "POST /api/v1/assignment-rules": Row("manager", body=RULE),
    "GET /api/v1/assignment-rules/preview": Row("manager"),
    "GET /api/v1/assignment-rules/of-absent": Row("manager"),
    "GET /api/v1/assignment-rules/{assignment_rule_id}": Row("manager"),
    "PATCH /api/v1/assignment-rules/{assignment_rule_id}": Row("manager", body={"name": "New"}),
    "POST /api/v1/assignment-rules/{assignment_rule_id}/move": Row("house_manager", body={"direction": "up"}),
    "POST /api/v1/assignment-rules/{assignment_rule_id}/archive": Row("manager"),
    "POST /api/v1/assignment-rules/{assignment_rule_id}/restore": Row("manager"),
    "GET /api/v1/escalation-rules": Row("manager"),
    "POST /api/v1/escalation-rules": Row("manager", body=STEP),
    "GET /api/v1/escalation-rules/{escalation_rule_id}": Row("manager"),
    "PATCH /api/v1/escalation-rules/{escalation_rule_id}": Row("manager", body={"after_minutes": 5}),
    "POST /api/v1/escalation-rules/{escalation_rule_id}/archive": Row("manager"),
    "POST /api/v1/escalation-rules/{escalation_rule_id}/restore": Row("manager"),
    "POST /api/v1/work-orders/{order_id}/assign": Row("technician"),
    "GET /api/v1/work-orders/{order_id}/escalations": Row("technician"),
    "POST /api/v1/work-orders/{order_id}/escalate": Row("technician", body=UP),
    "POST /api/v1/work-orders/{order_id}/acknowledge": Row("technician"),
}
