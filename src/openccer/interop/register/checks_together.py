"""What only many records show: the same twice, two projects on one place, periods that overlap."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from itertools import combinations

from openccer.interop.register.tables import words
from openccer.interop.register.values import number_of
from openccer.interop.register.view import Found, View
from openccer.kernel.outcome import Fact

Together = Iterator[tuple[View, Found]]

REGISTERED_ONES = ("2", "3", "3-1", "4", "5")
# What the records of one registered project all repeat.
REPEATED = (
    *("projectName", "provinceName", "methodologyNum", "orgCustomerName", "registrationTime"),
    *("approvalAuthorityName", "commencementDate", "firstReckonDate", "endReckonDate"),
    *("expectYearNum", "expectMaxNum", "conclusionDate", "projectInfoId", "archiveCode"),
    *("longitude", "latitude", "projectLocation", "provinceId", "basicInformation"),
    *("technologiesMeasures", "methodologyName", "projectTypeName", "projectType"),
    *("projectSubType", "approvalAuthority", "parentProjectType", "otherProofMethod"),
)
OF_A_CLAIM = (
    *("certifiedNum", "regAppStartDate", "regAppEndDate", "verificationAgencyName"),
    *("verificationAgency", "certificationPeriodNo", "generateDate", "projectCode"),
)
LONG_NAME, HEAD = 10, 120  # characters of a name that is its own, of a text's beginning
LONG_TEXT = 60  # characters: shorter descriptions may be alike
OF_ONE_CODE = ("approvalAuthority", "verificationAgency", "lulucf", "additionalType")
RARE = 4  # a word beside a code is an entry error where the other word is so often more frequent


def check_together(records: Sequence[View]) -> Together:
    """Every check that compares records with each other."""
    yield from _twice(records)
    yield from _registered(records)
    yield from _pages(records)
    yield from _claims(records)
    yield from _periods(records)
    yield from _places(records)
    yield from _figures(records)
    yield from _texts(records)
    yield from _names_in_texts(records)
    yield from _words(records)


def _groups(
    records: Sequence[View], key: Callable[[View], Hashable]
) -> Mapping[Hashable, list[View]]:
    found: dict[Hashable, list[View]] = defaultdict(list)
    for view in records:
        if (value := key(view)) is not None:
            found[value].append(view)
    return found


def _twice(records: Sequence[View]) -> Together:
    for group in _groups(records, lambda view: view.key if view.key[1] else None).values():
        for view in group[1:]:
            first = group[0]
            same = all(view.text(name) == first.text(name) for name in view.raw if name[0] != "_")
            facts: dict[str, Fact] = {
                "first": first.id,
                "first_row": first.row,
                "same": "yes" if same else "no",
            }
            yield view, view.found("record-twice", "applyId", "_category_code", **facts)


def _registered(records: Sequence[View]) -> Together:
    """All records of one project code repeat its registration; one application has one code."""
    for group in _groups(records, lambda view: view.text("projectCode") or None).values():
        for name in REPEATED:
            yield from _odd_ones(group, name, "registered-fields-differ", "projectCode")
        own = [view for view in group if view.category == "2"]
        for view in own[1:]:
            if view.text("applyId") != own[0].text("applyId"):
                facts = {"first": own[0].id}
                yield view, view.found("code-of-another-project", "projectCode", **facts)
    for group in _groups(records, lambda view: view.text("projectInfoId") or None).values():
        yield from _odd_ones(group, "projectCode", "registered-fields-differ", "projectInfoId")
    projects = [view for view in records if view.category == "2"]
    for group in _groups(projects, lambda view: _bare(view) or None).values():
        for view in group[1:]:
            if view.text("projectCode") != group[0].text("projectCode"):
                facts = {"first": group[0].id}
                yield view, view.found("project-with-two-codes", "projectCode", **facts)


def _odd_ones(group: Sequence[View], name: str, kind: str, *more: str) -> Together:
    """The records of a group whose field differs from what most of them, or the first, say."""
    said = [view for view in group if view.has(name)]
    counts = Counter(view.text(name) for view in said)
    if len(counts) < 2:
        return
    most = max(counts, key=lambda text: counts[text])
    for view in said:
        if view.text(name) != most:
            yield view, view.found(kind, name, *more, most_say=most[:80])


def _pages(records: Sequence[View]) -> Together:
    """The application of a registered project: the same day, and after its publicity."""
    applied = {view.text("applyId"): view for view in records if view.category in ("1", "1-1")}
    for view in records:
        page = applied.get(view.text("applyId")) if view.category == "2" else None
        registered = view.day("registrationTime")
        if page is None or registered is None:
            continue
        done, ends = page.day("projectRegDateTime"), page.day("publicEndDate")
        if done and done != registered:
            facts = {"other": page.id, "projectRegDateTime": done.isoformat()}
            yield view, view.found("registration-days-differ", "registrationTime", **facts)
        if ends and registered <= ends:
            facts = {"publicEndDate": ends.isoformat(), "other": page.id}
            kind = "registered-before-publicity-end"
            yield view, view.found(kind, "registrationTime", **facts)


def _claims(records: Sequence[View]) -> Together:
    """The pages of one reduction say the same of it."""
    claims = [view for view in records if view.of_reductions]
    for group in _groups(claims, lambda view: view.text("applyId") or None).values():
        for name in OF_A_CLAIM:
            yield from _odd_ones(group, name, "reduction-pages-differ", "applyId")
        recorded = [view.whole("recordNum") for view in group if view.has("recordNum")]
        for view in group:
            issued = view.whole("issuedVol")
            if issued is not None and recorded and issued > (recorded[0] or 0):
                facts = {"recordNum": str(recorded[0])}
                yield view, view.found("more-issued-than-recorded", "issuedVol", **facts)


def _periods(records: Sequence[View]) -> Together:
    """Claims of one project that live do not overlap, and are numbered in order."""
    live = [view for view in records if view.of_reductions and not view.ended]
    names = ("regAppStartDate", "regAppEndDate")
    for group in _groups(live, lambda view: view.text("projectCode") or None).values():
        claims = {view.text("applyId"): view for view in group if view.monitoring}
        ordered = sorted(claims.values(), key=lambda view: str(view.day(names[0])))
        for before, after in combinations(ordered, 2):
            one, two = before.monitoring, after.monitoring
            if one and two and one.overlaps(two):
                facts = {"other": before.id, "other_period": f"{one.first} - {one.last}"}
                yield after, after.found("periods-overlap", *names, **facts)
        numbers = [view.whole("certificationPeriodNo") for view in ordered]
        for view, number, before_it in zip(ordered[1:], numbers[1:], numbers, strict=False):
            if number is not None and before_it is not None and number <= before_it:
                name = "certificationPeriodNo"
                found = view.found("period-number-not-next", name, number_before=before_it)
                yield view, found


def _bare(view: View) -> str:
    """The name without its blanks: the register writes them as it comes."""
    return "".join(view.text("projectName").split())


def _who(view: View) -> tuple[str, str]:
    return view.text("projectCode"), view.text("applyId")


def _projects(group: Sequence[View]) -> list[View]:
    """One record of each project in a group: the same code, application or name is one project."""
    found: list[View] = []
    for view in group:
        if not any(_same_project(view, one) for one in found):
            found.append(view)
    return found


def _same_project(one: View, two: View) -> bool:
    """The same name, code or application; or filed again by its owner under another name."""
    named = _bare(one) == _bare(two)
    shared = any(a and a == b for a, b in zip(_who(one), _who(two), strict=True))
    kept = ("orgCustomerName", "commencementDate")
    again = (one.ended or two.ended) and all(one.text(n) == two.text(n) for n in kept)
    return named or shared or again


def _places(records: Sequence[View]) -> Together:
    def rounded(view: View) -> Hashable | None:
        place = view.place
        return tuple(f"{degrees:.5f}" for degrees in place) if place else None

    for group in _groups(records, rounded).values():
        projects = _projects(group)
        for view in projects[1:]:
            facts = {"other": projects[0].id, "other_name": projects[0].text("projectName")[:60]}
            names = ("longitude", "latitude")
            if view.text("orgCustomerName") or view.text("projectName"):
                yield view, view.found("place-of-another-project", *names, **facts)


def _figures(records: Sequence[View]) -> Together:
    def both(view: View) -> Hashable | None:
        said = [number_of(view.text(name)) for name in ("expectYearNum", "expectMaxNum")]
        values = tuple(one.value for one in said if one is not None and one.value > 100)
        return (view.text("methodologyNum"), *values) if len(values) == 2 else None

    for group in _groups(records, both).values():
        projects = _projects(group)
        for view in projects[1:]:
            facts = {"other": projects[0].id, "other_name": projects[0].text("projectName")[:60]}
            names = ("expectYearNum", "expectMaxNum")
            yield view, view.found("figures-of-another-project", *names, **facts)


def _texts(records: Sequence[View]) -> Together:
    """A description that another project has too, word for word."""

    def text(view: View) -> Hashable | None:
        said = "".join(view.text("basicInformation").split())
        return said if len(said) >= LONG_TEXT else None

    for group in _groups(records, text).values():
        projects = _projects(group)
        for view in projects[1:]:
            facts = {"other": projects[0].id, "other_name": projects[0].text("projectName")[:60]}
            found = view.found("text-of-another-project", **facts)
            yield view, Found(kind=found.kind, fields=("basicInformation",), facts=facts)


def _names_in_texts(records: Sequence[View]) -> Together:
    """A description that begins with the name of another project, and not with its own."""
    names = {_bare(view): view for view in records if len(_bare(view)) >= LONG_NAME}
    for view in records:
        said = "".join(view.text("basicInformation")[:HEAD].split())
        if not said or _bare(view) in said:
            continue
        other = next((one for name, one in names.items() if name in said), None)
        if other is not None and not _same_project(view, other):
            facts = {"other": other.id, "other_name": other.text("projectName")[:60]}
            yield (
                view,
                Found(kind="text-names-another-project", fields=("basicInformation",), facts=facts),
            )


def _words(records: Sequence[View]) -> Together:
    """A code with a word that the other records of the file nearly never put beside it."""
    for pair in words():
        both = [view for view in records if view.has(pair.code) and view.has(pair.word)]
        for one, other in ((pair.code, pair.word), (pair.word, pair.code)):
            if one == pair.word and pair.code not in OF_ONE_CODE:
                continue
            for view, most in _rare(both, one, other):
                if view.text(pair.code) not in pair.known:
                    names = (pair.code, pair.word)
                    yield view, view.found("code-and-word-differ", *names, most_say=most)


def _rare(records: Sequence[View], one: str, other: str) -> Iterator[tuple[View, str]]:
    """The records whose second field is rare beside their first, with what the others say."""
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for view in records:
        said[view.text(one)][view.text(other)] += 1
    for view in records:
        counts = said[view.text(one)]
        most = max(counts, key=lambda text: counts[text])
        if counts[view.text(other)] * RARE <= counts[most] and view.text(other) != most:
            yield view, most
