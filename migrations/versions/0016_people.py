"""Skills, absences and on-call rotas."""

import sqlalchemy as sa
from alembic import op

from app.core.db import Folded, Instant, Key

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "skills",
        sa.Column("id", Key, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("archived_at", Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sort_name", Folded, nullable=False),
        sa.Column("search_text", Folded, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skills")),
        sa.UniqueConstraint("name", name=op.f("uq_skills_name")),
    )
    op.create_table(
        "person_skills",
        sa.Column("person_id", Key, nullable=False),
        sa.Column("skill_id", Key, nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.CheckConstraint("level BETWEEN 1 AND 3", name=op.f("ck_person_skills_level")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_person_skills_person_id_persons"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["skill_id"], ["skills.id"], name=op.f("fk_person_skills_skill_id_skills"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "skill_id", name=op.f("pk_person_skills")),
    )
    op.create_index(op.f("ix_person_skills_skill_id"), "person_skills", ["skill_id"], unique=False)
    op.create_table(
        "absences",
        sa.Column("id", Key, nullable=False),
        sa.Column("person_id", Key, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('leave', 'sickness', 'training', 'other')", name=op.f("ck_absences_kind")),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_absences_order")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_absences_person_id_persons"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index(op.f("ix_absences_last_on"), "absences", ["last_on"], unique=False)
    op.create_index(op.f("ix_absences_person_id_first_on"), "absences", ["person_id", "first_on"], unique=False)
    op.create_table(
        "on_call_rotas",
        sa.Column("team_id", Key, autoincrement=False, nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("handover_minutes", sa.Integer(), nullable=False),
        sa.Column("opens_minutes", sa.Integer(), nullable=False),
        sa.Column("closes_minutes", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_on_call_rotas_team_id_teams"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_on_call_rotas")),
    )
    op.create_table(
        "on_call_turns",
        sa.Column("team_id", Key, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_on_call_turns_person_id_persons"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["team_id"],
            ["on_call_rotas.team_id"],
            name=op.f("fk_on_call_turns_team_id_on_call_rotas"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("team_id", "position", name=op.f("pk_on_call_turns")),
    )
    op.create_index(op.f("ix_on_call_turns_person_id"), "on_call_turns", ["person_id"], unique=False)
    op.create_table(
        "on_call_swaps",
        sa.Column("id", Key, nullable=False),
        sa.Column("team_id", Key, nullable=False),
        sa.Column("person_id", Key, nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_on_call_swaps_order")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_on_call_swaps_person_id_persons"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["team_id"],
            ["on_call_rotas.team_id"],
            name=op.f("fk_on_call_swaps_team_id_on_call_rotas"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_on_call_swaps")),
    )
    op.create_index(op.f("ix_on_call_swaps_person_id"), "on_call_swaps", ["person_id"], unique=False)
    op.create_index(op.f("ix_on_call_swaps_team_id"), "on_call_swaps", ["team_id"], unique=False)


def downgrade() -> None:
    op.drop_table("on_call_swaps")
    op.drop_table("on_call_turns")
    op.drop_table("on_call_rotas")
    op.drop_table("absences")
    op.drop_table("person_skills")
    op.drop_table("skills")
