"""The protocol's schemas, and what of their errors is a deviation we stand by."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from openccer.interop.exports.wrong import Wrong, shown
from openccer.kernel.strict_yaml import read_yaml
from openccer.rulebook.model import Title

FOLDER = Path(__file__).parent
PODS = (
    "Project_Approach_Details",
    "Location_Details",
    "Crediting_Period",
    "Issuances",
    "Unit_Description",
)
_BY_TYPE = {
    "string": "not-text",
    "integer": "not-whole",
    "number": "not-a-number",
    "object": "not-an-object",
    "array": "not-a-list",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """A place where we depart from a schema, or only pass it with a choice of ours."""

    id: str
    pod: str
    path: str
    keyword: str | None  # None: the schema is passed
    value: str | None  # a pattern of what may stand there
    why: Title


@cache
def departures() -> tuple[Departure, ...]:
    """Every departure: the deviations first, then the choices."""
    raw = read_yaml((FOLDER / "deviations.yaml").read_bytes(), "deviations.yaml")
    return tuple(
        Departure(
            id=one["id"],
            pod=one["pod"],
            path=one["path"],
            keyword=one.get("keyword"),
            value=one.get("value"),
            why=Title(one["why"]["zh"], one["why"]["en"]),
        )
        for one in (*raw["deviations"], *raw["choices"])
    )


def schema(pod: str) -> Any:
    """The schema of a pod as it was published."""
    return json.loads((FOLDER / f"{pod}.schema.json").read_text("utf-8"))


@cache
def _validator(pod: str) -> Draft202012Validator:
    return Draft202012Validator(schema(pod), format_checker=Draft202012Validator.FORMAT_CHECKER)


def judge(pod: str, key: str, body: Any) -> tuple[list[Wrong], set[str]]:
    """What is wrong with a document, and the ids of the deviations in it."""
    wrong, used = list(_not_finite(pod, key, body)), set[str]()
    errors = sorted(_validator(pod).iter_errors(body), key=lambda e: (_path(e), e.message))
    for error in errors:
        known = _deviation(pod, error)
        if known is not None:
            used.add(known.id)
        else:
            wrong.append(_wrong(pod, key, error))
    return wrong, used


def _deviation(pod: str, error: ValidationError) -> Departure | None:
    """The deviation this error is, if what stands there is what we would write."""
    path = "/".join("*" if isinstance(part, int) else part for part in error.absolute_path)
    for one in departures():
        if (one.pod, one.path, one.keyword) == (pod, path, error.validator) and one.value:
            found = error.instance
            return one if isinstance(found, str) and re.fullmatch(one.value, found) else None
    return None


def _path(error: ValidationError) -> str:
    return "/".join(str(part) for part in error.absolute_path)


def _wrong(pod: str, key: str, error: ValidationError) -> Wrong:
    place = _path(error)
    if error.validator == "required":
        name = error.message.split("'")[1]
        return Wrong(pod, key, f"{place}/{name}".lstrip("/"), "missing")
    if error.validator == "type":
        code = _BY_TYPE.get(str(error.validator_value), "schema")
        facts = {"found": shown(error.instance), "rule": "type"}
        return Wrong(pod, key, place, code, facts)
    if error.validator == "enum":
        return Wrong(pod, key, place, "unknown-value", {"found": shown(error.instance)})
    if error.validator == "format":
        return Wrong(pod, key, place, "not-a-day", {"found": shown(error.instance)})
    return Wrong(pod, key, place, "schema", {"rule": str(error.validator)})


def _not_finite(pod: str, key: str, body: Any) -> Iterator[Wrong]:
    for path, value in leaves(body):
        if isinstance(value, Decimal) and not value.is_finite():
            yield Wrong(pod, key, path, "not-a-number", {"found": shown(value)})


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of a document that holds no other, with the way to it."""
    inside: Sequence[tuple[Any, Any]] = ()
    if isinstance(value, Mapping):
        inside = list(value.items())
    elif isinstance(value, list):
        inside = list(enumerate(value))
    else:
        yield path, value
    for name, inner in inside:
        yield from leaves(inner, f"{path}/{name}".lstrip("/"))
