"""A folder of tables read back into plain records, or every ground why it cannot be.

The folder may be anyone's: keys are theirs, a manifest need not be there. Rows are judged by the
model, ranges and totals by themselves.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from openccer.interop import ranges
from openccer.interop.cadtrust.check import Row, check_rows, day_of
from openccer.interop.cadtrust.export import FORMAT
from openccer.interop.cadtrust.model import Model, model
from openccer.interop.folder import MANIFEST, read_json
from openccer.interop.plain import (
    Plain,
    PlainBatch,
    PlainBlock,
    PlainProject,
    PlainReduction,
    bucket_of,
)
from openccer.interop.profile import Profile
from openccer.interop.ranges import Range
from openccer.interop.wrong import InteropError, Wrong, shown
from openccer.kernel.calendar import Period

_SERIALS = re.compile(
    r"(?P<batch>[A-Z0-9][A-Z0-9-]{1,23}\.(?P<year>[0-9]{4})\.[0-9]{1,3})"
    r":(?P<first>[0-9]{9})-(?P<last>[0-9]{9})"
)
_PARTS = ("key", "references", "body", "expected")
ENDS = ("unitStartBlock", "unitEndBlock")


def read(folder: Path, profile: Profile | None = None) -> Plain:
    """The plain records of the folder. InteropError with every ground where it cannot be read."""
    of_node = model().with_picks((profile or Profile()).picklists)
    wrong: list[Wrong] = []
    rows: dict[str, list[Row]] = {}
    for table in of_node.tables:
        if (folder / f"{table}.json").exists():
            rows[table] = list(_rows(folder, table, wrong))
    if not rows:
        raise InteropError([Wrong(folder.name, "", "", "file-missing")])
    wrong += check_rows((row for found in rows.values() for row in found), of_node)
    wrong += _stakeholders(rows)
    units = [_unit(row, wrong) for row in rows.get("unit", ())]
    wrong += ranges.together(unit for unit in units if unit)
    wrong += _totals(folder, rows.get("unit", []), units)
    if wrong:
        raise InteropError(wrong)
    return _plain(rows)


def _rows(folder: Path, table: str, wrong: list[Wrong]) -> Iterator[Row]:
    try:
        content = read_json(folder / f"{table}.json")
    except InteropError as error:
        wrong.extend(error.grounds)
        return
    listed = content.get("rows") if isinstance(content, dict) else None
    if not isinstance(listed, list):
        wrong.append(Wrong(table, "", "rows", "not-a-list"))
        return
    for at, raw in enumerate(listed):
        row = _row(table, str(at), raw, wrong)
        if row is not None:
            yield row


def _row(table: str, at: str, raw: Any, wrong: list[Wrong]) -> Row | None:
    if not isinstance(raw, dict):
        wrong.append(Wrong(table, at, "", "not-an-object"))
        return None
    key = raw.get("key")
    if not isinstance(key, str) or not key:
        wrong.append(Wrong(table, at, "key", "missing"))
        return None
    wrong.extend(Wrong(table, key, name, "unknown-field") for name in raw if name not in _PARTS)
    parts = {name: raw.get(name, {}) for name in _PARTS[1:]}
    bad = [name for name, part in parts.items() if not isinstance(part, dict)]
    wrong.extend(Wrong(table, key, name, "not-an-object") for name in bad)
    references = parts["references"]
    if not bad:
        odd = [name for name, value in references.items() if not isinstance(value, str)]
        wrong.extend(
            Wrong(table, key, name, "not-text", {"found": shown(references[name])}) for name in odd
        )
        bad += odd
    return None if bad else Row(table=table, key=key, **parts)


def _stakeholders(rows: Mapping[str, list[Row]]) -> Iterator[Wrong]:
    """Their project comes after them, so it is looked for at the end."""
    projects = {row.key for row in rows.get("project", ())}
    for row in rows.get("stakeholder", ()):
        project = row.references.get("cadTrustProjectId")
        if project is not None and project not in projects:
            facts = {"other": "project", "found": shown(project)}
            yield Wrong(row.table, row.key, "cadTrustProjectId", "no-such-row", facts)


def _unit(row: Row, wrong: list[Wrong]) -> Range | None:
    """The serials of a unit, if nothing is wrong with them."""
    before = len(wrong)
    ends = {name: row.body.get(name) for name in ENDS}
    if any(value is None for value in ends.values()):
        return None  # the check of the row has said so
    count = row.expected.get("unitCount")
    counted = None if count is None else ("unitCount", count)
    wrong.extend(ranges.bounds(row.table, row.key, ends, counted))
    found = _SERIALS.fullmatch(str(row.body.get("unitSerialId")))
    if found is None:
        facts = {"found": shown(row.body.get("unitSerialId"))}
        wrong.append(Wrong(row.table, row.key, "unitSerialId", "not-a-serial-id", facts))
    if found is None or len(wrong) > before:
        return None
    first, last = (ranges.serial(value) for value in ends.values())
    assert first is not None
    assert last is not None
    if (first, last) != (int(found["first"]), int(found["last"])):
        facts = {"found": f"{first}-{last}"}
        wrong.append(Wrong(row.table, row.key, "unitSerialId", "range-not-its-id", facts))
    year = row.body.get("unitVintageYear")
    if year != int(found["year"]):
        more: dict[str, str | int] = {"found": shown(year), "year": found["year"]}
        wrong.append(Wrong(row.table, row.key, "unitVintageYear", "vintage-not-of-batch", more))
    if row.references.get("cadTrustIssuanceId") != found["batch"]:
        facts = {"other": "issuance", "found": shown(found["batch"])}
        wrong.append(Wrong(row.table, row.key, "cadTrustIssuanceId", "no-such-row", facts))
    return Range(table=row.table, row=row.key, batch=found["batch"], first=first, last=last)


def _totals(folder: Path, rows: list[Row], units: list[Range | None]) -> Iterator[Wrong]:
    """The manifest's totals against the units; nothing where there is no manifest."""
    path = folder / MANIFEST
    if not path.exists() or any(unit is None for unit in units):
        return
    manifest = read_json(path)
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        found = shown(manifest.get("format")) if isinstance(manifest, dict) else shown(manifest)
        yield Wrong(MANIFEST, "", "format", "unknown-version", {"found": found, "known": FORMAT})
        return
    totals = manifest.get("totals")
    by_vintage = totals.get("by_vintage") if isinstance(totals, dict) else None
    if not isinstance(totals, dict) or not isinstance(by_vintage, dict):
        yield Wrong(MANIFEST, "", "totals", "not-an-object")
        return
    counts: dict[str, list[int]] = {}
    for row, unit in zip(rows, units, strict=True):
        assert unit is not None
        counts.setdefault(str(row.body.get("unitVintageYear")), []).append(unit.count)
    for year in sorted(by_vintage.keys() | counts.keys()):
        parts = counts.get(year, [])
        yield from ranges.total(MANIFEST, year, "by_vintage", by_vintage.get(year), parts)
    stated = [count for count in by_vintage.values() if type(count) is int]
    yield from ranges.total(MANIFEST, "", "tonnes", totals.get("tonnes"), stated)


# --- records, of rows in which nothing is wrong ---------------------------------------------------


def _plain(rows: Mapping[str, list[Row]]) -> Plain:
    blocks = tuple(_block(row) for row in rows.get("unit", ()))
    tonnes: dict[str, int] = {}
    for block in blocks:
        tonnes[block.batch] = tonnes.get(block.batch, 0) + block.last - block.first + 1
    project_of = {
        row.key: row.references["cadTrustProjectId"] for row in rows.get("verification", ())
    }
    return Plain(
        projects=tuple(_project(row, rows) for row in rows.get("project", ())),
        reductions=tuple(
            PlainReduction(
                id=row.body["verificationId"],
                project=row.references["cadTrustProjectId"],
                period=_period(row, "verificationStartDate", "verificationEndDate"),
                verifier=row.body["verificationBody"],
            )
            for row in rows.get("verification", ())
        ),
        batches=tuple(
            PlainBatch(
                id=row.body["issuanceId"],
                project=project_of[row.references["cadTrustVerificationId"]],
                reduction=row.references["cadTrustVerificationId"],
                year=int(row.body["issuanceId"].split(".")[1]),
                tonnes=tonnes.get(row.body["issuanceId"]),
                issued_on=day_of(row.body.get("issuanceDate")),
            )
            for row in rows.get("issuance", ())
        ),
        blocks=blocks,
    )


def _project(row: Row, rows: Mapping[str, list[Row]]) -> PlainProject:
    owner = _of("stakeholder", row.key, rows)
    validation = _of("validation", row.key, rows)
    method = _of("project_methodology", row.key, rows)
    return PlainProject(
        id=row.body["projectId"],
        name=row.body["projectName"],
        owner=owner.body["stakeholderName"] if owner else None,
        methodology=method.references["cadTrustMethodologyId"] if method else None,
        validator=validation.body["validationBody"] if validation else None,
        state_on=day_of(row.body["projectStatusDate"]),
        crediting=validation
        and _period(validation, "validationCreditPeriodStartDate", "validationCreditPeriodEndDate"),
        validated_on=day_of(validation.body.get("validationDate")) if validation else None,
    )


def _of(table: str, project: str, rows: Mapping[str, list[Row]]) -> Row | None:
    """The first row of the table that belongs to the project."""
    found = (r for r in rows.get(table, ()) if r.references.get("cadTrustProjectId") == project)
    return next(found, None)


def _period(row: Row, first: str, last: str) -> Period | None:
    days = [day_of(row.body.get(name)) for name in (first, last)]
    if not all(isinstance(day, date) for day in days):
        return None
    return Period(*(day for day in days if day is not None))


def _block(row: Row) -> PlainBlock:
    body = row.body
    why, retired = body["unitStatusReason"], body["unitStatus"] in ("Retired", "Cancelled")
    return PlainBlock(
        batch=body["unitSerialId"].rpartition(":")[0],
        first=int(body["unitStartBlock"]),
        last=int(body["unitEndBlock"]),
        holder=body.get("unitCurrentOwner"),
        bucket=bucket_of(why, retired),
        why=why,
        since=day_of(body["unitStatusDate"]),
        beneficiary=body.get("unitRetirementBeneficiary"),
        certificate=body.get("unitRetirementDetail"),
    )
