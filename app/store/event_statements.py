"""The statements by which articles become rows of events, built once: there are some thirty for each article, and to build one costs
SQLAlchemy more than it costs the database to carry it out.

What is asked of several rows takes a list as `part` (see `app.store.parts`); values to be set go by the names of their columns.
"""
from __future__ import annotations

from sqlalchemy import bindparam, delete, insert, select, update

from app.store.event_rows import LINKS
from app.store.tables import (
    actors,
    article_links,
    article_versions,
    articles,
    changes,
    claims,
    event_keys,
    event_state_links,
    event_states,
    events,
    rulings,
    sources,
)

_PART = bindparam("part", expanding=True)
_EVENT = bindparam("of_event")
_ARTICLE = bindparam("of_article")

# Claims: those of an article now, those that are stored already
CURRENT_CLAIMS = select(claims.c.id).where(claims.c.article_id == _ARTICLE, claims.c.current.is_(True))
STORED_CLAIMS = select(claims.c.id).where(claims.c.id.in_(_PART))
NEW_CLAIMS = insert(claims)
SET_CLAIM = update(claims).where(claims.c.id == bindparam("of_claim"))
END_CLAIMS = update(claims).where(claims.c.id.in_(_PART)).values(current=False)
LET_GO_CLAIMS = update(claims).where(claims.c.id.in_(_PART), claims.c.event_id == _EVENT).values(event_id=None)

# Which events claims could be about
EVENTS_UNDER_KEYS = select(event_keys.c.event_id).where(event_keys.c.key.in_(_PART))
EVENTS_OF_CLAIMS = select(claims.c.event_id).where(claims.c.id.in_(_PART), claims.c.event_id.is_not(None))
KEYS_OF_EVENTS = select(event_keys.c.key).where(event_keys.c.event_id.in_(_PART))
ANY_RULING = select(rulings.c.id).where(rulings.c.undone_at.is_(None)).limit(1)

# Events with their claims
STORED_EVENTS = select(events.c.id, events.c.event, events.c.withdrawn).where(events.c.id.in_(_PART))
CLAIMS_OF_EVENTS = select(claims.c.event_id, claims.c.claim, claims.c.id).where(
    claims.c.event_id.in_(_PART)).order_by(claims.c.event_id, claims.c.position, claims.c.id)
EVENT_ROW = select(events).where(events.c.id == _EVENT)
NEW_EVENT = insert(events)
SET_EVENT = update(events).where(events.c.id == _EVENT)
NEW_CHANGE = insert(changes)
PUBLISHERS = select(articles.c.url, articles.c.publisher, articles.c.gone).where(articles.c.url.in_(_PART))

# What events are found by
LINKED = {table: select(table.c[name]).where(table.c.event_id == _EVENT) for table, name in LINKS.items()}
UNLINK = {table: delete(table).where(table.c.event_id == _EVENT, table.c[name].in_(_PART)) for table, name in LINKS.items()}
LINK = {table: insert(table) for table in LINKS}
STORED_ACTORS = select(actors).where(actors.c.id.in_(_PART))
NEW_ACTOR = insert(actors)

# Their earlier states
_SINCE = bindparam("from_day")
_ENDS = bindparam("ends")
DROP_STATES = delete(event_states).where(event_states.c.owner == _EVENT, event_states.c.since >= _SINCE)
REACHING_STATES = select(event_states.c.id, event_states.c.event_id, event_states.c.claims).where(
    event_states.c.owner == _EVENT, event_states.c.until >= _ENDS)
END_STATES = update(event_states).where(event_states.c.owner == _EVENT, event_states.c.until > _ENDS)
NEW_STATE = insert(event_states)
NEW_STATE_LINKS = insert(event_state_links)

# The article itself
STANDING = select(
    articles.c.id, articles.c.source_id, articles.c.version, articles.c.last_seen, article_versions.c.digest, article_versions.c.read,
    article_versions.c.article, sources.c.active).join(
        article_versions, (article_versions.c.article_id == articles.c.id) & (article_versions.c.version == articles.c.version)).outerjoin(
            sources, sources.c.id == articles.c.source_id).where(articles.c.url == bindparam("at_url"))
LINKED_ARTICLE = select(article_links.c.article_id).where(article_links.c.url == bindparam("at_url"))
