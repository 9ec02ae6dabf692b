"""What counting who meets whom needs of an event, in an index of its own, and which events don't count."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_events_id_withdrawn_first_last_status"), "events", ["id", "withdrawn", "first", "last", "status"])
    op.create_index("ix_events_withdrawn", "events", ["id", "withdrawn"], sqlite_where=sa.text("withdrawn = 1"),
                    postgresql_where=sa.text("withdrawn"))
