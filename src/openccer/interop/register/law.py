"""What the checks ask of the rulebook: the law of a day, or nothing where there was none yet."""

from dataclasses import dataclass
from datetime import date

from openccer.kernel.calendar import YearNotAnnounced, is_working_day, last_working_day
from openccer.rulebook.model import Rulebook, RuleGap, RulesInForce

COMMENCED = date(2023, 10, 20)  # the day the Measures took effect: no act of the register is older


@dataclass(frozen=True, slots=True)
class Law:
    """A rulebook, and the day on which the records are looked at."""

    book: Rulebook
    on: date

    @property
    def now(self) -> RulesInForce:
        return self.book.on(self.on)

    def at(self, day: date) -> RulesInForce:
        return self.book.on(day)

    def count(self, rule: str, day: date) -> int | None:
        """The number of a rule on a day; None where no version was in force."""
        try:
            return self.at(day).count(rule).value
        except RuleGap:
            return None

    def day_of(self, rule: str) -> date:
        """The day a rule names, as it stands when the records are looked at."""
        return self.now.day_of(rule).value


def working_days(first: date, last: date) -> int | None:
    """Working days from one day to another, both counted; None in a year not announced."""
    try:
        days = range((last - first).days + 1)
        return sum(is_working_day(date.fromordinal(first.toordinal() + n)) for n in days)
    except YearNotAnnounced:
        return None


def last_of_window(first: date, days: int) -> date | None:
    """The last of so many working days; None in a year not announced."""
    try:
        return last_working_day(first, days)
    except YearNotAnnounced:
        return None


def is_off(day: date) -> bool:
    """Is this day known to be no working day?"""
    try:
        return not is_working_day(day)
    except YearNotAnnounced:
        return False
