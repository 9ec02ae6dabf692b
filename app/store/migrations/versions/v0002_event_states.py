"""What was known of each event on an earlier day. The rows are made when the store is opened: they follow from the claims."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("events", sa.Column("since", TEXT, nullable=True))
    op.create_index(op.f("ix_events_since"), "events", ["since"], unique=False)
    op.create_table("event_states",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("owner", TEXT, nullable=False),
        sa.Column("event_id", TEXT, nullable=False),
        sa.Column("since", TEXT, nullable=False),
        sa.Column("until", TEXT, nullable=False),
        sa.Column("type", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("first", TEXT, nullable=False),
        sa.Column("last", TEXT, nullable=False),
        sa.Column("precision", TEXT, nullable=False),
        sa.Column("place", TEXT, nullable=True),
        sa.Column("place_country", TEXT, nullable=True),
        sa.Column("organisation", TEXT, nullable=True),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("words", TEXT, nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated", TEXT, nullable=False),
        sa.Column("json", sa.LargeBinary(), nullable=False),
        sa.Column("claims", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["owner"], ["events.id"], name=op.f("fk_event_states_owner"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_states")))
    op.create_index(op.f("ix_event_states_event_id"), "event_states", ["event_id"], unique=False)
    op.create_index(op.f("ix_event_states_first_event_id"), "event_states", ["first", "event_id"], unique=False)
    op.create_index(op.f("ix_event_states_owner"), "event_states", ["owner"], unique=False)
    op.create_index(op.f("ix_event_states_updated_event_id"), "event_states", ["updated", "event_id"], unique=False)
    op.create_table("event_state_links",
        sa.Column("state_id", sa.Integer(), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["state_id"], ["event_states.id"], name=op.f("fk_event_state_links_state_id"),
                                ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("state_id", "kind", "value", name=op.f("pk_event_state_links")))
    op.create_index(op.f("ix_event_state_links_kind_value_state_id"), "event_state_links", ["kind", "value", "state_id"],
                    unique=False)
