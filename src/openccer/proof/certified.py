"""A certificate against the log: one registry event says the same, and did it."""

from collections.abc import Iterable, Mapping
from typing import Any

from openccer.kernel import canonical
from openccer.proof.bundle import Certificate, read_block
from openccer.proof.entries import LogEntry
from openccer.proof.folds import read_movements
from openccer.proof.strict import Wrong


def certified(registry: Iterable[LogEntry], certificate: Certificate) -> None:
    """Passes if exactly one registry event bears this number and says and does the same."""
    bearers = [
        (entry, event)
        for entry in registry
        for event in entry.events
        if event.get("certificate") == certificate.number
    ]
    if certificate.log != "registry" or not certificate.number or len(bearers) != 1:
        raise Wrong("须恰有一个登记事件载有此号", "not exactly one registry event has this number")
    entry, event = bearers[0]
    blocks = [{"batch": b.batch, "first": b.first, "last": b.last} for b in certificate.blocks]
    stated = {
        "seq": (certificate.seq, entry.seq),
        "day": (certificate.day, entry.day),
        "event_tag": (certificate.event_tag, event["tag"]),
        "account": (certificate.account, event.get("account")),
        "blocks": (blocks, event.get("blocks")),
        "tonnes": (certificate.tonnes, event.get("tonnes")),
    }
    for name, (ours, logged) in stated.items():
        # Compared as bytes: to Python, true is 1.
        if canonical.to_bytes(ours) != canonical.to_bytes(logged):
            raise Wrong(f"{name} 与事件不同", f"{name} is not what the event says")
    if certificate.kind not in ("surrender", "cancel") or not certificate.event_tag.startswith(
        f"credits-{certificate.kind}"
    ):
        raise Wrong("种类与事件不同", "kind is not that of the event")
    if any(b.batch.rpartition(".")[0] != certificate.instrument for b in certificate.blocks):
        raise Wrong("产品与批次不同", "a block is of another instrument")
    _cancelled_exactly(certificate, event)


def _cancelled_exactly(certificate: Certificate, event: Mapping[str, Any]) -> None:
    stated = [
        (b.batch, b.first, b.last) for b in (read_block(one, "blocks") for one in event["blocks"])
    ]
    moved = [
        (m.block.batch, m.block.first, m.block.last)
        for m in read_movements(event)
        if m.credit[1] == "cancelled"
    ]
    if sum(last - first + 1 for _, first, last in stated) != certificate.tonnes:
        raise Wrong("编号数与吨数不符", "its blocks do not count to its tonnes")
    if _joined(stated) != _joined(moved):
        raise Wrong("事件注销的不是这些编号", "the event did not cancel these very credits")


def _joined(blocks: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """The same serials in as few blocks as can be; a serial named twice stays visible."""
    joined: list[tuple[str, int, int]] = []
    for batch, first, last in sorted(blocks):
        if joined and joined[-1][0] == batch and joined[-1][2] + 1 == first:
            first = joined.pop()[1]
        joined.append((batch, first, last))
    return joined
