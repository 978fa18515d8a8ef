"""Published cases with known answers: computed again, compared, and told apart.

passed       every expected value was met
failed       a value differs, an expected key is not one we compute, or the case is badly written
unsupported  the methodology, or a fact of it, is not in this version; the message says which
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from openccer.kernel.outcome import Refused
from openccer.mrv import catalogue, sheets
from openccer.mrv.case_design import forecast_case
from openccer.mrv.case_inputs import (
    BOUND_KEYS,
    CERTIFICATE_KEYS,
    EMPTY,
    FORECAST_KEYS,
    QUALITY_KEYS,
    UTC_KEYS,
    VINTAGE_KEYS,
    CaseError,
    Fault,
    Key,
    Reader,
    number_from,
)
from openccer.mrv.case_kinds import (
    bound_case,
    certificate_case,
    quality_case,
    utc_case,
    vintage_case,
)
from openccer.mrv.case_model import Calculation, Case, Computed, Finding, Unsupported, Value
from openccer.mrv.case_sheet import sheet_case
from openccer.mrv.exact import shown
from openccer.mrv.model import Line
from openccer.rulebook.model import RulesInForce, Title

PASSED, FAILED, UNSUPPORTED, COMPUTED = "passed", "failed", "unsupported", "computed"

CASE_KEYS = frozenset(
    {"id", "methodology", "kind", "title", "inputs", "expected", "tolerance"}
    | {"source", "sources", "label", "python_check", "notes", "note", "description", "tags"}
    | {"uncertainty"}  # read by mrv.case_uncertainty
)
KINDS: Mapping[str, tuple[Mapping[str, Key], Calculation]] = MappingProxyType(
    {
        "forecast": (FORECAST_KEYS, forecast_case),
        "certificate": (CERTIFICATE_KEYS, certificate_case),
        "bound": (BOUND_KEYS, bound_case),
        "data quality": (QUALITY_KEYS, quality_case),
        "UTC date": (UTC_KEYS, utc_case),
        "grid vintage": (VINTAGE_KEYS, vintage_case),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """One case, what it expected, what came out, and in words why it stands where it stands."""

    id: str
    methodology: str
    status: str
    message: Title
    expected: Mapping[str, Any] = field(default_factory=dict)
    got: Mapping[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    lines: tuple[Line, ...] = ()


def run_case(
    raw: Mapping[str, Any], *, rules: RulesInForce | None = None, name: str = ""
) -> CaseResult:
    """Compute the case and compare it with what it expects, to its own tolerance (0 if unsaid)."""
    result = compute_case(raw, rules=rules, name=name)
    if result.status != COMPUTED:
        return result
    try:
        wrong = _differences(raw, result.got)
    except CaseError as error:
        return _told(result, FAILED, Title(error.zh, str(error)))
    if wrong:
        zh = "；".join(fault.zh for fault in wrong)
        return _told(result, FAILED, Title(zh, "; ".join(fault.en for fault in wrong)))
    count = len(result.expected)
    words = Title(f"{count} 项预期值全部一致", f"all {count} expected values are met")
    return _told(result, PASSED, words)


def compute_case(
    raw: Mapping[str, Any], *, rules: RulesInForce | None = None, name: str = ""
) -> CaseResult:
    """Compute the case without comparing; status `computed`, or why it could not be."""
    case_id, code = str(raw.get("id") or name or "?"), str(raw.get("methodology") or "")
    expected = raw.get("expected")
    expected = expected if isinstance(expected, Mapping) else {}
    status, words, computed = COMPUTED, Title("已计算", "computed"), Computed(result={})
    try:
        computed = _computed(raw, code, rules, tuple(str(key) for key in expected))
    except Unsupported as lacking:
        status, words = UNSUPPORTED, Title(lacking.zh, lacking.en)
    except CaseError as error:
        status, words = FAILED, Title(error.zh, str(error))
    return CaseResult(
        id=case_id,
        methodology=code,
        status=status,
        message=words,
        expected=expected,
        got={key: plain_value(value) for key, value in computed.result.items()},
        findings=computed.findings,
        lines=computed.lines,
    )


def plain_value(value: Value) -> Any:
    """A result for the wire: whole numbers and truth as they are, decimals as text."""
    if isinstance(value, Fraction):
        value = shown(value)
    if isinstance(value, Decimal):
        whole = value == value.to_integral_value()
        return int(value) if whole else format(value, "f")
    if isinstance(value, tuple):
        return tuple(plain_value(one) for one in value)
    if isinstance(value, Mapping):
        return {name: plain_value(one) for name, one in value.items()}
    return value


def _told(result: CaseResult, status: str, words: Title) -> CaseResult:
    return CaseResult(
        id=result.id,
        methodology=result.methodology,
        status=status,
        message=words,
        expected=result.expected,
        got=result.got,
        findings=result.findings,
        lines=result.lines,
    )


def _computed(
    raw: Mapping[str, Any], code: str, rules: RulesInForce | None, wanted: tuple[str, ...]
) -> Computed:
    inputs = raw.get("inputs")
    if not isinstance(inputs, Mapping):
        raise CaseError([Fault("缺少 inputs", "inputs: missing, or not a table")])
    if not code:
        raise CaseError([Fault("缺少 methodology", "methodology: missing")])
    names = {str(key).lower() for key in inputs}
    kind = _kind(str(raw.get("kind") or ""), code, names)
    method = None if kind in ("UTC date", "grid vintage") else catalogue.find(code.upper())
    sheet = sheets.find(code) if isinstance(method, Refused) else None
    if isinstance(method, Refused) and sheet is None:
        raise _unsupported(code, method)
    keys, calculate = KINDS[kind]
    notes = " ".join(str(raw.get(key) or "") for key in ("notes", "note", "description"))
    found = None if isinstance(method, Refused) else method
    case = Case(method=found, inputs=inputs, notes=notes, rules=rules, wanted=wanted)
    for key in sorted(set(map(str, raw)) - CASE_KEYS):
        shown_key = key[:60]
        case.findings.add(
            "unknown-case-key",
            f"案例含未知的项 {shown_key}",
            f"the case has an unknown key {shown_key}",
        )
    return sheet_case(sheet, case) if sheet else calculate(case, Reader(inputs, keys))


def _kind(kind: str, code: str, names: set[str]) -> str:
    """Which calculation the case asks for: by what it gives first, then by the name of its kind."""
    if "raw" in names:
        return "UTC date"
    if "every method" in code or names == {"vintage"}:
        return "grid vintage"
    if names & {"reduction_by_calendar_year_t", "accounting_start", "accounting_end"}:
        return "certificate"
    if kind == "bound_check" or names & {"design_export_mwh", "registered_annual_reduction_t"}:
        return "bound"
    if kind == "data_quality" or names & {"stated_annual_t", "stated_total_t"}:
        return "data quality"
    return "forecast"


def _unsupported(code: str, refusal: Refused) -> Unsupported:
    """Why the methodology does not run: its official text was not read, or it is an analogue."""
    if code.upper().startswith("CCER"):
        missing = refusal.reasons[0].facts["missing_text"]
        return Unsupported(
            f"缺少方法学正式文本：{missing}",
            f"the official text of the methodology was not read: {missing}",
        )
    if "pilot" in code.lower():
        return Unsupported(
            "二氧化碳捕集与封存试行方法不是 CCER 官方方法学，本版本尚未包含",
            "the CO2 storage pilot is no official CCER methodology and not in this version yet",
        )
    shown_code = code[:80]
    return Unsupported(
        f"本版本不含类比方法 {shown_code}（并非 CCER 正式方法学文本）",
        f"the analogue method {shown_code} is not in this version (no official CCER text)",
    )


def _differences(raw: Mapping[str, Any], got: Mapping[str, Any]) -> list[Fault]:
    """Every expected value that was not met; CaseError where the case expects nothing at all."""
    expected = raw.get("expected")
    if not isinstance(expected, Mapping) or not expected:
        raise CaseError([Fault("没有预期值，无从核对", "expected: missing, so nothing is proved")])
    allowed = _tolerances(raw.get("tolerance", "0"))
    wrong: list[Fault] = []
    for key, value in expected.items():
        if key not in got:
            shown_key = str(key)[:60]
            wrong.append(
                Fault(f"{shown_key}：本版本不计算此项", f"{shown_key}: not a value we compute")
            )
        elif not _met(value, got[key], allowed.get(key, allowed["default"])):
            pair = f"{key}: {value} ≠ {got[key]}"
            wrong.append(
                Fault(
                    f"{key}：预期 {value}，得到 {got[key]}",
                    f"{pair} (expected first, tolerance {allowed.get(key, allowed['default']):f})",
                )
            )
    return wrong


def _tolerances(raw: Any) -> dict[str, Decimal]:
    """Allowed difference by expected key, in the key's own unit; `default` for the rest."""
    table = raw if isinstance(raw, Mapping) else {"default": raw}
    allowed = {"default": Decimal(0)}
    for key, value in table.items():
        try:
            allowed[str(key)] = number_from(value)
        except ValueError as error:
            text = str(key)[:60]
            raise CaseError(
                [Fault(f"tolerance.{text}：不是可用的数值", f"tolerance.{text}: {error}")]
            ) from None
    return allowed


def _met(expected: Any, got: Any, tolerance: Decimal) -> bool:
    """Is the computed value the expected one, numbers to the tolerance, everything else exactly?"""
    if got is None:
        return expected is None or str(expected).strip().lower() in EMPTY
    if isinstance(got, bool):
        return str(expected).strip().lower() == str(got).lower()
    if isinstance(got, list):
        return isinstance(expected, list) and _names(expected) == _names(got)
    if isinstance(got, tuple):
        if not isinstance(expected, list | tuple) or len(expected) != len(got):
            return False
        return all(_met(*pair, tolerance) for pair in zip(expected, got, strict=True))
    if isinstance(got, Mapping):
        if not isinstance(expected, Mapping) or {str(key) for key in expected} != set(got):
            return False
        return all(_met(value, got[str(key)], tolerance) for key, value in expected.items())
    try:
        difference = number_from(expected, None) - number_from(got, None)
    except ValueError:
        return str(expected).strip() == str(got)
    return abs(difference) <= tolerance


def _names(values: list[Any]) -> list[str]:
    """Names without regard to order or capitals."""
    return sorted(str(value).strip().lower() for value in values)
