"""The program `openccer`: its commands, put together."""

import sys

import typer

from openccer.cli.accounting import cases, mrv, quantify
from openccer.cli.acts import act
from openccer.cli.co2 import co2
from openccer.cli.coverage import coverage
from openccer.cli.credit import credit_record
from openccer.cli.deadlines import deadlines
from openccer.cli.demo import demo
from openccer.cli.estimate import estimate
from openccer.cli.exports import export
from openccer.cli.imports import importing
from openccer.cli.logs import log
from openccer.cli.methods import methods
from openccer.cli.papers import batch, bundle, certificate, serial
from openccer.cli.plan import plan
from openccer.cli.plots import plots
from openccer.cli.policy import policy
from openccer.cli.proof import trace_serial, verify
from openccer.cli.reconcile import reconcile_command, statement
from openccer.cli.register import register
from openccer.cli.rules import due, rules
from openccer.cli.tiles import check_tiles, publish
from openccer.cli.volume import generated, readings
from openccer.cli.why import why

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="CCER, run by its own law: from a meter reading to a surrendered credit. "
    "全国温室气体自愿减排：从电表读数到抵销清缴，每一步可核查。",
)
cli.command()(demo)
cli.command()(mrv)
cli.command()(plan)
cli.command()(plots)
cli.command()(quantify)
cli.command()(cases)
cli.command()(co2)
cli.command()(methods)
cli.command()(due)
cli.command()(deadlines)
cli.command()(estimate)
cli.command("trace")(trace_serial)
cli.command()(serial)
cli.command()(batch)
cli.command()(certificate)
cli.command()(bundle)
cli.command()(credit_record)
cli.command()(verify)
cli.command()(why)
rules.command("coverage")(coverage)
log.command()(publish)
log.command("check-tiles")(check_tiles)
log.command()(statement)
log.command("reconcile")(reconcile_command)
cli.add_typer(rules, name="rules")
cli.add_typer(policy, name="policy")
cli.add_typer(act, name="act")
cli.add_typer(register, name="register")
cli.add_typer(readings, name="readings")
cli.add_typer(generated, name="generate")
cli.add_typer(log, name="log")
cli.add_typer(export, name="export")
cli.add_typer(importing, name="import")


def run() -> None:
    """Start the command line; a pipe closed by its reader is no error."""
    try:
        cli()
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
