"""What an operator confirms of a methodology whose text was not read: one set, with a digest."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from openccer.kernel import canonical
from openccer.kernel.ids import Digest
from openccer.mrv.sheet import Equation, Known, Parameter, Sheet

NONE = "-"


def parameter_set(sheet: Sheet) -> dict[str, Any]:
    """The set as JSON types: the code, every parameter with its label, every equation's number.

    Values are written as exact fractions ("11/4"), so that no notation makes another digest.
    """
    return {
        "code": sheet.code,
        "parameters": [
            {
                "symbol": one.symbol,
                "value": str(one.value),
                "label": one.known.value,
                "source": one.source,
            }
            for one in sheet.parameters
        ],
        "equations": [one.number for one in sheet.equations],
    }


def parameter_digest(sheet: Sheet) -> Digest:
    """SHA-256 of the set in its canonical form: another value, label or source is another set."""
    return Digest(sha256(canonical.encode(parameter_set(sheet))).hexdigest())


def assumed_parameters(sheet: Sheet) -> tuple[Parameter, ...]:
    """Every parameter that was not read in a source: own knowledge and what we are unsure of."""
    return tuple(one for one in sheet.parameters if one.known is not Known.READ)


def unread_equations(sheet: Sheet) -> tuple[Equation, ...]:
    """Every equation that was not read in a source."""
    return tuple(one for one in sheet.equations if one.known is not Known.READ)


def parameters_named(sheet: Sheet) -> str:
    """The parameters not read, with their labels: `GWP_CH4 (U), BE_heat (K)`; `-` for none."""
    return _joined(f"{one.symbol} ({one.known.value})" for one in assumed_parameters(sheet))


def equations_named(sheet: Sheet) -> str:
    """The numbers of the equations not read, each once; `-` for none."""
    return _joined(f"({one.number})" for one in unread_equations(sheet))


def unread_named(sheet: Sheet) -> str:
    """The symbols whose value only the missing text states; `-` for none."""
    return _joined(sheet.unread)


def _joined(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names)) or NONE
