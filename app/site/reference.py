"""`/docs`: the OpenAPI document as a page."""
from __future__ import annotations

from flask import Response

from app.api.document import Document
from app.site.pages import Pages

__all__ = ["reference"]

_METHODS = ("get", "post", "patch", "delete")


def reference(pages: Pages, document: Document) -> Response:
    return pages.page("docs.html", title="The API", json="/openapi.json", api=document(), methods=_METHODS, last_modified=document.since,
                      about="The API of the timeline: each address with what it takes and gives, and each object with its fields.")
