"""Assignment and escalation rules, and visits."""

import sqlalchemy as sa
from alembic import op

from app.core.db import Instant, Json, Key

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "assignment_rules",
        sa.Column("id", Key, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("category_id", Key, nullable=True),
        sa.Column("site_id", Key, nullable=True),
        sa.Column("priority", sa.String(), nullable=True),
        sa.Column("origin", sa.String(), nullable=True),
        sa.Column("strategy", sa.String(), nullable=False),
        sa.Column("team_id", Key, nullable=True),
        sa.Column("person_id", Key, nullable=True),
        sa.Column("skill_id", Key, nullable=True),
        sa.Column("reassigns_absent", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("archived_at", Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "strategy IN ('person', 'team', 'least_loaded', 'site_round', 'on_call')",
            name=op.f("ck_assignment_rules_strategy"),
        ),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["equipment_categories.id"],
            name=op.f("fk_assignment_rules_category_id_equipment_categories"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_assignment_rules_person_id_persons")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_assignment_rules_site_id_sites")),
        sa.ForeignKeyConstraint(["skill_id"], ["skills.id"], name=op.f("fk_assignment_rules_skill_id_skills")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_assignment_rules_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_rules")),
    )
    op.create_table(
        "assignments",
        sa.Column("order_id", Key, autoincrement=False, nullable=False),
        sa.Column("rule_id", Key, nullable=False),
        sa.Column("team_id", Key, nullable=True),
        sa.Column("person_id", Key, nullable=True),
        sa.Column("explanation", Json, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_orders.id"], name=op.f("fk_assignments_order_id_work_orders"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_assignments_person_id_persons")),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["assignment_rules.id"], name=op.f("fk_assignments_rule_id_assignment_rules")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_assignments_team_id_teams")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_assignments")),
    )
    op.create_index(op.f("ix_assignments_rule_id"), "assignments", ["rule_id"], unique=False)
    op.create_table(
        "escalation_rules",
        sa.Column("id", Key, nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("after_minutes", sa.Integer(), nullable=False),
        sa.Column("priority", sa.String(), nullable=True),
        sa.Column("team_id", Key, nullable=True),
        sa.Column("site_id", Key, nullable=True),
        sa.Column("to_team_id", Key, nullable=True),
        sa.Column("to_person_id", Key, nullable=True),
        sa.Column("assigns", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("archived_at", Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("cause IN ('overdue', 'not_started')", name=op.f("ck_escalation_rules_cause")),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name=op.f("ck_escalation_rules_level")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_escalation_rules_site_id_sites")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_escalation_rules_team_id_teams")),
        sa.ForeignKeyConstraint(
            ["to_person_id"], ["persons.id"], name=op.f("fk_escalation_rules_to_person_id_persons")
        ),
        sa.ForeignKeyConstraint(["to_team_id"], ["teams.id"], name=op.f("fk_escalation_rules_to_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation_rules")),
    )
    op.create_table(
        "escalations",
        sa.Column("id", Key, nullable=False),
        sa.Column("order_id", Key, nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("rule_id", Key, nullable=True),
        sa.Column("to_team_id", Key, nullable=True),
        sa.Column("to_person_id", Key, nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("acknowledged_at", Instant(), nullable=True),
        sa.Column("acknowledged_by", sa.String(), nullable=True),
        sa.CheckConstraint("cause IN ('overdue', 'not_started', 'by_hand')", name=op.f("ck_escalations_cause")),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name=op.f("ck_escalations_level")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_orders.id"], name=op.f("fk_escalations_order_id_work_orders"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["escalation_rules.id"], name=op.f("fk_escalations_rule_id_escalation_rules")
        ),
        sa.ForeignKeyConstraint(["to_person_id"], ["persons.id"], name=op.f("fk_escalations_to_person_id_persons")),
        sa.ForeignKeyConstraint(["to_team_id"], ["teams.id"], name=op.f("fk_escalations_to_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalations")),
        sa.UniqueConstraint("order_id", "level", name=op.f("uq_escalations_order_id_level")),
    )
    op.create_index(
        "ix_escalations_open",
        "escalations",
        ["id"],
        unique=False,
        sqlite_where=sa.text("acknowledged_at IS NULL"),
        postgresql_where=sa.text("acknowledged_at IS NULL"),
    )
    op.create_index(op.f("ix_escalations_rule_id"), "escalations", ["rule_id"], unique=False)
    op.create_table(
        "visits",
        sa.Column("id", Key, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("site_id", Key, nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("team_id", Key, nullable=True),
        sa.Column("person_id", Key, nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("started_at", Instant(), nullable=True),
        sa.Column("stopped_at", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", Key, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("origin IN ('manual', 'bundled')", name=op.f("ck_visits_origin")),
        sa.CheckConstraint("state IN ('planned', 'started', 'stopped', 'ended')", name=op.f("ck_visits_state")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_visits_person_id_persons")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_visits_site_id_sites")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_visits_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
    )
    op.create_index(op.f("ix_visits_day_on_id"), "visits", ["day_on", "id"], unique=False)
    op.create_index(op.f("ix_visits_person_id_day_on"), "visits", ["person_id", "day_on"], unique=False)
    op.create_index(op.f("ix_visits_site_id_day_on_id"), "visits", ["site_id", "day_on", "id"], unique=False)
    op.create_table(
        "visit_orders",
        sa.Column("visit_id", Key, nullable=False),
        sa.Column("order_id", Key, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_orders.id"], name=op.f("fk_visit_orders_order_id_work_orders"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f("fk_visit_orders_visit_id_visits"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("visit_id", "order_id", name=op.f("pk_visit_orders")),
    )
    op.create_index(op.f("ix_visit_orders_order_id"), "visit_orders", ["order_id"], unique=False)
    op.create_table(
        "bundled_teams",
        sa.Column("team_id", Key, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_bundled_teams_team_id_teams"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_bundled_teams")),
    )


def downgrade() -> None:
    op.drop_table("bundled_teams")
    op.drop_table("visit_orders")
    op.drop_table("visits")
    op.drop_table("escalations")
    op.drop_table("escalation_rules")
    op.drop_table("assignments")
    op.drop_table("assignment_rules")
