"""How sure an accounting report is, shown beside it: from what is stated of its meters."""

from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from typing import Any

from openccer.kernel import canonical
from openccer.mrv.meter import Calibration
from openccer.mrv.meter_uncertainty import class_limit, of_report
from openccer.mrv.methodologies.grid_electricity import Fuel
from openccer.mrv.model import Report
from openccer.mrv.uncertainty import DRAWS, SEED, NotStated, Uncertainty
from openccer.rulebook.model import Title

REVENUE = "revenue meter"


def report_uncertainty(
    report: Report,
    *,
    calibrations: Sequence[Calibration] = (),
    fuels: Sequence[Fuel] = (),
    meter_class: str | None = None,
    seed: int = SEED,
    draws: int = DRAWS,
) -> Uncertainty | NotStated:
    """The uncertainty of the report; NotStated where the class of a meter is not known.

    The class of the electricity meter is `meter_class` ("0.2S"), else the limits of its
    calibrations. ValueError where `meter_class` is no class.
    """
    limits: dict[str, Fraction] = {}
    if meter_class is not None:
        limits = {REVENUE: class_limit(meter_class)}
    else:
        of_fuel = {fuel.meter for fuel in fuels if fuel.meter}
        for one in calibrations:
            if one.meter not in of_fuel:
                limit = max(Fraction(one.limit), limits.get(one.meter, Fraction(0)))
                limits[one.meter] = limit
    return of_report(
        report,
        electricity=limits,
        calibrations=calibrations,
        fuels=fuels,
        seed=seed,
        draws=draws,
    )


def uncertainty_record(found: Uncertainty | NotStated) -> dict[str, Any]:
    """The uncertainty for programs; what is not stated says why, and has no number."""
    if isinstance(found, NotStated):
        return {"stated": False, "why": canonical.plain(found.why)}
    return {
        "stated": True,
        "half_width": canonical.plain(found.reported),
        "percent": canonical.plain(found.percent),
        **canonical.plain(found),
    }


def uncertainty_words(found: Uncertainty | NotStated) -> Title:
    """The uncertainty in one sentence."""
    if isinstance(found, NotStated):
        return Title(f"不确定度未说明：{found.why.zh}", f"uncertainty not stated: {found.why.en}")
    percent = "" if found.percent is None else f" ({found.percent} %)"
    width = f"± {_tenths(found.reported)} {found.unit}{percent}"
    ways = f"{_tenths(found.half_width)} / {_tenths(found.drawn_half_width)}"
    agree_zh = "标准不确定度一致" if found.agrees else "标准不确定度不一致"
    agree_en = "standard uncertainties agree" if found.agrees else "standard uncertainties differ"
    return Title(
        f"不确定度（{found.level_pct} %）：{width}；公式与抽样半宽 {ways}，取较大者，{agree_zh}"
        f"（种子 {found.seed}，{found.draws} 次）；{found.note.zh}",
        f"uncertainty ({found.level_pct} %): {width}; half widths by formula and by drawing "
        f"{ways}, the larger is given, {agree_en} (seed {found.seed}, {found.draws} draws); "
        f"{found.note.en}",
    )


def _tenths(value: Decimal) -> str:
    """To one decimal, upward: an uncertainty is not made smaller by showing it."""
    return f"{value.quantize(Decimal('0.1'), ROUND_CEILING):f}"
