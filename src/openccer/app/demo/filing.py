"""The registry's part of the story: opened, project registered, reductions issued."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from openccer.app.demo.cast import (
    A_DESK,
    AUTHORITY,
    B_DESK,
    BANK,
    BODY_A,
    BODY_B,
    CREDITING,
    EMITTER,
    EXCHANGE_DESK,
    METHODOLOGY,
    MONITORED,
    OWNER,
    POWER_DESK,
    PROJECT,
    PROJECT_NAME,
    REDUCTION,
    REGISTRY_DESK,
    REPORT_DAY,
    ROLE_ZH,
    WIND_DESK,
    example_uscc,
    second,
)
from openccer.app.demo.story import Documents, Story, confirm, unconfirmed
from openccer.kernel.calendar import Period
from openccer.mandate.model import GrantRole, OpenLog, Role
from openccer.mrv.model import Report
from openccer.registry.credits import acts as credits
from openccer.registry.parties import acts as parties
from openccer.registry.projects import acts as projects
from openccer.registry.records import Site
from openccer.registry.reductions import acts as reductions
from openccer.rulebook.model import RulesInForce


def opening(story: Story) -> None:
    """Two logs, the roles, two bodies, two accounts."""
    day = date(2024, 8, 23)
    registry_log = OpenLog(
        role=Role.REGISTRY_OPERATOR,
        name_zh="注册登记机构（示例）",
        name_en="Registry (example)",
        administrator=REGISTRY_DESK,
    )
    exchange_log = OpenLog(
        role=Role.EXCHANGE_OPERATOR,
        name_zh="交易机构（示例）",
        name_en="Exchange (example)",
        administrator=EXCHANGE_DESK,
    )
    story.do(day, "注册登记日志开启", "the registry opens its log", (REGISTRY_DESK, registry_log))
    story.do(day, "交易日志开启", "the exchange opens its log", (EXCHANGE_DESK, exchange_log))
    grants = (
        (REGISTRY_DESK, AUTHORITY, Role.REGULATOR, None),
        (REGISTRY_DESK, A_DESK, Role.BODY, BODY_A),
        (REGISTRY_DESK, B_DESK, Role.BODY, BODY_B),
        (REGISTRY_DESK, WIND_DESK, Role.HOLDER, OWNER),
        (REGISTRY_DESK, POWER_DESK, Role.HOLDER, EMITTER),
        (EXCHANGE_DESK, WIND_DESK, Role.HOLDER, OWNER),
        (EXCHANGE_DESK, POWER_DESK, Role.HOLDER, EMITTER),
        (EXCHANGE_DESK, BANK, Role.SETTLEMENT_CHANNEL, None),
        (REGISTRY_DESK, second(REGISTRY_DESK), Role.REGISTRY_OPERATOR, None),
        (REGISTRY_DESK, second(WIND_DESK), Role.HOLDER, OWNER),
        (REGISTRY_DESK, second(POWER_DESK), Role.HOLDER, EMITTER),
    )
    for desk, grantee, role, subject in grants:
        act = GrantRole(grantee=grantee, role=role, subject=subject)
        story.do(day, f"授予角色：{ROLE_ZH[role]}", f"role granted: {role}", (desk, act))
    _bodies(story, day)
    _accounts(story, day)


def _bodies(story: Story, day: date) -> None:
    named = ((BODY_A, "示例审定核查机构甲", 1), (BODY_B, "示例审定核查机构乙", 2))
    for body, name, number in named:
        act = parties.ApproveBody(
            body=body,
            uscc=example_uscc(number),
            name=name,
            fields=("01",),
            approved=Period(date(2024, 6, 7), date(2030, 6, 6)),
        )
        story.do(day, f"登记获批机构：{name}", f"body recorded: {body}", (AUTHORITY, act))


def _accounts(story: Story, received: date) -> None:
    named = (
        (OWNER, "示例海上风电有限公司", "project_owner", 3),
        (EMITTER, "示例发电有限公司", "key_emitter", 4),
    )
    papers = story.app.rulebook.on(received).names("account.registry.documents").value
    for account, name, kind, number in named:
        act = parties.OpenAccount(
            account=account,
            uscc=example_uscc(number),
            name=name,
            holder_types=(kind,),
            legal_form="legal_person",
            established_in_china=True,
            documents=papers,
            received=received,
        )
        day = received + timedelta(days=5)
        title = f"registry account opened: {account}"
        story.do(day, f"开立注册登记账户：{name}", title, (REGISTRY_DESK, act))


def project(story: Story, papers: Documents) -> None:
    """Published for twenty working days, validated, applied for, registered."""
    design = projects.PublishDesign(
        project=PROJECT,
        owner=OWNER,
        name=PROJECT_NAME.zh,
        kind="reduce",
        methodology=METHODOLOGY,
        validator=BODY_A,
        design_digest=papers.design,
        construction_started=date(2022, 3, 1),
        life=Period(date(2024, 12, 20), date(2044, 12, 19)),
        crediting=CREDITING,
        legal_duty=False,
        ets_managed=False,
        other_mechanism=False,
        grid_connected=True,
        metered_apart=True,
        site=Site(distance_km=Decimal("35"), depth_m=Decimal("32")),
    )
    day = date(2024, 9, 2)
    story.do(day, "项目设计文件公示", "project design published", (WIND_DESK, design))
    _validated(story, papers, story.app.rulebook.on(day))


def _validated(story: Story, papers: Documents, rules: RulesInForce) -> None:
    validation = projects.ValidateProject(
        project=PROJECT,
        body=BODY_A,
        report_digest=papers.validation,
        positive=True,
        checks=rules.names("project.validation.checks").value,
        comments_answered=True,
        open_requests=0,
        team=3,
        experts=1,
        undertaking=True,
    )
    story.refuse(
        date(2024, 9, 20),
        "公示期未满即审定",
        "validation before publicity has ended",
        A_DESK,
        validation,
    )
    story.do(date(2024, 10, 10), "项目审定", "project validated", (A_DESK, validation))
    application = projects.ApplyForProject(
        project=PROJECT,
        owner=OWNER,
        documents=rules.names("project.application.documents").value,
    )
    story.do(
        date(2024, 10, 14), "申请项目登记", "registration applied for", (WIND_DESK, application)
    )
    story.do(
        date(2024, 10, 25),
        "项目登记",
        "project registered",
        (REGISTRY_DESK, projects.RegisterProject(project=PROJECT)),
    )


def reduction(story: Story, report: Report, papers: Documents) -> None:
    """The accounting report: published, verified by another body, registered, issued."""
    published = reductions.PublishReduction(
        reduction=REDUCTION,
        project=PROJECT,
        owner=OWNER,
        period=MONITORED,
        by_year=report.by_year,
        methodology=report.methodology,
        report_digest=papers.report,
        dataset_digest=papers.dataset,
        rules=report.rules,
        verifier=BODY_A,
    )
    story.refuse(
        REPORT_DAY,
        "委托原审定机构核查",
        "the validator named as verifier",
        WIND_DESK,
        published,
    )
    renamed = replace(published, verifier=BODY_B)
    story.do(REPORT_DAY, "减排量核算报告公示", "accounting report published", (WIND_DESK, renamed))
    _verified(story, report, papers, story.app.rulebook.on(REPORT_DAY))
    _registered(story, report)


def _verified(story: Story, report: Report, papers: Documents, rules: RulesInForce) -> None:
    verification = reductions.VerifyReduction(
        reduction=REDUCTION,
        project=PROJECT,
        body=BODY_B,
        report_digest=papers.verification,
        verified=report.by_year,
        rules=report.rules,
        checks=rules.names("reduction.verification.checks").value,
        comments_answered=True,
        open_requests=0,
        team=3,
        experts=1,
        undertaking=True,
    )
    story.do(date(2026, 3, 12), "减排量核查", "reductions verified", (B_DESK, verification))
    application = reductions.ApplyForReduction(
        reduction=REDUCTION,
        project=PROJECT,
        owner=OWNER,
        by_year=report.by_year,
        documents=rules.names("reduction.application.documents").value,
    )
    story.do(
        date(2026, 3, 16), "申请减排量登记", "registration applied for", (WIND_DESK, application)
    )


def _registered(story: Story, report: Report) -> None:
    register = reductions.RegisterReduction(reduction=REDUCTION, project=PROJECT)
    day = date(2026, 3, 30)
    if unconfirmed(story, report.rules, day):
        story.refuse(
            day, "未确认读数即登记", "registration on unconfirmed readings", REGISTRY_DESK, register
        )
    confirm(story, report.rules, day)
    story.do(day, "减排量登记", "reductions registered", (REGISTRY_DESK, register))
    years = tuple(sorted(year for year, tonnes in report.by_year.items() if tonnes.count))
    issue = credits.IssueCredits(reduction=REDUCTION, project=PROJECT, owner=OWNER, years=years)
    story.do(date(2026, 3, 31), "减排量签发", "credits issued", (REGISTRY_DESK, issue))
