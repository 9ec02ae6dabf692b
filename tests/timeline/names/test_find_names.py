"""What `find_names` says of single sentences: who is meant, for whom he or she speaks, and where."""
from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timeline.gazetteer import load_gazetteer
from timeline.mentions import NameKind, NameMention
from timeline.names import find_names

ON = date(2023, 11, 10)


def read(text: str, on: date = ON) -> tuple[NameMention, ...]:
    mentions = find_names(text, load_gazetteer(), on)
    for mention in mentions:
        assert mention.text == text[mention.start:mention.end]
    assert all(a.end <= b.start for a, b in pairwise(mentions))
    return mentions


def only(text: str, kind: NameKind, on: date = ON) -> NameMention:
    found = [mention for mention in read(text, on) if mention.kind is kind]
    assert len(found) == 1, found
    return found[0]


def of_kind(text: str, kind: NameKind, on: date = ON) -> list[NameMention]:
    return [mention for mention in read(text, on) if mention.kind is kind]


@pytest.mark.parametrize(("text", "span", "identity", "country", "role"), [
    ("The guests were met by Kazakh President Kassym-Jomart Tokayev.", "Kazakh President Kassym-Jomart Tokayev", "kassym-jomart-tokayev", "KZ", "President"),
    ("Russia's foreign minister, Sergei Lavrov, flew in.", "Russia's foreign minister, Sergei Lavrov", "sergei-lavrov", "RU", "Foreign Minister"),
    ("Sergei Lavrov, the Russian foreign minister, flew in.", "Sergei Lavrov, the Russian foreign minister", "sergei-lavrov", "RU", "Foreign Minister"),
    ("Secretary of State Antony Blinken flew in.", "Secretary of State Antony Blinken", "antony-blinken", "US", "Secretary of State"),
    ("Chancellor Olaf Scholz (SPD) was there.", "Chancellor Olaf Scholz", "olaf-scholz", "DE", "Chancellor"),
    ("President Volodymyr Zelenskyy of Ukraine called.", "President Volodymyr Zelenskyy of Ukraine", "volodymyr-zelensky", "UA", "President"),
    ("Crown Prince Mohamed bin Salman was host.", "Crown Prince Mohamed bin Salman", "mohammed-bin-salman", "SA", "Crown Prince"),
    ("Brunei's Sultan Hassanal Bolkiah gave a dinner.", "Brunei's Sultan Hassanal Bolkiah", "hassanal-bolkiah", "BN", "Sultan"),
    ("President Joseph R. Biden, Jr. spoke first.", "President Joseph R. Biden, Jr.", "joe-biden", "US", "President"),
])
def test_a_known_person_is_one_mention_with_office_and_state(text: str, span: str, identity: str, country: str, role: str) -> None:
    mention = only(text, NameKind.PERSON)
    assert (mention.text, mention.actor_id, mention.country, mention.role) == (span, f"person:{identity}", country, role)


@pytest.mark.parametrize(("text", "name", "country", "role"), [
    ("Ruritanian Foreign Minister Ann Bell was late.", "Ann Bell", None, "Foreign Minister"),
    ("Estonian Foreign Minister Ann Bell was late.", "Ann Bell", "EE", "Foreign Minister"),
    ("Ann Bell, Estonia's minister for rural affairs, was late.", "Ann Bell", "EE", "Minister for Rural Affairs"),
    ("The delegation was led by Tonga's women's minister, Ann Bell.", "Ann Bell", "TO", "Women's Minister"),
    ("Deputy Foreign Minister of Gabon Ann Bell was late.", "Ann Bell", "GA", "Deputy Foreign Minister"),
    ("The Minister for Immigration, Senator Ann Bell, was late.", "Ann Bell", None, "Minister for Immigration"),
    ("Senator Ann Bell, the Minister for Immigration, was late.", "Ann Bell", None, "Minister for Immigration"),
    ("UN special envoy Ann Bell was late.", "Ann Bell", "UN", "Special Envoy"),
    ("Bank of Japan Governor Ann Bell was late.", "Ann Bell", "JP", "Governor"),
    ("Kremlin spokeswoman Ann Bell was late.", "Ann Bell", "RU", "Spokesperson"),
    ("Vietnamese Communist Party chief Ann Bell was late.", "Ann Bell", "VN", "Party Chief"),
    ("The Moroccan ambassador to Chile, Ann Bell, was late.", "Ann Bell", "MA", "Ambassador to Chile"),
])
def test_an_unknown_person_is_read_from_the_text(text: str, name: str, country: str | None, role: str) -> None:
    mention = only(text, NameKind.PERSON)
    assert (mention.name, mention.country, mention.role, mention.actor_id) == (name, country, role, "person:ann-bell")


def test_a_surname_is_whoever_the_article_names_in_full_before_or_after() -> None:
    text = "Bell smiled.\n\nGabon's foreign minister, Ann Bell, had been late. Mr Okoro had waited for Bell.\n\nIt was Ghanaian trade minister Kofi Okoro."
    assert [m.name for m in of_kind(text, NameKind.PERSON)] == ["Ann Bell", "Ann Bell", "Kofi Okoro", "Ann Bell", "Kofi Okoro"]


def test_an_east_asian_surname_is_the_first_word() -> None:
    text = "South Korean President Lee Jae Myung met China's president, Xi Jinping. Lee thanked Xi."
    assert [m.name for m in of_kind(text, NameKind.PERSON, date(2025, 11, 2))] == ["Lee Jae Myung", "Xi Jinping", "Lee Jae Myung", "Xi Jinping"]


@pytest.mark.parametrize("spelling", ["Tokayev", "Tokaev", "Toqaev"])
def test_spellings_of_one_name_fold(spelling: str) -> None:
    assert only(f"Kazakhstan's President {spelling} spoke.", NameKind.PERSON).actor_id == "person:kassym-jomart-tokayev"


def test_li_keqiang_is_not_li_qiang() -> None:
    assert only("Premier Li Keqiang spoke.", NameKind.PERSON, date(2016, 5, 1)).actor_id == "person:li-keqiang"
    assert only("Premier Li Qiang spoke.", NameKind.PERSON, date(2023, 11, 1)).actor_id == "person:li-qiang"


@pytest.mark.parametrize(("on", "identity"), [(date(2006, 3, 1), "george-w-bush"), (date(1990, 3, 1), "george-h-w-bush")])
def test_a_surname_with_a_title_is_the_holder_of_that_day(on: date, identity: str) -> None:
    assert only("President Bush left for Amman.", NameKind.PERSON, on).actor_id == f"person:{identity}"


def test_a_bare_surname_needs_one_office_holder_of_the_day_and_no_namesake() -> None:
    assert [m.actor_id for m in of_kind("Putin left.", NameKind.PERSON)] == ["person:vladimir-putin"]
    assert of_kind("Smithers left.", NameKind.PERSON) == []
    assert of_kind("Putin left. He was no relative of Gregor Putin.", NameKind.PERSON) == []


def test_another_given_name_makes_another_person() -> None:
    text = "US Secretary of State John Kerry spoke. Bob Kerry did not."
    assert [m.text for m in of_kind(text, NameKind.PERSON, date(2015, 5, 1))] == ["US Secretary of State John Kerry"]


def test_two_of_one_surname_leave_it_open_unless_one_holds_high_office() -> None:
    text = "Gabon's trade minister Ann Bell and Ghana's trade minister Joe Bell came."
    names = [m.name for m in of_kind(text, NameKind.PERSON)]
    assert names == ["Ann Bell", "Joe Bell"]
    both = of_kind("US President Joe Biden came with First Lady Jill Biden. Biden spoke.", NameKind.PERSON)
    assert both[-1].actor_id == "person:joe-biden"


@pytest.mark.parametrize("text", ["former President Barack Obama spoke", "ex-President Barack Obama spoke", "the then-president Barack Obama spoke"])
def test_former_offices_are_marked(text: str) -> None:
    mention = only(text, NameKind.PERSON)
    assert mention.former
    assert mention.actor_id == "person:barack-obama"


@pytest.mark.parametrize(("text", "countries", "role"), [
    ("They called the German chancellor.", ["DE"], "Chancellor"),
    ("They called Turkey's foreign minister.", ["TR"], "Foreign Minister"),
    ("They called the foreign ministers of Japan and Canada.", ["JP", "CA"], "Foreign Minister"),
    ("They called the Russian and Chinese presidents.", ["RU", "CN"], "President"),
    ("They called the US secretary of state.", ["US"], "Secretary of State"),
    ("They called the leaders of Peru, Chile and Bolivia.", ["PE", "CL", "BO"], "Leader"),
])
def test_an_office_without_a_name_is_its_state(text: str, countries: list[str], role: str) -> None:
    found = of_kind(text, NameKind.OFFICE)
    assert [(m.country, m.actor_id, m.name, m.role) for m in found] == [(c, f"state:{c}", None, role) for c in countries]


def test_an_office_is_its_holder_where_the_article_names_one() -> None:
    text = "Chancellor Olaf Scholz was asked. The German chancellor declined. The chancellor then left."
    assert [m.actor_id for m in of_kind(text, NameKind.OFFICE)] == ["person:olaf-scholz"] * 2


def test_his_foreign_minister_is_of_his_state() -> None:
    assert only("French President Emmanuel Macron came with his foreign minister.", NameKind.OFFICE).country == "FR"


@pytest.mark.parametrize(("text", "countries"), [
    ("Mr Lavrov met his Kazakh counterpart.", ["KZ"]),
    ("He met his Japanese, Canadian and Thai counterparts.", ["JP", "CA", "TH"]),
    ("He met his counterpart from Norway.", ["NO"]),
])
def test_counterparts_give_one_mention_for_each_state(text: str, countries: list[str]) -> None:
    assert [m.country for m in of_kind(text, NameKind.COUNTERPART)] == countries


def test_a_counterpart_with_a_name_is_that_person() -> None:
    mention = only("He met his Norwegian counterpart, Ann Bell, in Oslo.", NameKind.PERSON)
    assert (mention.text, mention.name, mention.country, mention.role) == ("Norwegian counterpart, Ann Bell", "Ann Bell", "NO", None)


def test_a_counterpart_is_the_holder_of_the_same_office_named_elsewhere() -> None:
    text = "Russian President Vladimir Putin met his Kazakh counterpart. Kazakh President Kassym-Jomart Tokayev was host."
    assert only(text, NameKind.COUNTERPART).actor_id == "person:kassym-jomart-tokayev"


@pytest.mark.parametrize(("text", "countries"), [
    ("Chinese officials came.", ["CN"]),
    ("A Russian delegation came.", ["RU"]),
    ("US and Ukrainian officials came.", ["US", "UA"]),
    ("Taliban representatives came.", ["Taliban"]),
    ("EU leaders came.", ["EU"]),
    ("ASEAN foreign ministers came.", ["ASEAN"]),
    ("The European leaders came.", [None]),
])
def test_groups_are_known_by_their_party(text: str, countries: list[str | None]) -> None:
    assert [m.country for m in of_kind(text, NameKind.GROUP)] == countries


@pytest.mark.parametrize(("text", "code"), [
    ("The U.S. agreed.", "US"), ("The UK agreed.", "GB"), ("The DPRK agreed.", "KP"), ("S. Korea agreed.", "KR"), ("Türkiye agreed.", "TR"),
    ("The Russian Federation agreed.", "RU"), ("The Kremlin agreed.", "RU"), ("The White House agreed.", "US"), ("Downing Street agreed.", "GB"),
    ("The People’s Republic of China agreed.", "CN"), ("The Republic of Korea agreed.", "KR"), ("The Holy See agreed.", "VA"),
])
def test_states_by_name_abbreviation_and_metonym(text: str, code: str) -> None:
    mention = only(text, NameKind.STATE)
    assert (mention.country, mention.actor_id) == (code, f"state:{code}")


@pytest.mark.parametrize(("text", "name", "country"), [
    ("They met at the White House.", "Washington", "US"),
    ("They met in the Kremlin.", "Moscow", "RU"),
    ("They met at Mar-a-Lago.", "Palm Beach", "US"),
    ("They met at the Élysée Palace.", "Paris", "FR"),
    ("They met at the Diaoyutai State Guesthouse.", "Beijing", "CN"),
    ("They met in Sharm el-Sheikh.", "Sharm el-Sheikh", "EG"),
    ("They met in Astana.", "Astana", "KZ"),
    ("They met in Kiev.", "Kyiv", "UA"),
    ("They met in the Moroccan town of Bigoudine.", "Bigoudine", "MA"),
    ("They met in Nesodden, Norway.", "Nesodden", "NO"),
    ("They met in Birmingham, Alabama.", "Birmingham", "US"),
])
def test_places(text: str, name: str, country: str) -> None:
    place = next(m.place for m in read(text) if m.place)
    assert (place.name, place.country) == (name, country)


def test_a_capital_has_coordinates_and_zone() -> None:
    mention = only("They met in Astana.", NameKind.CITY)
    assert mention.capital
    assert mention.place is not None
    assert mention.place.time_zone == "Asia/Almaty"
    assert mention.place.latitude == pytest.approx(51.18, abs=0.1)


def test_an_area_is_no_point() -> None:
    mention = only("They toured Southeast Asia.", NameKind.PLACE)
    assert mention.place is None
    assert mention.country is None


@pytest.mark.parametrize("text", [
    "She reads the South China Morning Post.", "He writes for the New York Times.", "Shares of Bank of China rose.",
    "She studied at the University of Tokyo.", "They quit the Paris Agreement.", "We may march in turkey season.", "Let us go.",
])
def test_names_inside_other_names_are_left_alone(text: str) -> None:
    assert [m for m in read(text) if m.kind in {NameKind.STATE, NameKind.CITY, NameKind.PERSON}] == []


def test_georgia_between_american_names_is_the_american_state() -> None:
    assert only("Voters queued in Georgia, Atlanta officials said.", NameKind.PLACE).country == "US"
    assert only("Voters queued in Georgia, said Tbilisi.", NameKind.STATE).country == "GE"


def test_jordan_beside_a_given_name_is_no_state() -> None:
    assert of_kind("Michael Jordan waved.", NameKind.STATE) == []
    assert only("They flew to Jordan.", NameKind.STATE).country == "JO"


@pytest.mark.parametrize(("text", "identity", "name"), [
    ("The Collective Security Treaty Organization met.", "CSTO", "CSTO"),
    ("The UN Security Council met.", "UNSC", "UN Security Council"),
    ("The European Union agreed.", "EU", "EU"),
    ("OPEC+ agreed.", "OPECPLUS", "OPEC+"),
    ("Hizbollah agreed.", "HEZBOLLAH", "Hezbollah"),
])
def test_organisations_by_any_of_their_names(text: str, identity: str, name: str) -> None:
    mention = only(text, NameKind.ORGANISATION)
    assert (mention.actor_id, mention.name) == (f"organisation:{identity}", name)


@pytest.mark.parametrize(("text", "on", "identity", "country"), [
    ("Agriculture Secretary Richard Lyng flew to Tokyo.", date(1987, 4, 20), "richard-lyng", "US"),
    ("White House spokesman Marlin Fitzwater spoke.", date(1987, 10, 20), "marlin-fitzwater", "US"),
    ("The Minister for Immigration, Philip Ruddock, spoke.", date(1999, 5, 1), "philip-ruddock", "AU"),
    ("The delegation was led by Luis Jalandoni.", date(2016, 8, 22), "luis-jalandoni", "National Democratic Front"),
    ("Taliban leader Mullah Baradar Akhund spoke.", date(2020, 9, 12), "abdul-ghani-baradar", "Taliban"),
    ("Senator Bernie Sanders was received.", date(2016, 4, 16), "bernie-sanders", "US"),
    ("FBI Director Chris Wray spoke.", date(2024, 7, 25), "christopher-wray", "US"),
    ("CIA Director Chris Wrey spoke.", date(2024, 7, 25), "chris-wrey", "US"),
    ("The former Immigration Minister, Philip Ruddock, spoke.", date(2005, 5, 1), "philip-ruddock", "AU"),
    ("They met Shaanxi Governor Ann Bell.", ON, "ann-bell", "CN"),
    ("They met Ann Bell, chairwoman of the House Foreign Affairs Committee.", ON, "ann-bell", "US"),
])
def test_secretaries_spokesmen_and_negotiators(text: str, on: date, identity: str, country: str) -> None:
    mention = only(text, NameKind.PERSON, on)
    assert (mention.actor_id, mention.country) == (f"person:{identity}", country)


@pytest.mark.parametrize(("text", "identity", "party"), [
    ("The International Coffee Organization met.", "ICO", "International Coffee Organization"), ("The Weimar Triangle met.", "WEIMAR", "Weimar Triangle"),
    ("The U.S. Senate agreed.", "USSENATE", "US"), ("UNIFIL agreed.", "UNIFIL", "UN"), ("The CPP-NPA-NDF agreed.", "CPPNPA", "Communist Party of the Philippines"),
    ("The Sudan Liberation Movement agreed.", "SLM", "Sudan Liberation Movement"),
])
def test_bodies_and_movements(text: str, identity: str, party: str) -> None:
    mention = only(text, NameKind.ORGANISATION)
    assert (mention.actor_id, mention.country) == (f"organisation:{identity}", party)


def test_badly_typed_text() -> None:
    """Sentences without a space between, datelines in capitals, compounds, curly quotes, words glued by a joiner."""
    text = "BEIJING, Oct. 18 -- China’s U.S.-trained envoy left on Wednesday.The Russia-Ukraine talks and Sino-Kazakh trade go on."
    found = [(m.text, m.country) for m in read(text)]
    assert found[0] == ("BEIJING", "CN")
    assert {("Russia", "RU"), ("Ukraine", "UA"), ("Sino", "CN"), ("Kazakh", "KZ")} <= set(found)


def test_a_headline_in_capitals_names_the_people_of_the_article() -> None:
    text = "Bell Meets Okoro In Accra\n\nGabon's foreign minister Ann Bell met Ghana's trade minister, Kofi Okoro, on Monday."
    assert [m.name for m in of_kind(text, NameKind.PERSON)] == ["Ann Bell", "Kofi Okoro", "Ann Bell", "Kofi Okoro"]


def test_a_dateline_is_not_the_state_of_the_president_after_it() -> None:
    text = "NESODDEN, Norway U.S. President Barack Obama arrived."
    assert only(text, NameKind.PERSON, date(2016, 2, 1)).country == "US"


def test_two_offices_joined_by_and_are_one_person_unless_both_head_a_state() -> None:
    one = only("Prime Minister and Foreign Minister Ann Bell came.", NameKind.PERSON)
    assert one.role == "Prime Minister and Foreign Minister"
    text = "Vice President Kamala Harris met Prime Minister Fumio Kishida. The Vice President and Prime Minister Kishida agreed."
    assert [m.name for m in read(text) if m.name] == ["Kamala Harris", "Fumio Kishida", "Kamala Harris", "Fumio Kishida"]


def test_relatives_represent_the_same_state() -> None:
    text = "Spain's King Felipe came with his wife, Queen Letizia."
    assert [m.country for m in of_kind(text, NameKind.PERSON)] == ["ES", "ES"]


@pytest.mark.parametrize(("text", "name", "country", "role"), [
    ("They saw Gabon's Minister of Economy and Planning Ann Bell.", "Ann Bell", "GA", "Minister of Economy and Planning"),
    ("They saw Gabon's Minister for Information, Technology and the Arts Ann Bell.", "Ann Bell", "GA", "Minister for Information, Technology and the Arts"),
    ("They saw Ann Bell, head of the Japanese delegation.", "Ann Bell", "JP", "Head of the Japanese Delegation"),
    ("They saw the chair of the MILF peace panel, Ann Bell.", "Ann Bell", "MILF", "Chair of the MILF Peace Panel"),
    ("They saw Ann Bell, governor of the Bank of Mexico.", "Ann Bell", "MX", "Governor of the Bank of Mexico"),
    ("They saw the adviser to the President of Gabon Ann Bell.", "Ann Bell", "GA", "Adviser to the President of Gabon"),
    ("They saw the Hon. Ann Bell MP, the Tongan trade minister.", "Ann Bell", "TO", "Trade Minister"),
    ("Tonga sent Ann Bell, a hawkish trade minister.", "Ann Bell", "TO", "Trade Minister"),
    ("They saw the UN ambassador from Gabon, Ann Bell.", "Ann Bell", "GA", "Ambassador to the UN"),
    ("Gabon's president came with his trade minister, Ann Bell.", "Ann Bell", "GA", "Trade Minister"),
    ("Peru's deputy trade minister spoke. Chile listened. Deputy Trade Minister Ann Bell then left.", "Ann Bell", "PE", "Deputy Trade Minister"),
    ("Gabon will sell oil, Trade Minister Ann Bell said.", "Ann Bell", "GA", "Trade Minister"),
])
def test_an_unknown_person_has_the_state_that_the_phrase_or_the_article_tells(text: str, name: str, country: str, role: str) -> None:
    mention = of_kind(text, NameKind.PERSON)[-1]
    assert (mention.name, mention.country) == (name, country)
    assert (mention.role or "").casefold() == role.casefold()


@pytest.mark.parametrize(("headline", "names"), [
    ("Gabon President Offers Talks On Border", []), ("Statement by Gabon President Ama Okoro on Fishing", ["Ama Okoro"]), ("Turkish President Pledges More Aid For Neighbours", ["Recep Tayyip Erdoğan"]),
    ("Turkish President Erdogan Pledges More Aid For Neighbours", ["Recep Tayyip Erdoğan"] * 2),
])
def test_a_verb_in_a_headline_is_nobody(headline: str, names: list[str]) -> None:
    body = "Gabon proposed new talks." if "Gabon" in headline else "Turkish President Recep Tayyip Erdogan promised aid."
    assert [m.name for m in of_kind(f"{headline}\n\n{body}", NameKind.PERSON)] == names


def test_a_spokesman_after_a_comma_is_not_the_person_before_it() -> None:
    text = "She was met by Secretary of State Antony Blinken, a US official said."
    assert only(text, NameKind.PERSON).text == "Secretary of State Antony Blinken"


@pytest.mark.parametrize(("text", "on", "identities"), [
    ("China spoke of the Xi-Biden meeting.", ON, ["xi-jinping", "joe-biden"]),
    ("APNSA Jake Sullivan spoke.", ON, ["jake-sullivan"]),
    ("President Bush came with his father, former President George Bush.", date(2005, 11, 5), ["george-w-bush", "george-h-w-bush"]),
    ("President Clinton urged the United States to trade.", date(2024, 7, 25), ["bill-clinton"]),
    ("It was Secretary of State Marco Rubio in SeoulPresident Lee Jae Myung smiled.", date(2025, 12, 29), ["marco-rubio", "lee-jae-myung"]),
    ("Lawmaker Douglas \"Pete\" Carver spoke.", date(1997, 4, 29), []),
    ("King Salman met Crown Prince Mohammed bin Salman. Salman then rested.", date(2018, 4, 29), ["salman-of-saudi-arabia", "mohammed-bin-salman", "salman-of-saudi-arabia"]),
    ("Zambia's President Hakainde Hichilema met Indian Prime Minister Narendra Modi. Then Mr. Modi left.", ON, ["hakainde-hichilema", "narendra-modi", "narendra-modi"]),
])
def test_who_is_meant(text: str, on: date, identities: list[str]) -> None:
    found = of_kind(text, NameKind.PERSON, on)
    assert [m.actor_id for m in found] == [f"person:{identity}" for identity in identities]
    assert not any(m.former for m in found if not m.text.startswith("former"))


def test_who_travels_to_a_state_is_not_its_own_president() -> None:
    text = "South Korean President Lee Jae Myung will meet Chinese President Xi Jinping. The president flies to Shanghai on Monday."
    assert of_kind(text, NameKind.OFFICE, date(2025, 12, 30))[0].actor_id == "person:lee-jae-myung"


def test_a_king_is_no_president() -> None:
    text = "King Salman of Saudi Arabia telephoned. US President Donald Trump thanked the king."
    assert only(text, NameKind.OFFICE, date(2018, 4, 29)).country == "SA"


def test_places_belong_to_the_state_of_the_day() -> None:
    text = "The Kremlin invited him to Moscow. Prague was next."
    assert [m.country for m in read(text, date(1987, 3, 2))] == ["SU", "SU", "CS"]
    assert [m.place.country for m in read(text, date(1987, 3, 2)) if m.place] == ["SU", "SU", "CS"]
    assert [m.country for m in read(text)] == ["RU", "RU", "CZ"]


@pytest.mark.parametrize("text", ["Russia's Security Council approved.", "The National Security Council approved.", "He began his official visit.", "They moved to Victoria."])
def test_no_body_office_or_capital_is_seen_where_none_is_meant(text: str) -> None:
    assert [m for m in read(text) if m.kind in {NameKind.ORGANISATION, NameKind.OFFICE, NameKind.CITY}] == []


def test_turkish_saudi_foreign_ministers_without_an_and_are_two() -> None:
    assert [m.country for m in of_kind("Turkish, Saudi foreign ministers to meet", NameKind.OFFICE)] == ["TR", "SA"]


@pytest.mark.parametrize("text", ["", "\n\n", "...", "’s", "Mr", "President", "the", "-" * 300, "Mr " * 200, "former " * 200, "and, " * 200, "ex-", "U.S", "(" * 100])
def test_odd_texts_raise_nothing(text: str) -> None:
    read(text)


PIECES = ("Kazakh", "President", "Ann", "Bell", "of", "the", ",", ".", "and", "minister", "for", "Trade", "Foreign", "Minister", "Japan", "US", "'s", "counterpart", "his",
          "former", "Mr.", "(", ")", "in", "to", "UN", "envoy", "Moscow", "officials", "delegation", "Putin", "Xi", "Jinping", "al-Tayer", "bin", "de", "\n\n", "ex-president",
          "Sino-Kazakh", "U.S", "state", "secretary", "Deputy", "White", "House", "town", "European", "leaders", "King", "Prince", "wife", "Queen", "Under-Secretary-General", "Georgia")


@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_any_order_of_words_gives_sorted_spans(words: list[str]) -> None:
    """Whatever stands in a text: nothing is raised, spans are those of the text, and none overlaps another."""
    read(" ".join(words))


@pytest.mark.parametrize(("text", "who", "country"), [
    ("U.N. Syria envoy Staffan de Mistura spoke.", "Staffan de Mistura", "UN"),
    ("The UN Yemen envoy, Martin Griffiths, spoke.", "Martin Griffiths", "UN"),
    ("US Iran envoy Robert Malley spoke.", "Robert Malley", "US"),
])
def test_the_second_of_two_parties_before_an_envoy_is_his_task(text: str, who: str, country: str) -> None:
    found = [mention for mention in find_names(text, load_gazetteer(), date(2021, 5, 3)) if mention.name == who]
    assert [mention.country for mention in found] == [country]


@pytest.mark.parametrize(("text", "countries"), [
    ("The Japan-South Korea summit was short.", ["JP", "KR"]),
    ("The France-Japan-South Korea trio was short.", ["FR", "JP", "KR"]),
    ("North Korea-Japan talks began.", ["KP", "JP"]),
    ("The Russia-Saudi Arabia deal holds.", ["RU", "SA"]),
    ("New Zealand-Australia talks began.", ["NZ", "AU"]),
    ("US-China trade talks began.", ["US", "CN"]),
])
def test_a_hyphen_joins_states_of_one_word_or_two(text: str, countries: list[str]) -> None:
    assert [mention.country for mention in find_names(text, load_gazetteer(), date(2021, 5, 3))] == countries
