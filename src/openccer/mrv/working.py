"""The lines of working of a forecast and of a quantification, with their titles and clauses."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from openccer.kernel.outcome import Cite
from openccer.kernel.quantity import Tonnes
from openccer.mrv.exact import shown
from openccer.mrv.methodologies.ccer_01_001_v01 import emission_coefficient
from openccer.mrv.methodologies.grid_electricity import Fuel, GridMethod
from openccer.mrv.model import Line
from openccer.rulebook.model import Title

MWH = "MWh"
TONNES = "tCO2"
FACTOR = "tCO2/MWh"

TITLES = MappingProxyType(
    {
        "EG_export,measured": Title("上网电量（计量值）", "Electricity exported, as metered"),
        "EG_import,measured": Title("下网电量（计量值）", "Electricity imported, as metered"),
        "n_missing": Title("缺失的计量时段数", "Metering intervals without a reading"),
        "EG_import,missing": Title(
            "缺失时段保守计入的下网电量", "Import counted for intervals without a reading"
        ),
        "delta_meter": Title("计量误差（保守修正）", "Meter error held against the owner"),
        "EG_export": Title("上网电量（保守值）", "Electricity exported, conservative"),
        "EG_import": Title("下网电量（保守值）", "Electricity imported, conservative"),
        "EG_PJ": Title("净上网电量", "Net electricity exported"),
        "EF_CM": Title("组合边际排放因子", "Combined margin of the grid"),
        "BE": Title("基准线排放量", "Baseline emissions"),
        "FC": Title("化石燃料消耗量", "Fossil fuel burnt"),
        "COEF": Title("化石燃料排放系数", "Emission coefficient of the fuel"),
        "PE": Title("项目排放量", "Project emissions"),
        "LE": Title("泄漏", "Leakage"),
        "days": Title("当年计入期天数", "Credited days of the year"),
        "ER": Title("项目减排量", "Emission reduction"),
        "ER_total": Title("减排量合计", "Total reduction"),
    }
)


@dataclass(frozen=True, slots=True)
class Working:
    """Writes the lines of one year under one methodology; `year` None means the whole period."""

    method: GridMethod
    year: int | None
    rounding: tuple[str, ...] = ()  # the rule version that says how a year is cut

    def line(
        self,
        symbol: str,
        value: Fraction,
        unit: str,
        clause: str,
        *,
        equation: str = "",
        rules: Sequence[str] = (),
        cites: Sequence[Cite] = (),
        note: str = "",
        up: bool = False,
    ) -> Line:
        """One line; `clause` is its place in the methodology, `cites` what else it rests on."""
        title = TITLES[symbol]
        return Line(
            year=self.year,
            symbol=symbol,
            title_zh=title.zh,
            title_en=title.en,
            value=shown(value, up=up),
            unit=unit,
            equation=equation,
            cites=(self.method.at(clause), *cites),
            rules=tuple(rules),
            note=note,
        )

    def baseline(self, baseline_t: Fraction) -> Line:
        return self.line("BE", baseline_t, TONNES, "6.3", equation="(1)")

    def project(self, project_t: Fraction, note: str = "") -> Line:
        method = self.method
        equation = method.pe_equation
        clause = method.pe_clause
        return self.line("PE", project_t, TONNES, clause, equation=equation, note=note, up=True)

    def fuel(
        self,
        fuel: Fuel,
        amount: Fraction,
        *,
        rules: Sequence[str] = (),
        cites: Sequence[Cite] = (),
        note: str = "",
    ) -> tuple[Line, Line]:
        """The amount after its meter's correction, and the coefficient of equation (5)."""
        coefficient = emission_coefficient(fuel.ncv, fuel.cc, fuel.of)
        named = f"{fuel.name}；{note}" if note else fuel.name
        per_unit = f"{TONNES}/{fuel.unit}"
        return (
            self.line(
                "FC", amount, fuel.unit, "6.4", rules=rules, cites=cites, note=named, up=True
            ),
            self.line(
                "COEF", coefficient, per_unit, "6.4", equation="(5)", note=fuel.name, up=True
            ),
        )

    def total(self, tonnes: Tonnes) -> Line:
        """The sum of the years, which were each cut to whole tonnes before."""
        return self.line("ER_total", Fraction(tonnes.count), TONNES, "6.6")

    def reduction(self, exact_t: Fraction, whole_t: int) -> Line:
        exact = shown(exact_t)
        note = f"取整前 {exact:f}，向下取整，负值计零；before it is cut down: {exact:f}"
        equation = self.method.er_equation
        return self.line(
            "ER",
            Fraction(whole_t),
            TONNES,
            "6.6",
            equation=equation,
            rules=self.rounding,
            note=note,
        )
