"""The one file that carries a proof, "openccer-proof/1": written by `build`, read by `read`.

Nothing in the file is free text: what is not signed is either a constant or follows from what is
signed, so a changed byte anywhere is a refused file.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from openccer.kernel import canonical, merkle
from openccer.proof import strict
from openccer.proof.note import open_checkpoint
from openccer.proof.strict import Wrong

FORMAT = "openccer-proof/1"
LOG_NAMES = ("registry", "exchange", "policy")
MAX_PATH = 128  # twice the 53 levels that a tree of 2^53 leaves has, and some
ABOUT = {
    "zh": "本文件无须信任其出具系统即可核验：python3 tools/verify.py 本文件。"
    "每本日志由其运营机构签名，请将公钥与该机构公布的公钥逐字比对。",
    "en": "This file can be checked without trusting the system that wrote it: "
    "python3 tools/verify.py FILE. Each log is signed by its operator: compare its key, letter by "
    "letter, with the one that operator publishes.",
}

_TOP = frozenset({"format", "about", "logs", "evidence", "certificate"})
_LOG = frozenset(
    {"name", "origin", "key", "size", "checkpoint", "earlier", "consistency", "entries"}
)
_ENTRY = frozenset({"seq", "entry", "proof"})
_EVIDENCE = frozenset({"digest", "name", "text"})
_BLOCK = frozenset({"batch", "first", "last"})
_CERTIFICATE_TEXTS = ("number", "kind", "account", "instrument", "event_tag", "log")
_CERTIFICATE = frozenset({*_CERTIFICATE_TEXTS, "blocks", "tonnes", "day", "seq"})


class BadBundle(Wrong):
    """The file is not a proof bundle; the text says where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertifiedBlock:
    """Serials first to last of one batch, as a certificate names them."""

    batch: str
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """The statement that one event took these credits out of use for ever."""

    number: str
    kind: str  # surrender or cancel
    account: str
    instrument: str
    blocks: tuple[CertifiedBlock, ...]
    tonnes: int
    day: str
    seq: int
    event_tag: str
    log: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSource:
    """One log as its operator has it: its tree, and the entries to show, by seq."""

    name: str
    key: str
    checkpoint: str
    tree: merkle.Tree
    entries: Mapping[int, bytes]
    earlier: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownEntry:
    """An entry in a bundle: its place, its stored bytes, its inclusion proof if one is needed."""

    seq: int
    entry: bytes
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLog:
    """A log as a bundle shows it; `complete` when every entry is there."""

    name: str
    origin: str
    key: str
    size: int
    checkpoint: str
    earlier: str | None
    consistency: tuple[bytes, ...]
    entries: tuple[ShownEntry, ...] = field(repr=False)

    @property
    def complete(self) -> bool:
        return len(self.entries) == self.size


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A text that some entry names by its digest."""

    digest: str
    name: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What a well-formed bundle says. Nothing of it is proved yet."""

    logs: tuple[ShownLog, ...]
    evidence: tuple[Evidence, ...]
    certificate: Certificate | None


def log_source(
    *,
    name: str,
    key: str,
    checkpoint: str,
    entries: Sequence[bytes],
    keep: Collection[int] | None = None,
    earlier: str | None = None,
) -> LogSource:
    """The log from all its entries; only those in `keep` are shown, or all when it is None."""
    shown = range(len(entries)) if keep is None else sorted(set(keep))
    return LogSource(
        name=name,
        key=key,
        checkpoint=checkpoint,
        tree=merkle.Tree([merkle.leaf_hash(entry) for entry in entries]),
        entries={seq: entries[seq] for seq in shown},
        earlier=earlier,
    )


def build(
    *,
    logs: Sequence[LogSource],
    evidence: Sequence[str] = (),
    certificate: Certificate | None = None,
) -> bytes:
    """The bundle of these logs, registry first; BadBundle if a checkpoint is not of its log.

    Evidence is given as texts: digest and name follow from the entries that refer to them.
    """
    names = evidence_names(
        canonical_entry for log in logs for canonical_entry in _decoded(log.entries)
    )
    raw = canonical.to_bytes(
        {
            "format": FORMAT,
            "about": ABOUT,
            "logs": [_log_plain(log) for log in logs],
            "evidence": [_evidence_plain(text, names) for text in sorted(set(evidence))],
            "certificate": None if certificate is None else canonical.plain(certificate),
        }
    )
    read(raw)  # what we write, we can read: size, order of logs, every field
    return raw


def _decoded(entries: Mapping[int, bytes]) -> Iterator[Any]:
    return (strict.read(entry) for _, entry in sorted(entries.items()))


def _log_plain(log: LogSource) -> dict[str, Any]:
    now = open_checkpoint(log.checkpoint, log.key)
    if now.size != log.tree.size or now.root != log.tree.root():
        raise BadBundle(
            f"{log.name} 的检查点与日志不符", f"{log.name}: the checkpoint is not of these leaves"
        )
    complete = len(log.entries) == now.size
    shown = [
        {
            "seq": seq,
            "entry": entry.decode(),
            "proof": [] if complete else _hex(log.tree.inclusion_proof(seq)),
        }
        for seq, entry in sorted(log.entries.items())
    ]
    return {
        "name": log.name,
        "origin": now.origin,
        "key": log.key,
        "size": now.size,
        "checkpoint": log.checkpoint,
        "earlier": log.earlier,
        "consistency": _hex(_consistency(log)),
        "entries": shown,
    }


def _consistency(log: LogSource) -> list[bytes]:
    if log.earlier is None:
        return []
    then = open_checkpoint(log.earlier, log.key)
    if not 0 < then.size < log.tree.size:
        raise BadBundle("先前检查点不小于现在", "the earlier checkpoint is not of a smaller size")
    return log.tree.consistency_proof(then.size)


def _hex(hashes: Sequence[bytes]) -> list[str]:
    return [one.hex() for one in hashes]


def _evidence_plain(text: str, names: Mapping[str, set[str]]) -> dict[str, str]:
    digest = sha256(text.encode()).hexdigest()
    if digest not in names:
        raise BadBundle("证据无人引用", f"no entry shown refers to the evidence {digest}")
    return {"digest": digest, "name": evidence_name(min(names[digest]), text), "text": text}


def evidence_names(entries: Iterator[Any]) -> dict[str, set[str]]:
    """For each digest that the entries name, what it is called there: report_digest is `report`."""
    found: dict[str, set[str]] = {}
    stack: list[Any] = list(entries)
    while stack:
        value = stack.pop()
        if isinstance(value, list):
            stack.extend(value)
        if isinstance(value, dict):
            stack.extend(value.values())
            for name, inner in value.items():
                if name.endswith("digest") and isinstance(inner, str):
                    stem = name.removesuffix("digest").rstrip("_") or "evidence"
                    found.setdefault(inner, set()).add(stem)
    return found


def evidence_name(stem: str, text: str) -> str:
    """report.json for JSON, report.txt for any other text."""
    return stem + (".json" if text.startswith(("{", "[")) else ".txt")


def certificate_from(entry: bytes, number: str) -> Certificate:
    """The certificate of that number that this registry entry's event supports."""
    read_entry = strict.read(entry)
    for event in read_entry["events"]:
        if event.get("certificate") == number:
            blocks = tuple(CertifiedBlock(**block) for block in event["blocks"])
            kind = "surrender" if event["tag"].startswith("credits-surrender") else "cancel"
            return Certificate(
                number=number,
                kind=kind,
                account=event["account"],
                instrument=blocks[0].batch.rpartition(".")[0],
                blocks=blocks,
                tonnes=event["tonnes"],
                day=read_entry["day"],
                seq=read_entry["seq"],
                event_tag=event["tag"],
                log=read_entry["log"],
            )
    raise BadBundle(f"该条目没有证书 {number}", f"the entry has no certificate {number}")


def read(raw: bytes) -> Bundle:
    """The bundle these bytes are; `Wrong` with the place for any others."""
    top = strict.fields(strict.read(raw), _TOP, "bundle")
    if top["format"] != FORMAT or top["about"] != ABOUT:
        raise BadBundle(f"不是 {FORMAT}", f"format and about are not those of {FORMAT}")
    logs = tuple(
        _read_log(one, f"logs[{i}]")
        for i, one in enumerate(strict.items(top["logs"], "logs", len(LOG_NAMES)))
    )
    names = [log.name for log in logs]
    if not names or names != [name for name in LOG_NAMES if name in names]:
        raise BadBundle(
            "日志应为 registry、exchange、policy，依此顺序",
            "logs are registry, exchange, policy, in this order",
        )
    found = strict.items(top["evidence"], "evidence")
    evidence = tuple(_read_evidence(one, f"evidence[{i}]") for i, one in enumerate(found))
    certificate = top["certificate"]
    return Bundle(
        logs=logs,
        evidence=evidence,
        certificate=None if certificate is None else _read_certificate(certificate),
    )


def _read_log(value: Any, where: str) -> ShownLog:
    log = strict.fields(value, _LOG, where)
    earlier = log["earlier"]
    entries = strict.items(log["entries"], f"{where}.entries")
    return ShownLog(
        name=strict.text(log["name"], f"{where}.name"),
        origin=strict.text(log["origin"], f"{where}.origin"),
        key=strict.text(log["key"], f"{where}.key"),
        size=strict.whole(log["size"], f"{where}.size"),
        checkpoint=strict.text(log["checkpoint"], f"{where}.checkpoint"),
        earlier=None if earlier is None else strict.text(earlier, f"{where}.earlier"),
        consistency=_read_path(log["consistency"], f"{where}.consistency"),
        entries=tuple(_read_shown(e, f"{where}.entries[{i}]") for i, e in enumerate(entries)),
    )


def _read_shown(value: Any, where: str) -> ShownEntry:
    shown = strict.fields(value, _ENTRY, where)
    return ShownEntry(
        seq=strict.whole(shown["seq"], f"{where}.seq"),
        entry=strict.text(shown["entry"], f"{where}.entry").encode(),
        proof=_read_path(shown["proof"], f"{where}.proof"),
    )


def _read_path(value: Any, where: str) -> tuple[bytes, ...]:
    return tuple(strict.hex32(one, where) for one in strict.items(value, where, MAX_PATH))


def _read_evidence(value: Any, where: str) -> Evidence:
    one = strict.fields(value, _EVIDENCE, where)
    return Evidence(
        digest=strict.hex32(one["digest"], f"{where}.digest").hex(),
        name=strict.text(one["name"], f"{where}.name"),
        text=strict.text(one["text"], f"{where}.text"),
    )


def _read_certificate(value: Any) -> Certificate:
    found = strict.fields(value, _CERTIFICATE, "certificate")
    texts = {name: strict.text(found[name], f"certificate.{name}") for name in _CERTIFICATE_TEXTS}
    blocks = strict.items(found["blocks"], "certificate.blocks")
    return Certificate(
        **texts,
        blocks=tuple(read_block(one, "certificate.blocks") for one in blocks),
        tonnes=strict.whole(found["tonnes"], "certificate.tonnes", 1),
        day=strict.day(found["day"], "certificate.day"),
        seq=strict.whole(found["seq"], "certificate.seq"),
    )


def read_block(value: Any, where: str) -> CertifiedBlock:
    """Serials of one batch, counted from 1, the first not after the last."""
    block = strict.fields(value, _BLOCK, where)
    first = strict.whole(block["first"], f"{where}.first", 1)
    return CertifiedBlock(
        batch=strict.some_text(block["batch"], f"{where}.batch"),
        first=first,
        last=strict.whole(block["last"], f"{where}.last", first),
    )
