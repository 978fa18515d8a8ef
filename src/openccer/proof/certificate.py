"""A certificate as a file, "openccer-certificate/1": the signed statement, and the proof of it.

The proof is a bundle with the one entry that cancelled the credits. So the file is judged by the
ten steps of a bundle and by one more: the statement is what that entry and that checkpoint say.
"""

from collections.abc import Mapping
from typing import Any

from openccer.kernel import canonical
from openccer.proof import bundle as bundles
from openccer.proof import strict
from openccer.proof.bundle import Bundle, Certificate
from openccer.proof.check import STEPS, check
from openccer.proof.entries import read_entry
from openccer.proof.note import open_checkpoint
from openccer.proof.statement import CERTIFICATE, certificate_values, open_statement, text_of
from openccer.proof.strict import Wrong
from openccer.proof.verdict import Step, Verdict, not_judged

STATEMENT = "statement"  # the step after the ten of a bundle
ABOUT = {
    "zh": "本证书只需运营机构公布的公钥即可离线核验："
    "python3 tools/verify.py 本文件 --key registry=公钥。",
    "en": "This certificate can be checked offline with the operator's published key alone: "
    "python3 tools/verify.py FILE --key registry=KEY.",
}
_TOP = frozenset({"format", "about", "statement", "bundle"})


def build(note: str, bundle: bytes) -> bytes:
    """The file of this signed statement and this bundle; `Wrong` where they do not agree."""
    top = {"format": CERTIFICATE, "about": ABOUT, "statement": note, "bundle": strict.read(bundle)}
    _stated(note, bundles.read(bundle))
    return canonical.to_bytes(top)


def verdict(raw: bytes, *, trusted_keys: Mapping[str, str] | None = None) -> Verdict:
    """The verdict on a bundle or a certificate from anywhere; never an exception."""
    top = _read(raw)
    if top is None:
        return check(raw, trusted_keys=trusted_keys)
    try:
        strict.fields(top, _TOP, "certificate file")
        if top["about"] != ABOUT:
            raise Wrong(f"不是 {CERTIFICATE}", f"about is not that of {CERTIFICATE}")
        note = strict.text(top["statement"], "statement")
    except Wrong as error:
        return not_judged(error, (*STEPS, STATEMENT))
    inner = canonical.to_bytes(top["bundle"])
    found = check(inner, trusted_keys=trusted_keys)
    step = _judged(note, inner) if found.ok else _blocked()
    return Verdict(ok=found.ok and bool(step.ok), steps=(*found.steps, step), summary=found.summary)


def _read(raw: bytes) -> dict[str, Any] | None:
    """The file as an object, if it says that it is a certificate."""
    try:
        top = strict.read(raw)
    except Wrong:
        return None
    return top if isinstance(top, dict) and top.get("format") == CERTIFICATE else None


def _blocked() -> Step:
    zh, en = "未进行：前面的步骤未通过", "not run: a step before it did not pass"
    return Step(name=STATEMENT, ok=None, detail_zh=zh, detail_en=en)


def _judged(note: str, inner: bytes) -> Step:
    try:
        number = _stated(note, bundles.read(inner)).number
    except Wrong as error:
        return Step(name=STATEMENT, ok=False, detail_zh=error.zh, detail_en=error.en)
    zh, en = f"证书 {number} 的签名声明与日志一致", f"the signed statement of {number} is the log's"
    return Step(name=STATEMENT, ok=True, detail_zh=zh, detail_en=en)


def _stated(note: str, found: Bundle) -> Certificate:
    """The certificate, if the registry's key signed exactly what its entry says of it."""
    registry = next((log for log in found.logs if log.name == "registry"), None)
    certificate = found.certificate
    if registry is None or certificate is None:
        raise Wrong("没有证书或登记日志", "no certificate, or no registry log, to state it of")
    statement = open_statement(note, registry.key)
    event = _event(found, certificate)
    now = open_checkpoint(registry.checkpoint, registry.key)
    expected = text_of(CERTIFICATE, certificate_values(certificate, event, now))
    if statement.kind != CERTIFICATE or text_of(statement.kind, statement.fields) != expected:
        raise Wrong(
            "声明与日志条目或检查点不同", "the statement is not what entry and checkpoint say"
        )
    return certificate


def _event(found: Bundle, certificate: Certificate) -> Mapping[str, Any]:
    for log in found.logs:
        for shown in log.entries if log.name == "registry" else ():
            for event in read_entry(shown.entry).events:
                if event.get("certificate") == certificate.number:
                    return event
    raise Wrong("没有载有此号的条目", "no entry shown has this number")
