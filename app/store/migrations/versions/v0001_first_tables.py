"""The tables of the first version."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# As in `app.store.tables` when this step was written: a step does not follow later changes of the tables.
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table("actors",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=True),
        sa.Column("country", TEXT, nullable=True),
        sa.Column("words", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actors")))
    op.create_index(op.f("ix_actors_country"), "actors", ["country"], unique=False)
    op.create_table("articles",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("source_id", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("headline", TEXT, nullable=False),
        sa.Column("publisher", TEXT, nullable=False),
        sa.Column("published_on", TEXT, nullable=True),
        sa.Column("first_seen", TEXT, nullable=False),
        sa.Column("last_seen", TEXT, nullable=False),
        sa.Column("gone", TEXT, nullable=True),
        sa.Column("etag", TEXT, nullable=True),
        sa.Column("last_modified", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_articles")),
        sa.UniqueConstraint("url", name=op.f("uq_articles_url")))
    op.create_index(op.f("ix_articles_published_on"), "articles", ["published_on"], unique=False)
    op.create_index(op.f("ix_articles_source_id"), "articles", ["source_id"], unique=False)
    op.create_table("changes",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("event_id", TEXT, nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("material", sa.Boolean(), nullable=False),
        sa.Column("before", TEXT, nullable=True),
        sa.Column("after", TEXT, nullable=True),
        sa.Column("claims", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")))
    op.create_index(op.f("ix_changes_at"), "changes", ["at"], unique=False)
    op.create_index(op.f("ix_changes_event_id"), "changes", ["event_id"], unique=False)
    op.create_table("events",
        sa.Column("id", TEXT, nullable=False),
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
        sa.Column("first_seen", TEXT, nullable=False),
        sa.Column("updated", TEXT, nullable=False),
        sa.Column("changed", TEXT, nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("event", TEXT, nullable=False),
        sa.Column("json", sa.LargeBinary(), nullable=False),
        sa.Column("vevent", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")))
    op.create_index(op.f("ix_events_first_id"), "events", ["first", "id"], unique=False)
    op.create_index(op.f("ix_events_last"), "events", ["last"], unique=False)
    op.create_index(op.f("ix_events_status"), "events", ["status"], unique=False)
    op.create_index(op.f("ix_events_type"), "events", ["type"], unique=False)
    op.create_index(op.f("ix_events_updated_id"), "events", ["updated", "id"], unique=False)
    op.create_table("runs",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("trigger", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("requested", TEXT, nullable=True),
        sa.Column("queued", TEXT, nullable=False),
        sa.Column("started", TEXT, nullable=True),
        sa.Column("ended", TEXT, nullable=True),
        sa.Column("holder", TEXT, nullable=True),
        sa.Column("heartbeat", TEXT, nullable=True),
        sa.Column("fetched", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("empty", sa.Integer(), nullable=False),
        sa.Column("error_class", TEXT, nullable=True),
        sa.Column("error_detail", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")))
    op.create_index(op.f("ix_runs_queued"), "runs", ["queued"], unique=False)
    op.create_index(op.f("ix_runs_state"), "runs", ["state"], unique=False)
    op.create_table("sources",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("row", TEXT, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("interval", sa.Integer(), nullable=False),
        sa.Column("due", TEXT, nullable=False),
        sa.Column("lease", TEXT, nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("last_skipped", TEXT, nullable=True),
        sa.Column("etag", TEXT, nullable=True),
        sa.Column("last_modified", TEXT, nullable=True),
        sa.Column("listed", TEXT, nullable=True),
        sa.Column("last_run", TEXT, nullable=True),
        sa.Column("last_success", TEXT, nullable=True),
        sa.Column("last_item", TEXT, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("empties", sa.Integer(), nullable=False),
        sa.Column("error_class", TEXT, nullable=True),
        sa.Column("error_detail", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sources")))
    op.create_index(op.f("ix_sources_due"), "sources", ["due"], unique=False)
    op.create_table("article_links",
        sa.Column("url", TEXT, nullable=False),
        sa.Column("article_id", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_article_links_article_id")),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_article_links")))
    op.create_index(op.f("ix_article_links_article_id"), "article_links", ["article_id"], unique=False)
    op.create_table("article_versions",
        sa.Column("article_id", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("fetched", TEXT, nullable=False),
        sa.Column("read", sa.Boolean(), nullable=False),
        sa.Column("article", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_article_versions_article_id")),
        sa.PrimaryKeyConstraint("article_id", "version", name=op.f("pk_article_versions")))
    op.create_table("claims",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("article_id", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_id", TEXT, nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("claim", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_claims_article_id")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_claims_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")))
    op.create_index(op.f("ix_claims_article_id"), "claims", ["article_id"], unique=False)
    op.create_index(op.f("ix_claims_event_id"), "claims", ["event_id"], unique=False)
    op.create_table("event_actors",
        sa.Column("event_id", TEXT, nullable=False),
        sa.Column("actor_id", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actors.id"], name=op.f("fk_event_actors_actor_id")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_event_actors_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("event_id", "actor_id", name=op.f("pk_event_actors")))
    op.create_index(op.f("ix_event_actors_actor_id_event_id"), "event_actors", ["actor_id", "event_id"], unique=False)
    op.create_table("event_countries",
        sa.Column("event_id", TEXT, nullable=False),
        sa.Column("country", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_event_countries_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("event_id", "country", name=op.f("pk_event_countries")))
    op.create_index(op.f("ix_event_countries_country_event_id"), "event_countries", ["country", "event_id"], unique=False)
    op.create_table("event_keys",
        sa.Column("event_id", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_event_keys_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("event_id", "key", name=op.f("pk_event_keys")))
    op.create_index(op.f("ix_event_keys_key_event_id"), "event_keys", ["key", "event_id"], unique=False)
    op.create_table("event_sources",
        sa.Column("event_id", TEXT, nullable=False),
        sa.Column("source_id", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_event_sources_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("event_id", "source_id", name=op.f("pk_event_sources")))
    op.create_index(op.f("ix_event_sources_source_id_event_id"), "event_sources", ["source_id", "event_id"], unique=False)
    op.create_table("failures",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("run_id", TEXT, nullable=False),
        sa.Column("source_id", TEXT, nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("at", TEXT, nullable=False),
        sa.Column("error_class", TEXT, nullable=False),
        sa.Column("detail", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_failures_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failures")))
    op.create_index(op.f("ix_failures_run_id"), "failures", ["run_id"], unique=False)
    op.create_index(op.f("ix_failures_url"), "failures", ["url"], unique=False)
    op.create_table("run_sources",
        sa.Column("run_id", TEXT, nullable=False),
        sa.Column("source_id", TEXT, nullable=False),
        sa.Column("slot", TEXT, nullable=True),
        sa.Column("fence", sa.Integer(), nullable=True),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("started", TEXT, nullable=True),
        sa.Column("ended", TEXT, nullable=True),
        sa.Column("fetched", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("empty", sa.Integer(), nullable=False),
        sa.Column("error_class", TEXT, nullable=True),
        sa.Column("error_detail", TEXT, nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_sources_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "source_id", name=op.f("pk_run_sources")),
        sa.UniqueConstraint("source_id", "fence", name=op.f("uq_run_sources_source_id_fence")))
