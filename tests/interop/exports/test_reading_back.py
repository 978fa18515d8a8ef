"""Folders of others read back: every ground with its place, and never anything but grounds.

Each test takes a good export, changes one thing in one file, and says what must be found.
"""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interop.exports.made_registries import ADDED, busy, registry
from openccer.interop.exports.cadtrust.export import export as cadtrust_export
from openccer.interop.exports.cadtrust.read import read as cadtrust_read
from openccer.interop.exports.cdop.export import export as cdop_export
from openccer.interop.exports.cdop.read import read as cdop_read
from openccer.interop.exports.folder import write
from openccer.interop.exports.plain import Plain
from openccer.interop.exports.wrong import InteropError, Wrong

SOURCE = registry(busy())
CADTRUST = cadtrust_export(SOURCE, ADDED)[1]
CDOP = cdop_export(SOURCE, ADDED)[1]
LAST = "OW-1.2025.2:000000001-000000007"

Change = Callable[[Any], object]


def read_cadtrust(folder: Path) -> Plain:
    return cadtrust_read(folder, ADDED)


def damaged(
    tmp_path: Path,
    files: dict[str, bytes],
    reader: Callable[[Path], Plain],
    name: str,
    change: Change | str,
) -> list[Wrong]:
    """The grounds found after one change in one file; text replaces the file."""
    folder = tmp_path / "in"
    write(folder, files)
    if isinstance(change, str):
        (folder / name).write_text(change, encoding="utf-8")
    else:
        content = json.loads(files[name])
        change(content)
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(InteropError) as caught:
        reader(folder)
    return list(caught.value.grounds)


def unit(change: Change) -> Change:
    """A change of the last unit, which has the batch OW-1.2025.2 to itself."""
    return lambda content: change(content["rows"][-1])


def put(part: str, name: str, value: Any) -> Change:
    return lambda row: row[part].update({name: value})


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (put("body", "unitEndBlock", "000000008"), {("unitSerialId", "range-not-its-id")}),
        (
            put("body", "unitEndBlock", "9223372036854775808"),
            {("unitEndBlock", "serial-too-large")},
        ),
        (put("body", "unitStartBlock", "0"), {("unitStartBlock", "serial-too-small")}),
        (put("body", "unitStartBlock", "000000009"), {("unitEndBlock", "range-reversed")}),
        (put("body", "unitStartBlock", "nine"), {("unitStartBlock", "not-digits")}),
        (put("expected", "unitCount", 8), {("unitCount", "count-differs")}),
        (put("expected", "unitCount", "7"), {("unitCount", "not-whole")}),
        (put("body", "unitVintageYear", 2024), {("unitVintageYear", "vintage-not-of-batch")}),
        (put("body", "unitVintageYear", "2025"), {("unitVintageYear", "not-whole")}),
        (put("body", "unitStatus", "Active"), {("unitStatus", "unknown-value")}),
        (put("body", "unitStatusDate", None), {("unitStatusDate", "missing")}),
        (put("body", "unitSerialId", "some text"), {("unitSerialId", "not-a-serial-id")}),
        (
            put("references", "cadTrustIssuanceId", "OW-1.2025.1"),
            {("cadTrustIssuanceId", "no-such-row")},
        ),
        (put("references", "cadTrustIssuanceId", 7), {("cadTrustIssuanceId", "not-text")}),
        (lambda row: row.update(colour="green"), {("colour", "unknown-field")}),
        (lambda row: row.update(body=[]), {("body", "not-an-object")}),
    ],
)
def test_a_damaged_unit_is_refused_at_its_place(tmp_path, change, expected) -> None:
    found = damaged(tmp_path, CADTRUST, read_cadtrust, "unit.json", unit(change))
    assert expected <= {(one.field, one.code) for one in found if one.row == LAST}
    assert {one.table for one in found} <= {"unit", "manifest.json"}


def test_a_number_that_is_nan_is_refused_where_it_stands(tmp_path) -> None:
    text = (
        CADTRUST["unit.json"].decode().replace('"unitVintageYear": 2025', '"unitVintageYear": NaN')
    )
    found = damaged(tmp_path, CADTRUST, read_cadtrust, "unit.json", text)
    assert {(one.field, one.code) for one in found} >= {("unitVintageYear", "not-whole")}
    assert len({one.row for one in found if one.code == "not-whole"}) == 6


def overlap(content: Any) -> None:
    """The first unit of the first batch reaches into the second one."""
    body = content["rows"][0]["body"]
    body["unitSerialId"], body["unitEndBlock"] = "OW-1.2025.1:000000001-000000004", "000000004"
    content["rows"][0]["expected"] = {}


def test_serials_of_two_units_that_overlap_are_named_with_both(tmp_path) -> None:
    found = damaged(tmp_path, CADTRUST, read_cadtrust, "unit.json", overlap)
    one = next(one for one in found if one.code == "ranges-overlap")
    assert one.row == "OW-1.2025.1:000000003-000000005"
    assert one.facts["other"] == "OW-1.2025.1:000000001-000000002"
    assert "total-differs" in {one.code for one in found}


def test_a_unit_that_is_left_out_is_missed(tmp_path) -> None:
    found = damaged(
        tmp_path, CADTRUST, read_cadtrust, "unit.json", lambda content: content["rows"].pop(1)
    )
    assert {(one.code, one.table) for one in found} == {
        ("serials-missing", "unit"),
        ("total-differs", "manifest.json"),
    }


@pytest.mark.parametrize(
    "totals",
    [
        {"tonnes": 20, "by_vintage": {"2025": 19}},
        {"tonnes": 19, "by_vintage": {"2025": 18}},
        {"tonnes": 19, "by_vintage": {"2025": 19, "2024": 1}},
        {"tonnes": "19", "by_vintage": {"2025": 19}},
        {"tonnes": 19, "by_vintage": {"2025": "19"}},
    ],
)
@pytest.mark.parametrize(
    ("files", "reader"), [(CADTRUST, read_cadtrust), (CDOP, cdop_read)], ids=["cadtrust", "cdop"]
)
def test_vintages_that_do_not_add_up_to_the_total_are_refused(
    tmp_path, files, reader, totals
) -> None:
    found = damaged(
        tmp_path, files, reader, "manifest.json", lambda content: content.update(totals=totals)
    )
    assert {one.code for one in found} == {"total-differs"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "not-json"),
        ("[]", "not-a-list"),
        ('{"rows": 7}', "not-a-list"),
        ('{"rows": [], "rows": []}', "key-twice"),
        ('{"rows": [7]}', "not-an-object"),
        ('{"rows": [{"key": ""}]}', "missing"),
        ("[" * 100_000, "not-json"),
        ("\udcff", "not-json"),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path, text, code) -> None:
    folder = tmp_path / "in"
    write(folder, CADTRUST)
    (folder / "unit.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(InteropError) as caught:
        read_cadtrust(folder)
    assert code in {one.code for one in caught.value.grounds}


def test_a_folder_without_any_table_is_refused(tmp_path) -> None:
    for reader in (read_cadtrust, cdop_read):
        with pytest.raises(InteropError) as caught:
            reader(tmp_path)
        assert [one.code for one in caught.value.grounds] == ["file-missing"]


def test_a_folder_of_someone_else_needs_no_manifest_and_has_keys_of_its_own(tmp_path) -> None:
    files = {name: raw for name, raw in CADTRUST.items() if name != "manifest.json"}
    renamed = {
        name: raw.replace(b'"key": "OW-1"', b'"key": "17"')
        .replace(b'"cadTrustProjectId": "OW-1"', b'"cadTrustProjectId": "17"')
        .replace(b'"cadTrustProjectMethodologyId": "OW-1"', b'"cadTrustProjectMethodologyId": "17"')
        .replace(b'"cadTrustLocationId": "OW-1"', b'"cadTrustLocationId": "17"')
        for name, raw in files.items()
    }
    assert renamed["project.json"] != files["project.json"]
    write(tmp_path / "in", renamed)
    found = read_cadtrust(tmp_path / "in")
    assert [one.id for one in found.projects] == ["OW-1", "OW-2", "OW-3"]
    assert {one.project for one in found.reductions} == {"OW-1"}
    assert {one.project for one in found.batches} == {"OW-1"}


# --- the other format -----------------------------------------------------------------------------


def document(change: Change) -> Change:
    return lambda content: change(content["documents"][-1]["body"])


def at(*path: Any) -> Callable[[Any], Change]:
    """Set the value at this place."""

    def to(value: Any) -> Change:
        def change(body: Any) -> None:
            for name in path[:-1]:
                body = body[name]
            body[path[-1]] = value

        return document(change)

    return to


BLOCK = ("unit", "credit_block", 0)


@pytest.mark.parametrize(
    ("name", "change", "field", "code"),
    [
        ("Unit_Description", at(*BLOCK, "block_end")(8), "quantity", "count-differs"),
        ("Unit_Description", at(*BLOCK, "quantity")(6), "quantity", "count-differs"),
        ("Unit_Description", at(*BLOCK, "quantity")("7"), "quantity", "not-whole"),
        ("Unit_Description", at(*BLOCK, "quantity")(7.5), "quantity", "not-whole"),
        ("Unit_Description", at(*BLOCK, "block_start")(9), "block_end", "range-reversed"),
        ("Unit_Description", at(*BLOCK, "block_end")(2**63), "block_end", "serial-too-large"),
        ("Unit_Description", at(*BLOCK, "block_start")(-1), "block_start", "serial-too-small"),
        ("Unit_Description", at("unit", "credit_block")([]), "credit_block", "missing"),
        ("Unit_Description", at("unit", "status", 0, "status")("Held"), "status", "unknown-value"),
        ("Unit_Description", at("unit", "descriptor", 0, "type")("CERT"), "type", "unknown-value"),
        (
            "Unit_Description",
            at("vintage", "vintage")("2024-01-01"),
            "vintage",
            "vintage-not-of-batch",
        ),
        ("Unit_Description", at("vintage", "vintage")("2025"), "vintage", "not-a-day"),
        ("Unit_Description", at("vintage", "vintage")(2025), "vintage", "not-text"),
        ("Unit_Description", at("vintage")({}), "vintage/vintage", "missing"),
        (
            "Unit_Description",
            at("unit", "reference")([]),
            "source_serial_number",
            "not-a-serial-id",
        ),
        (
            "Issuances",
            at("issuance", "issuance", 0, "batch_issued_volume")(13),
            "batch_issued_volume",
            "total-differs",
        ),
        (
            "Issuances",
            at("issuance", "issuance", 1, "cumulative_issued_volume")(7),
            "cumulative_issued_volume",
            "total-differs",
        ),
        (
            "Issuances",
            at("issuance", "issuance", 0, "batch_issued_volume")(float("nan")),
            "batch_issued_volume",
            "not-a-number",
        ),
        (
            "Crediting_Period",
            at("validation", "validation", 0, "current_crediting_period_end_date")("2024-12-31"),
            "current_crediting_period_end_date",
            "too-early",
        ),
        (
            "Crediting_Period",
            at("validation", "validation", 0, "validation_id")("12"),
            "validation_id",
            "not-whole",
        ),
        ("Project_Approach_Details", at("project")({}), "project/project_name", "missing"),
        ("Project_Approach_Details", at("project")([]), "project", "not-an-object"),
    ],
)
def test_a_damaged_document_is_refused_at_its_place(tmp_path, name, change, field, code) -> None:
    found = damaged(tmp_path, CDOP, cdop_read, f"{name}.json", change)
    assert [one for one in found if one.code == code and one.field.endswith(field)], found
    assert found[0].row


def test_a_unit_of_a_batch_that_was_never_issued_is_refused(tmp_path) -> None:
    found = damaged(
        tmp_path,
        CDOP,
        cdop_read,
        "Issuances.json",
        lambda content: content["documents"][0]["body"]["issuance"]["issuance"].pop(),
    )
    assert {one.code for one in found} == {"no-such-row"}


# --- anything at all ------------------------------------------------------------------------------

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.text(max_size=5),
    st.just(float("nan")),
    st.just([]),
    st.just({}),
    st.lists(st.integers(0, 3), max_size=2),
)


def ways(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every part of a document."""
    found = [way] if way else []
    if isinstance(value, dict):
        for name, inner in value.items():
            found += ways(inner, (*way, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            found += ways(inner, (*way, index))
    return found


def replaced(content: Any, way: tuple[Any, ...], value: Any, gone: bool) -> Any:
    content = copy.deepcopy(content)
    part = content
    for name in way[:-1]:
        part = part[name]
    if gone:
        del part[way[-1]]
    else:
        part[way[-1]] = value
    return content


@pytest.mark.parametrize(
    ("files", "reader"), [(CADTRUST, read_cadtrust), (CDOP, cdop_read)], ids=["cadtrust", "cdop"]
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_a_file_says_the_answer_is_records_or_grounds(
    tmp_path_factory, files, reader, data
) -> None:
    name = data.draw(st.sampled_from([n for n in sorted(files) if n != "unmapped.json"]))
    content = json.loads(files[name])
    way = data.draw(st.sampled_from(ways(content)))
    damaged_content = replaced(content, way, data.draw(ODD), data.draw(st.booleans()))
    folder = tmp_path_factory.mktemp("odd") / "in"
    write(folder, files)
    (folder / name).write_text(json.dumps(damaged_content), encoding="utf-8")
    try:
        reader(folder)
    except InteropError as error:
        for one in error.grounds:
            assert one.said.zh  # every ground has its words, and every word its facts
            assert one.said.en
