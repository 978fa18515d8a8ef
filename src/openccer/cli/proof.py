"""`openccer trace` and `openccer verify`: the walk back, and the check of a proof file."""

from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.tree import Tree

from openccer.app.acts import LOGS, REGISTRY
from openccer.app.trace import UnknownSerial, trace
from openccer.cli.logs import open_app
from openccer.cli.options import Database, Json
from openccer.cli.output import MISTYPED, REFUSED, emit, existing, guarded, out, stop
from openccer.kernel.ids import Serial
from openccer.proof.certificate import verdict
from openccer.proof.note import VerifierKey
from openccer.proof.statement import note_of, open_statement
from openccer.proof.strict import Wrong
from openccer.proof.verdict import Verdict


@guarded
def verify(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="A proof file or a certificate.")
    ] = None,
    qr: Annotated[
        str | None, typer.Option("--qr", metavar="TEXT", help="What a QR code says, instead.")
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Option("--key", help="An operator's published key: registry=VKEY. Repeatable."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Check a proof file, a certificate or a QR text; so does tools/verify.py, on its own."""
    trusted = keys_given(key, as_json)
    if (file is None) == (qr is None):
        zh, en = "请给出一个文件或 --qr，二者取一", "name a file or --qr, one of the two"
        stop(MISTYPED, "mistyped", zh, en, as_json)
    if file is not None:
        raw = existing(file, as_json).read_bytes()
        _print_verdict(verdict(raw, trusted_keys=trusted), as_json)
    if set(trusted) != {REGISTRY}:
        zh, en = "核验二维码须给出 --key registry=VKEY", "a QR text needs --key registry=VKEY"
        stop(MISTYPED, "key-missing", zh, en, as_json)
    _print_statement(str(qr), trusted[REGISTRY], as_json)


def keys_given(given: list[str] | None, as_json: bool) -> dict[str, str]:
    """The operators' published keys by log; exit 2 for what is not LOG=VKEY, each log once."""
    trusted: dict[str, str] = {}
    for item in given or ():
        name, _, text = item.partition("=")
        if not text or name not in LOGS or name in trusted:
            names = " or ".join(f"{log}=VKEY" for log in LOGS)
            zh, en = (
                "公钥应写作 registry=VKEY，每本日志一次",
                f"a key is {names}, each once",
            )
            stop(MISTYPED, "not-a-key", zh, en, as_json)
        try:
            VerifierKey.parse(text)
        except Wrong as error:
            stop(MISTYPED, "not-a-key", f"{name}：{error.zh}", f"{name}: {error.en}", as_json)
        trusted[name] = text
    return trusted


def _print_statement(text: str, vkey: str, as_json: bool) -> NoReturn:
    try:
        said = open_statement(note_of(text, vkey), vkey)
    except Wrong as error:
        if as_json:
            emit({"ok": False, "error": {"zh": error.zh, "en": error.en}})
        else:
            out.print(f"✗ {error.en}\n  {error.zh}", markup=False)
            out.print("[bold red]refused 不通过[/]")
        raise typer.Exit(REFUSED) from None
    if as_json:
        emit({"ok": True, "kind": said.kind, "fields": said.fields})
    else:
        out.print(said.kind)
        for name, value in said.fields.items():
            out.print(f"  {name:10} {value}", markup=False)
        out.print(
            "the key signed this; compare the root with the checkpoint the operator publishes"
        )
        out.print("此密钥签署了以上声明；根可与该机构公布的检查点比对")
        out.print("[bold green]good 通过[/]")
    raise typer.Exit(0)


def _print_verdict(found: Verdict, as_json: bool) -> NoReturn:
    if as_json:
        emit(found.plain())
    else:
        for step in found.steps:
            mark = {True: "✓", False: "✗", None: "·"}[step.ok]
            out.print(f"{mark} {step.name}: {step.detail_en}", markup=False)
            out.print(f"    {step.detail_zh}", markup=False)
        out.print("[bold green]good 通过[/]" if found.ok else "[bold red]refused 不通过[/]")
    raise typer.Exit(0 if found.ok else REFUSED)


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
