"""The addresses of the desk. Each is for operators, and each act for those whose token has its scope."""
from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response

from app.api.admission import needs_nothing
from app.api.backend import Backend
from app.scopes import Scope
from app.site import correcting, webhooks
from app.site.adding import Adding
from app.site.desk import correction_list, desk, undo
from app.site.own_forms import own_form
from app.site.pages import Pages
from app.site.runs import run_page, runs_page, start_run
from app.site.signing_in import Operator, SigningIn

__all__ = ["add_desk"]


def add_desk(blueprint: APIBlueprint, backend: Backend, pages: Pages) -> SigningIn:
    """Put them in; what is given back tells who is signed in."""
    signing_in = SigningIn(backend, pages)
    adding = Adding(backend, pages)
    only, posted = signing_in.only, own_form(backend)

    @blueprint.get("/desk/sign-in")
    @needs_nothing
    def sign_in_page() -> Response:
        return signing_in.page()

    @blueprint.post("/desk/sign-in")
    @posted
    @needs_nothing
    def sign_in() -> Response:
        return signing_in.sign_in()

    @blueprint.post("/desk/sign-out")
    @posted
    @needs_nothing
    def sign_out() -> Response:
        return signing_in.sign_out()

    @blueprint.get("/desk")
    @only()
    def the_desk(operator: Operator) -> Response:
        return desk(operator, backend, pages)

    @blueprint.get("/desk/runs")
    @only()
    def runs(operator: Operator) -> Response:
        return runs_page(backend, pages)

    @blueprint.get("/desk/runs/<run_id>")
    @only()
    def run(operator: Operator, run_id: str) -> Response:
        return run_page(backend, pages, run_id)

    @blueprint.post("/desk/runs")
    @posted
    @only(Scope.TRIGGER)
    def start(operator: Operator) -> Response:
        return start_run(backend, pages)

    @blueprint.get("/desk/corrections")
    @only()
    def corrections(operator: Operator) -> Response:
        return correction_list(operator, backend, pages)

    @blueprint.post("/desk/corrections/<correction_id>/undo")
    @posted
    @only(Scope.CORRECT)
    def undo_correction(operator: Operator, correction_id: str) -> Response:
        return undo(operator, backend, pages, correction_id)

    for act in (correcting.merge, correcting.split, correcting.withdraw):
        def correct(operator: Operator, event_id: str, act=act) -> Response:
            return act(operator, backend, pages, event_id)

        guarded, name = only(Scope.CORRECT)(correct), act.__name__
        blueprint.add_url_rule(f"/desk/events/<event_id>/{name}", f"{name}_form", guarded, methods=["GET"])
        blueprint.add_url_rule(f"/desk/events/<event_id>/{name}", name, posted(guarded), methods=["POST"])

    @blueprint.get("/desk/sources/add")
    @only(Scope.SOURCES)
    def add_form(operator: Operator) -> Response:
        return adding.form()

    @blueprint.post("/desk/sources/add")
    @posted
    @only(Scope.SOURCES)
    def start_trial(operator: Operator) -> Response:
        return adding.start(operator)

    @blueprint.get("/desk/sources/trials/<trial_id>")
    @only(Scope.SOURCES)
    def trial(operator: Operator, trial_id: str) -> Response:
        return adding.trial(operator, trial_id)

    @blueprint.post("/desk/sources")
    @posted
    @only(Scope.SOURCES)
    def add_source(operator: Operator) -> Response:
        return adding.add()

    @blueprint.get("/desk/webhooks")
    @only(Scope.PUSH)
    def list_of_webhooks(operator: Operator) -> Response:
        return webhooks.webhook_list(operator, backend, pages)

    @blueprint.post("/desk/webhooks")
    @posted
    @only(Scope.PUSH)
    def add_webhook(operator: Operator) -> Response:
        return webhooks.add_webhook(operator, backend, pages)

    for path, done_to in (("test", webhooks.send_test), ("rotate", webhooks.rotate_secret), ("enable", webhooks.enable_webhook),
                          ("remove", webhooks.remove_webhook)):
        def change(operator: Operator, webhook_id: str, act=done_to) -> Response:
            return act(operator, backend, pages, webhook_id)

        blueprint.add_url_rule(f"/desk/webhooks/<webhook_id>/{path}", f"webhook_{path}", posted(only(Scope.PUSH)(change)), methods=["POST"])

    return signing_in
