"""What the policy base says to people: messages/policy.yaml, in Chinese and in English."""

from collections.abc import Mapping
from functools import cache

from openccer.kernel.strict_yaml import read_yaml
from openccer.reports.messages import FOLDER
from openccer.rulebook.model import Title


def label(table: str, name: str) -> Title:
    """A word of the policy base in both languages; the name itself where there is none."""
    return labels().get(table, {}).get(name, Title(name, name))


def said(table: str, name: str, language: str) -> str:
    """A word of the policy base in one language."""
    found = label(table, name)
    return found.zh if language == "zh" else found.en


@cache
def labels() -> Mapping[str, Mapping[str, Title]]:
    """Every table of words."""
    path = FOLDER / "policy.yaml"
    found = read_yaml(path.read_bytes(), path.name)
    return {
        table: {name: Title(one["zh"], one["en"]) for name, one in entries.items()}
        for table, entries in found.items()
    }
