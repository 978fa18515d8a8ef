"""How old a certified reduction may be: the rulebook says it, a constant only without one."""

from datetime import date
from typing import Any

from mrv_helpers import law, rule, version

from openccer.mrv.cases import run_case
from openccer.rulebook.load import load_cn

OLDEST, AFTER = "reduction.max_age_at_application", "reduction.generated_after"


def certificate(first: str, applied: str) -> dict[str, Any]:
    inputs = {
        "accounting_start": first,
        "accounting_end": "2021-12-31",
        "application_date": applied,
        "reduction_by_calendar_year_t": {year: "1" for year in ("2020", "2021")},
    }
    expected = {"certified_total_t": "2"}
    return {"methodology": "CCER-01-002-V01", "inputs": inputs, "expected": expected}


def found(raw: dict[str, Any], **more: Any) -> set[str]:
    return {finding.code for finding in run_case(raw, **more).findings}


def test_the_shipped_book_and_no_book_say_the_same() -> None:
    # Measures, article 17: after 2020-09-22, at most five years before the application.
    shipped = load_cn().on(date(2026, 11, 22))
    for first, applied, codes in (
        ("2020-09-23", "2025-09-23", set()),
        ("2020-09-23", "2025-09-24", {"outside-five-years"}),
        ("2020-09-22", "2025-09-22", {"before-eligible-day"}),
    ):
        raw = certificate(first, applied)
        assert found(raw) == found(raw, rules=shipped) == codes


def test_another_book_sets_other_limits() -> None:
    rules = law(
        **{
            OLDEST.replace(".", "__"): rule(OLDEST, version("3")),
            AFTER.replace(".", "__"): rule(AFTER, version("2020-11-30")),
        }
    )
    raw = certificate("2020-11-30", "2024-11-30")
    assert found(raw) == set()
    assert found(raw, rules=rules) == {"outside-five-years", "before-eligible-day"}


def test_a_book_without_the_rules_leaves_the_case_unsupported() -> None:
    result = run_case(certificate("2021-01-01", "2022-01-01"), rules=law())
    assert result.status == "unsupported"
    assert OLDEST in result.message.en
