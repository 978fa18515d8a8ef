"""Dead wood and litter: as shares of the living trees, or as measured on the plots.

CCER-14-001 counts both pools, as its first validations show; its own text was not read. The texts
at hand print no equation for them: the ratio method is that of the CDM's AR-TOOL12, from own
knowledge, and is taken only where a project asks for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from openccer.mrv.forest import Plot
from openccer.mrv.sheet import Known
from openccer.mrv.tables.load import shipped_biomass
from openccer.rulebook.model import Title

MISSING = Title(
    "枯死木和枯落物的方程与缺省值：CCER-14-001 正式文本未读到，旧系列方法学重印本亦未列出",
    "equations and defaults of dead wood and litter: the text of CCER-14-001 was not read, and the "
    "reprint of the old series has none",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A pool as a share of the carbon of living trees [1], how it is known, where it stands."""

    value: Fraction
    known: Known
    source: str


def default_share(pool: str, zone: str) -> Share:
    """The share of AR-TOOL12 for a pool (DW, LI) in a zone; KeyError for what it does not have."""
    found = shipped_biomass().constants[f"DF_{pool}_{zone}"]
    return Share(value=found.value, known=found.known, source=found.source)


def dead_wood(trees_tc_ha: Fraction, share: Share) -> Fraction:
    """C_DW = C_TREE x DF_DW [tC/ha].

    trees_tc_ha   C_TREE   carbon of the living trees    [tC/ha]
    share         DF_DW    dead wood to living trees     [1]
    Source: AR-TOOL12, default-factor method (own knowledge).
    """
    return trees_tc_ha * share.value


def litter(trees_tc_ha: Fraction, share: Share) -> Fraction:
    """C_LI = C_TREE x DF_LI [tC/ha].

    trees_tc_ha   C_TREE   carbon of the living trees    [tC/ha]
    share         DF_LI    litter to living trees        [1]
    Source: AR-TOOL12, default-factor method (own knowledge).
    """
    return trees_tc_ha * share.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Pools:
    """Which pools count beside the trees, and how; None: measured on the plots, or not at all."""

    dead_wood: Share | None = None
    litter: Share | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """Carbon of one plot by pool [tC/ha]; None: the pool is not counted."""

    trees: Fraction
    dead_wood: Fraction | None
    litter: Fraction | None

    @property
    def total(self) -> Fraction:
        return self.trees + (self.dead_wood or 0) + (self.litter or 0)


def pooled(plot: Plot, trees_tc_ha: Fraction, pools: Pools) -> Pooled:
    """The pools of one plot: by its share where one is given, else what was measured on it."""
    return Pooled(
        trees=trees_tc_ha,
        dead_wood=dead_wood(trees_tc_ha, pools.dead_wood)
        if pools.dead_wood
        else plot.dead_wood_tc_ha,
        litter=litter(trees_tc_ha, pools.litter) if pools.litter else plot.litter_tc_ha,
    )


def not_counted(plots: Sequence[Pooled]) -> tuple[str, ...]:
    """The pools without a number on any plot; the others have one on every plot."""
    return tuple(
        name for name in ("dead_wood", "litter") if all(getattr(one, name) is None for one in plots)
    )
