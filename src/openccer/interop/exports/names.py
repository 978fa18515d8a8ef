"""What things are called in what goes out, and read back: serials, documents, methodologies."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import NamedTuple

from openccer.kernel.ids import BatchId, Digest
from openccer.ledger.blocks import Block
from openccer.mrv.catalogue import PUBLISHED, Published

_SERIALS = re.compile(rf"({BatchId.PATTERN.pattern}):([0-9]{{9}})-([0-9]{{9}})")
_DOCUMENT = re.compile(r"ni:///sha-256;([A-Za-z0-9_-]{43})")


class Named(NamedTuple):
    """The serials that a name says; they may be reversed, or begin at 0."""

    batch: BatchId
    first: int
    last: int


def serial_id(block: Block) -> str:
    """A block by its batch, its first and its last serial."""
    return f"{block.batch}:{block.first:09d}-{block.last:09d}"


def serials(text: str) -> Named | None:
    """What the name of a block says; None for any other text."""
    found = _SERIALS.fullmatch(text)
    return Named(BatchId(found[1]), int(found[2]), int(found[3])) if found else None


def year_of(batch: str) -> int | None:
    """The production year in the id of a batch; None for text that is no such id."""
    return BatchId(batch).instrument.year if BatchId.PATTERN.fullmatch(batch) else None


def digest_uri(digest: Digest) -> str:
    """The name of a document by its SHA-256, as RFC 6920 writes it."""
    name = urlsafe_b64encode(bytes.fromhex(digest)).rstrip(b"=").decode()
    return f"ni:///sha-256;{name}"


def digest_of(uri: str) -> str | None:
    """The SHA-256 that such a name says; None for any other text."""
    found = _DOCUMENT.fullmatch(uri)
    return urlsafe_b64decode(f"{found[1]}=").hex() if found else None


def published(code: str) -> Published | None:
    """The methodology of this code, with its title and its day; None for one of no notice."""
    return next((one for one in PUBLISHED if one.code == code), None)


def version_of(code: str) -> str | None:
    """The version a methodology's code ends with; None where it ends with none."""
    version = code.rpartition("-")[2]
    return version if version.startswith("V") else None
