"""What we only believe moves no credit: a decision that asks such a rule needs it confirmed."""

import re
from pathlib import Path

import openccer
from openccer.rulebook.load import load_cn
from openccer.rulebook.model import Basis

DECIDING = ("registry", "market", "compliance", "approval")
ASKED = re.compile(r"rules\.\w+\(\s*f?\"([a-z0-9_.]+?)(?:\.\{\w+\})?\"")

# These decisions add `unconfirmed()` to their grounds; tests/golden has the cases: surrender,
# transfers, supervision_penalties.
CONFIRMED_FIRST = {
    "offset.registered_after",
    "ets.surrender_deadline",
    "unit.non_trade_transfer.gift",
    "penalty.milder_law.compared",
}


def test_every_rule_a_decision_rests_on_is_binding_or_its_confirmation_is_asked() -> None:
    folder = Path(openccer.__file__).parent
    source = "".join(path.read_text() for d in DECIDING for path in (folder / d).rglob("*.py"))
    asked = set(ASKED.findall(source))
    assert len(asked) > 50
    weak = {
        rule.id
        for rule in load_cn().rules.values()
        for version in rule.versions
        if version.basis in (Basis.READING, Basis.PROVISIONAL)
    }
    assert {rule for rule in asked if any(_names(rule, found) for found in weak)} == CONFIRMED_FIRST


def _names(asked: str, rule: str) -> bool:
    """A family of rules is asked for by its stem: ets.surrender_deadline, and a year."""
    return rule == asked or rule.rpartition(".")[0] == asked == "ets.surrender_deadline"
