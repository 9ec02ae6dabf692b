"""In which language an article is taken to be: what it declares, unless its text is plainly another. All texts are synthetic."""
from __future__ import annotations

import pytest

from scraper.article import language_of

LONG = {
    "en": "The two delegations met for the third time this year and spoke about the trade between their countries, about the roads that carry it and about the "
          "people who live beside them. They agreed to meet again before the end of the winter, and to ask their governments for more time. Nothing was signed.",
    "fr": "Les deux délégations se sont réunies pour la troisième fois cette année et ont parlé du commerce entre leurs pays, des routes qui le portent et des gens "
          "qui vivent à côté. Elles sont convenues de se revoir avant la fin de l'hiver et de demander plus de temps à leurs gouvernements. Rien n'a été signé.",
    "de": "Die beiden Delegationen trafen sich zum dritten Mal in diesem Jahr und sprachen über den Handel zwischen ihren Ländern, über die Straßen, die ihn tragen, "
          "und über die Menschen, die an ihnen wohnen. Sie wollen sich vor dem Ende des Winters wieder treffen. Unterschrieben wurde nichts, wie es hieß.",
    "ru": "Две делегации встретились в третий раз в этом году и говорили о торговле между своими странами, о дорогах, по которым она идёт, и о людях, которые живут "
          "рядом с ними. Они договорились встретиться снова до конца зимы и попросить у своих правительств больше времени. Ничего не было подписано.",
    "tr": "İki heyet bu yıl üçüncü kez bir araya geldi ve ülkeleri arasındaki ticaretten, onu taşıyan yollardan ve bu yolların yanında yaşayan insanlardan söz etti. Kış "
          "bitmeden yeniden buluşmaya ve hükümetlerinden daha fazla zaman istemeye karar verdiler. Hiçbir şey imzalanmadı, açıklama yapılmadı."}


@pytest.mark.parametrize("language", LONG)
@pytest.mark.parametrize("declared", [None, "en"])
def test_a_text_of_some_length_shows_its_language_whatever_the_template_says(language: str, declared: str | None) -> None:
    assert language_of(declared, (LONG[language],), "und") == language


@pytest.mark.parametrize("declared", ["en", "fr"])
def test_a_short_text_is_what_it_is_declared_to_be(declared: str) -> None:
    assert language_of(declared, ("Rencontre à Paris.",), "und") == declared


@pytest.mark.parametrize("text", ["Переговоры в Астане", "普京在阿斯塔纳会见了托卡耶夫总统", "التقى الرئيسان في أستانا"])
def test_a_short_text_in_another_script_is_not_english(text: str) -> None:
    assert language_of("en", (text,), "en") != "en"


def test_a_short_text_that_declares_nothing_is_in_its_sources_language() -> None:
    assert language_of(None, ("Astana, Minsk.",), "kk") == "kk"
    assert language_of(None, ("",), "pt-BR") == "pt"


def test_an_english_article_that_quotes_another_language_stays_english() -> None:
    quoted = f'{LONG["en"]} "Rien n\'a été signé," she said, "et rien ne le sera." {LONG["en"]}'
    assert language_of("en", (quoted,), "und") == "en"


def test_an_article_that_is_mostly_another_language_is_not_english_for_its_first_line() -> None:
    assert language_of("en", ("Read in English", LONG["ru"]), "und") == "ru"


@pytest.mark.parametrize(("declared", "language"), [("hr", "sr"), ("nb", "no"), ("sk", "cs")])
def test_between_close_relatives_the_page_has_the_say(declared: str, language: str) -> None:
    text = {"sr": "Dve delegacije sastale su se treći put ove godine i razgovarale o trgovini između svojih zemalja, o putevima i o ljudima koji žive pored njih.",
            "no": "De to delegasjonene møttes for tredje gang i år og snakket om handelen mellom landene sine, om veiene og om menneskene som bor ved dem.",
            "cs": "Obě delegace se letos setkaly již potřetí a hovořily o obchodu mezi svými zeměmi, o silnicích a o lidech, kteří podél nich žijí."}[language]
    assert language_of(declared, (text * 3,), "und") == declared
