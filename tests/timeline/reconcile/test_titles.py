"""Titles read like a desk diary."""
from __future__ import annotations

import pytest
from told_claims import BIDEN, NETANYAHU, PUTIN, TOKAYEV, claim

from timeline.reconcile import fold
from timeline.titles import surname


@pytest.mark.parametrize(("name", "country", "short"), [
    ("Vladimir Putin", "RU", "Putin"), ("Xi Jinping", "CN", "Xi"), ("Lee Jae Myung", "KR", "Lee"), ("Kim Jong Un", "KP", "Kim"),
    ("Fumio Kishida", "JP", "Kishida"), ("Nguyen Phu Trong", "VN", "Trong"), ("Hun Sen", "KH", "Hun Sen"), ("Ban Ki-moon", "UN", "Ban"),
    ("Abiy Ahmed", "ET", "Abiy"), ("Ursula von der Leyen", "EU", "von der Leyen"), ("Joseph R. Biden, Jr.", "US", "Biden"),
    ("Charles III", "GB", "Charles III"), ("Benigno Aquino III", "PH", "Aquino"), ("Pope Francis", "VA", "Pope Francis"),
    ("Nouri al-Maliki", "IQ", "Maliki"), ("Mohammed bin Salman", "SA", "bin Salman"), ("Kassym-Jomart Tokayev", "KZ", "Tokayev"),
    ("Modi", "IN", "Modi"), ("Salman of Saudi Arabia", "SA", "Salman")])
def test_surname(name: str, country: str, short: str) -> None:
    assert surname(name, country) == short


@pytest.mark.parametrize(("told", "title"), [
    (("meeting", [PUTIN, TOKAYEV], "Astana/KZ", None), "Putin – Tokayev, meeting"),
    (("call", [BIDEN, NETANYAHU], None, None), "Biden – Netanyahu, call"),
    (("summit", [PUTIN, TOKAYEV], "Minsk/BY", "CSTO"), "CSTO summit"),
    (("summit", [], "Negev/IL", "Negev Summit"), "Negev Summit"),
    (("visit", ["Rodrigo Duterte/PH", "Xi Jinping/CN"], "Beijing/CN", None), "Duterte visits China"),
    (("visit", [">Charles III/GB", ">Queen Camilla/GB", "FR"], "/FR", None), "Charles III and Queen Camilla visit France"),
    (("visit", ["Antony Blinken/US"], None, None), "Blinken, visit"),
    (("meeting", ["US", "IR"], "Muscat/OM", None), "United States – Iran, meeting"),
    (("meeting", ["Emile Lahoud/LB", "!UN"], None, None), "Lahoud – UN, meeting"),
    (("conference", [], "Vienna/AT", None), "Conference in Vienna"),
    (("summit", [BIDEN, "Fumio Kishida/JP", "Yoon Suk Yeol/KR", "Anthony Albanese/AU"], None, None), "Biden – Kishida – Yoon – others, summit"),
    (("ceremony", ["FR"], "London/GB", None), "France, ceremony in London"),
    (("meeting", ["George W. Bush/US", "Condoleezza Rice/US", "Nouri al-Maliki/IQ"], None, None), "Bush – Maliki, meeting")])
def test_title(told: tuple[str, list[str], str | None, str | None], title: str) -> None:
    type_, parties, place, body = told
    assert fold([claim(type_, parties, "2023-11-09", told="2023-11-09", place=place, body=body)], "e").title == title
