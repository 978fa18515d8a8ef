"""The grid factor of a case: as the case states it, compared with the rulebook if there is one."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from openccer.kernel.outcome import Refused
from openccer.mrv.case_inputs import Reader
from openccer.mrv.case_model import Findings
from openccer.mrv.forecast import Factors
from openccer.mrv.grid import (
    NAMES,
    PUBLISHED,
    WEIGHT_BM,
    WEIGHT_OM,
    combine,
    in_force,
    published_factor,
)
from openccer.rulebook.model import RuleGap, RulesInForce

FACTOR_WEIGHT = Decimal("0.5")  # w_OM = w_BM in both texts
JOINED = "由案例给出的 OM、BM 按公式(3)计算；joined from the margins the case states"
AS_STATED = "案例给出的因子；factor as the case states it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """The factors a case states."""

    factors: Factors


def read_factors(reader: Reader, rules: RulesInForce | None, findings: Findings) -> Stated:
    """The combined margin as given, joined from its margins, or taken from the rulebook by vintage.

    A factor that is given is used as it is; the rulebook is only compared.
    """
    grid = reader.text("grid").lower()  # the rulebook writes the names so
    vintage = reader.year("ef_vintage", "vintage")
    by_year = reader.by_year("ef_cm_by_year", "ef_cm_by_year_t_per_mwh")
    main = reader.number("ef_cm_t_per_mwh", "ef_cm", "ef_t_per_mwh", "ef_cm_default_t_per_mwh")
    joined = _joined(reader, rules, findings)
    if main is not None and joined is not None and main != joined:
        text = f"{main:f} / {joined:f}"
        findings.add(
            "factor-parts-disagree",
            f"组合边际因子与 OM、BM 计算不符：{text}",
            f"the combined margin and its parts disagree: {text}",
        )
    given = main if main is not None else joined
    if given is None and not _has_factor_fault(reader):
        given, refs = _from_book(reader, rules, grid, vintage, by_year)
        return Stated(factors=Factors(default=given, by_year=by_year, rules=refs))
    if given is not None and not given:
        reader.bad("ef_cm_t_per_mwh", "因子不能为零", "a grid factor is above zero")
    _outside(reader, by_year, findings)
    default = given or Decimal(1)
    note = AS_STATED if main is not None else JOINED
    refs, year_refs = _compare(default, by_year, grid, vintage, rules, findings)
    factors = Factors(
        default=default, by_year=by_year, rules=refs, rules_by_year=year_refs, note=note
    )
    return Stated(factors=factors)


def _outside(reader: Reader, by_year: Mapping[int, Decimal], findings: Findings) -> None:
    """A factor for a year that is not credited is used nowhere, and said so."""
    first, last = reader.day("crediting_start"), reader.day("crediting_end")
    if first is None or last is None:
        return
    odd = ", ".join(str(year) for year in sorted(by_year) if not first.year <= year <= last.year)
    if odd:
        findings.add(
            "factor-year-outside-period",
            f"计入期不含 {odd} 年，其因子未使用",
            f"the crediting period has no {odd}: the factor is not used",
        )


def _has_factor_fault(reader: Reader) -> bool:
    """Was a factor written, but not readable? Then it is a fault already, not a missing one."""
    keys = ("ef_cm_t_per_mwh", "ef_cm", "ef_t_per_mwh", "ef_cm_default_t_per_mwh")
    margins = ("ef_om_t_per_mwh", "ef_om", "om", "ef_bm_t_per_mwh", "ef_bm", "bm")
    return any(key in reader.raw for key in (*keys, *margins))


def _joined(reader: Reader, rules: RulesInForce | None, findings: Findings) -> Decimal | None:
    """Equation (3), where the case gives both margins."""
    w_om, w_bm = _weights(reader, findings)
    om = reader.number("ef_om_t_per_mwh", "ef_om", "om")
    bm = reader.number("ef_bm_t_per_mwh", "ef_bm", "bm")
    if om is None and bm is None:
        return None
    if w_om is None and w_bm is None and rules is not None and in_force(rules, WEIGHT_OM):
        w_om, w_bm = rules.number(WEIGHT_OM).value, rules.number(WEIGHT_BM).value
    if om is None or bm is None or w_om is None or w_bm is None:
        parts = {"ef_om_t_per_mwh": om, "ef_bm_t_per_mwh": bm, "w_om": w_om, "w_bm": w_bm}
        for key in (key for key, value in parts.items() if value is None):
            reader.missing(key)
        return None
    return combine(om, bm, w_om, w_bm)


def _weights(reader: Reader, findings: Findings) -> tuple[Decimal | None, Decimal | None]:
    w_om, w_bm = reader.number("w_om"), reader.number("w_bm")
    for weight in (w_om, w_bm):
        if weight is not None and weight != FACTOR_WEIGHT:
            findings.add(
                "weight-not-of-the-method",
                f"权重 {weight:f} 不是方法学规定的 0.5",
                f"weight {weight:f} is not the 0.5 of the methodology",
            )
    if w_om is not None and w_bm is not None and w_om + w_bm != 1:
        reader.bad("w_om", "两个权重之和不等于 1", "the two weights do not add up to 1")
    return w_om, w_bm


def _from_book(
    reader: Reader,
    rules: RulesInForce | None,
    grid: str,
    vintage: int | None,
    by_year: Mapping[int, Decimal],
) -> tuple[Decimal, tuple[str, ...]]:
    """The rulebook's factor for a case that names grid and vintage but no number."""
    if rules is not None and grid and vintage is not None:
        found = _published(rules, grid, vintage)
        if found is not None:
            return found
    if not by_year:
        reader.missing("ef_cm_t_per_mwh")
    elif reader.given("crediting_start") is not None:
        period = reader.period("crediting_start", "crediting_end")
        lacking = [year for year, _ in period.by_year() if year not in by_year] if period else []
        if lacking:
            reader.missing("ef_cm_default_t_per_mwh")
    return (max(by_year.values()) if by_year else Decimal(1)), ()


def _published(
    rules: RulesInForce, grid: str, vintage: int
) -> tuple[Decimal, tuple[str, ...]] | None:
    try:
        found = published_factor(rules, grid, vintage)
    except RuleGap:
        return None
    return None if isinstance(found, Refused) else (found.ef.value, found.refs)


def _compare(
    default: Decimal,
    by_year: Mapping[int, Decimal],
    grid: str,
    vintage: int | None,
    rules: RulesInForce | None,
    findings: Findings,
) -> tuple[tuple[str, ...], dict[int, tuple[str, ...]]]:
    """The rule versions the default and each year agree with; a difference is a finding."""
    if rules is None or not grid or not in_force(rules, NAMES):
        return (), {}
    if grid not in rules.names(NAMES).value:
        findings.add(
            "grid-not-in-rulebook",
            f"规则库没有电网 {grid}",
            f"the rulebook knows no grid {grid}",
        )
        return (), {}
    if vintage is not None:
        refs = _same(rules, grid, vintage, default, findings)
    else:
        refs = _found(rules, grid, default)
    years = {year: _same(rules, grid, year, ef, findings) for year, ef in sorted(by_year.items())}
    return refs, years


def _found(rules: RulesInForce, grid: str, value: Decimal) -> tuple[str, ...]:
    """The vintage whose number this is, where the case does not name one; newest first."""
    if not in_force(rules, PUBLISHED):
        return ()
    for vintage in sorted(map(int, rules.names(PUBLISHED).value), reverse=True):
        book = _published(rules, grid, vintage)
        if book is not None and book[0] == value:
            return book[1]
    return ()


def _same(
    rules: RulesInForce, grid: str, vintage: int, value: Decimal, findings: Findings
) -> tuple[str, ...]:
    book = _published(rules, grid, vintage)
    where = f"{grid} {vintage}"
    if book is None:
        findings.add(
            "factor-not-in-rulebook",
            f"规则库没有 {where} 的因子，无法核对 {value:f}",
            f"the rulebook has no factor for {where}: {value:f} was not compared",
        )
        return ()
    if book[0] != value:
        findings.add(
            "factor-differs-from-rulebook",
            f"{where}：案例 {value:f}，规则库 {book[0]:f}",
            f"{where}: the case says {value:f}, the rulebook {book[0]:f}",
        )
        return ()
    return book[1]
