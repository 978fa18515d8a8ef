"""Options of the policy commands, and how a base is opened: a file, a folder, or what ships."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from openccer.policy.hub import is_hub, read_hub
from openccer.policy.load import Base, cn_base, load_folder
from openccer.policy.model import LANGUAGES
from openccer.reports.policy_words import label
from openccer.store.policy_index import PolicyIndex

BaseGiven = Annotated[
    Path | None,
    typer.Option(
        "--base",
        help="A base file, a folder of records or a hub folder [default: the shipped records].",
    ),
]
Spoken = Annotated[
    Literal["zh", "en"] | None, typer.Option("--lang", help="Only this language [default: both].")
]


def opened(given: Path | None) -> Base:
    """The base that is meant. DocumentError if there is none."""
    if given is None:
        return cn_base()
    if given.is_file():
        index = PolicyIndex.open(given)
        try:
            return index.base()
        finally:
            index.close()
    if given.is_dir() and is_hub(given):
        return read_hub(given).base
    return load_folder(given)


def searchable(given: Path | None) -> PolicyIndex:
    """The index of the base that is meant; of a folder it is made in memory."""
    if given is not None and given.is_file():
        return PolicyIndex.open(given)
    return PolicyIndex.of(opened(given))


def languages(spoken: str | None) -> tuple[str, ...]:
    """The language asked for, or both."""
    return (spoken,) if spoken else LANGUAGES


def named(table: str, name: str, spoken: str | None) -> str:
    """A word in the language asked for, or in both."""
    found = label(table, name)
    if spoken is None:
        return found.zh if found.zh == found.en else f"{found.zh} {found.en}"
    return found.zh if spoken == "zh" else found.en
