"""Codes: are they well formed, known, and do they say the same as the words beside them?"""

import re
from collections.abc import Iterator
from types import MappingProxyType

from openccer.interop.register.law import Law
from openccer.interop.register.tables import (
    Methodology,
    categories,
    province_of,
    provinces,
    words,
)
from openccer.interop.register.view import ENDED, REGISTERED, Found, View
from openccer.kernel.ids import Uscc
from openccer.rulebook.model import RuleGap

FORMS = MappingProxyType(
    {
        "projectCode": re.compile(r"[A-Z][0-9]{6}"),
        "applyId": re.compile(r"[0-9]{18,20}"),
        "projectInfoId": re.compile(r"[0-9]{18,20}"),
        "archiveCode": re.compile(r"P[A-Z]{2}[0-9]{13}[0-9A-Z]"),
        "methodologyNum": re.compile(r"CCER-[0-9]{2}-[0-9]{3}-V[0-9]{2}"),
        "provinceId": re.compile(r"[1-9][0-9]{5}"),
        "approvalAuthority": re.compile(r"[0-9]{18,20}"),
        "verificationAgency": re.compile(r"[0-9]{18,20}"),
        "projectType": re.compile(r"[A-Z][0-9]{4}"),
        "projectSubType": re.compile(r"[A-Z][0-9]{6}"),
    }
)
OWN = "openccer"
SEPARATORS = re.compile(r"[;,；，、\s]+")
USCC = re.compile(r"统一社会信用代码[^0-9A-Z]{0,4}([0-9A-Za-z]{15,20})")
IN_WINDOW, REGISTERED_WORD = "公示中", "已登记"
LINK = re.compile(r"[?&](applyId|dataType)=([^&]*)")


def check_codes(view: View, law: Law) -> Iterator[Found]:
    """Form, meaning and agreement of every code."""
    yield from _forms(view)
    yield from _category(view)
    yield from _words(view)
    yield from _province(view)
    yield from _methodology(view, law)
    yield from _bodies(view)
    yield from _link(view)


def _forms(view: View) -> Iterator[Found]:
    own = view.text("_source") == OWN
    for name, form in FORMS.items():
        if own and name != "methodologyNum":
            continue  # our own ids are of our own form
        parts = SEPARATORS.split(view.text(name)) if view.has(name) else []
        # A text in the place of an archive code says that there is none.
        wordy = name == "archiveCode" and not re.search(r"[A-Za-z0-9]{4}", view.text(name))
        if any(part and not form.fullmatch(part) for part in parts) and not wordy:
            yield view.found("code-malformed", name)
    holders = [("orgCustomerNo", view.text("orgCustomerNo"))]
    holders = [(name, text) for name, text in holders if len(text) == 18 and text.isalnum()]
    holders += [(name, code) for name, text in view.prose for code in USCC.findall(text)]
    for name, code in holders:
        if not _is_uscc(code):
            yield view.found("credit-code-wrong", name, code=code)


def _is_uscc(code: str) -> bool:
    try:
        return bool(Uscc(code))
    except ValueError:
        return False


def _category(view: View) -> Iterator[Found]:
    known = categories().get(view.category)
    if known is None:
        yield view.found("unknown-category", "_category_code")
    elif view.has("_category_name") and view.text("_category_name") not in known:
        names = ("_category_code", "_category_name")
        yield view.found("code-and-word-differ", *names, needed=known[0])
    status = view.status
    ended_or_open = status in (ENDED, IN_WINDOW) or status.startswith("待")
    shown_too_early = view.category in ("1", "3") and status == REGISTERED_WORD
    if shown_too_early or (view.category in ("2", "4", "5") and ended_or_open):
        yield view.found("state-not-of-category", "applyStatusName", "_category_code")
    if view.has("projectCode") and view.category in categories():
        not_yet = view.category not in REGISTERED and status != REGISTERED_WORD
        if not_yet and view.text("_source") != OWN:
            yield view.found("code-before-registration", "projectCode", "applyStatusName")


def _words(view: View) -> Iterator[Found]:
    for pair in words():
        code, word = view.text(pair.code), view.text(pair.word)
        if not code or not word or pair.code in ("methodologyNum", "projectType"):
            continue
        right = pair.known.get(code)
        of_others = any(word in said for known, said in pair.known.items() if known != code)
        if (right is not None and word not in right) or (right is None and of_others):
            facts = {"needed": " / ".join(right)} if right else {}
            yield view.found("code-and-word-differ", pair.code, pair.word, **facts)


def _province(view: View) -> Iterator[Found]:
    code, name = view.text("provinceId"), view.text("provinceName")
    parts = SEPARATORS.split(name)
    if name and any(province_of(part) is None for part in parts):
        yield view.found("unknown-province", "provinceName")
    by_code = next((one for one in provinces() if one.code == code), None)
    if view.province and by_code and by_code is not view.province:
        yield view.found("code-and-word-differ", "provinceId", "provinceName", needed=by_code.name)
    elif code and by_code is None and FORMS["provinceId"].fullmatch(code):
        yield view.found("code-malformed", "provinceId")


def _methodology(view: View, law: Law) -> Iterator[Found]:
    number = view.text("methodologyNum")
    if not FORMS["methodologyNum"].fullmatch(number):
        return
    yield from _published(view, number, law)
    for pair in words():
        right = pair.known.get(number) if pair.code == "methodologyNum" else None
        for name in ("methodologyName", "projectTypeName"):
            if right and view.has(name) and view.text(name) not in right:
                facts = {"needed": right[0]}
                yield view.found("methodology-and-word-differ", "methodologyNum", name, **facts)
    if view.methodology is not None:
        yield from _as_others(view, view.methodology)


def _as_others(view: View, known: Methodology) -> Iterator[Found]:
    """Are the codes of the record those of the other records of its methodology?"""
    for name, wanted in (("projectType", known.type), ("parentProjectType", known.sector)):
        if wanted and view.has(name) and view.text(name) != wanted:
            yield view.found("methodology-and-word-differ", "methodologyNum", name, needed=wanted)
    for name, wanted in (("projectCode", known.prefix), ("archiveCode", known.archive)):
        text = view.text(name)
        official = FORMS[name].fullmatch(text)
        if wanted and official and not text.startswith(wanted):
            yield view.found("methodology-and-code-differ", "methodologyNum", name, needed=wanted)
    sub, of = view.text("projectSubType"), view.text("projectType")
    if sub and of and not sub.startswith(of):
        yield view.found("code-and-word-differ", "projectSubType", "projectType", needed=of)


def _published(view: View, number: str, law: Law) -> Iterator[Found]:
    rules = ("methodology.published", "methodology.published_provisional")
    if number not in _names(law, rules):
        yield view.found("unknown-methodology", "methodologyNum")
        return
    shown = None if view.of_reductions else view.day("publicStartDate")
    if shown and number not in _names(law, rules, shown):
        yield view.found("methodology-not-yet-published", "methodologyNum", "publicStartDate")


def _names(law: Law, rules: tuple[str, ...], day: object = None) -> set[str]:
    found: set[str] = set()
    for rule in rules:
        try:
            found |= set(law.at(day or law.on).names(rule).value)  # type: ignore[arg-type]
        except RuleGap:
            continue
    return found


def _bodies(view: View) -> Iterator[Found]:
    for validator, verifier in (
        ("approvalAuthorityName", "verificationAgencyName"),
        ("approvalAuthority", "verificationAgency"),
    ):
        if view.has(validator) and _bare(view.text(validator)) == _bare(view.text(verifier)):
            yield view.found("verifier-was-validator", validator, verifier)
            return


def _bare(name: str) -> str:
    return re.sub(r"[\s()（）]", "", name)


def _link(view: View) -> Iterator[Found]:
    said = dict(LINK.findall(view.text("_detail_url")))
    for part, name in (("applyId", "applyId"), ("dataType", "_category_code")):
        if said.get(part) and view.has(name) and said[part] != view.text(name):
            yield view.found("link-of-another-record", name, link=said[part])
