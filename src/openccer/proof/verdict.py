"""What a check answers: its steps, each with its words, and the verdict over all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openccer.proof.strict import Wrong

Words = tuple[str, str]  # Chinese, English


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step's answer; `ok` is None when it could not be judged."""

    name: str
    ok: bool | None
    detail_zh: str
    detail_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Good or refused, the ten answers, and what the logs were and hold."""

    ok: bool
    steps: tuple[Step, ...]
    summary: Mapping[str, Any]

    @property
    def failed(self) -> tuple[str, ...]:
        return tuple(step.name for step in self.steps if step.ok is False)

    def plain(self) -> dict[str, Any]:
        """The same shape `tools/verify.py --json` prints."""
        steps = [
            {"name": s.name, "ok": s.ok, "detail": {"zh": s.detail_zh, "en": s.detail_en}}
            for s in self.steps
        ]
        return {"ok": self.ok, "steps": steps, "summary": self.summary}


def not_judged(error: Wrong, steps: tuple[str, ...]) -> Verdict:
    """The verdict on a file whose form is wrong: of it nothing else can be judged."""
    first = Step(name=steps[0], ok=False, detail_zh=error.zh, detail_en=error.en)
    none = {"detail_zh": "未进行：文件格式不符", "detail_en": "not run: not a proof bundle"}
    rest = (Step(name=name, ok=None, **none) for name in steps[1:])
    return Verdict(ok=False, steps=(first, *rest), summary={})
