"""Tables of the store, for SQLite and PostgreSQL alike.

Times are UTC, stored as ISO 8601 text with microseconds and `Z` (`2023-11-09T14:30:00.000000Z`), so that both databases
sort and compare them alike and neither applies a zone of its own. Days are ISO 8601 text. Nouns of `timeline` are kept
as JSON; columns beside the JSON are there to be searched, and always follow from it.
"""
from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy import Text as AnyText

# Sorted and compared byte by byte, as SQLite does, so that ids, times and cursors have one order on both databases.
Text = AnyText().with_variant(AnyText(collation="C"), "postgresql")

SPANS_MONTHS = text("substr(first, 1, 7) <> substr(last, 1, 7)")

metadata = MetaData(naming_convention={
    "ix": "ix_%(table_name)s_%(column_0_N_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s", "pk": "pk_%(table_name)s"})

# One row for each source of the sources file. `due` is what the scheduler's tick asks for; whoever moves it forward owns
# that slot. `lease` is the run that holds the source; `fence` counts how often it was taken, and both together are the
# token without which nothing of the source may be written. A lease lasts as long as its run shows signs of life.
sources = Table(
    "sources", metadata,
    Column("id", Text, primary_key=True),
    Column("row", Text, nullable=False),  # the validated row, JSON
    Column("active", Boolean, nullable=False, default=True),  # False: no longer in the sources file
    Column("interval", Integer, nullable=False),  # seconds
    Column("due", Text, nullable=False, index=True),
    Column("lease", Text),
    Column("fence", Integer, nullable=False, default=0),
    Column("skipped", Integer, nullable=False, default=0),  # slots that fell due while the run before was under way
    Column("last_skipped", Text),
    Column("etag", Text),  # validators of the listing
    Column("last_modified", Text),
    Column("listed", Text),  # JSON list of the links that the listing held when it was last read
    Column("digest", Text),  # of the listing's bytes
    Column("quiet_until", Text),  # all of them are known, and none is to be looked at again before
    Column("last_run", Text),
    Column("last_success", Text),
    Column("last_item", Text),  # when a new article was last seen
    Column("failures", Integer, nullable=False, default=0),  # consecutive
    Column("empties", Integer, nullable=False, default=0),  # consecutive listings without links
    Column("error_class", Text),
    Column("error_detail", Text),
    # Its pace (`app.store.pace`), in seconds. `wait` is how far ahead `due` may lie where the source was put off.
    Column("pace", Integer),  # its interval now; NULL: its own
    Column("wait", Integer),
    Column("cadence", Float),  # what it usually takes until something new comes
    Column("last_news", Text),  # the end of the last run that brought something new
    # Where the listing moved to for good. `address` is asked in place of the row's once `moves` answers in a row said so.
    Column("address", Text),
    Column("moved_to", Text),
    Column("moves", Integer, nullable=False, server_default="0"),
    # What its health is told by (`app.health`). Counts of pages fade: about the last twenty count.
    Column("links", Integer),  # that the listing held when it was last read
    Column("usual_links", Float),
    Column("pages_asked", Float, nullable=False, server_default="0"),
    Column("pages_answered", Float, nullable=False, server_default="0"),
    Column("pages_read", Float, nullable=False, server_default="0"),
    Column("pages_dated", Float, nullable=False, server_default="0"))

# The ledger. `state`: queued, running, ok, partial (some source failed), failed, interrupted. At most one run is queued:
# what is asked for while it waits is added to it. `holder` names the process that carries a run out.
runs = Table(
    "runs", metadata,
    Column("id", Text, primary_key=True),
    Column("trigger", Text, nullable=False),  # schedule, api, cli
    Column("state", Text, nullable=False, index=True),
    Column("requested", Text),  # JSON list of source ids; NULL means all
    Column("queued", Text, nullable=False, index=True),
    Column("started", Text),
    Column("ended", Text),
    Column("holder", Text),
    Column("heartbeat", Text),
    Column("fetched", Integer, nullable=False, default=0),
    Column("new", Integer, nullable=False, default=0),
    Column("changed", Integer, nullable=False, default=0),
    Column("failed", Integer, nullable=False, default=0),
    Column("empty", Integer, nullable=False, default=0),
    Column("error_class", Text),
    Column("error_detail", Text))

# One source in one run. `state`: queued (waits for a worker), running, ok, failed, interrupted, skipped (held by another run).
# `slot` is the due time that this run moved forward, NULL where none was due. The fence makes the database itself refuse a
# second holder. Where workers carry the run out, it has no holder of its own: each source names its job, and whoever is at it.
run_sources = Table(
    "run_sources", metadata,
    Column("run_id", Text, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("source_id", Text, primary_key=True),
    Column("slot", Text),
    Column("fence", Integer),  # NULL where it was skipped
    Column("state", Text, nullable=False),
    Column("started", Text),
    Column("ended", Text),
    Column("fetched", Integer, nullable=False, default=0),
    Column("new", Integer, nullable=False, default=0),
    Column("changed", Integer, nullable=False, default=0),
    Column("failed", Integer, nullable=False, default=0),
    Column("empty", Integer, nullable=False, default=0),
    Column("error_class", Text),
    Column("error_detail", Text),
    Column("job", BigInteger),
    Column("holder", Text),
    Column("heartbeat", Text),
    UniqueConstraint("source_id", "fence"))

# Whose turn it is at which host, where several processes share a PostgreSQL. Seconds since 1970 by the clock of the database:
# it is the one clock that all machines have.
host_turns = Table(
    "host_turns", metadata,
    Column("host", Text, primary_key=True),
    Column("free_at", Float, nullable=False),  # the gap after the last exchange ends
    Column("paused_until", Float, nullable=False),  # as the host asked
    Column("busy_until", Float, nullable=False),  # an exchange is under way, and lasts no longer
    Column("holder", Text))  # of that exchange

# What could not be read: kept so that nothing is lost silently.
failures = Table(
    "failures", metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("run_id", Text, ForeignKey("runs.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("source_id", Text, nullable=False),
    Column("url", Text, nullable=False, index=True),
    Column("at", Text, nullable=False),
    Column("error_class", Text, nullable=False),
    Column("detail", Text, nullable=False))

articles = Table(
    "articles", metadata,
    Column("id", Text, primary_key=True),  # identifier(canonical URL)
    Column("url", Text, nullable=False, unique=True),
    Column("source_id", Text, nullable=False, index=True),
    Column("version", Integer, nullable=False),  # the newest
    Column("headline", Text, nullable=False),
    Column("publisher", Text, nullable=False, default=""),
    Column("published_on", Text, index=True),
    Column("first_seen", Text, nullable=False),
    Column("last_seen", Text, nullable=False),
    Column("gone", Text),  # since when the page answers 404 or 410, or its official calendar lists it no more
    Column("missed", Integer, nullable=False, default=0, server_default="0"),  # good readings of its calendar that lacked it, in a row
    Column("etag", Text),  # validators of the page
    Column("last_modified", Text))

article_versions = Table(
    "article_versions", metadata,
    Column("article_id", Text, ForeignKey("articles.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("fetched", Text, nullable=False),
    Column("read", Boolean, nullable=False, default=True),  # False: kept, but its claims could not be made yet
    Column("article", Text, nullable=False),  # JSON of model.Article
    Column("let_go", Text),  # since when all but what is quoted of its text is no longer kept (`app.store.retention`)
    # Those whose text is kept, by age.
    Index("ix_article_versions_kept", "fetched", sqlite_where=text("let_go IS NULL"), postgresql_where=text("let_go IS NULL")))

# Other addresses under which an article was listed, so that it is not fetched anew as an unknown one.
article_links = Table(
    "article_links", metadata,
    Column("url", Text, primary_key=True),
    Column("article_id", Text, ForeignKey("articles.id"), nullable=False, index=True))

events = Table(
    "events", metadata,
    Column("id", Text, primary_key=True),
    Column("type", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("first", Text, nullable=False),
    Column("last", Text, nullable=False),
    Column("precision", Text, nullable=False),
    Column("place", Text),  # folded name, for the filter
    Column("place_country", Text),
    Column("organisation", Text),
    Column("title", Text, nullable=False),
    Column("words", Text, nullable=False),  # folded title, parties, place, organisation: what `q` looks in
    Column("confidence", Float, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("first_seen", Text, nullable=False),
    Column("updated", Text, nullable=False),  # last change of the JSON
    Column("changed", Text, nullable=False),  # last material change: what calendars are told
    Column("withdrawn", Boolean, nullable=False, default=False),  # no claim tells of it any more
    Column("heir", Text),  # of a withdrawn one: the event that tells of it now
    Column("since", Text, index=True),  # day of telling from which the present state stands; NULL: its states are not made yet
    Column("event", Text, nullable=False),  # JSON of model.Event without its claims
    Column("json", LargeBinary, nullable=False),  # the event object of the API, rendered when the event changed
    Column("vevent", LargeBinary, nullable=False),  # BEGIN:VEVENT ... END:VEVENT, rendered when it changed materially
    # In the orders of pages and calendars, with what is asked of each event on the way, so that only those which are wanted
    # have their rows read.
    Index("ix_events_by_first", "first", "id", "last", "status", "type", "precision", "withdrawn", "changed"),
    Index("ix_events_by_last", "last", "id", "first", "status", "type", "precision", "withdrawn", "changed"),
    Index("ix_events_by_updated", "updated", "id", "first", "last", "status", "type", "withdrawn"),
    Index(None, "status", "first", "id"), Index(None, "type", "first", "id"), Index(None, "place", "first", "id"),
    Index(None, "place_country", "first", "id"),
    # The few events that begin in one month and end in another: see `app.store.filters`.
    Index("ix_events_spanning_months", "last", "first", "precision", sqlite_where=SPANS_MONTHS, postgresql_where=SPANS_MONTHS),
    # For `app.store.encounters`: what is counted of the events of somebody, and the few events that don't count.
    Index(None, "id", "withdrawn", "first", "last", "status"),
    Index("ix_events_withdrawn", "id", "withdrawn", sqlite_where=text("withdrawn = 1"), postgresql_where=text("withdrawn")))

# `words` have an index too, which the database keeps by itself: `app.store.search`.

# What was known of an event before its present state: one row for each stretch of days in which nobody told of it anew. An
# event told of on one day has none. `event_id` is the id it had then: what only a later article made one was two events.
event_states = Table(
    "event_states", metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("owner", Text, ForeignKey("events.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("event_id", Text, nullable=False, index=True),
    Column("since", Text, nullable=False),  # day
    Column("until", Text, nullable=False),  # the day that is not in it any more
    Column("type", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("first", Text, nullable=False),
    Column("last", Text, nullable=False),
    Column("precision", Text, nullable=False),
    Column("place", Text),
    Column("place_country", Text),
    Column("organisation", Text),
    Column("title", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("updated", Text, nullable=False),
    Column("json", LargeBinary, nullable=False),
    Column("claims", Text, nullable=False),  # JSON: ids of the claims that the state rests on
    Index(None, "first", "event_id"), Index(None, "updated", "event_id"))

event_state_links = Table(  # actors, countries and sources of a state
    "event_state_links", metadata,
    Column("state_id", Integer, ForeignKey("event_states.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", Text, primary_key=True),  # actor, country or source
    Column("value", Text, primary_key=True),
    Index(None, "kind", "value", "state_id"))

claims = Table(
    "claims", metadata,
    Column("id", Text, primary_key=True),
    Column("article_id", Text, ForeignKey("articles.id"), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("event_id", Text, ForeignKey("events.id"), index=True),  # NULL: belongs to no event
    Column("position", Integer, nullable=False),  # order in the event
    Column("current", Boolean, nullable=False, default=True),  # False: a newer version of the article replaced it
    Column("claim", Text, nullable=False))  # JSON of model.Claim

actors = Table(
    "actors", metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text),
    Column("country", Text, index=True),
    Column("words", Text, nullable=False))  # folded, for search

event_actors = Table(
    "event_actors", metadata,
    Column("event_id", Text, ForeignKey("events.id", ondelete="CASCADE"), primary_key=True),
    Column("actor_id", Text, ForeignKey("actors.id"), primary_key=True),
    Index(None, "actor_id", "event_id"))

event_countries = Table(  # the countries that take part, and the visited one of a visit
    "event_countries", metadata,
    Column("event_id", Text, ForeignKey("events.id", ondelete="CASCADE"), primary_key=True),
    Column("country", Text, primary_key=True),
    Index(None, "country", "event_id"))

event_sources = Table(
    "event_sources", metadata,
    Column("event_id", Text, ForeignKey("events.id", ondelete="CASCADE"), primary_key=True),
    Column("source_id", Text, primary_key=True),
    Index(None, "source_id", "event_id"))

event_keys = Table(  # blocking keys of timeline.reconcile: how candidates are found
    "event_keys", metadata,
    Column("event_id", Text, ForeignKey("events.id", ondelete="CASCADE"), primary_key=True),
    Column("key", Text, primary_key=True),
    Index(None, "key", "event_id"))

changes = Table(  # an event's history; replayed, it gives the present state
    "changes", metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("event_id", Text, nullable=False, index=True),
    Column("at", Text, nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("material", Boolean, nullable=False),
    Column("before", Text),  # JSON of model.Event without its claims; NULL: the event is new
    Column("after", Text),  # NULL: withdrawn
    Column("claims", Text, nullable=False),  # JSON: ids of the claims that the event rests on after the change
    Column("ruling", Text),  # the correction that brought it, or the undoing of which did
    Column("undoing", Boolean))

# An operator's corrections. They name evidence and event ids, and are applied anew to whatever claims there are.
rulings = Table(
    "rulings", metadata,
    Column("id", Text, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),  # in the order in which they were made
    Column("kind", Text, nullable=False),  # merge, split, withdraw
    Column("at", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("ruling", Text, nullable=False),  # JSON of timeline.rulings.Ruling
    Column("undone_at", Text),
    Column("undone_by", Text))

ruling_marks = Table(  # events and articles (by id) that a ruling names: how those that concern an event are found
    "ruling_marks", metadata,
    Column("ruling_id", Text, ForeignKey("rulings.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", Text, primary_key=True),  # event or article
    Column("value", Text, primary_key=True),
    Index(None, "kind", "value"))

# Who may ask for what (`app.store.tokens`). Rows stay when they are revoked: a service that had tokens once never goes back
# to answering without.
tokens = Table(
    "tokens", metadata,
    Column("id", Text, primary_key=True),  # the part of the token that is no secret
    Column("name", Text, nullable=False, index=True),
    Column("digest", Text, nullable=False),  # of the whole token, hexadecimal
    Column("scopes", Text, nullable=False),  # with blanks between
    Column("created", Text, nullable=False),
    Column("last_used", Text),  # to the hour
    Column("expires", Text),
    Column("revoked", Text))

# Under which key of its client a run was asked for: asked for again under that key, it is that run.
run_keys = Table(
    "run_keys", metadata,
    Column("key", Text, primary_key=True),
    Column("requested", Text),  # as in `runs`
    Column("at", Text, nullable=False),
    Column("run_id", Text, ForeignKey("runs.id", ondelete="CASCADE"), nullable=False))

# Where changes are pushed to. `reached` is the number of the last change that was looked at for it. `failures` counts the
# attempts that failed in a row, and before `due` nothing is sent. `holder`, `heartbeat` and `fence` are the claim of the
# process that delivers: as with a source, the fence is what lets nobody write who was taken over.
webhooks = Table(
    "webhooks", metadata,
    Column("id", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("filter", Text, nullable=False),  # JSON object of query parameters, as given
    Column("secret", Text, nullable=False),  # readable, since it signs
    Column("former_secret", Text),  # signs beside it until `former_until`
    Column("former_until", Text),
    Column("active", Boolean, nullable=False, default=True),
    Column("disabled_at", Text),
    Column("disabled_for", Text),  # failing, gone
    Column("disabled_detail", Text),
    Column("created", Text, nullable=False),
    Column("changed", Text, nullable=False),
    Column("reached", Integer, nullable=False),
    Column("failures", Integer, nullable=False, default=0),
    Column("due", Text, nullable=False),
    Column("test", Text),  # id of a test message that waits
    Column("delivered", Integer, nullable=False, default=0),  # attempts that were, and were not, answered with 2xx
    Column("failed", Integer, nullable=False, default=0),
    Column("holder", Text),
    Column("heartbeat", Text),
    Column("fence", Integer, nullable=False, default=0),
    Column("served", Text, nullable=False))  # when it was last let go

# What a receiver was told of, or waits to be. `told` is the number of the change that it has, NULL before the first success;
# `tried` says that it may have heard of the event. A row with `due` waits. A message has its id, its bytes and the change
# that it tells of (`number`) from its first attempt until it is delivered, or a later change takes its place.
webhook_events = Table(
    "webhook_events", metadata,
    Column("webhook_id", Text, ForeignKey("webhooks.id", ondelete="CASCADE"), primary_key=True),
    Column("event_id", Text, primary_key=True),
    Column("told", Integer),
    Column("tried", Boolean, nullable=False, default=False),
    Column("due", Text),
    Column("waiting_since", Text),  # the time of the first change that was not delivered
    Column("attempts", Integer, nullable=False, default=0),
    Column("message", Text),
    Column("number", Integer),
    Column("type", Text),
    Column("body", LargeBinary),
    Index(None, "webhook_id", "due", "event_id"))

webhook_attempts = Table(  # the last ones of each webhook
    "webhook_attempts", metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("webhook_id", Text, ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
    Column("message", Text, nullable=False),
    Column("event_id", Text),  # NULL: a test
    Column("type", Text, nullable=False),
    Column("attempt", Integer, nullable=False),  # of this message, from 1
    Column("at", Text, nullable=False),
    Column("ended", Text),  # NULL: under way, or its process died
    Column("delivered", Boolean),
    Column("status", Integer),
    Column("error_class", Text),
    Column("error_detail", Text),
    Index(None, "webhook_id", "id"))

chores = Table(  # what is done now and then by whichever process comes first; who moves `due` forward does it
    "chores", metadata,
    Column("name", Text, primary_key=True),
    Column("due", Text, nullable=False))

# Files of archives (`summitry backfill`), each a job of its own. `id` follows from the file's content. `state`: waiting, reading, done,
# failed. `number` records are done; `offset` is the byte at which the last of them begins, NULL where the file can't be entered there.
# Both move in the transaction that stores what those records brought. `holder`, `heartbeat` and `fence` are the claim of the process that
# reads, as with a webhook; `attempts` counts the claims since the file last moved: a record at which processes die is not tried for ever.
archive_files = Table(
    "archive_files", metadata,
    Column("id", Text, primary_key=True),
    Column("path", Text, nullable=False),  # as it was given last; another machine may see it elsewhere
    Column("format", Text, nullable=False),  # warc, ndjson, pages
    Column("size", BigInteger, nullable=False),  # bytes
    Column("state", Text, nullable=False),
    Column("number", BigInteger, nullable=False, default=0),
    Column("offset", BigInteger),
    Column("passed", BigInteger, nullable=False, default=0),  # bytes that were read about, to show how far it is
    Column("counts", Text, nullable=False),  # JSON object of numbers: records, pages, articles, declined, ... and failures by class
    Column("added", Text, nullable=False),
    Column("started", Text),
    Column("ended", Text),
    Column("holder", Text),
    Column("heartbeat", Text),
    Column("fence", Integer, nullable=False, default=0),
    Column("attempts", Integer, nullable=False, default=0),
    Column("error_class", Text),  # the first fault of the file itself
    Column("error_detail", Text))

# Archived pages that a first look declined and whose text is not kept: when the newest reading of each was captured, so that an older one
# that is read later does not count.
declined_pages = Table(
    "declined_pages", metadata,
    Column("id", Text, primary_key=True),  # as an article's
    Column("captured", Text, nullable=False))
