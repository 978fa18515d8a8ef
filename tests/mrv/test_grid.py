"""The grid factor of a calendar year by the vintage rule, and what is refused, not guessed."""

from datetime import date, timedelta
from decimal import Decimal

from mrv.mrv_helpers import NEW_VINTAGE, law, rule, version
from openccer.kernel.outcome import Refused
from openccer.mrv.grid import factor, grid_factor
from openccer.rulebook.model import Basis, Ruled


def value_of(found: object) -> Decimal:
    assert isinstance(found, Ruled), found
    value = found.value
    assert isinstance(value, Decimal)
    return value


def test_a_year_takes_the_vintage_published_for_it() -> None:
    assert value_of(factor(law(), "east", 2022)) == Decimal("0.5287")
    assert value_of(factor(law(), "east", 2023)) == Decimal("0.48665")


def test_until_a_vintage_is_published_the_latest_earlier_one_holds() -> None:
    eve = law(NEW_VINTAGE - timedelta(days=1))
    assert value_of(factor(eve, "south", 2024)) == Decimal("0.48595")
    assert value_of(factor(law(NEW_VINTAGE), "south", 2024)) == Decimal("0.4861")
    assert value_of(factor(law(NEW_VINTAGE), "south", 2026)) == Decimal("0.4861")


def test_a_published_vintage_without_a_number_is_refused_and_never_replaced() -> None:
    found = factor(law(), "east", 2024)
    assert isinstance(found, Refused)
    assert found.codes == ("factor-not-known",)
    assert found.reasons[0].facts == {"grid": "east", "vintage": 2024}


def test_a_number_that_is_not_in_force_yet_is_not_known() -> None:
    late = rule("grid.cm.east.2020", version("0.528", date(2027, 1, 1)))
    found = factor(law(grid__cm__east__2020=late), "east", 2020)
    assert isinstance(found, Refused)
    assert found.codes == ("factor-not-known",)


def test_an_unknown_grid_is_refused_with_the_names_that_are_known() -> None:
    found = factor(law(), "tibet", 2023)
    assert isinstance(found, Refused)
    assert found.codes == ("unknown-grid",)
    assert found.reasons[0].facts["known"] == "south, east, northwest, central"


def test_a_year_before_the_first_vintage_is_refused() -> None:
    found = factor(law(), "south", 2018)
    assert isinstance(found, Refused)
    assert found.codes == ("factor-not-known",)


def test_a_margin_in_two_parts_is_joined_half_and_half() -> None:
    # 0.8042 x 0.5 + 0.2135 x 0.5 = 0.50885 (grid_ef.csv, South 2019; GCC project S00299)
    assert value_of(factor(law(), "south", 2019)) == Decimal("0.50885")


def test_a_joined_margin_is_only_as_well_known_as_its_weakest_part() -> None:
    weak = rule("grid.bm.south.2019", version("0.2135", basis=Basis.READING))
    found = factor(law(grid__bm__south__2019=weak), "south", 2019)
    assert isinstance(found, Ruled)
    assert found.basis is Basis.READING
    assert not found.binding
    assert found.rule == "grid.bm.south.2019"


def test_every_rule_behind_a_factor_is_named() -> None:
    found = grid_factor(law(), "south", 2019)
    assert not isinstance(found, Refused)
    assert found.vintage == 2019
    assert {ref.split("@")[0] for ref in found.refs} == {
        "grid.om.south.2019",
        "grid.bm.south.2019",
        "methodology.w_om",
        "methodology.w_bm",
        "methodology.vintage_rule",
        "grid.published_vintages",
    }
