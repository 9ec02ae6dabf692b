"""Who may do what at the desk: tokens, their scopes, the cookie that keeps them, and what never shows."""
from __future__ import annotations

import logging
import re
from itertools import product

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect
from reading_pages import reading
from serving import SampleStore, sample_app, served
from werkzeug.test import TestResponse

from app.scopes import Scope

HTML = {"Accept": "text/html"}
# What is posted by each act, with its scope.
ACTS = [("/desk/runs", Scope.TRIGGER), ("/desk/events/EVENT/merge", Scope.CORRECT), ("/desk/events/EVENT/split", Scope.CORRECT),
        ("/desk/events/EVENT/withdraw", Scope.CORRECT), ("/desk/corrections/x/undo", Scope.CORRECT), ("/desk/sources/add", Scope.SOURCES),
        ("/desk/sources", Scope.SOURCES), ("/desk/webhooks", Scope.PUSH), *((f"/desk/webhooks/x/{act}", Scope.PUSH)
                                                                            for act in ("test", "rotate", "enable", "remove"))]


def signed_in(store: SampleStore, given: str, **settings: object) -> FlaskClient:
    client = sample_app(store, **settings).test_client()
    assert client.post("/desk/sign-in", data={"token": given}).status_code == 303
    return client


def leads_to_sign_in(answer: TestResponse) -> bool:
    return answer.status_code == 303 and answer.headers["Location"].startswith("/desk/sign-in")


def acted(client: FlaskClient, store: SampleStore, path: str) -> TestResponse:
    return client.post(path.replace("EVENT", store.events["CSTO summit"].id), data={"note": "x"}, headers=HTML)


@pytest.mark.parametrize("script", [True, False])
def test_an_operator_signs_in_and_out(chromium: Browser, store: SampleStore, script: bool) -> None:
    token = store.tokens.create("ana", [Scope.TRIGGER, Scope.CORRECT])
    event = store.events["CSTO summit"].id
    seen: list[str] = []
    with served(sample_app(store)) as base, reading(chromium, base) as reader:
        page = reader.open(f"/events/{event}", script=script)
        page.on("response", lambda answer: seen.append(answer.url))
        assert page.get_by_role("link", name="Withdraw").count() == 0
        page.goto(f"{base}/desk/events/{event}/withdraw")
        assert page.url.startswith(f"{base}/desk/sign-in?next=")
        page.get_by_label("Token").fill("summitry_wrong")
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator("#fault-token")).to_have_text("That is no token of this service.")
        page.get_by_label("Token").fill(token)
        page.get_by_role("button", name="Sign in").click()
        assert page.url == f"{base}/desk/events/{event}/withdraw"
        kept = {one["name"]: one for one in page.context.cookies()}
        assert kept.keys() == {"desk-token", "desk"}
        assert (kept["desk-token"]["path"], kept["desk"]["path"], kept["desk"]["value"]) == ("/desk", "/", "correct+trigger")
        for one in kept.values():
            assert (one["httpOnly"], one["sameSite"], one["expires"], one["secure"]) == (True, "Strict", -1, False)
        for path in ("/desk", "/desk/corrections", f"/desk/events/{event}/withdraw", f"/events/{event}"):
            page.goto(base + path)
            assert token not in page.content()
        assert page.get_by_role("link", name="Withdraw").count() == 1
        page.goto(f"{base}/desk")
        expect(page.locator(".desk-head")).to_contain_text("ana")
        assert page.get_by_label("Add an outlet").count() == 0  # for another scope
        page.get_by_role("button", name="Sign out").click()
        assert page.url == f"{base}/desk/sign-in"
        assert page.context.cookies() == []
        page.goto(f"{base}/desk")
        assert page.url == f"{base}/desk/sign-in"
        assert [said for said in reader.said if "status of 422" not in said] == []
        reader.said.clear()
    assert not any(token in url for url in seen)


def test_each_act_needs_its_scope_and_no_other(either_store: SampleStore) -> None:
    store = either_store
    before = sample_app(store).test_client().get("/api/v1/events").data
    for scope in Scope:
        client = signed_in(store, store.tokens.create(scope.value, [scope]))
        for path, needed in ACTS:
            if needed is scope:
                continue
            answer = acted(client, store, path)
            assert (answer.status_code, answer.mimetype) == (403, "text/html"), (path, scope)
            assert f"The token has not the scope &#39;{needed.value}&#39;, which this needs." in answer.get_data(as_text=True)
    assert sample_app(store).test_client().get("/api/v1/events").data == before
    client = signed_in(store, store.tokens.create("all", list(Scope)))
    assert [acted(client, store, path).status_code for path, _ in ACTS] == [303, 422, 422, 303, 404, 422, 422, 422, 404, 404, 404, 404]
    made = client.get("/api/v1/corrections").get_json()["corrections"][0]
    assert made["by"] == "all"  # the name of the token


def test_what_a_token_may_not_do_is_not_shown(store: SampleStore) -> None:
    store.corrections.withdraw(store.events["CSTO summit"].id, by="ana")
    event = store.events["Putin – Tokayev, meeting"].id
    for scopes in ([Scope.READ], [Scope.TRIGGER], [Scope.CORRECT], [Scope.SOURCES]):
        client = signed_in(store, store.tokens.create("-".join(scopes), scopes), sourcing=object())
        page = client.get("/desk", headers=HTML).get_data(as_text=True)
        assert ("Collect all" in page, 'type="checkbox"' in page) == (Scope.TRIGGER in scopes,) * 2
        assert ("/undo" in page) == (Scope.CORRECT in scopes)
        assert ("Add an outlet" in page) == (Scope.SOURCES in scopes)
        assert ("Merge with" in client.get(f"/events/{event}", headers=HTML).get_data(as_text=True)) == (Scope.CORRECT in scopes)


def test_every_address_of_the_desk_is_for_operators(store: SampleStore) -> None:
    """Those that somebody adds and forgets to guard too."""
    store.tokens.create("ana", list(Scope))
    app = sample_app(store)
    asked = 0
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/desk") or rule.rule in ("/desk/sign-in", "/desk/sign-out"):
            continue
        path = re.sub("<[^>]+>", store.events["CSTO summit"].id, rule.rule)
        for method in (rule.methods or set()) - {"OPTIONS"}:
            for cookie in ("", "summitry_wrong", "é"):
                client = app.test_client()
                if cookie:
                    client.set_cookie("desk-token", cookie, path="/desk")
                    client.set_cookie("desk", "correct+trigger", path="/")  # the hint opens nothing
                answer = client.open(path, method=method, headers=HTML)
                assert leads_to_sign_in(answer) or answer.status_code == 429, (method, path)
                asked += 1
            assert leads_to_sign_in(app.test_client().open(path, method=method, headers={"Authorization": "Bearer x"}))
    assert asked > 40


def test_no_form_of_another_site_is_taken(store: SampleStore) -> None:
    token = store.tokens.create("ana", list(Scope))
    client = signed_in(store, token)
    paths = [rule.rule for rule in client.application.url_map.iter_rules()
             if "POST" in (rule.methods or ()) and not rule.rule.startswith("/api/")]
    assert len(paths) > 8
    before = client.get("/api/v1/events").data
    for rule, headers in product(paths, ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"},
                                         {"Origin": "null"}, {"Origin": "http://["})):
        path = re.sub("<[^>]+>", store.events["CSTO summit"].id, rule)
        answer = client.post(path, data={"token": token, "text": "x", "published": "2023-11-10"}, headers=headers)
        assert (answer.status_code, "Set-Cookie" in answer.headers) == (403, False), (path, headers)
    assert client.get("/api/v1/events").data == before
    assert client.get("/desk").status_code == 200  # still signed in


def test_a_token_shows_nowhere(store: SampleStore, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    """Neither in a body, nor in an address or header but its own cookie's, nor in a log; a wrong one neither."""
    caplog.set_level(logging.DEBUG)
    token = store.tokens.create("ana", list(Scope))
    wrong = token[:-1] + ("0" if token[-1] != "0" else "1")
    app = sample_app(store)
    client = app.test_client()
    answers = [client.post("/desk/sign-in", data={"token": wrong}, headers=HTML), client.post("/desk/sign-in", data={"token": token})]
    assert [answer.status_code for answer in answers] == [422, 303]
    assert "desk-token" in "".join(answers[1].headers.getlist("Set-Cookie"))
    answers += [client.get(path, headers=HTML) for path in ("/desk", "/desk/runs", "/desk/sources/add", "/desk/none", "/desk?x=1")]
    answers += [acted(client, store, path) for path, _ in ACTS]
    store.tokens.revoke("ana")
    answers += [client.get("/desk", headers=HTML), client.post("/desk/sign-in", data={"token": token}, headers=HTML),
                client.get(f"/desk/sign-in?next=/desk&token={token}", headers=HTML)]
    for answer in answers:
        said = answer.get_data(as_text=True) + "".join(value for name, value in answer.headers if name != "Set-Cookie")
        assert token not in said
        assert wrong not in said
    for answer in answers[2:]:
        assert token not in str(answer.headers)
    printed = caplog.text + "".join(capfd.readouterr())
    assert "was refused" in printed
    assert token not in printed
    assert wrong not in printed


def test_a_page_that_follows_a_run_leads_to_sign_in_once_the_token_is_revoked(chromium: Browser, store: SampleStore) -> None:
    token = store.tokens.create("ana", list(Scope))
    store.request_run(None, "api")
    with served(sample_app(store)) as base, reading(chromium, base) as reader:
        page = reader.open("/desk/sign-in")
        page.get_by_label("Token").fill(token)
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator("#runs li").first).to_contain_text("queued")
        store.tokens.revoke("ana")
        page.wait_for_url(f"{base}/desk/sign-in")


def test_a_token_that_is_no_good_any_more_is_forgotten(store: SampleStore) -> None:
    client = signed_in(store, store.tokens.create("ana", list(Scope)))
    assert client.get("/desk").status_code == 200
    store.tokens.revoke("ana")
    answer = client.get("/desk")
    assert leads_to_sign_in(answer)
    assert [re.sub(r";.*", "", one) for one in answer.headers.getlist("Set-Cookie")] == ["desk-token=", "desk="]
    assert client.get_cookie("desk-token", path="/desk") is None


def test_who_tries_tokens_is_made_to_wait(store: SampleStore) -> None:
    token = store.tokens.create("ana", list(Scope))
    client = sample_app(store, rate_failures=3).test_client()
    codes = [client.post("/desk/sign-in", data={"token": f"summitry_{number}"}).status_code for number in range(5)]
    assert codes == [422, 422, 422, 429, 429]
    answer = client.post("/desk/sign-in", data={"token": token})
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (429, False)
    assert "Too many requests" in answer.get_data(as_text=True)


@pytest.mark.parametrize("given", [{}, {"token": ""}, {"token": "x" * 501}, {"token": "\x00"}, {"token": "é\r\nSet-Cookie: a=b"}])
def test_what_is_no_token_signs_nobody_in(store: SampleStore, given: dict[str, str]) -> None:
    store.tokens.create("ana", list(Scope))
    answer = sample_app(store).test_client().post("/desk/sign-in", data=given)
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (422, False)


@pytest.mark.parametrize(("asked", "to"), [
    ("/desk/corrections", "/desk/corrections"), ("", "/desk"), ("https://evil.example/", "/desk"), ("//evil.example", "/desk"),
    ("/desk//evil.example", "/desk"), ("/desk/../../x", "/desk/../../x"), ("/deskx", "/desk"), ("/desk\r\nX: y", "/desk"),
    ("/subscribe", "/subscribe"), ("/subscribe?country=KZ&q=a+b%20c&actor=person:xi-jinping", "/subscribe?country=KZ&q=a+b%20c&actor=person:xi-jinping"),
    ("/subscribe@evil.example", "/desk"), ("/subscribe?x=\r\nX: y", "/desk"), ("/subscribe//evil", "/desk"),
    ("/desk/sign-out", "/desk"), ("/\\evil.example", "/desk"), ("/desk?done=run", "/desk")])
def test_signing_in_leads_to_the_desk_and_nowhere_else(store: SampleStore, asked: str, to: str) -> None:
    answer = sample_app(store).test_client().post("/desk/sign-in", data={"token": store.tokens.create("ana", list(Scope)), "next": asked})
    assert (answer.status_code, answer.headers["Location"]) == (303, to)


def test_under_https_the_cookies_are_for_https_alone_and_below_the_sites_path(store: SampleStore) -> None:
    token = store.tokens.create("ana", list(Scope))
    client = sample_app(store, base_url="https://summits.example/diary").test_client()
    answer = client.post("/desk/sign-in", data={"token": token}, headers={"Origin": "https://summits.example"})
    assert answer.headers["Location"] == "/diary/desk"
    first, second = answer.headers.getlist("Set-Cookie")
    assert first.endswith("; Secure; HttpOnly; Path=/diary/desk; SameSite=Strict")
    assert second == "desk=correct+push+read+sources+trigger; Secure; HttpOnly; Path=/diary/; SameSite=Strict"


@pytest.mark.parametrize(("told", "operator"), [
    ({}, True), ({"headers": {"X-Forwarded-For": "192.0.2.7"}}, False), ({"headers": {"Host": "rebound.example"}}, False),
    ({"environ_base": {"REMOTE_ADDR": "192.0.2.7"}}, False), ({"headers": {"Sec-Fetch-Site": "cross-site"}}, False)])
def test_without_any_token_clients_on_this_machine_are_operators(store: SampleStore, told: dict[str, dict[str, str]], operator: bool) -> None:
    client = sample_app(store).test_client()
    event = store.events["CSTO summit"].id
    assert leads_to_sign_in(client.get("/desk", **told)) is not operator  # type: ignore[arg-type]
    assert ("Withdraw" in client.get(f"/events/{event}", **told).get_data(as_text=True)) is operator  # type: ignore[arg-type]
    answer = client.post(f"/desk/events/{event}/withdraw", data={}, **told)  # type: ignore[arg-type]
    assert (answer.headers.get("Location", "").startswith("/desk?done=withdrawn")) is operator
    assert "There is no token yet" in client.get("/desk/sign-in").get_data(as_text=True)


def test_the_token_of_the_settings_opens_all(store: SampleStore) -> None:
    client = signed_in(store, "correct horse; \"battery\" é", token="correct horse; \"battery\" é")
    assert client.get("/desk").status_code == 200
    assert acted(client, store, "/desk/runs").status_code == 303


def test_where_reading_is_closed_the_desk_needs_it_too(store: SampleStore) -> None:
    client = signed_in(store, store.tokens.create("ana", [Scope.CORRECT, Scope.TRIGGER]), open_reading=False)
    answer = client.get("/desk", headers=HTML)
    assert answer.status_code == 403
    assert "&#39;read&#39;" in answer.get_data(as_text=True)
    client = signed_in(store, store.tokens.create("ben", [Scope.READ]), open_reading=False)
    assert client.get("/desk", headers=HTML).status_code == 200


def test_pages_of_the_desk_are_kept_by_nobody(store: SampleStore) -> None:
    client = sample_app(store).test_client()
    event = store.events["CSTO summit"].id
    for path in ("/desk", "/desk/runs", "/desk/corrections", f"/desk/events/{event}/split", "/desk/sign-in"):
        answer = client.get(path, headers=HTML)
        assert answer.headers["Cache-Control"] == "no-store", path
        assert '<meta name="robots" content="noindex">' in answer.get_data(as_text=True)
    answer = client.get(f"/events/{event}", headers=HTML)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "Cookie" in answer.headers["Vary"]
