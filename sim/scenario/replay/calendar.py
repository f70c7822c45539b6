"""Weeks of a run in years of the calendar.  A year of the model has 52 weeks."""

from __future__ import annotations

from sim.scenario.history.about import Form, Written
from sim.scenario.history.times import form_of, time_of

WEEKS_A_YEAR = 52.0


def start_of(written: Written, form: Form = "any") -> float | None:
    """Years (such as 2014.25) at which the time begins; None when it is no time.

    form: that of the series; only age (years of life) matters, all others may be mixed.
    """
    time = time_of(str(written), "age" if form == "age" else "any")
    return None if time is None else time.start


def weeks_after(start: float, years: float) -> float:
    """Weeks from ``start`` to ``years``, both in years."""
    return (years - start) * WEEKS_A_YEAR


def span_of(written: str, form: Form) -> tuple[float, float]:
    """First and last moment, in years, of the period that a row of a series means.

    In a series whose rows are dated as they like, each row by its own form.  Raises ValueError
    for what is no time.
    """
    time = time_of(written, form)
    if time is None:
        time = time_of(written, form_of(written) or "any")
    if time is None:
        raise ValueError(f"no time: {written}")
    return time.start, time.end
