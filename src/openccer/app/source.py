"""What the source of this program says about itself: its codes, where they are raised, the rules.

Nothing is written twice: reference pages and `openccer why` read the same source that decides.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import openccer
from openccer.kernel import outcome

SOURCE = Path(openccer.__file__).parent

CODE_AT = {"refuse_if": 1, "refused": 0}  # where the calls that refuse take their code


@cache
def trees(without: tuple[str, ...] = ()) -> tuple[tuple[str, ast.Module], ...]:
    """Every module of the package by its name in it, but for these packages; read once."""
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        place = path.relative_to(SOURCE)
        # kernel.outcome defines the calls that refuse, and makes none.
        if place.parts[0] not in without and path != Path(str(outcome.__file__)):
            module = place.with_suffix("").as_posix().replace("/", ".")
            found.append((module, ast.parse(path.read_text("utf-8"))))
    return tuple(found)


def reasons() -> dict[str, set[str]]:
    """Every reason code in the source, and the modules that raise it.

    A function that takes the code as an argument is followed to its callers, one level deep.
    """
    found: dict[str, set[str]] = defaultdict(set)
    passing: dict[str, int] = {}
    for module, function in functions():
        names = [argument.arg for argument in function.args.args]
        for call in calls(function):
            code = code_of(call)
            for text in texts(code):
                found[text].add(module)
            if isinstance(code, ast.Name) and code.id in names:
                passing[function.name] = names.index(code.id)
    for module, tree in trees():
        for call in calls(tree):
            at = passing.get(called(call), -1)
            if 0 <= at < len(call.args):
                for text in texts(call.args[at]):
                    found[text].add(module)
    return dict(found)


def error_kinds() -> dict[str, list[str]]:
    """The kinds that commands stop with, and where."""
    found: dict[str, set[str]] = defaultdict(set)
    for module, tree in trees():
        for call in calls(tree):
            if module.startswith("cli.") and called(call) == "stop" and len(call.args) > 1:
                for text in texts(call.args[1]):
                    found[text].add(f"`{module}`")
    return {kind: sorted(places) for kind, places in found.items()}


def house_texts() -> list[str]:
    """Every house rule that the source states."""
    found = {
        text
        for _, tree in trees()
        for call in calls(tree)
        if called(call) == "HouseRule" and call.args
        for text in texts(call.args[0])
    }
    return sorted(found)


def asked_for(ids: Iterable[str]) -> dict[str, set[str]]:
    """The rules that the source asks for, by id or by a beginning that ends with a dot."""
    found: dict[str, set[str]] = defaultdict(set)
    said: dict[str, set[str]] = defaultdict(set)
    for module, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                said[node.value].add(module)
    for key in ids:
        heads = (key[: dot.end()] for dot in re.finditer(r"\.", key))
        for text in (key, *heads):
            if text in said:
                found[key] |= said[text]
    return found


def functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    for module, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                yield module, node


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def called(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def code_of(call: ast.Call) -> ast.expr | None:
    """The code that a call refuses with; None when it is no such call."""
    name = called(call)
    if name == "Reason":
        return next((word.value for word in call.keywords if word.arg == "code"), None)
    at = CODE_AT.get(name, len(call.args))
    return call.args[at] if at < len(call.args) else None


def cites_of(call: ast.Call) -> list[ast.expr]:
    """What a call that refuses cites."""
    if called(call) == "Reason":
        return [word.value for word in call.keywords if word.arg == "cites"]
    return call.args[CODE_AT[called(call)] + 1 :]


def texts(node: ast.expr | None) -> list[str]:
    """The texts an expression may be: one, or the arms of a condition."""
    if isinstance(node, ast.IfExp):
        return texts(node.body) + texts(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []
