"""A key that states a known quantity in another unit: brought to the unit it is known by, exactly.

Only where the key itself names the unit (`annual_net_export_gwh`), and only powers of ten.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from openccer.kernel.quantity import EXACT, decimal_from

# Ending of the key, the ending we know the quantity by, how much of it one is.
OTHER_UNITS: Mapping[str, tuple[tuple[str, Decimal], ...]] = MappingProxyType(
    {
        ending: tuple((known, Decimal(times)) for known, times in found)
        for ending, found in {
            "_10k_kwh": (("_mwh", "10"),),
            "_wan_kwh": (("_mwh", "10"),),
            "_kwh": (("_mwh", "0.001"),),
            "_gwh": (("_mwh", "1000"),),
            "_twh": (("_mwh", "1000000"),),
            "_kg": (("_t", "0.001"),),
            "_kt": (("_t", "1000"),),
            "_10k_t": (("_t", "10000"),),
            "_wan_t": (("_t", "10000"),),
            "_mj": (("_gj", "0.001"),),
            "_tj": (("_gj", "1000"),),
            "_kw": (("_mw", "0.001"),),
            "_gw": (("_mw", "1000"),),
            "_m2": (("_ha", "0.0001"),),
            "_km2": (("_ha", "100"),),
            "_mm": (("_cm", "0.1"),),
            "_percent": (("_fraction", "0.01"), ("", "0.01"), ("_pct", "1")),
            "_pct": (("_fraction", "0.01"), ("", "0.01"), ("_percent", "1")),
            "_fraction": (("_percent", "100"), ("_pct", "100"), ("", "1")),
        }.items()
    }
)


def known_as(key: str, is_known: Callable[[str], bool]) -> tuple[str, Decimal] | None:
    """The known key for this one, and what its value is multiplied by; None where there is none."""
    lowered = key.lower()
    for ending, found in OTHER_UNITS.items():
        if lowered.endswith(ending) and len(lowered) > len(ending):
            for known, times in found:
                name = lowered[: -len(ending)] + known
                if is_known(name):
                    return name, times
    return None


def scaled(raw: Any, times: Decimal) -> Any:
    """The value times so much, a column or table place by place; what is no number as it is."""
    if isinstance(raw, Mapping):
        return {name: scaled(one, times) for name, one in raw.items()}
    if isinstance(raw, Sequence) and not isinstance(raw, str):
        return [scaled(one, times) for one in raw]
    try:
        return format(EXACT.multiply(decimal_from(str(raw)), times), "f")
    except ValueError:
        return raw
