"""Which part of the program uses which: functions, methods and constants, from their source.

A method is found by its bare name in the modules that are imported where it is called, so a part
may be said to use more than it does.
"""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Any

from openccer.app.source import called, calls, trees

Part = tuple[str, str]  # module and name: a function, a constant, a class, or Class.method
PACKAGE = "openccer."
ABOVE = ("cli", "reports")  # where nothing is decided


@dataclass(slots=True)
class Program:
    """Every part with its source; every name of a module; every method by its bare name."""

    parts: dict[Part, ast.AST] = field(default_factory=dict)
    names: dict[str, dict[str, Part]] = field(default_factory=lambda: defaultdict(dict))
    methods: dict[str, list[Part]] = field(default_factory=lambda: defaultdict(list))
    modules: frozenset[str] = frozenset()
    imports: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def resolve(self, module: str, node: ast.expr) -> Part | None:
        """The part that a name, or an attribute of a module, stands for."""
        if isinstance(node, ast.Name):
            return self.names[module].get(node.id)
        if isinstance(node, ast.Attribute):
            home = self.resolve(module, node.value)
            if home is not None and home[1] == "":
                return self.names[home[0]].get(node.attr)
        return None

    def targets(self, module: str, call: ast.Call) -> list[Part]:
        """The parts that a call may run."""
        part = self.resolve(module, call.func)
        if part is not None:
            return [part]
        return self.named(module, called(call)) if isinstance(call.func, ast.Attribute) else []

    def named(self, module: str, method: str) -> list[Part]:
        """The methods of this name that the module may know."""
        return [part for part in self.methods.get(method, ()) if part[0] in known_in(module)]


@cache
def known_in(module: str) -> frozenset[str]:
    """The module and all it imports, directly or through others."""
    waiting, seen = [module], set[str]()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += program().imports.get(name, ())
    return frozenset(seen)


@cache
def program() -> Program:
    """All of the package in which something is decided, read once."""
    found = Program(modules=frozenset(module for module, _ in trees(ABOVE)))
    for module, tree in trees(ABOVE):
        for node in tree.body:
            _define(found, module, node)
    for module, tree in trees(ABOVE):
        for inner in ast.walk(tree):
            if isinstance(inner, ast.ImportFrom):
                _import(found, module, inner)
    return found


def _define(found: Program, module: str, node: ast.stmt) -> None:
    if isinstance(node, ast.FunctionDef):
        _add(found, module, node.name, node)
    elif isinstance(node, ast.ClassDef):
        _add(found, module, node.name, ast.Pass())  # a class is its name; its methods are parts
        for inner in node.body:
            if isinstance(inner, ast.FunctionDef):
                found.parts[module, f"{node.name}.{inner.name}"] = inner
                found.methods[inner.name].append((module, f"{node.name}.{inner.name}"))
    elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for name in (name for target in targets for name in ast.walk(target)):
            if isinstance(name, ast.Name):
                _add(found, module, name.id, node.value)


def _add(found: Program, module: str, name: str, source: ast.AST) -> None:
    found.parts[module, name] = source
    found.names[module][name] = (module, name)


def _import(found: Program, module: str, node: ast.ImportFrom) -> None:
    home = f"{node.module or ''}.".removeprefix(PACKAGE).removesuffix(".")
    for alias in node.names:
        inner = f"{home}.{alias.name}" if home else alias.name
        part = (inner, "") if inner in found.modules else (home, alias.name)
        if part[1] == "" or part in found.parts:
            found.imports[module].add(part[0])
            found.names[module].setdefault(alias.asname or alias.name, part)


def reached(
    roots: Iterable[Part],
    not_through: frozenset[str] = frozenset(),
    leaving_out: Mapping[Part, Sequence[ast.AST]] = MappingProxyType({}),
) -> set[Part]:
    """The roots and every part they use, directly or through others.

    Modules of `not_through` are not entered; of a part, the pieces to leave out are not looked at.
    """
    waiting, seen = [*roots], set[Part]()
    while waiting:
        part = waiting.pop()
        if part in seen or part[0] in not_through:
            continue
        seen.add(part)
        left_out = leaving_out.get(part)
        waiting += used(part[0], program().parts[part], left_out) if left_out else _uses(part)
    return seen


@cache
def _uses(part: Part) -> frozenset[Part]:
    source = program().parts.get(part)
    return frozenset(used(part[0], source)) if source is not None else frozenset()


def used(module: str, source: ast.AST, leaving_out: Sequence[ast.AST] = ()) -> Iterator[Part]:
    """The parts that a piece of source names; types, and the pieces to leave out, are not read."""
    here = program()
    types = [kind for node in ast.walk(source) for kind in _types(node)]
    unread = {id(inner) for piece in (*types, *leaving_out) for inner in ast.walk(piece)}
    for node in ast.walk(source):
        if id(node) in unread or not isinstance(node, ast.Name | ast.Attribute):
            continue
        part = here.resolve(module, node)
        if part in here.parts:
            yield part
        elif isinstance(node, ast.Attribute) and part is None:
            yield from here.named(module, node.attr)


def _types(node: ast.AST) -> Iterator[ast.expr]:
    for name in ("annotation", "returns"):
        if isinstance(kind := getattr(node, name, None), ast.expr):
            yield kind


@cache
def callers() -> Mapping[Part, tuple[tuple[Part, ast.Call], ...]]:
    """Every call of each part, with the part it stands in."""
    found: dict[Part, list[tuple[Part, ast.Call]]] = defaultdict(list)
    for part, source in program().parts.items():
        for call in calls(source):
            for target in program().targets(part[0], call):
                found[target].append((part, call))
    return {target: tuple(places) for target, places in found.items()}


def constant(part: Part) -> Any:
    """What a constant of the program is."""
    return getattr(import_module(f"{PACKAGE}{part[0]}"), part[1])
