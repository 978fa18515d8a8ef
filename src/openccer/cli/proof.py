"""`openccer trace` and `openccer verify`: the walk back, and the check of a proof file."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.tree import Tree

from openccer.app.acts import LOGS
from openccer.app.trace import UnknownSerial, trace
from openccer.cli.logs import open_app
from openccer.cli.options import Database, Json
from openccer.cli.output import MISTYPED, REFUSED, emit, existing, guarded, out, stop
from openccer.kernel.ids import Serial
from openccer.proof.check import check


@guarded
def verify(
    file: Annotated[Path, typer.Argument(metavar="BUNDLE", help="A proof file.")],
    key: Annotated[
        list[str] | None,
        typer.Option("--key", help="An operator's published key: registry=VKEY. Repeatable."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Check a proof file; tools/verify.py checks the same with no part of this program."""
    trusted: dict[str, str] = {}
    for item in key or ():
        name, sign, text = item.partition("=")
        if not sign or name not in LOGS:
            names = " or ".join(f"{log}=VKEY" for log in LOGS)
            zh, en = "公钥应写作 registry=VKEY", f"a key is written {names}"
            stop(MISTYPED, "not-a-key", zh, en, as_json)
        trusted[name] = text
    verdict = check(existing(file, as_json).read_bytes(), trusted_keys=trusted)
    if as_json:
        emit(verdict.plain())
    else:
        for step in verdict.steps:
            mark = {True: "✓", False: "✗", None: "·"}[step.ok]
            out.print(f"{mark} {step.name}: {step.detail_en}", markup=False)
            out.print(f"    {step.detail_zh}", markup=False)
        out.print("[bold green]good 通过[/]" if verdict.ok else "[bold red]refused 不通过[/]")
    raise typer.Exit(0 if verdict.ok else REFUSED)


@guarded
def trace_serial(
    serial: Annotated[str, typer.Argument(help="For example OW-EXAMPLE-1.2025.1:000000001.")],
    db: Database = None,
    as_json: Json = False,
) -> None:
    """Everything behind one credit: holders, movements, acts, report, rules, clauses, data."""
    app, _ = open_app(db, as_json)
    try:
        found = trace(app.store, app.rulebook, Serial(serial))
    except ValueError as error:
        stop(MISTYPED, "not-a-serial", f"不是编号：{serial[:60]}", str(error), as_json)
    except UnknownSerial as error:
        stop(REFUSED, "unknown-serial", f"登记簿中没有此编号：{serial}", str(error), as_json)
    if as_json:
        emit(found)
        return
    _print_trace(found)


def _print_trace(found: dict[str, Any]) -> None:
    tree = Tree(f"[bold]{found['serial']}[/]  {found['now']['account']} · {found['now']['bucket']}")
    project = found["project"]
    if project:
        tree.add(f"项目 project: {project['id']} {project['name']} ({project['owner']})")
    moves = tree.add("变动 movements, newest first")
    for move in reversed(found["movements"]):
        source, target, block = move["from"], move["to"], move["block"]
        moves.add(
            f"#{move['seq']} {move['day']} {source['account']}.{source['bucket']} → "
            f"{target['account']}.{target['bucket']}  "
            f"{block['first']}-{block['last']}  {move['why']}"
        )
    acts = tree.add("行为 acts")
    for act in (*found["acts"], *found["linked"]):
        acts.add(f"{act['log']}#{act['seq']} {act['day']} {act['act']} by {act['actor']}")
    report = found["report"]
    if report:
        lines = tree.add(f"核算报告 report {report['digest'][:16]}… {report['by_year']}")
        for said in ((report["source"] or {}).get("note") or {}).values():
            lines.add(said)
        for line in report["lines"]:
            lines.add(f"{line['year'] or ''} {line['symbol']} = {line['value']} {line['unit']}")
    ruled = tree.add("规则 rules")
    for rule in found["rules"]:
        clauses = "; ".join(f"{c['record']} {c['locator']}" for c in rule["clauses"])
        by = rule["confirmed"]
        tail = f", confirmed by {by['actor']} (#{by['seq']})" if by else ""
        ruled.add(f"{rule['rule']} = {rule['value']} \\[{rule['basis']}] {clauses}{tail}")
    digests = tree.add("摘要 digests")
    for name, digest in found["digests"].items():
        digests.add(f"{name}: {digest if isinstance(digest, str) else ', '.join(digest)}")
    out.print(tree, soft_wrap=False)  # fold long lines to the terminal, cut none
