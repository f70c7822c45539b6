"""Numbers and lists as a sentence says them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.analysis.intervals import Interval

if TYPE_CHECKING:
    import pandas as pd

_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def when_it_ended(rows: pd.DataFrame, weeks: int | None = None) -> str:
    """The end of the runs in words, e.g. "after ten years"; weeks: their length if known.

    Where a study varies the length of its runs: "at the end, after one year to ten years".
    """
    if weeks is not None:
        return f"after {_lasting(weeks)}"
    survivors = rows[rows["survived"] == 1]
    if not len(survivors):
        return "at the end"
    ends = survivors["entered"] + survivors["weeks_alive"]
    first, last = int(ends.min()), int(ends.max())
    if first == last:
        return f"after {_lasting(last)}"
    return f"at the end, after {_lasting(first)} to {_lasting(last)}"


def _lasting(weeks: int) -> str:
    """Whole years as years, else weeks."""
    years, rest = divmod(weeks, 52)
    if rest or not years:
        return f"{weeks} week{'s' if weeks != 1 else ''}"
    word = _NUMBERS[years] if years < len(_NUMBERS) else str(years)
    return f"{word} year{'s' if years != 1 else ''}"


def listed(parts: Sequence[str], joint: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {joint} {parts[-1]}"


def plain(value: float, digits: int) -> str:
    """A number without the minus sign of a rounded zero."""
    return f"{round(value, digits) + 0.0:.{digits}f}"


def signed(value: float, digits: int) -> str:
    """A difference with its sign; a rounded zero has none."""
    rounded = round(value, digits) + 0.0
    return f"{rounded:+.{digits}f}" if rounded else f"{0:.{digits}f}"


def percent(part: float) -> str:
    """A share as a percentage; small ones with a decimal."""
    return f"{100 * part:.0f}" if part >= 0.095 or part == 0 else f"{100 * part:.1f}"


def share(found: Interval) -> str:
    """``61% (54 to 68)``."""
    return f"{100 * found.value:.0f}% ({100 * found.low:.0f} to {100 * found.high:.0f})"


def weeks_of(found: Interval) -> str:
    """``382 (365 to 398)``."""
    return f"{found.value:.0f} ({found.low:.0f} to {found.high:.0f})"


def p_value(p: float) -> str:
    """``p = .008``; never more digits than a test can tell."""
    if p < 0.001:
        return "p < .001"
    return f"p = {p:.3f}".replace("0.", ".") if p < 0.1 else f"p = {p:.2f}".replace("0.", ".")


def counted(n: int, noun: str) -> str:
    """``1 run``, ``1,200 runs``."""
    return f"{n:,} {noun}{'s' if n != 1 else ''}"


def capital(text: str) -> str:
    """The text with its first letter in capitals."""
    return text[:1].upper() + text[1:]
