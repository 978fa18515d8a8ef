"""Gaps judged by cited rules: what a missing reading counts.

Monitoring only counts the missing intervals. Here each is given a value, always against the owner.
"""

from dataclasses import dataclass

from openccer.kernel.outcome import Cite, Refused, refused
from openccer.mrv.model import MeteredYear
from openccer.rulebook.model import RulesInForce

MISSING_DATA = "methodology.csp_wind.missing_data"
EXPORT_ZERO_IMPORT_LARGEST = "export-zero-import-largest"


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedYear:
    """What the meters said and what is accepted of it. Nothing is substituted without its rule."""

    metered: MeteredYear
    export_wh: int
    import_wh: int
    substituted_import_wh: int
    rules: tuple[str, ...]  # empty when no interval was missing
    cites: tuple[Cite, ...]


def accept(year: MeteredYear, rules: RulesInForce) -> AcceptedYear | Refused:
    """Each missing interval counts no export and the largest import of any interval [Wh].

    Source: the rule methodology.csp_wind.missing_data; the methodologies ask for a procedure
    (section 7.3.1) and give none. A complete year rests on no rule.
    """
    if year.missing_intervals == 0:
        return AcceptedYear(
            metered=year,
            export_wh=year.export_wh,
            import_wh=year.import_wh,
            substituted_import_wh=0,
            rules=(),
            cites=(),
        )
    rule = rules.text(MISSING_DATA)
    if rule.value != EXPORT_ZERO_IMPORT_LARGEST:
        return refused("missing-data-rule-unknown", *rule.cites, rule=rule.ref, value=rule.value)
    substituted_wh = year.missing_intervals * year.largest_import_wh
    return AcceptedYear(
        metered=year,
        export_wh=year.export_wh,
        import_wh=year.import_wh + substituted_wh,
        substituted_import_wh=substituted_wh,
        rules=(rule.ref,),
        cites=rule.cites,
    )
