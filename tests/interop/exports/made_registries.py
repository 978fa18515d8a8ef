"""Registries for tests of exports: a few acts on the small world, each read back from its log."""

from dataclasses import replace
from datetime import date

import small_world as w
from openccer.app.acts import REGISTRY
from openccer.app.entry import Entry, read
from openccer.app.facade import App
from openccer.interop.exports.profile import Profile
from openccer.interop.exports.source import Source, source
from openccer.kernel.ids import MeterId, ProjectId
from openccer.registry.parties import acts as parties
from openccer.registry.projects import acts as projects

# The bodies of the small world, as if the node's governance had added them to its picklists.
ADDED = Profile(picklists={"body": ("body-a", "body-b")})
ONLY_PUBLISHED, REFUSED_BY_BODY = ProjectId("OW-2"), ProjectId("OW-3")


def busy(path: object = ":memory:") -> App:
    """Two batches, credits held, at the exchange and cancelled; projects in three states."""
    app = w.new_app(path)
    world = w.credits_world(app, 12)
    w.issued(world, 7, w.SECOND_HALF)
    world.do(w.TRADING, *w.to_exchange(w.WIND, 5))
    world.do(w.TRADING, *w.from_exchange(w.WIND, 2))
    world.do(w.TRADING, (w.desk(w.WIND), w.cancel(w.WIND, 3)))
    world.do(w.TRADING, (w.desk(w.WIND), w.cancel(w.WIND, 1)))
    for name in (ONLY_PUBLISHED, REFUSED_BY_BODY):
        design = replace(
            _first(world, "design"),
            project=name,
            name=f"example {name}",
            coordinates=(w.corner(name),),
            meters=(MeterId(f"METER-{name}"),),
        )
        world.do(date(2025, 9, 1), (w.desk(w.WIND), design))
    negative = replace(_first(world, "validation"), project=REFUSED_BY_BODY, positive=False)
    world.do(date(2025, 11, 3), (w.desk(w.VALIDATOR), negative))
    return app


def _first(world: w.World, which: str):
    kind = projects.PublishDesign if which == "design" else projects.ValidateProject
    return next(r.act for calls, _ in world.calls for r in calls if isinstance(r.act, kind))


def private_person(app: App) -> None:
    """A natural person has an account, bound to nothing."""
    act = parties.OpenAccount(
        account="somebody",
        uscc=w.uscc(77),
        name="example person",
        holder_types=("other_trader",),
        legal_form="natural_person",
        established_in_china=True,
        documents=w.BOOK.on(w.OPENING).names("account.registry.documents").value,
        received=w.OPENING,
    )
    answer = app.submit(
        w.request(w.REGISTRY_DESK, act, "act-person", w.OPENING), now=w.clock(w.OPENING)
    )
    assert hasattr(answer, "seq"), answer


def entries(app: App) -> list[Entry]:
    return [read(raw) for raw in app.store.entries(REGISTRY)]


def registry(app: App) -> Source:
    return source(entries(app))
