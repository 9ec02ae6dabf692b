"""`/actors` and `/articles`: who takes part in events, and what tells of them."""
from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from apiflask import APIBlueprint
from flask import Response
from marshmallow import RAISE

from app.api.answers import answer, answer_json, modified
from app.api.backend import Backend
from app.api.event_list import joined
from app.api.objects import actor_object, address_of, evidence_object, time_text
from app.api.pages import after_cursor, next_page, with_next
from app.api.parameters import ActorParameters, NoParameters, actor_filter, question, unreported_before
from app.api.problems import Problem, problems
from app.api.schemas import ActorDetailSchema, ActorPageSchema, ArticleSchema
from app.event_json import API_PREFIX, dump, instant
from app.store.codec import article_from_json
from app.store.queries import EventFilter, Sort

__all__ = ["actors_blueprint", "articles_blueprint"]

_RECENT = 20


def actors_blueprint(backend: Backend) -> APIBlueprint:
    blueprint = APIBlueprint("actors", __name__, tag="Actors")
    queries = backend.queries

    @blueprint.get("/actors")
    @blueprint.input(ActorParameters, location="query", unknown=RAISE, error_status_code=400, arg_name="asked")
    @blueprint.output(ActorPageSchema)
    @blueprint.doc(operation_id="listActors", responses=problems(_400="A parameter is wrong or unknown."))
    def list_actors(asked: dict[str, Any]) -> Response:
        """List actors

        Persons, states and organisations, in the order of their ids.
        """
        wanted, limit = actor_filter(asked), asked["limit"]
        asking = question(wanted)
        after = after_cursor(asked, asking, parts=1)
        rows = queries.actors(wanted, limit=limit + 1, after=after[0] if after else None)
        cursor, address = next_page(backend, (rows[limit - 1]["id"],) if len(rows) > limit else None, asking)
        found = [actor_object(row) | {"events": row["events"]} for row in rows[:limit]]
        return with_next(answer_json({"actors": found, "cursor": cursor, "next": address}), address)

    @blueprint.get("/actors/<path:actor_id>")
    @blueprint.input(NoParameters, location="query", unknown=RAISE, error_status_code=400, arg_name="asked")
    @blueprint.output(ActorDetailSchema)
    @blueprint.doc(operation_id="getActor", responses=problems(_400="A parameter is unknown.",
                                                               _404="There is no such actor."))
    def get_actor(actor_id: str, asked: dict[str, Any]) -> Response:
        """Get one actor with its latest events"""
        row = queries.actor(actor_id)
        if row is None:
            raise Problem(404, f"There is no actor {actor_id[:100]!r}.")
        now = backend.now()
        page = queries.events(EventFilter(actors=(actor_id,)), due=unreported_before(now), limit=_RECENT,
                              sort=Sort.START_DESCENDING)
        actor = actor_object(row) | {"events_url": f"{API_PREFIX}/events?{urlencode({'actor': actor_id}, safe=':')}"}
        body = dump(actor)[:-1] + b',"events":' + joined(page.rows) + b"}"
        return answer(body, "application/json", last_modified=modified(page.last_change, now))

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
        versions = [{"version": one["version"], "digest": one["digest"], "fetched": time_text(one["fetched"])}
                    for one in queries.article_versions(article_id)]
        return answer_json({
            "id": row["id"], "url": row["url"], "source": row["source_id"],
            "publisher": told.publisher or row["source_id"], "headline": row["headline"],
            "authors": list(told.authors), "language": told.language, "dateline": told.dateline,
            "published": instant(told.published_at) if told.published_at else row["published_on"],
            "published_basis": told.published_basis, "tier": told.tier.value,
            "first_seen": time_text(row["first_seen"]), "last_seen": time_text(row["last_seen"]),
            "gone": time_text(row["gone"]), "version": row["version"], "versions": versions, "claims": claims})

    return blueprint
