"""`openccer policy`: the policy base. Each command lives in its own file beside this one."""

import typer

from openccer.cli.policy_audit import audit, drift
from openccer.cli.policy_base import compare, import_base, search, show
from openccer.cli.policy_evidence import check, show_passage
from openccer.cli.policy_pages import publish_pages, show_graph, show_scores, show_timeline
from openccer.cli.policy_review import review

policy = typer.Typer(
    no_args_is_help=True,
    help="The policy base: records, their evidence, their audit. 政策库：记录、证据与审计。",
)
policy.command("audit")(audit)
policy.command("drift")(drift)
policy.command("check")(check)
policy.command("passage")(show_passage)
policy.add_typer(review, name="review")
policy.command("import")(import_base)
policy.command("search")(search)
policy.command("show")(show)
policy.command("compare")(compare)
policy.command("timeline")(show_timeline)
policy.command("graph")(show_graph)
policy.command("score")(show_scores)
policy.command("publish")(publish_pages)
