"""What a registry states of itself for an export, from a YAML file: records do not hold it.

Addresses of project pages, names of bodies in other people's lists, values a node added to its
picklists, provinces. Nothing in it is assumed where the file is not given.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from openccer.app.records import RecordsError
from openccer.kernel.strict_yaml import YamlError, read_yaml

LONGEST = 200  # characters of one text


class ProfileError(RecordsError):
    """The profile cannot be read. The message names the file, the place and what is wrong."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, str_max_length=LONGEST)


class Province(_Part):
    """A subdivision of the country: its code of ISO 3166-2 and its name there."""

    code: str = Field(pattern=r"^CN-[A-Z]{2}$")
    name: str


class Stated(_Part):
    """What is stated of one project."""

    province: Province | None = None


class Profile(_Part):
    """What the registry states. `links` has {project} where the project's id stands."""

    registry: str | None = None
    links: str | None = Field(default=None, pattern=r"^https?://[^\s]*\{project\}[^\s]*$")
    bodies: Mapping[str, str] = {}
    picklists: Mapping[str, tuple[str, ...]] = {}
    projects: Mapping[str, Stated] = {}

    def link(self, project: str) -> str | None:
        """The page of a project."""
        return self.links and self.links.replace("{project}", project)

    def province(self, project: str) -> Province | None:
        stated = self.projects.get(project)
        return stated.province if stated else None


def read_profile(path: Path) -> Profile:
    """The profile in the file; ProfileError where it is not one."""
    try:
        raw: Any = read_yaml(path.read_bytes(), path.name)
        picks = raw.get("picklists") if isinstance(raw, dict) else None
        if isinstance(picks, dict):
            raw["picklists"] = {k: tuple(v) if isinstance(v, list) else v for k, v in picks.items()}
        return Profile.model_validate(raw)
    except YamlError as error:
        raise ProfileError(str(error)) from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise ProfileError(f"{path.name}: {place}: {first['msg']}") from error
