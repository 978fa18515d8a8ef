"""The agreed electronic format of article 6.2: refused by class of unit until one is authorised."""

from collections.abc import Iterable, Iterator

from openccer.interop.exports.mapping import mapping
from openccer.interop.exports.wrong import both
from openccer.kernel.outcome import Grounds, HouseRule
from openccer.ledger.records import UnitClass
from openccer.rulebook.model import RulesInForce, Title

TABLES = (
    "aef_t5_authorized_entities",
    "aef_t1_submission",
    "aef_t2_authorizations",
    "aef_t3_actions",
    "aef_t4_holdings",
)
AUTHORISED = HouseRule(
    "a table of article 6.2 is written for a unit whose authorisation is recorded"
)


def why_not(unit_class: UnitClass) -> Title:
    """Why a unit of this class is in no table of article 6.2."""
    said = mapping()["article_6_2"][unit_class]
    return Title(said["zh"], said["en"])


def refusals(classes: Iterable[UnitClass], rules: RulesInForce) -> Grounds:
    """A ground for each class of unit there is: none of them can be authorised here."""
    abroad = rules.flag("unit.cross_border_rules_exist")
    grounds = Grounds()
    for unit_class in classes:
        said = why_not(unit_class)
        grounds.refuse_if(
            True,
            "unit-not-authorised",
            *abroad.cites,
            AUTHORISED,
            unit_class=unit_class.value,
            why_zh=said.zh,
            why_en=said.en,
        )
    return grounds


def refused_tables() -> Iterator[dict[str, object]]:
    """Every table of the format with every class of unit, and the reason; for unmapped.json."""
    for table in TABLES:
        for unit_class in UnitClass:
            said = why_not(unit_class)
            yield {
                "table": table,
                "unit_class": unit_class.value,
                "reason": both(said),
            }
