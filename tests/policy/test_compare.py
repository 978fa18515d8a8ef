"""Records and jurisdictions side by side: what is the same, what differs, what nobody says."""

from dataclasses import replace

import pytest

from openccer.policy.compare import (
    Comparison,
    Row,
    compare_jurisdictions,
    compare_records,
    jurisdiction,
)
from openccer.policy.document import DocumentError
from openccer.policy.hub import country_of, facility_of, read_hub
from openccer.policy.load import Base, cn_base
from openccer.policy.model import DIMENSIONS, PILLARS
from policy.small_base import HUB, base, instrument, needs_hub, pair


def row(found: Comparison, name: str) -> Row:
    return next(one for one in found.rows if one.field == name)


def two() -> Base:
    market = {"market": {"score": 80, "label": "Open"}}
    facts = instrument(rank="statute", published="2026-03-12")
    first = pair("a", "甲", "A", country="China", analysis=market, instrument=facts)
    second = pair("b", "乙", "B", country="China", regulatory={"liability_period": "10 years"})
    return base(first, second)


def test_facts_that_are_the_same_are_not_marked_and_others_are() -> None:
    found = compare_records(two(), ["a", "b"], "en")
    assert found.titles == ("A", "B")
    assert row(found, "country").other == (False, False)
    assert row(found, "rank").cells == ("statute", "")
    assert row(found, "rank").other == (False, True)
    assert row(found, "published").cells == ("2026-03-12", "")


def test_a_dimension_is_shown_as_its_author_gave_it() -> None:
    assert row(compare_records(two(), ["a", "b"], "en"), "market").cells == ("80 · Open", "")


def test_what_no_record_says_has_no_row() -> None:
    names = {one.field for one in compare_records(two(), ["a", "b"], "en").rows}
    assert "liability_period" in names
    assert "pore_space_rights" not in names
    assert not names & (set(DIMENSIONS) - {"market"})


def test_an_unknown_record_is_refused_and_near_ones_are_named() -> None:
    with pytest.raises(DocumentError, match=r"measurs.*near it: measures"):
        compare_records(cn_base(), ["measurs"], "zh")


def jurisdictions_base() -> Base:
    profile = {"liability_period": "20 years"}
    i18n = {
        "zh": {"name": "挪威", "regulatory_pillars": {}},
        "en": {"name": "Norway", "regulatory_pillars": profile},
    }
    said = {"liability_period": "20 years", "liability_transfer": "to the state"}
    records = base(pair("n", "挪", "N", country="Norway", regulatory=said))
    country = country_of({"id": "Norway", "i18n": i18n})
    plant = facility_of({"id": "1", "country": "Norway"})
    return replace(records, countries={"Norway": country}, facilities={"1": plant})


def test_a_jurisdiction_is_found_by_its_name_in_either_language() -> None:
    for name in ("Norway", "norway", "挪威", " NORWAY "):
        assert jurisdiction(jurisdictions_base(), name) == "Norway"
    with pytest.raises(DocumentError, match="no jurisdiction"):
        jurisdiction(jurisdictions_base(), "Atlantis")


def test_a_jurisdiction_is_compared_over_the_seven_pillars() -> None:
    found = compare_jurisdictions(jurisdictions_base(), ["挪威"], "en")
    assert [one.field for one in found.rows] == [*PILLARS, "records", "facilities"]
    assert row(found, "liability_period").cells == ("20 years",)  # said twice, shown once
    assert row(found, "liability_transfer").cells == ("[n] to the state",)
    assert row(found, "records").cells == ("1",)
    assert row(found, "facilities").cells == ("1",)


def test_a_jurisdiction_without_a_profile_is_known_by_its_records() -> None:
    found = compare_jurisdictions(cn_base(), ["中国"], "zh")
    assert found.ids == ("China",)
    assert row(found, "records").cells == (str(len(cn_base().ids())),)


@needs_hub
def test_jurisdictions_of_the_hub_say_what_its_countries_file_says() -> None:
    hub = read_hub(HUB).base
    found = compare_jurisdictions(hub, ["Algeria", "挪威"], "en")
    profile = hub.countries["Algeria"].pillars["en"]["liability_period"]
    assert row(found, "liability_period").cells[0] == profile
    assert row(found, "facilities").cells[0] == "1"  # facility_count in countries.json
