"""Case files from a disk: a folder of cases with known answers, or one file to compute.

What cannot be read is one failed result that says where it is broken; the other files still run.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from openccer.app.uncertainty import uncertainty_record, uncertainty_words
from openccer.kernel.canonical import plain
from openccer.kernel.strict_yaml import MAX_BYTES, YamlError, read_yaml
from openccer.mrv.case_inputs import CaseError
from openccer.mrv.case_model import Unsupported
from openccer.mrv.case_uncertainty import case_uncertainty
from openccer.mrv.cases import (
    FAILED,
    PASSED,
    UNSUPPORTED,
    CaseResult,
    compute_case,
    run_case,
)
from openccer.mrv.grid import STRENGTH
from openccer.mrv.model import Line
from openccer.rulebook.load import load_cn
from openccer.rulebook.model import Rulebook, RulesInForce, Title, rule_ref

SUFFIXES = frozenset({".yaml", ".yml", ".json"})
DECLARED = "declared"  # the basis of a line that rests on no rule: the input says so


class CaseFileError(ValueError):
    """The file is not a case: it says which file, where in it, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What became of every file of a folder."""

    passed: int
    failed: int
    unsupported: int
    results: tuple[Mapping[str, Any], ...]

    def record(self) -> dict[str, Any]:
        """The summary as JSON types."""
        counts = {"passed": self.passed, "failed": self.failed, "unsupported": self.unsupported}
        return {**counts, "results": list(self.results)}


def run_folder(folder: Path, *, rules: RulesInForce | None = None) -> Summary:
    """Every case file of the folder, in the order of its names, compared with what it expects.

    CaseFileError where the folder itself is missing or holds no case file.
    """
    if not folder.is_dir():
        raise CaseFileError(f"{folder}: no such folder; name a folder of .yaml case files")
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    if not paths:
        raise CaseFileError(f"{folder}: no case file in it; expected files ending in .yaml")
    used = rules or whole_book(load_cn())
    results = [run_file(path, rules=used) for path in paths]
    count = {status: sum(r.status == status for r in results) for status in STATUSES}
    return Summary(
        passed=count[PASSED],
        failed=count[FAILED],
        unsupported=count[UNSUPPORTED],
        results=tuple(_row(result) for result in results),
    )


STATUSES = (PASSED, FAILED, UNSUPPORTED)


def run_file(path: Path, *, rules: RulesInForce | None = None) -> CaseResult:
    """One case file; a file that cannot be read is a failed case that says why."""
    try:
        raw = read_case(path)
    except CaseFileError as error:
        return CaseResult(
            id=path.stem,
            methodology="",
            status=FAILED,
            message=Title(f"文件无法读取：{error}", str(error)),
        )
    return run_case(raw, rules=rules or whole_book(load_cn()), name=path.stem)


def quantify_file(
    path: Path, *, rules: RulesInForce | None = None, uncertainty: bool = False
) -> dict[str, Any]:
    """One case file computed, as JSON types: result, working, findings, how sure it is if asked.

    With expected values the status is passed or failed, without them computed. CaseFileError where
    the file cannot be read.
    """
    used = rules or whole_book(load_cn())
    raw = read_case(path)
    run = run_case if "expected" in raw else compute_case
    result = run(raw, rules=used, name=path.stem)
    record = {
        "id": result.id,
        "methodology": result.methodology,
        "status": result.status,
        "message": {"zh": result.message.zh, "en": result.message.en},
        "result": plain(result.got),
        "lines": [line_record(line, used.book) for line in result.lines],
        "findings": _findings(result),
        "rulebook": used.book.digest,
    }
    if "expected" in raw:
        record["expected"] = plain(result.expected)
    if uncertainty:
        record |= _how_sure(raw)
    return record


def _how_sure(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The uncertainty of the case, in figures and words; where it is none, the case failed."""
    try:
        found = case_uncertainty(raw)
    except (CaseError, Unsupported) as error:
        status = FAILED if isinstance(error, CaseError) else UNSUPPORTED
        return {"status": status, "message": {"zh": error.zh, "en": str(error)}}
    said = uncertainty_words(found)
    return {"uncertainty": {**uncertainty_record(found), "said": {"zh": said.zh, "en": said.en}}}


def read_case(path: Path) -> Mapping[str, Any]:
    """The case in a file, every scalar as text. CaseFileError says what is wrong and where."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise CaseFileError(
                f"{path}: {size} bytes is more than the {MAX_BYTES} a case may have"
            )
        text = path.read_bytes()
    except OSError as error:
        raise CaseFileError(f"{path}: cannot be read: {error.strerror or error}") from error
    try:
        raw = read_yaml(text, path.name)
    except YamlError as error:
        raise CaseFileError(str(error)) from error
    if not isinstance(raw, Mapping):
        raise CaseFileError(f"{path.name}:1:1: not a case: a table with id, inputs, … is needed")
    return raw


def whole_book(book: Rulebook) -> RulesInForce:
    """The book on the day of its newest version: all it states, whatever the clock says."""
    days = (version.since for rule in book.rules.values() for version in rule.versions)
    return book.on(max(days, default=date.min))


def line_record(line: Line, book: Rulebook) -> dict[str, Any]:
    """One line of working as JSON types, with how well what it rests on is known."""
    return {
        "year": line.year,
        "symbol": line.symbol,
        "title": {"zh": line.title_zh, "en": line.title_en},
        "value": format(line.value, "f"),
        "unit": line.unit,
        "equation": line.equation,
        "clause": [str(cite) for cite in line.cites],
        "basis": basis_of(line.rules, book),
        "rules": list(line.rules),
        "note": line.note,
    }


def basis_of(refs: Iterable[str], book: Rulebook) -> str:
    """The weakest basis among these rule versions; `declared` when there is none."""
    wanted = set(refs)
    found = [
        version.basis
        for rule in book.rules.values()
        for version in rule.versions
        if rule_ref(rule.id, version.since) in wanted
    ]
    return max(found, key=STRENGTH.index).value if found else DECLARED


def _row(result: CaseResult) -> dict[str, Any]:
    return {
        "id": result.id,
        "methodology": result.methodology,
        "status": result.status,
        "expected": plain(result.expected),
        "got": plain({key: result.got.get(key) for key in result.expected}),
        "message": {"zh": result.message.zh, "en": result.message.en},
        "findings": _findings(result),
    }


def _findings(result: CaseResult) -> list[dict[str, str]]:
    return [{"code": f.code, "zh": f.zh, "en": f.en} for f in result.findings]
