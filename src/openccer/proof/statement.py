"""Signed statements that fit a QR code: what a certificate, a serial or a batch is, in one breath.

A statement is a C2SP signed note whose text has one field a line, in visible ASCII, no field empty.
Its QR text is those lines and the signature, one space between them: the same statement, no less
strict. Whoever has the operator's key checks either with nothing else at hand.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from openccer.proof.bundle import Certificate
from openccer.proof.note import BadNote, Checkpoint, Signer, VerifierKey, open_note, to_base64

CERTIFICATE = "openccer-certificate/1"
SERIAL = "openccer-serial/1"
BATCH = "openccer-batch/1"

_OF_A_LOG = ("size", "root")
FIELDS: Mapping[str, tuple[str, ...]] = {
    CERTIFICATE: (
        *("origin", "number", "kind", "account", "blocks", "tonnes", "purpose", "day", "seq"),
        *_OF_A_LOG,
    ),
    SERIAL: ("origin", "serial", "account", "bucket", *_OF_A_LOG),
    BATCH: (
        *("origin", "batch", "tonnes", "held", "exchange", "reserved", "frozen", "cancelled"),
        *_OF_A_LOG,
    ),
}
LONGEST = 400  # characters of a field; of a longer one its digest stands there, so that a QR fits

_FIELD = re.compile(r"[!-~]{1,600}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a statement says, field by field, each as its text."""

    kind: str
    fields: Mapping[str, str]


def text_of(kind: str, values: Mapping[str, str]) -> str:
    """The lines to sign, in the order of the kind."""
    return "".join(f"{line}\n" for line in (kind, *(values[name] for name in FIELDS[kind])))


def sign_statement(signer: Signer, kind: str, values: Mapping[str, str]) -> str:
    """The signed note that says so."""
    return signer.sign(text_of(kind, values))


def certificate_values(
    certificate: Certificate, event: Mapping[str, Any], now: Checkpoint
) -> dict[str, str]:
    """What the statement of a certificate says: a function of its event and of the checkpoint."""
    blocks = (f"{_word(b.batch)}:{b.first}-{b.last}" for b in certificate.blocks)
    return {
        **_log_values(now),
        "number": _short(_word(certificate.number)),
        "kind": certificate.kind,
        "account": _short(_word(certificate.account)),
        "blocks": _short(",".join(blocks)),
        "tonnes": str(certificate.tonnes),
        "purpose": _short(purpose_of(certificate.kind, event)),
        "day": certificate.day,
        "seq": str(certificate.seq),
    }


def purpose_of(kind: str, event: Mapping[str, Any]) -> str:
    """`purpose:for whom`; of a surrender, which has no purpose but one, `surrender:year`."""
    for_whom = event.get("beneficiary", event.get("year", ""))
    return f"{_word(event.get('purpose', kind))}:{_word(for_whom)}"


def serial_values(serial: str, account: str, bucket: str, now: Checkpoint) -> dict[str, str]:
    """Where one credit is, as the log of this checkpoint has it."""
    return {**_log_values(now), "serial": serial, "account": account, "bucket": bucket}


def batch_values(
    batch: str, tonnes: int, buckets: Mapping[str, int], now: Checkpoint
) -> dict[str, str]:
    """How many credits of a batch are in each bucket, as the log of this checkpoint has it."""
    counts = {bucket: str(count) for bucket, count in buckets.items()}
    return {**_log_values(now), "batch": batch, "tonnes": str(tonnes), **counts}


def _log_values(now: Checkpoint) -> dict[str, str]:
    return {"origin": _word(now.origin), "size": str(now.size), "root": to_base64(now.root)}


def _word(value: Any) -> str:
    return quote(str(value))


def _short(field: str) -> str:
    """The field, or of a long one `sha256:` and the digest of what would stand there."""
    return field if len(field) <= LONGEST else f"sha256:{sha256(field.encode()).hexdigest()}"


def open_statement(note: str, vkey: str) -> Statement:
    """The statement this key signed; BadNote with the exact reason otherwise."""
    kind, *lines = open_note(note, vkey).removesuffix("\n").split("\n")
    names = FIELDS.get(kind)
    if names is None or len(lines) != len(names):
        raise BadNote("不是所知的声明", "not a statement of a kind known here")
    if not all(_FIELD.fullmatch(line) for line in lines):
        raise BadNote("声明的字段写法不对", "a field of the statement is empty or spelt otherwise")
    return Statement(kind=kind, fields=dict(zip(names, lines, strict=True)))


def qr_text(note: str) -> str:
    """The same statement as one line for a QR code."""
    text, _, signature = note.rpartition("\n\n")
    return " ".join([*text.split("\n"), signature.split()[2]])


def note_of(text: str, vkey: str) -> str:
    """The note that a QR text stands for; its signature is still to be checked."""
    lines: Sequence[str] = text.split(" ")
    if not text.isascii() or not all(_FIELD.fullmatch(line) for line in lines):
        raise BadNote("二维码文字写法不对", "a QR text is words of visible ASCII, one space apart")
    name = VerifierKey.parse(vkey).name
    return "\n".join(lines[:-1]) + f"\n\n— {name} {lines[-1]}\n"
