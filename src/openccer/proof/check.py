"""The ten steps that judge a proof bundle. Each runs as far as it can and says where it fails.

A step is ok, not ok, or (None) could not be judged because an earlier one left nothing to judge.
The verdict is good only when all ten are ok.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from openccer.kernel import merkle
from openccer.proof.bundle import (
    LOG_NAMES,
    Bundle,
    ShownLog,
    evidence_name,
    evidence_names,
    read,
)
from openccer.proof.certified import certified
from openccer.proof.entries import LogEntry, read_entry
from openccer.proof.folds import CreditFold, MoneyFold
from openccer.proof.note import Checkpoint, is_origin, open_checkpoint
from openccer.proof.strict import MAX_PROBLEMS, Wrong
from openccer.proof.verdict import Step, Verdict, Words, not_judged

STEPS = (
    "form",
    "signatures",
    "trees",
    "consistency",
    "entries",
    "links",
    "credits",
    "money",
    "evidence",
    "certificate",
)


@dataclass(slots=True, kw_only=True)
class _Findings:
    """What one step saw: what is wrong, what is worth saying, why it could not be judged."""

    wrong: list[Words] = field(default_factory=list)
    said: list[Words] = field(default_factory=list)
    blocked: list[Words] = field(default_factory=list)

    def add(self, place: str, zh: str, en: str) -> None:
        if len(self.wrong) < MAX_PROBLEMS:
            self.wrong.append((f"{place}：{zh}", f"{place}: {en}"))

    def attempt(self, place: str, action: Callable[..., None], *given: object) -> None:
        try:
            action(*given)
        except Wrong as error:
            self.add(place, error.zh, error.en)

    def step(self, name: str) -> Step:
        ok = False if self.wrong else None if self.blocked else True
        words = self.wrong or self.blocked or self.said
        more = f" (+{len(words) - 3})" if len(words) > 3 else ""
        return Step(
            name=name,
            ok=ok,
            detail_zh="；".join(zh for zh, _ in words[:3]) + more,
            detail_en="; ".join(en for _, en in words[:3]) + more,
        )


@dataclass(slots=True, kw_only=True)
class _Case:
    """A bundle in judgment: what is signed, what could be read, what the folds found."""

    bundle: Bundle
    trusted: Mapping[str, str]
    opened: dict[str, Checkpoint] = field(default_factory=dict)
    entries: dict[str, list[LogEntry]] = field(default_factory=dict)
    readable: bool = True
    batches: dict[str, dict[str, int]] = field(default_factory=dict)

    def log(self, name: str) -> ShownLog | None:
        return next((log for log in self.bundle.logs if log.name == name), None)

    def events(self, name: str) -> Iterable[tuple[str, Mapping[str, Any]]]:
        """Every event of a log's shown entries, with its place in words."""
        for entry in self.entries.get(name, []):
            for i, event in enumerate(entry.events):
                yield f"{name} {entry.seq} [{i}]", event


def check(bundle: bytes, *, trusted_keys: Mapping[str, str] | None = None) -> Verdict:
    """The verdict on a bundle from anywhere; never an exception, whatever the bytes.

    `trusted_keys` are the verifier keys the operators publish, by log name. A log whose key is
    not given is checked against the key in the bundle, and the verdict says so.
    """
    try:
        case = _Case(bundle=read(bundle), trusted=trusted_keys or {})
    except Wrong as error:
        return not_judged(error, STEPS)
    parts = (_signatures, _trees, _consistency, _entries)
    inner = (_links, _credits, _money, _evidence, _certificate)
    found = [_form(case), *(part(case) for part in parts)]
    found += [part(case) if case.readable else _unreadable() for part in inner]
    steps = tuple(one.step(name) for one, name in zip(found, STEPS, strict=True))
    return Verdict(ok=all(step.ok for step in steps), steps=steps, summary=_summary(case))


def _unreadable() -> _Findings:
    words = ("未进行：有条目不可读", "not run: some entries cannot be read")
    return _Findings(blocked=[words])


def _form(case: _Case) -> _Findings:
    names = "、".join(log.name for log in case.bundle.logs)
    return _Findings(said=[(f"格式规范，含 {names}", f"canonical, with {names}")])


def _signatures(case: _Case) -> _Findings:
    found = _Findings()
    for name in case.trusted:
        if case.log(name) is None:
            found.add(name, "给了公钥但文件中无此日志", "a key is given but the log is not here")
    for log in case.bundle.logs:
        found.attempt(log.name, _open, case, log)
        trusted = case.trusted.get(log.name)
        if trusted is None:
            found.said.append(
                (
                    f"{log.name} 签名成立；请将公钥与运营机构公布的比对：{log.key}",
                    f"{log.name}: signed; compare the key with the operator's own: {log.key}",
                )
            )
        elif trusted != log.key:
            found.add(log.name, "公钥不是所信任的那把", "the key is not the trusted one")
        else:
            found.said.append(
                (f"{log.name} 由所信任的公钥签名", f"{log.name}: signed by the trusted key")
            )
    return found


def _open(case: _Case, log: ShownLog) -> None:
    now = open_checkpoint(log.checkpoint, log.key)
    if not is_origin(log.origin) or now.origin != log.origin:
        raise Wrong("检查点属另一来源", "the checkpoint is of another origin")
    if now.size != log.size:
        raise Wrong("检查点条数与文件不同", "the checkpoint is of another size")
    case.opened[log.name] = now


def _blocked(log: ShownLog) -> Words:
    return (f"{log.name}：没有可用的签名根", f"{log.name}: no signed root to compare with")


def _trees(case: _Case) -> _Findings:
    found = _Findings()
    for log in case.bundle.logs:
        now = case.opened.get(log.name)
        if now is None:
            found.blocked.append(_blocked(log))
        elif log.complete:
            found.attempt(log.name, _whole_tree, log, now)
            en = f"{log.name}: all {log.size} entries give the signed root"
            found.said.append((f"{log.name} 全部 {log.size} 条重算出签名根", en))
        else:
            _inclusions(found, log, now)
            shown = len(log.entries)
            en = f"{log.name}: {shown} of {log.size} entries are in the signed tree"
            found.said.append((f"{log.name} {log.size} 条中的 {shown} 条在签名树内", en))
    return found


def _whole_tree(log: ShownLog, now: Checkpoint) -> None:
    if any(shown.proof for shown in log.entries):
        raise Wrong("完整日志不应带证明", "a complete log carries no inclusion proofs")
    if merkle.root([merkle.leaf_hash(shown.entry) for shown in log.entries]) != now.root:
        raise Wrong("各条目算不出签名的根", "the entries do not give the signed root")


def _inclusions(found: _Findings, log: ShownLog, now: Checkpoint) -> None:
    for shown in log.entries:
        leaf = merkle.leaf_hash(shown.entry)
        if not merkle.verify_inclusion(leaf, shown.seq, now.size, shown.proof, now.root):
            found.add(f"{log.name} {shown.seq}", "不在签名的树内", "is not in the signed tree")


def _consistency(case: _Case) -> _Findings:
    found = _Findings()
    for log in case.bundle.logs:
        now = case.opened.get(log.name)
        if now is None:
            found.blocked.append(_blocked(log))
        else:
            found.attempt(log.name, _extends, found, log, now)
    return found


def _extends(found: _Findings, log: ShownLog, now: Checkpoint) -> None:
    if log.earlier is None:
        if log.consistency:
            raise Wrong("有证明而无先前检查点", "a proof without an earlier checkpoint")
        en = f"{log.name}: no earlier checkpoint to compare with"
        found.said.append((f"{log.name} 无先前检查点可比", en))
        return
    then = open_checkpoint(log.earlier, log.key)
    if then.origin != now.origin or not 0 < then.size < now.size:
        raise Wrong("先前检查点不属此日志或不更小", "not an earlier checkpoint of this log")
    if not merkle.verify_consistency(then.size, now.size, then.root, now.root, log.consistency):
        raise Wrong("日志并非先前日志的延续", "the log does not continue the earlier one")
    en = f"{log.name}: its first {then.size} entries are unchanged"
    found.said.append((f"{log.name} 前 {then.size} 条未变", en))


def _entries(case: _Case) -> _Findings:
    found = _Findings()
    for log in case.bundle.logs:
        case.entries[log.name] = []
        seen: set[str] = set()
        before = -1
        for i, shown in enumerate(log.entries):
            place = f"{log.name} {shown.seq}"
            if shown.seq <= before or (log.complete and shown.seq != i):
                found.add(place, "次序不对", "is out of order")
            before = shown.seq
            try:
                entry = read_entry(shown.entry)
            except Wrong as error:
                found.add(place, error.zh, error.en)
                case.readable = False
                continue
            case.entries[log.name].append(entry)
            if entry.log != log.name or entry.seq != shown.seq:
                found.add(place, "写的是另一位置", "says it stands elsewhere")
            if entry.act_id in seen:
                found.add(place, f"行为 {entry.act_id} 出现两次", f"act {entry.act_id} twice")
            seen.add(entry.act_id)
        en = f"{log.name}: {len(log.entries)} entries"
        found.said.append((f"{log.name} {len(log.entries)} 条", en))
    return found


def _links(case: _Case) -> _Findings:
    found = _Findings()
    linked = {
        (name, entry.act_id): entry.linked
        for name, entries in case.entries.items()
        for entry in entries
    }
    met = unseen = 0
    for (name, act_id), partners in linked.items():
        place = f"{name} {act_id}"
        if len(set(partners)) != len(partners) or (name, act_id) in partners:
            found.add(place, "关联重复或指向自身", "links twice, or to itself")
        for partner in partners:
            words = "/".join(partner)
            partner_log = case.log(partner[0])
            if partner in linked:
                met += 1
                if (name, act_id) not in linked[partner]:
                    found.add(place, f"{words} 未回指", f"{words} does not name it back")
            elif partner[0] not in LOG_NAMES or (partner_log and partner_log.complete):
                found.add(place, f"关联的 {words} 不存在", f"its partner {words} is not there")
            else:
                unseen += 1
    en = f"{met} links name each other; {unseen} lead to entries not shown"
    found.said.append((f"{met} 个关联互指，{unseen} 个指向未出示的条目", en))
    return found


def _credits(case: _Case) -> _Findings:
    found = _Findings()
    _wrong_log(case, found, "exchange", "movements")
    _wrong_log(case, found, "policy", "movements")
    log = case.log("registry")
    fold = CreditFold(complete=log is not None and log.complete)
    for place, event in case.events("registry"):
        found.attempt(place, fold.apply, event)
    if log is None or not log.complete:
        en = "the registry log is not complete: only each movement by itself was checked"
        found.said.append(("登记日志不完整，仅逐条核查移动本身", en))
    elif not found.wrong:
        found.attempt("registry", lambda: case.batches.update(fold.totals()))
        issued = sum(fold.issued.values())
        en = f"{issued} t in {len(fold.issued)} batches, every serial in one place"
        found.said.append((f"{len(fold.issued)} 批 {issued} 吨，每个编号只在一处", en))
    return found


def _money(case: _Case) -> _Findings:
    found = _Findings()
    _wrong_log(case, found, "registry", "transfers")
    _wrong_log(case, found, "policy", "transfers")
    log = case.log("exchange")
    fold = MoneyFold(complete=log is not None and log.complete)
    for place, event in case.events("exchange"):
        found.attempt(place, fold.apply, event)
    if log is None or not log.complete:
        en = "the exchange log is not complete: only each transfer by itself was checked"
        found.said.append(("交易日志不完整，仅逐条核查划转本身", en))
    elif not found.wrong:
        found.attempt("exchange", fold.close)
        en = f"{len(fold.balances)} balances sum to zero, none below zero but outside"
        found.said.append((f"{len(fold.balances)} 个余额合计为零，外部之外无透支", en))
    return found


def _wrong_log(case: _Case, found: _Findings, log: str, name: str) -> None:
    for place, event in case.events(log):
        if name in event:
            found.add(place, f"此日志不应有 {name}", f"{name} do not belong in this log")


def _evidence(case: _Case) -> _Findings:
    found = _Findings()
    names = evidence_names(entry.raw for entries in case.entries.values() for entry in entries)
    seen: set[str] = set()
    for one in case.bundle.evidence:
        place = one.digest[:16]
        if sha256(one.text.encode()).hexdigest() != one.digest:
            found.add(place, "内容与摘要不符", "the text is not the one of this digest")
        if one.digest in seen:
            found.add(place, "出现两次", "stands twice")
        seen.add(one.digest)
        if one.digest not in names:
            found.add(place, "无条目引用", "no entry refers to it")
        elif one.name not in {evidence_name(stem, one.text) for stem in names[one.digest]}:
            found.add(place, "名称与引用不符", "its name is not the one it is referred to by")
    en = f"{len(seen)} texts are the ones the entries name"
    found.said.append((f"{len(seen)} 份证据与条目所引一致", en))
    return found


def _certificate(case: _Case) -> _Findings:
    found = _Findings()
    certificate = case.bundle.certificate
    if certificate is None:
        found.said.append(("无证书", "no certificate in this bundle"))
        return found
    found.attempt(certificate.number[:40], certified, case.entries.get("registry", []), certificate)
    found.said.append(
        (
            f"证书 {certificate.number}：{certificate.account} {certificate.tonnes} 吨",
            f"certificate {certificate.number}: {certificate.account}, {certificate.tonnes} t",
        )
    )
    return found


def _summary(case: _Case) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for log in case.bundle.logs:
        now = case.opened.get(log.name)
        found[log.name] = {
            "size": log.size,
            "shown": len(log.entries),
            "root": None if now is None else now.root.hex(),
            "key": log.key,
        }
    return {**found, "batches": case.batches}
