"""Calibrations that are late, missing or failed, as findings. What each costs is mrv's."""

from collections.abc import Sequence

from openccer.kernel.calendar import Period
from openccer.monitoring.findings import Finding, finding
from openccer.mrv.meter import Calibration, doubts
from openccer.rulebook.model import RulesInForce


def calibration_findings(
    calibrations: Sequence[Calibration], period: Period, rules: RulesInForce
) -> tuple[Finding, ...]:
    """One finding for each stretch of the period's days on which a meter is not to be trusted."""
    found = []
    for meter, doubt in doubts(period, calibrations, rules):
        inside = Period(max(doubt.first, period.first), min(doubt.last, period.last))
        found.append(
            finding(
                "calibration-late",
                meter=meter,
                place=inside.first.isoformat(),
                count=inside.days,
                first=inside.first.isoformat(),
                last=inside.last.isoformat(),
                why_zh=doubt.why_zh,
                why_en=doubt.why_en,
            )
        )
    return tuple(found)
