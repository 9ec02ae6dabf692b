"""An operator's corrections, and where an event went that became one with another."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("events", sa.Column("heir", TEXT, nullable=True))
    op.add_column("changes", sa.Column("ruling", TEXT, nullable=True))
    op.add_column("changes", sa.Column("undoing", sa.Boolean(), nullable=True))
    op.create_table("rulings",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.Column("author", TEXT, nullable=False),
        sa.Column("note", TEXT, nullable=False),
        sa.Column("ruling", TEXT, nullable=False),
        sa.Column("undone_at", TEXT, nullable=True),
        sa.Column("undone_by", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rulings")),
        sa.UniqueConstraint("number", name=op.f("uq_rulings_number")))
    op.create_table("ruling_marks",
        sa.Column("ruling_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["ruling_id"], ["rulings.id"], name=op.f("fk_ruling_marks_ruling_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("ruling_id", "kind", "value", name=op.f("pk_ruling_marks")))
    op.create_index(op.f("ix_ruling_marks_kind_value"), "ruling_marks", ["kind", "value"], unique=False)
