"""Files of archives that are read, and the pages in them that a first look declined."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

Text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "archive_files",
        sa.Column("id", Text, nullable=False),
        sa.Column("path", Text, nullable=False),
        sa.Column("format", Text, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("state", Text, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("offset", sa.BigInteger()),
        sa.Column("passed", sa.BigInteger(), nullable=False),
        sa.Column("counts", Text, nullable=False),
        sa.Column("added", Text, nullable=False),
        sa.Column("started", Text),
        sa.Column("ended", Text),
        sa.Column("holder", Text),
        sa.Column("heartbeat", Text),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error_class", Text),
        sa.Column("error_detail", Text),
        sa.PrimaryKeyConstraint("id", name="pk_archive_files"))
    op.create_table(
        "declined_pages",
        sa.Column("id", Text, nullable=False),
        sa.Column("captured", Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_declined_pages"))
