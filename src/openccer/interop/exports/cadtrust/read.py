"""A folder of tables read back into plain records, or every ground why it cannot be.

The folder may be anyone's: keys are theirs, a manifest need not be there. Rows are judged by the
model, ranges and totals by themselves.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from openccer.interop.exports import ranges
from openccer.interop.exports.cadtrust.check import Row, check_rows
from openccer.interop.exports.cadtrust.export import FORMAT
from openccer.interop.exports.cadtrust.model import model
from openccer.interop.exports.documents import day_of, keyed, totals
from openccer.interop.exports.names import Named, serials
from openccer.interop.exports.plain import (
    Plain,
    PlainBatch,
    PlainBlock,
    PlainProject,
    PlainReduction,
    bucket_of,
)
from openccer.interop.exports.profile import Profile
from openccer.interop.exports.ranges import Range
from openccer.interop.exports.wrong import Fact, InteropError, Wrong, shown
from openccer.kernel.calendar import Period

_PARTS = ("references", "body", "expected")
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
    if all(units):  # a range that is wrong has no count
        years = (str(row.body.get("unitVintageYear")) for row in rows.get("unit", ()))
        counted = [(year, unit) for year, unit in zip(years, units, strict=True) if unit]
        wrong += totals(folder, FORMAT, counted)
    if wrong:
        raise InteropError(wrong)
    return _plain(rows)


def _rows(folder: Path, table: str, wrong: list[Wrong]) -> Iterator[Row]:
    for key, parts in keyed(folder, table, "rows", _PARTS, wrong):
        odd = {k: v for k, v in parts["references"].items() if not isinstance(v, str)}
        wrong.extend(
            Wrong(table, key, name, "not-text", {"found": shown(value)})
            for name, value in odd.items()
        )
        if not odd:
            yield Row(table=table, key=key, **parts)


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
    ends = {name: row.body.get(name) for name in ENDS}
    if any(value is None for value in ends.values()):
        return None  # the check of the row has said so
    count = row.expected.get("unitCount")
    counted = None if count is None else ("unitCount", count)
    found = list(ranges.bounds(row.table, row.key, ends, counted))
    first, last = (ranges.serial(value) for value in ends.values())
    named = serials(str(row.body.get("unitSerialId")))
    if named is None:
        facts: dict[str, Fact] = {"found": shown(row.body.get("unitSerialId"))}
        found.append(Wrong(row.table, row.key, "unitSerialId", "not-a-serial-id", facts))
    else:
        found += _as_named(row, named, first, last)
    wrong += found
    if found or named is None or first is None or last is None:
        return None
    return Range(table=row.table, row=row.key, batch=named.batch, first=first, last=last)


def _as_named(row: Row, named: Named, first: int | None, last: int | None) -> Iterator[Wrong]:
    """The id of a unit names its batch, its year and its range; the row says the same."""
    if (first, last) != (named.first, named.last):
        facts: dict[str, Fact] = {"found": f"{first}-{last}"}
        yield Wrong(row.table, row.key, "unitSerialId", "range-not-its-id", facts)
    year, of_batch = row.body.get("unitVintageYear"), named.batch.instrument.year
    if year != of_batch:
        facts = {"found": shown(year), "year": f"{of_batch:04d}"}
        yield Wrong(row.table, row.key, "unitVintageYear", "vintage-not-of-batch", facts)
    if row.references.get("cadTrustIssuanceId") != named.batch:
        facts = {"other": "issuance", "found": shown(named.batch)}
        yield Wrong(row.table, row.key, "cadTrustIssuanceId", "no-such-row", facts)


# --- records, of rows in which nothing is wrong ---------------------------------------------------


def _plain(rows: Mapping[str, list[Row]]) -> Plain:
    units = rows.get("unit", ())
    projects = {row.key: row.body["projectId"] for row in rows.get("project", ())}
    verified = {row.key: row for row in rows.get("verification", ())}
    counts: dict[str, int] = {}
    for row in units:
        batch = row.references["cadTrustIssuanceId"]
        serials = int(row.body[ENDS[1]]) - int(row.body[ENDS[0]]) + 1
        counts[batch] = counts.get(batch, 0) + serials
    years = {row.references["cadTrustIssuanceId"]: row.body["unitVintageYear"] for row in units}
    return Plain(
        projects=tuple(_project(row, rows) for row in rows.get("project", ())),
        reductions=tuple(
            PlainReduction(
                id=row.body["verificationId"],
                project=projects[row.references["cadTrustProjectId"]],
                period=_period(row, "verificationStartDate", "verificationEndDate"),
                verifier=row.body["verificationBody"],
            )
            for row in verified.values()
        ),
        batches=tuple(
            PlainBatch(
                id=row.body["issuanceId"],
                project=projects[_behind(row, verified).references["cadTrustProjectId"]],
                reduction=_behind(row, verified).body["verificationId"],
                year=years.get(row.key),
                tonnes=counts.get(row.key),
                issued_on=day_of(row.body.get("issuanceDate")),
            )
            for row in rows.get("issuance", ())
        ),
        blocks=tuple(_block(row) for row in units),
    )


def _behind(issuance: Row, verified: Mapping[str, Row]) -> Row:
    return verified[issuance.references["cadTrustVerificationId"]]


def _project(row: Row, rows: Mapping[str, list[Row]]) -> PlainProject:
    owner = _of("stakeholder", row.key, rows)
    validation = _of("validation", row.key, rows)
    method = _of("project_methodology", row.key, rows)
    codes = {one.key: one.body["methodologyCode"] for one in rows.get("methodology", ())}
    days = ("validationCreditPeriodStartDate", "validationCreditPeriodEndDate")
    return PlainProject(
        id=row.body["projectId"],
        name=row.body["projectName"],
        owner=owner.body["stakeholderName"] if owner else None,
        methodology=codes[method.references["cadTrustMethodologyId"]] if method else None,
        validator=validation.body["validationBody"] if validation else None,
        state_on=day_of(row.body["projectStatusDate"]),
        crediting=_period(validation, *days) if validation else None,
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
