"""Webhooks, what each receiver was told of and waits for, and the attempts to tell it."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table("webhooks",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("filter", TEXT, nullable=False),
        sa.Column("secret", TEXT, nullable=False),
        sa.Column("former_secret", TEXT, nullable=True),
        sa.Column("former_until", TEXT, nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("disabled_at", TEXT, nullable=True),
        sa.Column("disabled_for", TEXT, nullable=True),
        sa.Column("disabled_detail", TEXT, nullable=True),
        sa.Column("created", TEXT, nullable=False),
        sa.Column("changed", TEXT, nullable=False),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("due", TEXT, nullable=False),
        sa.Column("test", TEXT, nullable=True),
        sa.Column("delivered", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("holder", TEXT, nullable=True),
        sa.Column("heartbeat", TEXT, nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("served", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")))
    op.create_table("webhook_events",
        sa.Column("webhook_id", TEXT, nullable=False),
        sa.Column("event_id", TEXT, nullable=False),
        sa.Column("told", sa.Integer(), nullable=True),
        sa.Column("tried", sa.Boolean(), nullable=False),
        sa.Column("due", TEXT, nullable=True),
        sa.Column("waiting_since", TEXT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("message", TEXT, nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("type", TEXT, nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhooks.id"], name=op.f("fk_webhook_events_webhook_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("webhook_id", "event_id", name=op.f("pk_webhook_events")))
    op.create_index(op.f("ix_webhook_events_webhook_id_due_event_id"), "webhook_events", ["webhook_id", "due", "event_id"], unique=False)
    op.create_table("webhook_attempts",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("webhook_id", TEXT, nullable=False),
        sa.Column("message", TEXT, nullable=False),
        sa.Column("event_id", TEXT, nullable=True),
        sa.Column("type", TEXT, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.Column("ended", TEXT, nullable=True),
        sa.Column("delivered", sa.Boolean(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error_class", TEXT, nullable=True),
        sa.Column("error_detail", TEXT, nullable=True),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhooks.id"], name=op.f("fk_webhook_attempts_webhook_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_attempts")))
    op.create_index(op.f("ix_webhook_attempts_webhook_id_id"), "webhook_attempts", ["webhook_id", "id"], unique=False)
