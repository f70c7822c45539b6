"""How a time is written, the span of years that it means, and the steps between times."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sim.scenario.history.about import Form, Place

_PATTERNS: dict[Form, re.Pattern[str]] = {
    "year": re.compile(r"([12][0-9]{3})"),
    "month": re.compile(r"([12][0-9]{3})-(0[1-9]|1[0-2])"),
    "quarter": re.compile(r"([12][0-9]{3})-?Q([1-4])"),
    "date": re.compile(r"([12][0-9]{3})-([0-9]{2})-([0-9]{2})"),
    "age": re.compile(r"([0-9]{1,3})"),
}
CALENDAR: tuple[Form, ...] = ("year", "month", "quarter", "date")
EXAMPLES: dict[Form, str] = {
    "year": "a year such as 2004",
    "month": "a month such as 2004-05",
    "quarter": "a quarter such as 2004Q2",
    "date": "a date such as 2004-05-31",
    "any": "a year, month, quarter or date (2004, 2004-05, 2004Q2, 2004-05-31)",
    "age": "a whole number of years, such as 4",
}
_SHARES: dict[Place, float] = {"start": 0.0, "middle": 0.5, "end": 1.0}


@dataclass(frozen=True)
class Time:
    """A period as written; start and end in years; index counts periods of its form."""

    text: str
    form: Form
    index: int
    start: float
    end: float

    def at(self, place: Place) -> float:
        """Start, middle or end in years."""
        return self.start + _SHARES[place] * (self.end - self.start)


def form_of(text: str) -> Form | None:
    """The calendar form in which ``text`` is a time, None when it is none."""
    return next((form for form in CALENDAR if time_of(text, form) is not None), None)


def time_of(text: str, form: Form) -> Time | None:
    """The period that ``text`` means, None when it is not of this form."""
    if form == "any":
        own = form_of(text)
        return None if own is None else time_of(text, own)
    if (found := _PATTERNS[form].fullmatch(text)) is None:
        return None
    parts = [int(part) for part in found.groups()]
    if form == "date":
        return _day(text, *parts)
    if form in ("year", "age"):
        return Time(text, form, parts[0], float(parts[0]), parts[0] + 1.0)
    periods = 12 if form == "month" else 4
    index = parts[0] * periods + parts[1] - 1
    return Time(text, form, index, index / periods, (index + 1) / periods)


def _day(text: str, year: int, month: int, day: int) -> Time | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    days = 366 if calendar.isleap(year) else 365
    before = (found - date(year, 1, 1)).days
    return Time(text, "date", found.toordinal(), year + before / days, year + (before + 1) / days)


def name_of(index: int, form: Form) -> str:
    """How the period with this index is written."""
    if form == "month":
        return f"{index // 12}-{index % 12 + 1:02d}"
    if form == "quarter":
        return f"{index // 4}Q{index % 4 + 1}"
    if form == "date":
        return date.fromordinal(index).isoformat()
    return str(index)


def countable(times: Sequence[Time], form: Form) -> tuple[list[int], Form]:
    """Indices of which regular times have equal differences, and what they count.

    Dates on one day of the month, or all on the last, count months: those differ in length.
    """
    if form == "date":
        days = [date.fromordinal(time.index) for time in times]
        ends = all(d.day == calendar.monthrange(d.year, d.month)[1] for d in days)
        if ends or len({d.day for d in days}) == 1:
            return [12 * d.year + d.month - 1 for d in days], "month"
    return [time.index for time in times], form
