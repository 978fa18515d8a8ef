"""A folder of documents read back into plain records, or every ground why it cannot be."""

from collections.abc import Iterator, Mapping
from itertools import accumulate
from pathlib import Path
from typing import Any

from openccer.interop.exports import ranges
from openccer.interop.exports.cdop.export import FORMAT
from openccer.interop.exports.cdop.schemas import PODS, judge
from openccer.interop.exports.documents import day_of, keyed, totals
from openccer.interop.exports.mapping import CDOP, mapping, ours
from openccer.interop.exports.names import digest_of, year_of
from openccer.interop.exports.plain import Plain, PlainBatch, PlainBlock, PlainProject, bucket_of
from openccer.interop.exports.ranges import Range
from openccer.interop.exports.wrong import InteropError, Wrong, shown
from openccer.kernel.calendar import Period

APPROACH, _, CREDITING, ISSUANCES, UNITS = PODS

Pods = Mapping[str, Mapping[str, Any]]  # by pod and key, the document


def read(folder: Path) -> Plain:
    """The plain records of the folder. InteropError with every ground where it cannot be read."""
    wrong: list[Wrong] = []
    pods: dict[str, dict[str, Any]] = {}
    for pod in PODS:
        if (folder / f"{pod}.json").exists():
            pods[pod] = _documents(folder, pod, wrong)
    if not pods:
        raise InteropError([Wrong(folder.name, "", "", "file-missing")])
    if wrong:  # what follows reads documents that are as their schemas have them
        raise InteropError(wrong)
    wrong += _crediting(pods)
    units = [(key, body, _unit(key, body, wrong)) for key, body in pods.get(UNITS, {}).items()]
    good = [(body["vintage"]["vintage"][:4], unit) for _, body, unit in units if unit]
    wrong += ranges.together(unit for _, unit in good)
    if len(good) == len(units):
        wrong += totals(folder, FORMAT, good)
        wrong += _issued(pods, [unit for _, unit in good])
    if wrong:
        raise InteropError(wrong)
    return _plain(pods)


def _documents(folder: Path, pod: str, wrong: list[Wrong]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, parts in keyed(folder, pod, "documents", ("body",), wrong):
        if key in found:
            wrong.append(Wrong(pod, key, "", "key-taken"))
        wrong += judge(pod, key, parts["body"])[0]
        found[key] = parts["body"]
    return found


def _crediting(pods: Pods) -> Iterator[Wrong]:
    """A crediting period does not end before it begins."""
    for key, body in pods.get(CREDITING, {}).items():
        for at, one in enumerate(body["validation"].get("validation", ())):
            first = one["current_crediting_period_start_date"]
            last = one["current_crediting_period_end_date"]
            if last < first:
                place = f"validation/validation/{at}/current_crediting_period_end_date"
                yield Wrong(CREDITING, key, place, "too-early", {"other": "start_date"})


def _unit(key: str, body: Any, wrong: list[Wrong]) -> Range | None:
    """The serials of a document: one block, under its batch; None where something is wrong."""
    before = len(wrong)
    unit, blocks = body["unit"], body["unit"].get("credit_block", [])
    batch = next((one.get("source_serial_number") for one in unit.get("reference", ())), None)
    year = year_of(str(batch))
    if year is None:
        facts = {"found": shown(batch)}
        place = "unit/reference/0/source_serial_number"
        wrong.append(Wrong(UNITS, key, place, "not-a-serial-id", facts))
    elif not body["vintage"]["vintage"].startswith(f"{year:04d}"):
        more = {"found": body["vintage"]["vintage"], "year": f"{year:04d}"}
        wrong.append(Wrong(UNITS, key, "vintage/vintage", "vintage-not-of-batch", more))
    if len(blocks) != 1:
        wrong.append(Wrong(UNITS, key, "unit/credit_block", "missing"))
        return None
    place = "unit/credit_block/0"
    ends = {f"{place}/{name}": blocks[0][name] for name in ("block_start", "block_end")}
    count = (f"{place}/quantity", blocks[0]["quantity"])
    wrong.extend(ranges.bounds(UNITS, key, ends, count))
    if len(wrong) > before:
        return None
    first, last = ends.values()
    return Range(table=UNITS, row=key, batch=str(batch), first=first, last=last)


def _issued(pods: Pods, units: list[Range]) -> Iterator[Wrong]:
    """What was issued is what the units count to, batch by batch, and adds up as it is stated."""
    counts: dict[str, list[int]] = {}
    for unit in units:
        counts.setdefault(unit.batch, []).append(unit.count)
    seen = set()
    for key, body in pods.get(ISSUANCES, {}).items():
        issued = [one for one in _issuances(body) if "batch_identifier" in one[1]]
        volumes = [one.get("batch_issued_volume") for _, one in issued]
        known = [volume if type(volume) is int else 0 for volume in volumes]
        for (at, one), so_far in zip(issued, accumulate(known), strict=True):
            place, batch = f"issuance/issuance/{at}", one["batch_identifier"]
            seen.add(batch)
            volume = one.get("batch_issued_volume")
            name = f"{place}/batch_issued_volume"
            yield from ranges.total(ISSUANCES, key, name, volume, counts.get(batch, []))
            stated = one.get("cumulative_issued_volume")
            name = f"{place}/cumulative_issued_volume"
            yield from ranges.total(ISSUANCES, key, name, stated, [so_far])
    for unit in units:
        if unit.batch not in seen:
            facts = {"other": ISSUANCES, "found": unit.batch}
            place = "unit/reference/0/source_serial_number"
            yield Wrong(UNITS, unit.row, place, "no-such-row", facts)


def _issuances(body: Any) -> list[tuple[int, Any]]:
    return list(enumerate(body.get("issuance", {}).get("issuance", ())))


# --- records, of documents in which nothing is wrong ----------------------------------------------


def _plain(pods: Pods) -> Plain:
    return Plain(
        projects=tuple(_project(key, body, pods) for key, body in pods.get(APPROACH, {}).items()),
        batches=tuple(
            PlainBatch(
                id=one["batch_identifier"],
                project=body["project"].get("project_identifier"),
                year=year_of(one["batch_identifier"]),
                tonnes=one["batch_issued_volume"],
                issued_on=day_of(one.get("date_of_issuance")),
            )
            for body in pods.get(ISSUANCES, {}).values()
            for _, one in _issuances(body)
            if "batch_identifier" in one
        ),
        blocks=tuple(_block(body) for body in pods.get(UNITS, {}).values()),
    )


def _project(key: str, body: Any, pods: Pods) -> PlainProject:
    project, validation = body["project"], body.get("validation", {})
    versions = body.get("methodology", {}).get("versions", ())
    code = next((one.get("methodology") for one in versions if one.get("is_current")), None)
    return PlainProject(
        id=project.get("project_id", key),
        name=project["project_name"],
        owner=body["project_stakeholder"]["project_developer_name"],
        methodology=code if code in mapping()["methodologies"] else _code(code),
        validator=validation.get("validation_body_name"),
        crediting=_period(pods.get(CREDITING, {}).get(key)),
        validated_on=day_of(validation.get("validation_date")),
        registered_on=day_of(project.get("project_registration_date")),
        design_digest=digest_of(project.get("project_design_document_link", "")),
    )


def _code(theirs: str | None) -> str | None:
    """Our code of the methodology that goes out under this name."""
    return None if theirs is None else ours("methodologies", CDOP, theirs)


def _period(body: Any) -> Period | None:
    found = body["validation"].get("validation", ()) if body else ()
    for one in found:
        first = day_of(one["current_crediting_period_start_date"])
        last = day_of(one["current_crediting_period_end_date"])
        if first and last:
            return Period(first, last)
    return None


def _block(body: Any) -> PlainBlock:
    unit = body["unit"]
    block = unit["credit_block"][0]
    status: Mapping[str, Any] = next(iter(unit.get("status", ())), {})
    retirement: Mapping[str, Any] = next(iter(unit.get("retirement", ())), {})
    why = status.get("status_reason")
    return PlainBlock(
        batch=unit["reference"][0]["source_serial_number"],
        first=block["block_start"],
        last=block["block_end"],
        holder=unit["owner_account_id"],
        bucket=bucket_of(why, status.get("status") in ("Retired", "Cancelled")),
        why=why,
        beneficiary=retirement.get("retirement_beneficiary"),
        certificate=retirement.get("retirement_detail"),
    )
