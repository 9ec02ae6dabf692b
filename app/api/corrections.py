"""`/corrections`: what an operator corrects by hand, and takes back."""
from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response
from marshmallow import RAISE

from app.api.admission import needs
from app.api.answers import answer_json, latest
from app.api.backend import Backend
from app.api.objects import correction_object
from app.api.pages import after_number, cut, next_page, with_next
from app.api.parameters import NoParameters, PageParameters, question
from app.api.problems import Problem, problems
from app.api.schemas import CorrectedSchema, CorrectionPageSchema, CorrectionRequestSchema, UndoRequestSchema
from app.event_json import dump
from app.scopes import Scope
from app.store.corrections import Corrected, Corrections
from app.store.errors import AlreadyUndone, UnknownRuling
from timeline.rulings import RulingError, RulingKind

__all__ = ["CORRECTION_KINDS", "corrections_blueprint", "undone"]

# The fields that a kind must have, and those that it may have, beside `note` and `by`.
_FIELDS = {RulingKind.MERGE: ({"events"}, set[str]()), RulingKind.SPLIT: ({"event"}, {"articles", "claims"}),
           RulingKind.WITHDRAW: ({"event"}, set[str]())}

CORRECTION_KINDS: list[dict[str, Any]] = [
    {"properties": {"kind": {"const": kind.value}}, "required": sorted(needed),
     "not": {"anyOf": [{"required": [name]} for name in ("articles", "claims", "event", "events") if name not in needed | possible]},
     **({"anyOf": [{"required": [name]} for name in sorted(possible)]} if possible else {})}
    for kind, (needed, possible) in _FIELDS.items()]
"""The same for the OpenAPI document, as JSON Schema's `oneOf`."""


def corrections_blueprint(backend: Backend) -> APIBlueprint:
    blueprint = APIBlueprint("corrections", __name__, tag="Corrections")
    queries, corrections = backend.queries, backend.corrections
    refusals = {"_400": "The body is no JSON, or a parameter is unknown.", "_413": "The body is too large.",
                "_415": "The body is not application/json."}

    def told(done: Corrected, status: int) -> Response:
        row = queries.correction(done.ruling)
        if row is None:
            raise Problem(503, "The correction was made, but can't be read back now.", headers={"Retry-After": "1"})
        response = Response(dump(correction_object(row) | {"changed": sorted(done.events)}), status,
                            mimetype="application/json")
        response.headers["Cache-Control"] = "no-store"
        return response

    @blueprint.get("/corrections")
    @blueprint.input(PageParameters, location="query", unknown=RAISE, error_status_code=400, arg_name="asked")
    @blueprint.output(CorrectionPageSchema)
    @blueprint.doc(operation_id="listCorrections", responses=problems(_400="A parameter is wrong or unknown."))
    def list_corrections(asked: dict[str, Any]) -> Response:
        """List corrections, the newest first; those that were undone too"""
        limit, asking = asked["limit"], question("corrections")
        rows, last = cut(queries.corrections(limit=limit + 1, after=after_number(asked, asking)), limit)
        cursor, address = next_page(backend, (str(last["number"]),) if last else None, asking)
        made = latest((row["undone_at"] or row["at"] for row in rows), backend.now())
        return with_next(answer_json({"corrections": [correction_object(row) for row in rows], "cursor": cursor,
                                      "next": address}, last_modified=made), address)

    @blueprint.post("/corrections")
    @needs(Scope.CORRECT)
    @blueprint.input(NoParameters, location="query", unknown=RAISE, error_status_code=400, arg_name="asked")
    @blueprint.input(CorrectionRequestSchema, location="json", arg_name="wanted")
    @blueprint.output(CorrectedSchema, status_code=201, description="The correction, and the events that it changed.")
    @blueprint.doc(operation_id="correct", responses=problems(
        **refusals, _422="A field is wrong or missing, or names what is not there or can't be corrected so."))
    def correct(asked: dict[str, Any], wanted: dict[str, Any]) -> Response:
        """Merge two events, split one, or withdraw one

        What comes later follows the correction, until it is undone.
        """
        kind = RulingKind(wanted["kind"])
        _check_fields(kind, wanted)
        by = {"by": wanted["by"], "note": wanted["note"]}
        try:
            match kind:
                case RulingKind.MERGE:
                    done = corrections.merge(*wanted["events"], **by)
                case RulingKind.SPLIT:
                    done = corrections.split(wanted["event"], articles=wanted.get("articles", ()),
                                             claims=wanted.get("claims", ()), **by)
                case RulingKind.WITHDRAW:
                    done = corrections.withdraw(wanted["event"], **by)
        except RulingError as error:
            raise _wrong({error.field: str(error)}) from error
        return told(done, 201)

    @blueprint.post("/corrections/<correction_id>/undo")
    @needs(Scope.CORRECT)
    @blueprint.input(NoParameters, location="query", unknown=RAISE, error_status_code=400, arg_name="asked")
    @blueprint.input(UndoRequestSchema, location="json", arg_name="wanted")
    @blueprint.output(CorrectedSchema, description="The correction, and the events that changed again.")
    @blueprint.doc(operation_id="undoCorrection", responses=problems(
        **refusals, _404="There is no such correction.", _409="It was undone already.", _422="A field is wrong."))
    def undo_correction(correction_id: str, asked: dict[str, Any], wanted: dict[str, Any]) -> Response:
        """Undo a correction: as if it had never been"""
        return told(undone(corrections, correction_id, wanted["by"]), 200)

    return blueprint


def undone(corrections: Corrections, correction_id: str, by: str) -> Corrected:
    """A correction taken back. Raises `Problem` 404 where there is none of that id, and 409 where it was undone before."""
    try:
        return corrections.undo(correction_id, by=by)
    except UnknownRuling as error:
        raise Problem(404, f"There is no correction {correction_id[:100]!r}.") from error
    except AlreadyUndone as error:
        raise Problem(409, f"{str(error)[:1].upper()}{str(error)[1:]}.") from error


def _check_fields(kind: RulingKind, wanted: dict[str, Any]) -> None:
    needed, possible = _FIELDS[kind]
    given = wanted.keys() - {"kind", "note", "by"}
    wrong = dict.fromkeys(needed - given, f"a {kind.value} needs it")
    wrong |= dict.fromkeys(given - needed - possible, f"a {kind.value} has no such field")
    if wrong:
        raise _wrong(wrong)


def _wrong(fields: dict[str, str]) -> Problem:
    told = [{"field": name, "detail": reason} for name, reason in sorted(fields.items())]
    return Problem(422, "; ".join(f"{one['field']}: {one['detail']}" for one in told), errors=told)
