"""What is served with status 200 in place of an article is told by its kind and never read as one.

All pages here are synthetic.
"""
from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from scraper.article import read_article
from scraper.collect import Failure, Page, collect
from scraper.discover import Link
from scraper.errors import PageError
from scraper.fetch import Response
from scraper.source import Kind, Source
from timeline.model import Article, Form

NOW = datetime(2023, 11, 20, 12, tzinfo=UTC)
URL = "https://courier.example/world/talks"
SOURCE = Source("courier", "The Steppe Courier", "https://courier.example/", Kind.FEED, "https://courier.example/feed", language="en")
SENTENCE = ("The two delegations spoke about the roads, the rivers and the trade between their countries, and they asked their hosts "
            "for another round of talks before the end of the winter.")
TEXT = "".join(f"<p>{SENTENCE} It was round {number}.</p>" for number in range(1, 9))


def read(markup: str) -> Article:
    return read_article(f"<!doctype html><!-- synthetic -->{markup}".encode(), URL, SOURCE, fetched_at=NOW)


def error_class(markup: str) -> str:
    with pytest.raises(PageError) as caught:
        read(markup)
    return caught.value.error_class


def article(head: str = "", body: str = TEXT, title: str = "Ministers meet in Astana", attributes: str = "") -> str:
    return f"<html {attributes}><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1>{body}</article></body></html>"


def described(kind: str = "NewsArticle", more: str = "") -> str:
    return ('<script type="application/ld+json">{"@type": "' + kind + '", "headline": "Ministers meet in Astana", '
            '"datePublished": "2023-11-09T10:00:00+02:00"' + more + "}</script>")


# -- challenges -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("markup", [
    "<html><head><title>Just a moment...</title></head><body><h1>courier.example</h1><p>Checking that the connection is safe. This may take a few seconds.</p>"
    "<script src='/cdn-cgi/challenge-platform/h/b/x.js'></script></body></html>",
    "<html><head><title>courier.example</title></head><body><div id='px-captcha'></div><p>Press and hold</p></body></html>",
    "<html><head><title>Access Denied</title></head><body><h1>Access Denied</h1><p>You don't have permission to access this address on this server. Reference 18.1</p></body></html>",
    "<html><head><title>Проверка браузера</title></head><body><p>Подождите, пока ваш браузер проверяется. Это займёт несколько секунд, не больше.</p></body></html>",
    "<html><head><title>Attention Required! | Steppe Shield</title></head><body><h2>Please complete the security check to go on to courier.example</h2></body></html>"])
def test_a_question_whether_we_are_human_is_a_challenge(markup: str) -> None:
    assert error_class(markup) == "page-challenge"


@pytest.mark.parametrize("title", ["Just a moment", "Security check", "Access denied"])
def test_an_article_with_the_title_of_a_challenge_is_read(title: str) -> None:
    assert read(article(title=title)).headline == title


def test_a_form_against_robots_below_an_article_makes_no_challenge_of_it() -> None:
    assert read(article("<script src='https://captcha.example/g-recaptcha.js'></script>", TEXT + "<div class='h-captcha'></div>")).form is Form.ARTICLE


# -- pages not found --------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("markup", [
    "<html><head><title>Page not found - The Steppe Courier</title></head><body><h1>Page not found</h1><p>What you look for may have been moved, or it was never here. Try the search.</p></body></html>",
    "<html><head><title>The Steppe Courier</title></head><body><h1>404: Not Found</h1><p>This address leads nowhere, but there is much else to read at the Courier.</p></body></html>",
    "<html><head><title>Seite nicht gefunden | Steppenbote</title></head><body><p>Leider gibt es unter dieser Adresse nichts mehr zu lesen, oder es gab dort nie etwas.</p></body></html>",
    "<html><head><title>Страница не найдена</title></head><body><p>По этому адресу ничего нет. Вернитесь на главную страницу и попробуйте ещё раз оттуда.</p></body></html>",
    f"<html><head><title>The Steppe Courier</title></head><body class='home error404'><h1>Oh dear</h1>{TEXT}</body></html>"])
def test_a_page_that_says_that_it_is_none_is_missing(markup: str) -> None:
    assert error_class(markup) == "page-missing"


@pytest.mark.parametrize("title", ["Envoy not found guilty in Astana", "404 delegates meet in Astana", "Plane not found: search goes on", "Not found"])
def test_news_of_what_was_not_found_is_read(title: str) -> None:
    assert read(article(title=title)).headline == title


# -- consent ----------------------------------------------------------------------------------------------------------

CONSENTS = {
    "en": ("Before you continue", "We and our 204 partners use cookies and similar technologies to store and access information on your device. You can accept all or reject all. "
           "With your consent, partners may process data to personalise content. You may withdraw consent at any time in our privacy settings. Manage preferences or accept all cookies."),
    "de": ("Bevor Sie fortfahren", "Wir und unsere 204 Partner nutzen Cookies und verarbeiten Daten von Ihrem Gerät. Sie können zustimmen oder ablehnen. Ihre Einwilligung können Sie jederzeit in den "
           "Einstellungen zum Datenschutz ändern. Mit Tracking akzeptieren und weiter, oder ablehnen und ohne Cookies lesen."),
    "fr": ("Votre choix", "Avec nos partenaires, nous utilisons des cookies et des traceurs. Vous pouvez accepter ou refuser. Votre consentement vaut pour les finalités suivantes, et vous pouvez le "
           "retirer à tout moment. Notre politique de confidentialité dit le reste. Accepter les cookies ou continuer sans accepter."),
    "pl": ("Zanim przejdziesz dalej", "My i nasi partnerzy używamy plików cookie, zwanych ciasteczkami. Akceptuję wszystkie albo odrzuć. Zgoda jest dobrowolna, a zgodę można wycofać. Partnerzy "
           "przetwarzają dane. Akceptuj ciasteczka i przejdź do serwisu."),
}


@pytest.mark.parametrize("language", CONSENTS)
@pytest.mark.parametrize("wrapped", [False, True])
def test_a_question_for_consent_is_no_article(language: str, wrapped: bool) -> None:
    title, text = CONSENTS[language]
    notice = f"<div class='cookie-consent'><p>{text}</p></div>" if wrapped else f"<main><p>{text}</p></main>"
    assert error_class(f"<html lang='{language}'><head><title>{title}</title></head><body><h1>{title}</h1>{notice}</body></html>") == "page-consent"


def test_a_banner_above_an_article_does_not_make_it_a_notice() -> None:
    banner = f"<div class='cookie-consent'><p>{CONSENTS['en'][1]}</p></div>"
    assert len(read(article(body=banner + TEXT)).paragraphs) >= 8


def test_an_article_about_consent_is_read() -> None:
    told = "".join(f"<p>The court in Luxembourg ruled on cookies and consent in case {number}. {SENTENCE}</p>" for number in range(6))
    assert read(article(body=told, title="Court rules on consent")).form is Form.ARTICLE


# -- paywalls ---------------------------------------------------------------------------------------------------------

NOT_FREE = ', "isAccessibleForFree": "False", "hasPart": {"@type": "WebPageElement", "isAccessibleForFree": false, "cssSelector": ".paid"}'


@pytest.mark.parametrize("body", [
    f"<p>{SENTENCE}</p>", TEXT + "<div class='paid'></div>",
    TEXT + f"<p>{SENTENCE[:90]}…</p><div class='paywall-offer'><a href='/subscribe'>Subscribe</a></div>"])
def test_the_beginning_of_a_text_that_is_not_free_is_kept_as_a_teaser(body: str) -> None:
    found = read(article(described(more=NOT_FREE), body))
    assert found.form is Form.TEASER
    assert found.published_on == date(2023, 11, 9)


def test_a_text_that_is_served_whole_is_an_article_whatever_it_says_of_its_price() -> None:
    assert read(article(described(more=NOT_FREE), f"<div class='paid'>{TEXT}</div>")).form is Form.ARTICLE
    assert read(article(described(more=', "isAccessibleForFree": false'))).form is Form.ARTICLE


def test_a_selector_that_is_none_is_passed_over() -> None:
    assert read(article(described(more=NOT_FREE.replace(".paid", "p[[")))).form is Form.ARTICLE


def test_nothing_but_an_offer_is_a_paywall() -> None:
    assert error_class(article(described(more=NOT_FREE), "<p>Subscribe now</p>")) == "page-paywall"


# -- live blogs -------------------------------------------------------------------------------------------------------

LIVE = described("LiveBlogPosting", ', "liveBlogUpdate": [{"@type": "BlogPosting", "headline": "Talks begin"}]')


def test_a_live_blog_is_kept_as_one() -> None:
    assert read(article(LIVE)).form is Form.LIVE_BLOG
    assert read(article(attributes="itemscope itemtype='https://schema.org/LiveBlogPosting'")).form is Form.LIVE_BLOG


class _Parsers:
    """The parsers themselves, with a listing of one link."""

    def discover(self, source: Source, body: bytes, content_type: str | None, base_url: str) -> tuple[Link, ...]:
        return (Link(URL),)

    read_article = staticmethod(read_article)


def test_a_run_counts_a_live_blog_as_not_read_and_keeps_its_text() -> None:
    def fetch(url: str, **_: object) -> Response:
        return Response(url, url, 200, {"content-type": "text/html"}, article(LIVE).encode())

    items = list(collect(SOURCE, fetch, lambda urls: {}, _Parsers(), now=lambda: NOW))
    assert [item.article.form for item in items if isinstance(item, Page)] == [Form.LIVE_BLOG]
    assert [item.error_class for item in items if isinstance(item, Failure)] == ["page-live-blog"]
