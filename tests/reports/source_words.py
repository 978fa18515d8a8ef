"""What the source says to people, read from its syntax: reason codes, house rules, event tags.

A code is the second argument of `refuse_if`, the first of `refused`, or `Reason(code=…)`. A
function that only passes a code on (`need_all`) is followed to its callers, one level deep.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import openccer

SOURCE = Path(openccer.__file__).parent
KERNEL = SOURCE / "kernel" / "outcome.py"  # defines the three calls and uses none of them
AT = {"refuse_if": 1, "refused": 0}

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def trees() -> tuple[tuple[Path, ast.Module], ...]:
    paths = sorted(path for path in SOURCE.rglob("*.py") if path != KERNEL)
    return tuple((path, ast.parse(path.read_text())) for path in paths)


def _called(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _texts(node: ast.expr | None) -> list[str]:
    """The string constants an expression may be: one, or the arms of a condition."""
    if isinstance(node, ast.IfExp):
        return _texts(node.body) + _texts(node.orelse)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    return []


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((word.value for word in call.keywords if word.arg == name), None)


def _dicts(scope: ast.AST) -> list[tuple[int, str, set[str]]]:
    """Local names that hold a mapping written out: line, name and keys, in order."""
    found: list[tuple[int, str, set[str]]] = []
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            keys = _keys(node.value, {})
            for target in targets:
                if isinstance(target, ast.Name) and keys is not None:
                    found.append((node.lineno, target.id, keys))
    return sorted(found, key=lambda known: known[0])


def _known_at(dicts: list[tuple[int, str, set[str]]], line: int) -> dict[str, set[str]]:
    """What each name holds at a line: the last assignment before it."""
    return {name: keys for at, name, keys in dicts if at <= line}


def _keys(node: ast.expr | None, known: Mapping[str, set[str]]) -> set[str] | None:
    """The keys of a mapping written out or known by name; None when they cannot be read."""
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.Call) and _called(node) == "dict":
        return {word.arg for word in node.keywords if word.arg}
    if not isinstance(node, ast.Dict):
        return None
    keys: set[str] = set()
    for key, value in zip(node.keys, node.values, strict=True):
        keys |= set(_texts(key)) if key is not None else (_keys(value, known) or set())
    return keys


def _facts(call: ast.Call, known: Mapping[str, set[str]]) -> set[str]:
    """The names of the facts of one refusal."""
    if _called(call) == "Reason":
        return _keys(_keyword(call, "facts"), known) or set()
    facts = {word.arg for word in call.keywords if word.arg}
    for word in call.keywords:
        if word.arg is None:
            facts |= _keys(word.value, known) or set()
    return facts


def _code(call: ast.Call) -> ast.expr | None:
    name = _called(call)
    if name == "Reason":
        return _keyword(call, "code")
    at = AT.get(name)
    return call.args[at] if at is not None and len(call.args) > at else None


def _functions(tree: ast.Module) -> Iterator[Function]:
    """Every function, each call in it counted under the innermost one."""
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield node


Given = tuple[ast.Call, ast.expr, set[str], list[str]]


def _given() -> Iterator[tuple[Function, Given]]:
    """Every call that gives a code: the call, the code, the facts, the function's parameters."""
    for _, tree in trees():
        for function in _functions(tree):
            dicts = _dicts(function)
            names = [argument.arg for argument in function.args.args]
            for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
                code = _code(call)
                if code is not None:
                    facts = _facts(call, _known_at(dicts, call.lineno))
                    yield function, (call, code, facts, names)


@cache
def reason_codes() -> Mapping[str, list[set[str]]]:
    """Every reason code, and the names of the facts in each place that gives it."""
    codes: dict[str, list[set[str]]] = defaultdict(list)
    passing: dict[str, tuple[int, set[str]]] = {}
    for function, (_, code, facts, names) in _given():
        for text in _texts(code):
            codes[text].append(facts)
        if isinstance(code, ast.Name) and code.id in names:
            passing[function.name] = (names.index(code.id), facts)
    for _, tree in trees():
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            at, facts = passing.get(_called(call), (-1, set()))
            if 0 <= at < len(call.args):
                for text in _texts(call.args[at]):
                    codes[text].append(facts)
    return dict(sorted(codes.items()))


def unread_codes() -> list[str]:
    """Places whose code is neither written out nor passed on by a parameter."""
    return [
        f"{function.name}:{call.lineno}"
        for function, (call, code, _, names) in _given()
        if not _texts(code) and not (isinstance(code, ast.Name) and code.id in names)
    ]


def house_rules() -> set[str]:
    """The text of every `HouseRule("…")` in the source."""
    return {
        text
        for _, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _called(node) == "HouseRule"
        for text in _texts(node.args[0])
    }


def tags() -> set[str]:
    """The tag of every act and every event: `TAG: ClassVar[str] = "…"`."""
    return {
        text
        for _, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "TAG"
        for text in _texts(node.value)
    }
