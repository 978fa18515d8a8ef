"""The shipped policy records, against the index of the kept texts, the texts, and each other.

The index and the texts lie beside the checkout in ../shared; a test that needs them is skipped,
with the reason, where they are absent.
"""

import csv
import json
import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from openccer.policy.load import cn_base, cn_policy_folder
from openccer.policy.model import Claim, LegalFacts, PolicyRecord, Rank

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
READ = {"yes": "whole", "part": "part"}  # the index's word for it, and ours

# What begins the next clause: an article, a numbered section, a heading of a plan.
NEXT = {
    "article": re.compile(r"第[一二三四五六七八九十百千零]+[条章节]"),
    "section": re.compile(r"\d(\.\d+)* \D"),
    "heading": re.compile(r"[一二三四五六七八九十]+、|附\d$"),
}


def shared(name: str) -> Path:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"what the records were written from is absent: {path}")
    return path


def index() -> list[dict[str, str]]:
    with shared("law/texts/index.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def record_of(key: str, language: str) -> PolicyRecord:
    found = cn_base().records.get((key, language))
    assert found is not None, f"there is no {language} record of {key}"
    return found


def instrument_of(key: str) -> LegalFacts:
    found = record_of(key, "zh").instrument
    assert found is not None, f"{key} has no instrument"
    return found


def day(text: str) -> date | None:
    """The day of the index; blank or a month alone is unknown."""
    return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None


def clause(text: str, locator: str) -> str:
    """From the line that begins with the locator to the line that begins the next clause."""
    name = locator.split()[-1]
    kind = "article" if NEXT["article"].match(name) else "heading"
    kind = "section" if re.fullmatch(r"\d(\.\d+)*", name) else kind
    begins = f"{name} " if kind == "section" else name
    lines = text.splitlines()
    starts = [at for at, line in enumerate(lines) if line.startswith(begins)]
    if not starts:
        return ""
    end = starts[0] + 1
    while end < len(lines) and not NEXT[kind].match(lines[end]):
        end += 1
    return "\n".join(lines[starts[0] : end])


def claims() -> list[tuple[str, Claim]]:
    return [(key, claim) for key in cn_base().ids() for claim in record_of(key, "zh").claims]


# --- the index ----------------------------------------------------------------------------------


def test_every_instrument_of_the_index_has_its_titles():
    for row in index():
        titles = record_of(row["key"], "zh").title, record_of(row["key"], "en").title
        assert titles == (row["title_zh"], row["title_en"])


def test_every_instrument_of_the_index_has_its_issuers_and_number():
    for row in index():
        facts = instrument_of(row["key"])
        said = "; ".join(facts.issuers), facts.number
        assert said == (row["issuer"], row["document_number"]), row["key"]


def test_every_instrument_of_the_index_has_its_days_and_none_where_the_index_has_none():
    for row in index():
        facts = instrument_of(row["key"])
        said = (facts.made, facts.published, facts.in_force_from, facts.in_force_to)
        columns = ("order_date", "published", "in_force_from", "in_force_to")
        assert said == tuple(day(row[column]) for column in columns), row["key"]


def test_every_instrument_of_the_index_has_its_address_and_digest():
    for row in index():
        said = record_of(row["key"], "zh").url, instrument_of(row["key"]).sha256
        assert said == (row["official_url"], row["sha256"]), row["key"]


def test_how_much_was_read_is_what_the_index_keeps():
    for row in index():
        if row["complete"] in READ:
            assert instrument_of(row["key"]).read == READ[row["complete"]], row["key"]


# --- both languages -----------------------------------------------------------------------------


def facts_of(record: PolicyRecord) -> dict[str, object]:
    """What no language may change."""
    law, evolution = record.instrument, record.evolution
    assert law is not None, f"{record.id} has no instrument"
    return {
        "days": (record.published, record.year, law.made, law.published),
        "in force": (law.in_force_from, law.in_force_to),
        "identity": (law.rank, law.issuers, law.issuers_en, law.number, law.aliases),
        "text": (record.url, law.sha256, law.read, law.repeals),
        "claims": record.claims,
        "evolution": (evolution.supersedes, evolution.follows, evolution.amends),
        "clusters": len(evolution.clusters),
        "milestones": [milestone.on for milestone in evolution.milestones],
        "parts": (sorted(record.analysis), sorted(record.impact), sorted(record.regulatory)),
        "review": (record.author, record.reviewer, record.review_status, record.audited_on),
    }


def test_every_record_says_the_same_facts_in_both_languages():
    for key in cn_base().ids():
        assert facts_of(record_of(key, "zh")) == facts_of(record_of(key, "en")), key


def test_every_record_speaks_the_language_of_its_folder():
    for (key, language), record in cn_base().records.items():
        for text in (record.title, record.description, record.body):
            chinese = len(re.findall(r"[\u4e00-\u9fff]", text))
            assert text, f"{key} ({language}) leaves a text empty"
            assert (chinese > len(text) / 4) is (language == "zh"), f"{key} ({language}): {text}"


def test_a_day_of_publication_is_the_day_of_the_instrument():
    for (key, language), record in cn_base().records.items():
        published = instrument_of(key).published
        assert record.published == (published.isoformat() if published else ""), (key, language)


# --- claims -------------------------------------------------------------------------------------


def test_a_claim_points_at_an_own_instrument_and_at_a_field_that_is_there():
    for key, claim in claims():
        assert claim.record in cn_base().ids(), f"{key}: {claim}"
        if not claim.field.startswith("criteria."):
            steps = [int(s) if s.isdecimal() else s for s in claim.field.split(".")]
            assert record_of(key, "zh").at(tuple(steps)), f"{key}: {claim.field}"
            assert record_of(key, "en").at(tuple(steps)), f"{key}: {claim.field}"


def test_every_quote_stands_in_the_passage_of_its_clause():
    texts = {path.stem: path.read_text("utf-8") for path in shared("law/texts").glob("*.txt")}
    quoted = [(key, claim) for key, claim in claims() if claim.quote and claim.record in texts]
    wrong = [
        f"{key}: {claim.record} {claim.locator}: {claim.quote}"
        for key, claim in quoted
        if claim.quote not in clause(texts[claim.record], claim.locator)
    ]
    assert wrong == []
    assert {claim.record for _, claim in quoted} >= texts.keys()  # every kept text is quoted


def test_only_a_text_that_is_kept_is_quoted():
    for key, claim in claims():
        if claim.quote:
            assert instrument_of(claim.record).sha256, f"{key}: {claim}"


def test_a_criterion_that_is_answered_is_one_of_the_rubric():
    rubric = yaml.safe_load((cn_policy_folder().parent / "rubric.yaml").read_text("utf-8"))
    asked = {criterion["id"] for dimension in rubric for criterion in dimension["criteria"]}
    fields = {claim.field for _, claim in claims() if claim.field.startswith("criteria.")}
    assert {field.removeprefix("criteria.") for field in fields} <= asked


def test_a_number_said_of_the_core_instruments_is_claimed():
    """Every number in the assessment of a kept text rests on a clause of a kept text."""
    for key in cn_base().ids():
        record = record_of(key, "en")
        claimed = {claim.field for claim in record.claims}
        for name, said in record.analysis.items():
            place = f"analysis.{name}.evidence"
            if re.search(r"\d", said.evidence):
                assert place in claimed, f"{key}: {place}"


# --- what is not said ---------------------------------------------------------------------------


def test_no_record_says_that_anyone_verified_it():
    for record in cn_base().records.values():
        state = (record.author, record.reviewer, record.review_status)
        assert state == ("OpenCCER", "", "draft"), record.origin


def test_no_assessment_carries_a_score():
    """Nobody has scored these instruments, so a number would be made up."""
    for record in cn_base().records.values():
        for name, said in record.analysis.items():
            assert said.score is None, f"{record.origin}: {name}"
            assert all((said.label, said.evidence, said.citation)), f"{record.origin}: {name}"


def test_what_was_not_read_whole_says_so():
    for record in cn_base().records.values():
        if record.instrument and record.instrument.read != "whole":
            assert record.instrument.note, record.origin


def test_a_text_that_was_not_read_answers_no_criterion():
    for key, claim in claims():
        if claim.field.startswith("criteria."):
            assert instrument_of(claim.record).read in ("whole", "part"), f"{key}: {claim}"


def test_the_measures_are_a_departmental_rule_of_two_ministries():
    """MEE and SAMR Order 31; the State Council's regulation is another instrument."""
    facts = instrument_of("measures")
    assert facts.rank is Rank.DEPARTMENTAL_RULE
    assert len(facts.issuers) == 2
    assert instrument_of("ets-regulations-775-2024").rank is Rank.ADMINISTRATIVE_REGULATION


def test_the_mistakes_of_the_record_we_began_from_are_not_repeated():
    seed = json.loads(shared("seed/cn-ccer.md").read_text("utf-8").split("---")[1])
    ours = record_of("measures", "en")
    assert record_of("measures", "zh").title == seed["title"]
    for name, said in (
        ("legalWeight", ours.legal_weight),
        ("pubDate", ours.published),
        ("year", ours.year),
        ("url", ours.url),
        ("source", ours.source),
    ):
        assert said != seed[name], name
    for record in cn_base().records.values():
        assert record.published != seed["pubDate"], record.origin  # the day the market opened
        assert record.url != seed["url"], record.origin


def test_no_clause_repeals_the_interim_measures_of_2012():
    """Article 49 is transitional and article 51 only sets the day: the new system follows."""
    repealed = {
        key
        for record in cn_base().records.values()
        for key in (*record.evolution.supersedes, *(instrument_of(record.id).repeals))
    }
    assert "ccer-interim-measures-2012" not in repealed
    assert record_of("measures", "zh").evolution.follows == ("ccer-interim-measures-2012",)
    assert "废止" not in shared("law/texts/measures.txt").read_text("utf-8")
