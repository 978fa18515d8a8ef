"""An inventory as lines of working: plots, strata, project, design, change, credit."""

from collections.abc import Iterator
from fractions import Fraction

from openccer.kernel.outcome import HouseRule
from openccer.monitoring.forest.inventory import (
    Between,
    Inventory,
    Measured,
    Needed,
    difference_error,
)
from openccer.mrv.allometry import CO2_PER_C
from openccer.mrv.exact import shown
from openccer.mrv.methodologies.ar_cm import deduction_class
from openccer.mrv.methodologies.terms import AS_PUBLISHED
from openccer.mrv.model import Line
from openccer.mrv.sampling import root, student_t

BY_SHARE = HouseRule("a pool that no read text gives an equation for is a share the project states")

TITLES = {
    "C_tree": ("林木碳储量", "Carbon of living trees"),
    "C_DW": ("枯死木碳储量", "Carbon of dead wood"),
    "C_LI": ("枯落物碳储量", "Carbon of litter"),
    "C_plot": ("样地碳储量", "Carbon of the plot"),
    "n": ("样地数", "Plots"),
    "A": ("面积", "Area"),
    "c_mean": ("平均碳储量", "Mean carbon"),
    "s": ("标准差", "Standard deviation"),
    "se": ("标准误", "Standard error"),
    "t_90": ("t 值（可靠性 90 %）", "Student's t at 90 %"),
    "u_pct": ("抽样相对误差", "Relative error"),
    "C": ("碳储量（碳）", "Carbon"),
    "C_co2": ("碳储量", "Stock"),
    "deduction_pct": ("不确定性扣减率", "Deduction for the error"),
    "C_deducted": ("扣减后碳储量", "Stock after the deduction"),
    "n_needed": ("所需样地数", "Plots needed"),
    "n_neyman": ("最优分配样地数", "Plots, by area and spread"),
    "n_proportional": ("按面积分配样地数", "Plots, by area"),
    "dC": ("碳储量变化", "Change of the stock"),
    "dC_se": ("变化的标准误", "Standard error of the change"),
    "dC_adjusted": ("扣减后变化", "Change after the deduction"),
    "GHG_E": ("火灾排放", "Gases of fire"),
    "credit": ("核算期净变化", "What the period comes to"),
    "credited": ("计入整吨", "Whole tonnes credited"),
    "owed": ("待弥补的损失", "Loss still to be made good"),
    "credited_after_risk": ("扣减非持久性风险后", "After the deduction for non-permanence"),
}


def lines_of(done: Inventory) -> tuple[Line, ...]:
    """Every line, in the order in which it is worked."""
    return tuple(_lines(done))


def _lines(done: Inventory) -> Iterator[Line]:
    for one in done.measured:
        yield from _plots(one)
        yield from _strata(one)
        yield from _project(one)
    if done.needed is not None:
        yield from _design(done.needed)
    for part, before, after in zip(done.changes, done.measured, done.measured[1:], strict=False):
        yield from _change(part, before, after)
    yield from _credited(done)


def _line(symbol: str, value: Fraction, unit: str, equation: str, note: str) -> Line:
    zh, en = TITLES[symbol]
    share = symbol in ("C_DW", "C_LI")
    return Line(
        year=None,
        symbol=symbol,
        title_zh=zh,
        title_en=en,
        value=shown(value),
        unit=unit,
        equation=equation,
        cites=(BY_SHARE if share else AS_PUBLISHED,),
        note=note,
    )


def _plots(one: Measured) -> Iterator[Line]:
    for plot in one.plots:
        found = one.pools[plot.id]
        where = f"{one.name}: {plot.stratum} / {plot.id}"
        trees = f"{where}; {sum(tree.alive for tree in plot.trees)} living trees 活立木"
        yield _line("C_tree", found.trees, "tC/ha", "L3, L2", trees)
        if found.dead_wood is not None:
            yield _line("C_DW", found.dead_wood, "tC/ha", "", where)
        if found.litter is not None:
            yield _line("C_LI", found.litter, "tC/ha", "", where)
        if found.dead_wood is not None or found.litter is not None:
            yield _line("C_plot", found.total, "tC/ha", "", where)


def _strata(one: Measured) -> Iterator[Line]:
    for sample in one.stock.samples:
        where = f"{one.name}: {sample.name}"
        yield _line("A", sample.area_ha, "ha", "", where)
        yield _line("n", Fraction(len(sample.values)), "1", "", where)
        yield _line("c_mean", sample.mean, "tC/ha", "", where)
        yield _line("s", root(sample.variance), "tC/ha", "AR-TOOL14", where)
        yield _line("C", sample.mean * sample.area_ha, "tC", "", where)


def _project(one: Measured) -> Iterator[Line]:
    found = one.stock.estimate
    yield _line("A", found.area_ha, "ha", "", one.name)
    yield _line("c_mean", found.mean, "tC/ha", "", one.name)
    yield _line("se", found.standard_error, "tC/ha", "", one.name)
    yield _line("t_90", student_t(found.degrees), "1", "", f"{one.name}: {found.degrees} degrees")
    yield _line("C", found.total, "tC", "", one.name)
    yield _line("C_co2", one.stock.total_tco2, "tCO2", "L2", one.name)
    if found.relative_error is None:
        return
    percent = found.relative_error * 100
    yield _line("u_pct", percent, "%", "t se / mean", one.name)
    rate = deduction_class(percent)
    if rate is not None:
        yield _line("deduction_pct", rate, "%", "", one.name)
        left = one.stock.total_tco2 * (100 - rate) / 100
        yield _line("C_deducted", left, "tCO2", "", one.name)


def _design(needed: Needed) -> Iterator[Line]:
    aim = f"± {shown(needed.relative_error * 100):f} %, 90 %"
    yield _line("n_needed", Fraction(needed.plots), "1", "(t/E)^2 (sum W s)^2", aim)
    for symbol, shares in (("n_neyman", needed.neyman), ("n_proportional", needed.proportional)):
        for name, count in shares.items():
            yield _line(symbol, Fraction(count), "1", "", name)


def _change(part: Between, before: Measured, after: Measured) -> Iterator[Line]:
    where = f"{part.before} → {part.after}"
    if part.days is not None:
        where += f", {part.days.first} – {part.days.last}"
    found = part.change
    yield _line("dC", found.change, "tCO2", "L1", where)
    if part.estimate is not None:
        error = part.estimate.standard_error * part.estimate.area_ha
    else:
        error = difference_error(before.stock.estimate, after.stock.estimate)
    yield _line("dC_se", error * CO2_PER_C, "tCO2", "", where)
    if found.adjusted is not None:
        yield _line("dC_adjusted", found.adjusted, "tCO2", "", where)
    yield _line("GHG_E", found.fire, "tCO2e", "L7", where)
    if found.credit is not None:
        yield _line("credit", found.credit, "tCO2e", "L8", where)


def _credited(done: Inventory) -> Iterator[Line]:
    if done.settled is None:
        return
    risk = done.mapping.k_risk
    for part, tonnes in zip(done.changes, done.settled.credited, strict=True):
        where = f"{part.before} → {part.after}"
        if part.change.credit is None:
            continue
        yield _line("credited", Fraction(tonnes), "tCO2e", "", where)
        if risk is not None:
            left = Fraction(tonnes) * (1 - risk)
            yield _line("credited_after_risk", left, "tCO2e", "A1", where)
    yield _line("owed", Fraction(done.settled.owed), "tCO2e", "", "")
