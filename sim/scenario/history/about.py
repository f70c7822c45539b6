"""What the YAML beside a CSV of history says, and the series that reading the two gives."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

from pydantic import Field

from sim.scenario.blocks.base import Part, number, word

Grade: TypeAlias = Literal["H", "M", "L"]  # confidence: high, medium, low
GRADES: tuple[Grade, ...] = get_args(Grade)
Place: TypeAlias = Literal["start", "middle", "end"]
Form: TypeAlias = Literal["year", "month", "quarter", "date", "any", "age"]
Curve: TypeAlias = Literal["bass", "substitution"]
Written: TypeAlias = int | str  # a time as YAML reads it: 2004 is a number, 2004Q2 is text
SOURCE = "said by the file"


class Column(Part):
    """A column of values: a series."""

    title: str = word(..., "what is measured", SOURCE)
    unit: str = word(..., "unit of the values", SOURCE)
    at: Place = word(
        "start", "where in its period a value stands: start, middle (of a flow) or end", SOURCE
    )
    baseline: Curve = word(
        "bass",
        "the simple curve to beat: bass for a level that grows by adoption, substitution "
        "(logistic) for the share of one thing that replaces another",
        SOURCE,
    )
    ceiling: float | None = number(
        None, 1e-15, 1e15, "of the values", SOURCE, "no value can be above it, such as 100 percent"
    )
    missing: tuple[Written, ...] = word((), "times known to have no value", SOURCE)


class KnownBreak(Part):
    """A time at which the series measures something else than before."""

    column: str | None = word(None, "the column; left out: all", SOURCE)
    time: Written = word(..., "when", SOURCE)
    until: Written | None = word(None, "the last time, where it lasts", SOURCE)
    what: str = word(..., "the reason", SOURCE)


class Note(Part):
    """What else is known of a time."""

    time: Written = word(..., "when", SOURCE)
    what: str = word(..., "what is known", SOURCE)


class About(Part):
    """The YAML beside a CSV."""

    title: str = word(..., "what the file is about", SOURCE)
    source: str = word(..., "where the values come from", SOURCE)
    confidence: dict[Grade, str] = word(..., "what each grade of confidence means", SOURCE)
    time: Form = word(
        ...,
        "how times are written; any: each row as it likes; age: years since a beginning",
        SOURCE,
    )
    irregular: bool = word(False, "whether rows may be any time apart", SOURCE)
    columns: dict[str, Column] = word(..., "the series by column, the main one first", SOURCE)
    known_breaks: tuple[KnownBreak, ...] = word((), "where it measures something else", SOURCE)
    notes: tuple[Note, ...] = word((), "what else is known", SOURCE)


class Point(Part):
    """A row of a series that has a value."""

    time: str = word(..., "as written")
    when: float = Field(..., description="years, such as 2004.5", allow_inf_nan=False)
    value: float = Field(..., description="in the unit of the series", allow_inf_nan=False)
    confidence: Grade = word(..., "H, M or L")
    line: int = number(..., 1, 1e9, "-", SOURCE, "line of the CSV")


class Break(Part):
    """A known break as a span of years; ``until`` is ``when`` where it does not last."""

    when: float = Field(..., description="years", allow_inf_nan=False)
    until: float = Field(..., description="years", allow_inf_nan=False)
    time: str = word(..., "as written")
    what: str = word(..., "the reason")


class HistorySeries(Part):
    """One series: points in order of time, at least two."""

    name: str = word(..., "of the file; with the column where the file has several")
    column: str = word(..., "of the CSV")
    title: str = word(..., "what is measured")
    unit: str = word(..., "of the values")
    source: str = word(..., "where the values come from")
    form: Form = word(..., "how times are written")
    at: Place = word(..., "where in its period a value stands")
    irregular: bool = word(..., "whether rows may be any time apart")
    baseline: Curve = word(..., "the simple curve to beat")
    ceiling: float | None = Field(None, description="no value can be above it")
    points: tuple[Point, ...] = Field(..., min_length=2, description="rows that have a value")
    breaks: tuple[Break, ...] = word((), "where it measures something else")
    notes: tuple[str, ...] = word((), "what else is known, with its time")
    assumed: tuple[str, ...] = word((), "what was not said and is taken for granted")

    def kept(self, least: Grade) -> tuple[Point, ...]:
        """The points of at least this confidence: H keeps high ones, M those and medium ones."""
        allowed = GRADES[: GRADES.index(least) + 1]
        return tuple(point for point in self.points if point.confidence in allowed)
