"""Gaps: what a missing interval counts, and on whose word."""

from hypothesis import given
from hypothesis import strategies as st

from mrv.mrv_helpers import MISSING, law, metered, rule, version
from openccer.kernel.outcome import Refused
from openccer.mrv.quality import AcceptedYear, accept


def accepted(found: AcceptedYear | Refused) -> AcceptedYear:
    assert isinstance(found, AcceptedYear), found
    return found


def test_a_missing_interval_counts_no_export_and_the_largest_import() -> None:
    year = metered(export_wh=900, import_wh=10, missing=3, largest_import_wh=7)
    done = accepted(accept(year, law()))
    assert (done.export_wh, done.import_wh, done.substituted_import_wh) == (900, 31, 21)
    assert done.rules == (f"{MISSING}@2020-01-01",)


def test_a_complete_year_rests_on_no_rule_about_gaps() -> None:
    done = accepted(accept(metered(export_wh=900, import_wh=10, largest_import_wh=7), law()))
    assert (done.import_wh, done.rules) == (10, ())


def test_a_rule_this_engine_does_not_know_is_refused_not_guessed() -> None:
    other = rule(MISSING, version("export-mean-of-neighbours"))
    found = accept(metered(missing=1), law(methodology__csp_wind__missing_data=other))
    assert isinstance(found, Refused)
    assert found.codes == ("missing-data-rule-unknown",)


@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 5), st.integers(0, 5))
def test_a_gap_never_helps_the_owner(out: int, into: int, missing: int, largest: int) -> None:
    year = metered(export_wh=out, import_wh=into, missing=missing, largest_import_wh=largest)
    done = accepted(accept(year, law()))
    assert done.export_wh <= out
    assert done.import_wh >= into
