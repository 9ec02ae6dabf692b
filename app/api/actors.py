"""`/actors` and `/articles`: who takes part in events, and what tells of them."""
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import orjson
from apiflask import APIBlueprint
from flask import Response
from marshmallow import RAISE
from sqlalchemy import RowMapping

from app.api.answers import answer_json, modified
from app.api.backend import Backend
from app.api.encounter_schemas import ActorDetailSchema
from app.api.encounters import figures, filter_of, known_actor
from app.api.event_list import joined
from app.api.objects import actor_object, address_of, evidence_object, time_text
from app.api.pages import after_cursor, next_page, with_next
from app.api.parameters import BUSIEST, ActorParameters, NoParameters, actor_filter, question, unreported_before
from app.api.problems import Problem, problems
from app.api.schemas import ActorPageSchema, ArticleSchema
from app.event_json import instant
from app.store.codec import article_from_json
from app.store.encounters import Party
from app.store.queries import Sort
from timeline.model import ActorKind

__all__ = ["actors_blueprint", "articles_blueprint", "counted_after", "end_of"]

_RECENT = 20


def counted_after(asked: dict[str, Any], asking: str) -> tuple[int, str] | None:
    """Where the page before one of the busiest ended. Raises `Problem` 400 for a cursor that is none of ours."""
    after = after_cursor(asked, asking, parts=2)
    if after is not None and not re.fullmatch(r"[0-9]{1,15}", after[0]):
        raise Problem(400, "cursor: not a cursor of this service")
    return (int(after[0]), after[1]) if after is not None else None


def end_of(rows: Sequence[RowMapping], limit: int, *, busiest: bool) -> tuple[str, ...] | None:
    """The key of the last row of a page of `limit` rows; None where no row follows it."""
    if len(rows) <= limit:
        return None
    end = rows[limit - 1]
    return (str(end["events"]), end["id"]) if busiest else (end["id"],)


def actors_blueprint(backend: Backend) -> APIBlueprint:
    blueprint = APIBlueprint("actors", __name__, tag="Actors")
    queries, encounters = backend.queries, backend.encounters

    @blueprint.get("/actors")
    @blueprint.input(ActorParameters, location="query", unknown=RAISE, error_status_code=400, arg_name="asked")
    @blueprint.output(ActorPageSchema)
    @blueprint.doc(operation_id="listActors", responses=problems(_400="A parameter is wrong or unknown."))
    def list_actors(asked: dict[str, Any]) -> Response:
        """List actors

        Persons, states and organisations, in the order of their ids; or those that take part in events, the busiest first.
        """
        wanted, limit, busiest = actor_filter(asked), asked["limit"], asked["sort"] == BUSIEST
        asking = question(wanted, asked["sort"]) if busiest else question(wanted)
        if busiest:
            rows = encounters.actors(wanted, limit=limit + 1, after=counted_after(asked, asking))
        else:
            after = after_cursor(asked, asking, parts=1)
            rows = queries.actors(wanted, limit=limit + 1, after=after[0] if after else None)
        cursor, address = next_page(backend, end_of(rows, limit, busiest=busiest), asking)
        found = [actor_object(row) | {"events": row["events"]} for row in rows[:limit]]
        changed = modified(queries.last_change(), backend.now())
        return with_next(answer_json({"actors": found, "cursor": cursor, "next": address}, last_modified=changed), address)

    @blueprint.get("/actors/<path:actor_id>")
    @blueprint.input(NoParameters, location="query", unknown=RAISE, error_status_code=400, arg_name="asked")
    @blueprint.output(ActorDetailSchema)
    @blueprint.doc(operation_id="getActor", responses=problems(_400="A parameter is unknown.",
                                                               _404="There is no such actor."))
    def get_actor(actor_id: str, asked: dict[str, Any]) -> Response:
        """Get one actor with its latest events"""
        row, now, party = known_actor(backend, actor_id), backend.now(), Party("actor", (actor_id,))
        page = queries.events(filter_of(party), due=unreported_before(now), limit=_RECENT, sort=Sort.START_DESCENDING)
        offices = encounters.offices(actor_id) if row["kind"] == ActorKind.PERSON else []
        return answer_json({**actor_object(row), **figures(backend, party, now), "offices": [asdict(office) for office in offices],
                            "counterparts_url": f"{address_of('actors', actor_id)}/counterparts",
                            "events": orjson.Fragment(joined(page.rows))}, last_modified=modified(queries.last_change(), now))

    return blueprint


def articles_blueprint(backend: Backend) -> APIBlueprint:
    blueprint = APIBlueprint("articles", __name__, tag="Articles")
    queries = backend.queries

    @blueprint.get("/articles/<article_id>")
    @blueprint.input(NoParameters, location="query", unknown=RAISE, error_status_code=400, arg_name="asked")
    @blueprint.output(ArticleSchema)
    @blueprint.doc(operation_id="getArticle", responses=problems(_400="A parameter is unknown.",
                                                                 _404="There is no such article."))
    def get_article(article_id: str, asked: dict[str, Any]) -> Response:
        """Get one article: what it is, and each claim read from it

        Its text is its publisher's and is not served; the quotations are.
        """
        row = queries.article(article_id)
        if row is None:
            raise Problem(404, f"There is no article {article_id[:100]!r}.")
        told = article_from_json(row["article"])
        claims = [evidence_object(claim) | {"event": event_id, "event_url": address_of("events", event_id)}
                  for event_id, claim in queries.article_claims(article_id)]
        versions = [{"version": one["version"], "digest": one["digest"], "fetched": time_text(one["fetched"]),
                     "let_go": time_text(one["let_go"])}
                    for one in queries.article_versions(article_id)]
        return answer_json({
            "id": row["id"], "url": row["url"], "source": row["source_id"],
            "publisher": told.publisher or row["source_id"], "headline": row["headline"],
            "authors": list(told.authors), "language": told.language, "dateline": told.dateline,
            "published": instant(told.published_at) if told.published_at else row["published_on"],
            "published_basis": told.published_basis, "tier": told.tier.value, "form": told.form.value,
            "first_seen": time_text(row["first_seen"]), "last_seen": time_text(row["last_seen"]),
            "gone": time_text(row["gone"]), "version": row["version"], "versions": versions, "claims": claims})

    return blueprint
