"""The export: documents the schemas accept, and a list of what deviates and what stays here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openccer.interop.exports.cdop.pods import Pod, pods
from openccer.interop.exports.cdop.schemas import PODS, departures, judge, leaves, schema
from openccer.interop.exports.documents import totals_of
from openccer.interop.exports.folder import MANIFEST, json_bytes
from openccer.interop.exports.mapping import CDOP
from openccer.interop.exports.profile import Profile
from openccer.interop.exports.source import Source
from openccer.interop.exports.unmapped import Withheld, not_carried, unmapped
from openccer.interop.exports.wrong import Wrong, both

FORMAT = "openccer-cdop/1"
# Pods of the protocol for which this registry has no record at all.
NO_POD = (
    "Estimations",
    "Labels_Certifications",
    "Co_Benefits",
    "Disclosures",
    "Durability_Permanence",
    "Project_Finance",
)


@dataclass(slots=True, kw_only=True)
class Export:
    """Documents that go out, by pod; documents withheld; how often each deviation was met."""

    pods: dict[str, list[Pod]] = field(default_factory=dict)
    withheld: list[Withheld] = field(default_factory=list)
    deviations: dict[str, int] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        return {pod: len(found) for pod, found in self.pods.items()}


def export(
    source: Source, profile: Profile, step: Callable[[], None] = lambda: None
) -> tuple[Export, dict[str, bytes]]:
    """The documents, and the files of an export by name."""
    made, gone = Export(), set[str]()
    for one in pods(source, profile):
        _place(made, gone, one)
        step()
    files = {f"{pod}.json": json_bytes(_pod(pod, found)) for pod, found in made.pods.items()}
    files["unmapped.json"] = json_bytes(
        unmapped(not_carried(CDOP), _not_filled(made.pods), made.withheld)
        | {"deviations": _deviations(made)}
    )
    files[MANIFEST] = json_bytes(_manifest(source, made))
    return made, files


def _place(made: Export, gone: set[str], one: Pod) -> None:
    """Keep a document or withhold it; a project that stays here keeps all of its own here."""
    wrong, used = judge(one.pod, one.key, one.body)
    words = [
        Wrong(one.pod, one.key, place, "no-word", {"found": value})
        for place, value in one.unmapped.items()
    ]
    # A place without a word also misses its value: the word says why.
    wrong = words + [
        found for found in wrong if not any(found.field.startswith(place) for place in one.unmapped)
    ]
    project = _project_of(one)
    if project in gone:
        facts = {"other": PODS[0], "found": project}
        wrong.append(Wrong(one.pod, one.key, "", "no-such-row", facts))
    if wrong:
        content = {"body": one.body}
        made.withheld.append(
            Withheld(table=one.pod, key=one.key, content=content, grounds=tuple(wrong))
        )
        if one.pod == PODS[0]:
            gone.add(one.key)
        return
    made.pods.setdefault(one.pod, []).append(one)
    for deviation in sorted(used):
        made.deviations[deviation] = made.deviations.get(deviation, 0) + 1


def _project_of(one: Pod) -> str:
    if one.pod == "Unit_Description":
        return str(one.body["project"]["current_registry_project_id"])
    return one.key


def _pod(pod: str, found: Sequence[Pod]) -> dict[str, Any]:
    return {
        "pod": pod,
        "schema": schema(pod)["$id"],
        "documents": [{"key": one.key, "body": one.body} for one in found],
    }


def _deviations(made: Export) -> list[dict[str, Any]]:
    """Each deviation that was met, with its place and its reason."""
    return [
        {
            "id": one.id,
            "pod": one.pod,
            "path": one.path,
            "documents": made.deviations[one.id],
            "reason": both(one.why),
        }
        for one in departures()
        if one.id in made.deviations
    ]


def _not_filled(made: Mapping[str, Sequence[Pod]]) -> dict[str, list[str]]:
    """By pod, the fields of its schema that no document fills; a pod that is not made, whole."""
    found = {}
    for pod in PODS:
        met = {_starred(path) for one in made.get(pod, ()) for path, _ in leaves(one.body)}
        found[pod] = [path for path in sorted(fields_of(schema(pod))) if path not in met]
    return found | {pod: ["*"] for pod in NO_POD}


def _starred(path: str) -> str:
    return "/".join("*" if part.isdigit() else part for part in path.split("/"))


def fields_of(part: Mapping[str, Any], path: str = "") -> set[str]:
    """The ways to every value of a schema, with * for a place in a list."""
    inner = {name: below for name, below in part.get("properties", {}).items()}
    if isinstance(part.get("items"), dict):
        inner["*"] = part["items"]
    if not inner:
        return {path}
    ways = (fields_of(below, f"{path}/{name}".lstrip("/")) for name, below in inner.items())
    return set().union(*ways)


def _manifest(source: Source, made: Export) -> dict[str, Any]:
    units = (one.body for one in made.pods.get("Unit_Description", ()))
    counts = (
        (body["vintage"]["vintage"][:4], body["unit"]["credit_block"][0]["quantity"])
        for body in units
    )
    return {
        "format": FORMAT,
        "as_of": source.day,
        "entries": source.size,
        "documents": made.counts,
        "totals": totals_of(counts),
    }
