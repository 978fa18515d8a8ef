"""Signed checkpoints and proof files of the logs a store keeps."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path

from openccer.app.acts import LOGS
from openccer.kernel import merkle
from openccer.proof.bundle import Certificate, build, certificate_from, log_source
from openccer.proof.note import Signer, sign_checkpoint
from openccer.store.sqlite import SqliteStore, StoreTrouble

ORIGINS = {log: f"openccer.example/{log}" for log in LOGS}


def signers(
    folder: Path, randomness: Callable[[int], bytes], logs: Iterable[str] = LOGS
) -> dict[str, Signer]:
    """The key of each log from `folder`, made there from `randomness` when it is not there yet.

    A key file is 64 hexadecimal digits, readable by its owner alone. Registry, exchange and policy
    base have a key each, because their operators are different.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return {log: _signer(folder / f"{log}.seed", log, randomness) for log in logs}


def _signer(path: Path, log: str, randomness: Callable[[int], bytes]) -> Signer:
    if not path.exists():
        fresh = path.with_suffix(".new")  # renamed when it is whole: a crash leaves no half key
        fresh.touch(mode=0o600)
        fresh.write_text(randomness(32).hex() + "\n")
        fresh.replace(path)
    try:
        return Signer(name=ORIGINS[log], seed=bytes.fromhex(path.read_text().strip()))
    except ValueError as error:
        raise StoreTrouble(
            f"{path} is no signing key (64 hexadecimal digits): put the log's own key back"
        ) from error


def sign_logs(store: SqliteStore, keys: Mapping[str, Signer]) -> dict[str, int]:
    """A checkpoint over each log as it stands; sizes by log. The same size is signed once."""
    sizes = {}
    for log in store.logs():
        leaves = [merkle.leaf_hash(entry) for entry in store.entries(log)]
        note = sign_checkpoint(keys[log], ORIGINS[log], len(leaves), merkle.root(leaves))
        store.add_checkpoint(log, len(leaves), note)
        sizes[log] = len(leaves)
    return sizes


def bundle(
    store: SqliteStore,
    keys: Mapping[str, Signer],
    *,
    evidence: Sequence[str] = (),
    certificate: Certificate | None = None,
    keep: Mapping[str, Collection[int]] | None = None,
) -> bytes:
    """The proof file over the newest checkpoints; `keep` names the entries to show, None all.

    The earliest checkpoint goes along, so that whoever kept it sees that nothing before it changed.
    """
    logs = []
    for log in (name for name in LOGS if store.checkpoints(name)):
        notes = store.checkpoints(log)
        size, newest = notes[-1]
        logs.append(
            log_source(
                name=log,
                key=keys[log].vkey,
                checkpoint=newest,
                entries=list(store.entries(log, last=size)),
                keep=None if keep is None else keep.get(log, ()),
                earlier=notes[0][1] if len(notes) > 1 else None,
            )
        )
    return build(logs=logs, evidence=evidence, certificate=certificate)


def certificate_at(store: SqliteStore, log: str, seq: int, number: str) -> Certificate:
    """The certificate of this number, as the entry at `seq` has it."""
    entry = next(store.entries(log, first=seq, last=seq + 1))
    return certificate_from(entry, number)
