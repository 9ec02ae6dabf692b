"""What an event's own address adds to the event object."""
from __future__ import annotations

from newsdesk import article, read

from app.event_detail import contradictions_fields, statuses_fields


def test_contradicting_claims_are_named_with_their_sources() -> None:
    told = [claim for source, line in (("a", "held meeting of RU, KZ on 2023-11-09 in Astana"), ("b", "held meeting of RU, KZ on 2023-11-09 in Astana"),
                                       ("c", "held meeting of RU, KZ on 2023-11-09 in Almaty"))
            for claim in read(article("talks", line, of=source))]
    found, = contradictions_fields(told)
    assert found["field"] == "place"
    assert (len(found["chosen"]["claims"]), len(found["others"])) == (2, 1)
    assert found["others"][0]["claims"] == [{"claim": told[2].id, "source": told[2].source, "article": told[2].article}]


def test_publishers_are_shown_by_name() -> None:
    claim, = read(article("a", "held meeting of RU, KZ on 2023-11-09 in Astana"))
    step, = statuses_fields([claim], publishers={claim.article: "The Courier"})["steps"]
    assert (step["claim"]["publisher"], step["claim"]["quotation"]) == ("The Courier", claim.quotation)


def test_without_claims_there_is_nothing_to_tell() -> None:
    assert contradictions_fields([]) == []
    assert statuses_fields([]) == {"steps": [], "refused": []}
