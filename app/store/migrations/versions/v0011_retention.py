"""Since when the text of an article's version is let go, and when that is next looked after."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("article_versions", sa.Column("let_go", TEXT))
    kept = sa.text("let_go IS NULL")
    op.create_index("ix_article_versions_kept", "article_versions", ["fetched"], sqlite_where=kept, postgresql_where=kept)
    op.create_table("chores",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("due", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_chores")))
