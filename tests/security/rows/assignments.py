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
    "GET /assignments": Row("manager"),
    "GET /assignments/preview": Row("manager"),
    "GET /assignments/absent": Row("manager"),
    "GET /assignments/new": Row("manager"),
    "POST /assignments": Row("manager", body=RULE),
    "GET /assignments/{assignment_rule_id}": Row("manager"),
    "POST /assignments/{assignment_rule_id}": Row("manager", body=RULE),
    "POST /assignments/{assignment_rule_id}/move": Row("house_manager", body={"direction": "up"}),
    "POST /assignments/{assignment_rule_id}/archive": Row("manager"),
    "POST /assignments/{assignment_rule_id}/restore": Row("manager"),
    "GET /assignments/escalations": Row("manager"),
    "GET /assignments/escalations/new": Row("manager"),
    "POST /assignments/escalations": Row("manager", body=STEP),
    "GET /assignments/escalations/{escalation_rule_id}": Row("manager"),
    "POST /assignments/escalations/{escalation_rule_id}": Row("manager", body=STEP),
    "POST /assignments/escalations/{escalation_rule_id}/archive": Row("manager"),
    "POST /assignments/escalations/{escalation_rule_id}/restore": Row("manager"),
    "GET /work-orders/{order_id}/handling": Row("technician"),
    "POST /work-orders/{order_id}/assign": Row("technician"),
    "POST /work-orders/{order_id}/escalate": Row("technician", body=UP),
    "POST /work-orders/{order_id}/acknowledge": Row("technician"),
}
