"""Tokens with scopes, and the keys under which runs were asked for."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "tokens",
        sa.Column("id", TEXT, nullable=False), sa.Column("name", TEXT, nullable=False), sa.Column("digest", TEXT, nullable=False),
        sa.Column("scopes", TEXT, nullable=False), sa.Column("created", TEXT, nullable=False), sa.Column("last_used", TEXT),
        sa.Column("expires", TEXT), sa.Column("revoked", TEXT), sa.PrimaryKeyConstraint("id", name="pk_tokens"))
    op.create_index("ix_tokens_name", "tokens", ["name"])
    op.create_table(
        "run_keys",
        sa.Column("key", TEXT, nullable=False), sa.Column("requested", TEXT), sa.Column("at", TEXT, nullable=False),
        sa.Column("run_id", TEXT, nullable=False), sa.PrimaryKeyConstraint("key", name="pk_run_keys"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_run_keys_run_id", ondelete="CASCADE"))
