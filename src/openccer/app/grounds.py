"""Where each ground of refusal arises: in which acts, on which rules and clauses.

Read from the source that decides, as app.references has it. What a decision takes from its act or
from a paper, such as the clause of a methodology, is not known before it is decided.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from openccer.app.acts import ACTS
from openccer.app.references import Part, callers, constant, program, reached
from openccer.app.source import called, calls, cites_of, code_of, texts
from openccer.kernel.outcome import Citation, HouseRule

ASKS = frozenset({"number", "count", "day_of", "flag", "text", "names"})  # of RulesInForce
BY_REF, NAMED_BY_THE_ACT = "version", ""  # of RulesInForce, too; the ref comes with the act
DOOR, TABLE = "app.facade", "app.acts"  # every act passes the door; behind the table is its own
DEEPEST = 12  # how many names an expression is followed through

Basis = str | Citation | HouseRule  # a text is the id of a rule
Binding = tuple[Part, ast.Call] | None  # the call whose arguments are meant, where it is known


@dataclass(slots=True)
class Ground:
    """One reason code. A rule id that ends with a dot stands for every rule beginning so."""

    code: str
    raised_in: set[str] = field(default_factory=set)
    acts: set[str] = field(default_factory=set)  # tags
    rules: set[str] = field(default_factory=set)
    any_rule: bool = False  # whatever rule version the act names
    citations: set[Citation] = field(default_factory=set)
    house_rules: set[str] = field(default_factory=set)


@cache
def grounds() -> Mapping[str, Ground]:
    """Every reason code of the program, by code."""
    found: dict[str, Ground] = {}
    reach = {tag: _reach(act) for tag, act in ACTS.items()}
    door = reached((part for part in program().parts if part[0] == DOOR), frozenset({TABLE}))
    for part, code, call, binding in _sites():
        ground = found.setdefault(code, Ground(code))
        ground.raised_in.add(part[0])
        places = ((part, call), binding) if binding else ((part, call),)
        for tag, found_by in reach.items():
            if part in door or all(found_by.has(*place) for place in places):
                ground.acts |= {tag}
        for cite in cites_of(call):
            for basis in _bases(cite, part, binding, DEEPEST):
                _note(ground, basis)
    return found


def _note(ground: Ground, basis: Basis) -> None:
    if isinstance(basis, Citation):
        ground.citations.add(basis)
    elif isinstance(basis, HouseRule):
        ground.house_rules.add(basis.text)
    elif basis == NAMED_BY_THE_ACT:
        ground.any_rule = True
    else:
        ground.rules.add(basis)


def _sites() -> Iterator[tuple[Part, str, ast.Call, Binding]]:
    """Each place that refuses: its part, the code, the call; and who gave the code, if it was."""
    for part, source in program().parts.items():
        for call in calls(source):
            code = code_of(call)
            for text in texts(code):
                yield part, text, call, None
            if isinstance(code, ast.Name):
                for binding in callers().get(part, ()):
                    given = _argument(part, code.id, binding[1])
                    for text in texts(given):
                        yield part, text, call, binding


@dataclass(frozen=True, slots=True)
class _Reach:
    """What may be run to answer one act, and the pieces of it that are for other acts."""

    parts: set[Part]
    not_for_it: frozenset[int]  # ids of nodes of the source

    def has(self, part: Part, call: ast.Call) -> bool:
        return part in self.parts and id(call) not in self.not_for_it


def _reach(act: type) -> _Reach:
    """From the decisions of the act's own package, leaving out the branches of other acts."""
    package = act.__module__.removeprefix("openccer.").partition(".")[0]
    others: dict[Part, list[ast.AST]] = defaultdict(list)
    for part, acts, piece in _branches(package):
        if _part_of(act) not in acts:
            others[part].append(piece)
    roots = (part for part in _package(package) if part[1] == "decide")
    pieces = (piece for found in others.values() for piece in found)
    inner = frozenset(id(node) for piece in pieces for node in ast.walk(piece))
    return _Reach(reached(roots, leaving_out=others), inner)


def _package(name: str) -> dict[Part, ast.AST]:
    return {
        part: source for part, source in program().parts.items() if part[0].startswith(f"{name}.")
    }


@cache
def _branches(package: str) -> tuple[tuple[Part, frozenset[Part], ast.AST], ...]:
    """What a table, a match or an `if isinstance` keeps for some acts: where, for which, what."""
    every = frozenset(_part_of(act) for act in ACTS.values())
    found = []
    for part, source in _package(package).items():
        for node in ast.walk(source):
            for kinds, piece in _pieces(node):
                acts = {program().resolve(part[0], kind) for kind in kinds}
                known = frozenset(act for act in acts if act is not None)
                if known and known <= every and len(known) == len(acts):
                    found.append((part, known, piece))
    return tuple(found)


def _pieces(node: ast.AST) -> Iterator[tuple[list[ast.expr], ast.AST]]:
    """The pieces of a node that are for some types, each with the types."""
    match node:
        case ast.Dict():
            for key, value in zip(node.keys, node.values, strict=True):
                yield [key] if key is not None else [], value
        case ast.match_case(pattern=ast.MatchClass(cls=kind)):
            yield from (([kind], line) for line in node.body)
        case ast.If(test=ast.Call(func=ast.Name(id="isinstance"), args=[_, kinds])):
            named: list[ast.expr] = [n for n in ast.walk(kinds) if isinstance(n, ast.Name)]
            yield from ((named, line) for line in node.body)


def _part_of(act: type) -> Part:
    return act.__module__.removeprefix("openccer."), act.__name__


# --- what an expression rests on ----------------------------------------------------------------


def _bases(node: ast.AST, part: Part, binding: Binding, depth: int) -> Iterator[Basis]:
    """The rules, citations and house rules an expression rests on, as far as the source tells."""
    if depth == 0:
        return
    if isinstance(node, ast.Name):
        for value, home, via in _values(node, part, binding):
            if isinstance(value, ast.expr):
                yield from _bases(value, home, via, depth - 1)
            elif isinstance(value, Citation | HouseRule):
                yield value
    elif isinstance(node, ast.Call):
        yield from _asked(node, part, binding, depth)
    elif isinstance(node, ast.Attribute | ast.Starred | ast.Tuple | ast.List | ast.IfExp):
        for inner in ast.iter_child_nodes(node):
            yield from _bases(inner, part, binding, depth)


def _asked(call: ast.Call, part: Part, binding: Binding, depth: int) -> Iterator[Basis]:
    """The rule that a call asks for; or what the function called gives back."""
    if called(call) in ASKS and isinstance(call.func, ast.Attribute) and call.args:
        yield from _ids(call.args[0], part, binding, depth)
        return
    if called(call) == BY_REF:
        yield NAMED_BY_THE_ACT
        return
    for target in program().targets(part[0], call):
        for node in ast.walk(program().parts.get(target, ast.Pass())):
            if isinstance(node, ast.Return) and node.value is not None:
                yield from _bases(node.value, target, (part, call), depth - 1)


def _ids(node: ast.expr, part: Part, binding: Binding, depth: int) -> Iterator[str]:
    """The ids a text may be; of one put together, the beginning up to its last dot."""
    if depth == 0:
        return
    yield from texts(node)
    if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        head = str(node.values[0].value)
        if "." in head:
            yield head[: head.rindex(".") + 1]
    for value, home, via in _values(node, part, binding):
        if isinstance(value, ast.expr):
            yield from _ids(value, home, via, depth - 1)
        elif isinstance(value, str):
            yield value


def _values(node: ast.expr, part: Part, binding: Binding) -> Iterator[tuple[object, Part, Binding]]:
    """What a name may stand for: local values, the arguments of callers, or a constant."""
    if not isinstance(node, ast.Name):
        return
    source, local = program().parts[part], False
    for value in _local(source, node.id):
        local = True
        yield value, part, binding
    if not local and isinstance(source, ast.FunctionDef):
        for via in (binding,) if binding else callers().get(part, ()):
            given = _argument(part, node.id, via[1])
            if given is not None:
                local = True
                yield given, via[0], None
    home = program().names[part[0]].get(node.id)
    if not local and home is not None and isinstance(program().parts.get(home), ast.expr):
        yield constant(home), home, None


def _local(source: ast.AST, name: str) -> Iterator[ast.expr]:
    """Every expression that a function gives to this name."""
    for node in ast.walk(source):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                yield from _given(target, node.value, name)
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            yield from _given(node.target, node.value, name)
        elif isinstance(node, ast.For | ast.comprehension):
            yield from _given(node.target, node.iter, name)


def _given(target: ast.expr, value: ast.expr, name: str) -> Iterator[ast.expr]:
    if isinstance(target, ast.Tuple):
        pairs = value.elts if isinstance(value, ast.Tuple) else [value] * len(target.elts)
        for inner, its in zip(target.elts, pairs, strict=False):
            yield from _given(inner, its, name)
    elif isinstance(target, ast.Name) and target.id == name:
        yield value


def _argument(part: Part, name: str, call: ast.Call) -> ast.expr | None:
    """What a call gives for a parameter of the function; for self, the object it is called on."""
    source = program().parts[part]
    if not isinstance(source, ast.FunctionDef):
        return None
    names = [parameter.arg for parameter in (*source.args.args, *source.args.kwonlyargs)]
    if name not in names:
        return None
    named = {word.arg: word.value for word in call.keywords}
    given = [call.func.value] if "." in part[1] and isinstance(call.func, ast.Attribute) else []
    given += call.args
    at = names.index(name)
    return named.get(name, given[at] if at < len(given) else None)
