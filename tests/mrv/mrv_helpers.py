"""Small rulebooks and metered years for the tests of this folder, every value in sight."""

from collections.abc import Mapping
from datetime import date

from openccer.kernel.calendar import Period
from openccer.kernel.outcome import Citation
from openccer.mrv.model import MeteredYear
from openccer.rulebook.model import (
    Basis,
    Rule,
    Rulebook,
    RulesInForce,
    Title,
    Value,
    Version,
)

MWH = 1_000_000  # Wh
FIRST_DAY = date(2020, 1, 1)
NEW_VINTAGE = date(2026, 1, 13)  # the 2024 vintage came out (note in a registry record)

# Combined margins as solved back from the public register (methodologies.md, section 1.2).
NUMBERS: Mapping[str, str] = {
    "grid.cm.south.2023": "0.48595",
    "grid.cm.south.2024": "0.4861",
    "grid.cm.east.2021": "0.52895",
    "grid.cm.east.2022": "0.5287",
    "grid.cm.east.2023": "0.48665",
    "grid.cm.northwest.2023": "0.63055",
    "grid.om.south.2019": "0.8042",  # notice of 2020, as validated by GCC S00299
    "grid.bm.south.2019": "0.2135",
    "methodology.w_om": "0.5",
    "methodology.w_bm": "0.5",
    "methodology.csp_wind.meter_calibration": "1",
    "methodology.csp_wind.meter_fault_recalibration": "30",
    "methodology.csp_wind.crediting_max": "10",
    "methodology.offshore_wind.min_distance_km": "30",
    "methodology.offshore_wind.min_depth_m": "30",
    "methodology.csp_wind.uncalibrated_deduction": "credit-side-less-debit-side-plus-max",
    "methodology.vintage_rule": "own-year-else-latest-earlier-when-report-uploaded",
    "methodology.rounding.year": "floor",
}
MISSING = "methodology.csp_wind.missing_data"


def version(value: Value, since: date = FIRST_DAY, basis: Basis = Basis.LAW) -> Version:
    return Version(
        since=since,
        published=since,
        value=value,
        basis=basis,
        cites=(Citation("test-book", "1"),),
        note="",
        reviewed_on=since,
        reviewed_by="test",
    )


def rule(rule_id: str, *versions: Version) -> Rule:
    return Rule(id=rule_id, title=Title(rule_id, rule_id), unit="1", versions=versions)


def book(**more: Rule) -> Rulebook:
    """A book small enough to read; `more` replaces or adds rules by id (dots as __)."""
    rules = {key: rule(key, version(value)) for key, value in NUMBERS.items()}
    rules["grid.cm.south.2023"] = rule(
        "grid.cm.south.2023", version("0.48595", basis=Basis.READING)
    )
    rules["grid.names"] = rule("grid.names", version(("south", "east", "northwest", "central")))
    rules["grid.published_vintages"] = rule(
        "grid.published_vintages",
        version(("2019", "2020", "2021", "2022", "2023")),
        version(("2019", "2020", "2021", "2022", "2023", "2024"), NEW_VINTAGE),
    )
    rules[MISSING] = rule(MISSING, version("export-zero-import-largest", basis=Basis.PROVISIONAL))
    rules |= {key.replace("__", "."): value for key, value in more.items()}
    return Rulebook("test", "d" * 64, rules)


def law(day: date = date(2026, 6, 1), **more: Rule) -> RulesInForce:
    return book(**more).on(day)


def metered(
    year: int = 2023,
    *,
    export_wh: int = 0,
    import_wh: int = 0,
    missing: int = 0,
    largest_import_wh: int = 0,
    first: date | None = None,
    last: date | None = None,
) -> MeteredYear:
    """A metered year of quarter hours; the whole calendar year unless days are given."""
    period = Period(first or date(year, 1, 1), last or date(year, 12, 31))
    return MeteredYear(
        year=year,
        period=period,
        export_wh=export_wh,
        import_wh=import_wh,
        interval_minutes=15,
        expected_intervals=period.days * 96,
        missing_intervals=missing,
        largest_import_wh=largest_import_wh,
    )
