"""Snapshots of the official register, kept as evidence: the bytes as they came, by their digest."""

import re
from dataclasses import dataclass

from openccer.interop.register.read import RegisterFile
from openccer.store.sqlite import SqliteStore

PREFIX = "register-snapshot/"
DIGEST = re.compile(r"[0-9a-f]{8,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One file that is kept."""

    digest: str
    name: str
    size: int  # bytes


def keep(store: SqliteStore, file: RegisterFile) -> bool:
    """Keep the file; False where the same bytes are kept already."""
    known = store.evidence(file.digest) is not None
    store.add_evidence(file.digest, PREFIX + file.name, file.content)
    return not known


def snapshots(store: SqliteStore) -> tuple[Snapshot, ...]:
    """Every snapshot that is kept, by name."""
    return tuple(
        Snapshot(digest=digest, name=name.removeprefix(PREFIX), size=size)
        for digest, name, size in store.documents(PREFIX)
    )


def find(store: SqliteStore, digest: str) -> tuple[str, bytes] | None:
    """Name and bytes of the one snapshot whose digest begins so; None for none, or for two."""
    found = [one for one in snapshots(store) if one.digest.startswith(digest)]
    kept = store.evidence(found[0].digest) if len(found) == 1 else None
    return (found[0].name, kept[1]) if kept else None
