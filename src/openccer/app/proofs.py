"""Signed checkpoints of the logs a store keeps, and whatever can be proved under them."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from openccer.app.acts import LOGS, REGISTRY
from openccer.kernel import merkle
from openccer.proof import certificate as papers
from openccer.proof import strict
from openccer.proof.bundle import Certificate, LogSource, build, certificate_from, evidence_names
from openccer.proof.note import BadNote, Checkpoint, Signer, open_checkpoint, sign_checkpoint
from openccer.proof.statement import CERTIFICATE, certificate_values, sign_statement
from openccer.store.sqlite import SqliteStore, StoreTrouble

ORIGINS = {log: f"openccer.example/{log}" for log in LOGS}

Keep = Mapping[str, Collection[int]]  # the entries to show, by log


class UnknownCertificate(LookupError):
    """No act of this registry made a certificate of this number."""


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


def signers_of(
    store: SqliteStore, folder: Path, randomness: Callable[[int], bytes]
) -> dict[str, Signer]:
    """The key of each log of the store: a new one only where nothing was signed before."""
    for log in store.logs():
        if store.checkpoints(log) and not (folder / f"{log}.seed").exists():
            raise StoreTrouble(
                f"the {log} log was signed before, but its key is not in {folder}:"
                " name the folder of its key with --keys"
            )
    held = signers(folder, randomness, store.logs())
    for log, signer in held.items():
        for _, note in store.checkpoints(log)[-1:]:
            _opened(log, note, signer)
    return held


def _opened(log: str, note: str, signer: Signer) -> Checkpoint:
    try:
        return open_checkpoint(note, signer.vkey)
    except BadNote as error:
        raise StoreTrouble(
            f"the last checkpoint of the {log} log does not open with this key ({error}):"
            " name the folder of its own key with --keys"
        ) from error


def sign_logs(store: SqliteStore, keys: Mapping[str, Signer]) -> dict[str, int]:
    """A checkpoint over each log as it stands; sizes by log. The same size is signed once."""
    sizes = {}
    for log in store.logs():
        tree = merkle.Tree([merkle.leaf_hash(entry) for entry in store.entries(log)])
        note = sign_checkpoint(keys[log], ORIGINS[log], tree.size, tree.root())
        store.add_checkpoint(log, tree.size, note)
        sizes[log] = tree.size
    return sizes


class Prover:
    """The logs of a store at their newest checkpoints: read once, for any number of proofs."""

    def __init__(self, store: SqliteStore, keys: Mapping[str, Signer]) -> None:
        self.store = store
        self.keys = keys
        self._notes = {log: store.checkpoints(log) for log in LOGS}
        self._trees: dict[str, merkle.Tree] = {}

    def logs(self) -> list[str]:
        """The logs that were signed."""
        return [log for log, notes in self._notes.items() if notes]

    def sizes(self, log: str) -> list[int]:
        """The sizes at which the log was signed before, smallest first."""
        return [size for size, _ in self._notes[log][:-1]]

    def note(self, log: str) -> str:
        """The newest checkpoint of the log, signed."""
        return self._notes[log][-1][1]

    def checkpoint(self, log: str) -> Checkpoint:
        """What the log was when it was signed last."""
        return _opened(log, self._notes[log][-1][1], self.keys[log])

    def tree(self, log: str) -> merkle.Tree:
        """The tree of the log up to its newest checkpoint."""
        if log not in self._trees:
            entries = self.store.entries(log, last=self._notes[log][-1][0])
            self._trees[log] = merkle.Tree([merkle.leaf_hash(entry) for entry in entries])
        return self._trees[log]

    def bundle(
        self,
        *,
        keep: Keep | None = None,
        evidence: Sequence[str] | None = None,
        certificate: Certificate | None = None,
    ) -> bytes:
        """The proof file; `keep` names the entries to show, None all; a log not named is left out.

        Evidence that is not given is what the store keeps of what the shown entries refer to.
        The earliest checkpoint goes along: whoever kept it sees that nothing before it changed.
        """
        logs = [
            self._source(log, None if keep is None else keep[log])
            for log in LOGS
            if self._notes[log] and (keep is None or keep.get(log))
        ]
        if evidence is None:
            evidence = self._kept(entry for log in logs for entry in log.entries.values())
        return build(logs=logs, evidence=evidence, certificate=certificate)

    def _source(self, log: str, keep: Collection[int] | None) -> LogSource:
        notes, tree = self._notes[log], self.tree(log)
        if keep is None:
            entries = dict(enumerate(self.store.entries(log, last=tree.size)))
        else:
            entries = {seq: self.entry(log, seq) for seq in sorted(set(keep)) if seq < tree.size}
        return LogSource(
            name=log,
            key=self.keys[log].vkey,
            checkpoint=notes[-1][1],
            tree=tree,
            entries=entries,
            earlier=notes[0][1] if len(notes) > 1 else None,
        )

    def entry(self, log: str, seq: int) -> bytes:
        """The stored bytes of one entry."""
        return next(self.store.entries(log, seq, seq + 1))

    def _kept(self, entries: Iterable[bytes]) -> list[str]:
        names = evidence_names(strict.read(entry) for entry in entries)
        found = (self.store.evidence(digest) for digest in names)
        return [text for _, raw in filter(None, found) if (text := _text(raw)) is not None]

    # --- certificates ---------------------------------------------------------------------------

    def certificates(self) -> Iterator[tuple[int, str]]:
        """(seq, number) of every certificate an act of the registry made, oldest first."""
        size = self._notes[REGISTRY][-1][0] if self._notes[REGISTRY] else 0
        for seq, raw in enumerate(self.store.entries(REGISTRY, last=size)):
            if b'"certificate":' in raw:
                for event in strict.read(raw)["events"]:
                    if "certificate" in event:
                        yield seq, event["certificate"]

    def certificate(self, seq: int, number: str) -> tuple[str, bytes]:
        """The signed statement of the certificate, and its file."""
        raw = self.entry(REGISTRY, seq)
        stated = certificate_from(raw, number)
        event = event_of(raw, number)
        values = certificate_values(stated, event, self.checkpoint(REGISTRY))
        note = sign_statement(self.keys[REGISTRY], CERTIFICATE, values)
        bundle = self.bundle(keep={REGISTRY: {seq}}, evidence=(), certificate=stated)
        return note, papers.build(note, bundle)


def _text(raw: bytes) -> str | None:
    """The document as text; a bundle carries nothing else."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return None


def event_of(entry: bytes, number: str) -> dict[str, Any]:
    """The event of an entry that bears this certificate number."""
    found: dict[str, Any] = next(
        event for event in strict.read(entry)["events"] if event.get("certificate") == number
    )
    return found


def certificate_at(store: SqliteStore, log: str, seq: int, number: str) -> Certificate:
    """The certificate of this number, as the entry at `seq` has it."""
    entry = next(store.entries(log, first=seq, last=seq + 1))
    return certificate_from(entry, number)
