"""The addresses of the pages."""
from __future__ import annotations

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any

from apiflask import APIBlueprint
from flask import Response, request
from marshmallow import Schema

from app.api.admission import needs_nothing
from app.api.backend import Backend
from app.api.document import Document
from app.api.problems import Problem
from app.event_json import API_PREFIX
from app.scopes import Scope
from app.site.actor_list import ActorListParameters, actor_list, country_list
from app.site.desk_routes import add_desk
from app.site.diary import diary
from app.site.encounters import actor_page, actor_pair_page, country_page, country_pair_page
from app.site.event import event_page
from app.site.event_line import STATUSES
from app.site.event_list import event_list
from app.site.event_markup import clock_markup, line_markup, lines_markup, status_markup
from app.site.filters import DiaryParameters, ListParameters, MapParameters, PictureParameters, WorldParameters, taken
from app.site.map import map_page
from app.site.own_forms import LONG, own_form
from app.site.pages import Pages
from app.site.plain_words import plain_query
from app.site.reference import reference
from app.site.sitemap import robots_txt, sitemap_index, sitemap_part
from app.site.subscription import SubscriptionParameters, SuggestionParameters, subscription, suggestions
from app.site.timeline import timeline, timeline_json
from app.site.trying import try_page
from timeline.titles import state_name

__all__ = ["site_blueprint"]


def site_blueprint(backend: Backend, document: Document) -> tuple[APIBlueprint, Callable[[], Response], Callable[[Problem], Response | None]]:
    """The pages; the one at `/`, which stands beside the JSON index; and the page for a problem where a page was asked for. `document` is
    the OpenAPI document."""
    blueprint = APIBlueprint("site", __name__, enable_openapi=False)
    pages = Pages(backend)
    signing_in = add_desk(blueprint, backend, pages)

    @blueprint.app_context_processor
    def _told() -> dict[str, object]:
        return {"statuses": STATUSES, "country": state_name}

    for made in (clock_markup, line_markup, lines_markup, status_markup):
        blueprint.add_app_template_global(made)

    def filtered(view: Callable[[Backend, Pages, dict[str, Any]], Response], parameters: type[Schema]) -> Response:
        """A page with the filters of the API; what people write into them leads to the same in the API's words."""
        plain = plain_query()
        return pages.elsewhere(f"{request.path}?{plain}", 302) if plain is not None else view(backend, pages, taken(parameters))

    @blueprint.get("/events")
    def events() -> Response:
        return filtered(event_list, ListParameters)

    @blueprint.get("/events/<event_id>")
    def event(event_id: str) -> Response:
        return event_page(backend, pages, event_id, corrects=signing_in.may(Scope.CORRECT))

    @blueprint.get("/actors")
    def actors() -> Response:
        return filtered(actor_list, ActorListParameters)

    @blueprint.get("/actors/<actor_id>")
    def actor(actor_id: str) -> Response:
        return actor_page(backend, pages, actor_id)

    @blueprint.get("/actors/<actor_id>/<other_id>")
    def actor_pair(actor_id: str, other_id: str) -> Response:
        return actor_pair_page(backend, pages, actor_id, other_id)

    @blueprint.get("/countries")
    def countries() -> Response:
        return country_list(backend, pages)

    @blueprint.get("/countries/<code>")
    def country(code: str) -> Response:
        return country_page(backend, pages, code)

    @blueprint.get("/countries/<code>/<other_code>")
    def country_pair(code: str, other_code: str) -> Response:
        return country_pair_page(backend, pages, code, other_code)

    @blueprint.get("/subscribe")
    def subscribe() -> Response:
        return filtered(partial(subscription, pushes=signing_in.may(Scope.PUSH)), SubscriptionParameters)

    @blueprint.get("/subscribe/actors")
    def suggest_actors() -> Response:
        return suggestions(backend, pages, taken(SuggestionParameters))

    @blueprint.get("/timeline")
    def picture() -> Response:
        return filtered(timeline, PictureParameters)

    @blueprint.get("/timeline.json")
    def picture_json() -> Response:
        return timeline_json(backend, taken(MapParameters))

    @blueprint.get("/map")
    def world() -> Response:
        return filtered(map_page, WorldParameters)

    @blueprint.get("/try")
    def try_one() -> Response:
        return try_page(backend, pages)

    @blueprint.post("/try")
    @own_form(backend, limit=LONG)
    def read_one() -> Response:
        return try_page(backend, pages)

    @blueprint.get("/docs")
    @needs_nothing
    def docs() -> Response:
        return reference(pages, document)

    @blueprint.get("/robots.txt")
    @needs_nothing
    def robots() -> Response:
        return robots_txt(backend, pages)

    @blueprint.get("/sitemap.xml")
    def sitemap() -> Response:
        return sitemap_index(backend, pages)

    @blueprint.get("/sitemaps/<name>.xml")
    def part_of_sitemap(name: str) -> Response:
        return sitemap_part(backend, pages, name)

    def front() -> Response:
        return filtered(diary, DiaryParameters)

    def as_page(problem: Problem) -> Response | None:
        if request.path.startswith((f"{API_PREFIX}/", "/static/")) or not _likes_pages():
            return None
        response = pages.page("problem.html", title=HTTPStatus(problem.status).phrase, about=problem.detail, private=True,
                              status=problem.status, detail=problem.detail, errors=problem.errors)
        response.headers.update(problem.headers)
        return response

    return blueprint, front, as_page


def _likes_pages() -> bool:
    """Whether whoever asks would rather have a page than JSON: browsers say so, programs do not."""
    return request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"
