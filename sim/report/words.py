"""Numbers as a reader sees them: estimate and interval, shares in percent, p-values."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.analysis import wording
from sim.analysis.wording import counted

if TYPE_CHECKING:
    from sim.analysis.intervals import Interval

NONE = "\N{EN DASH}"  # where a number does not exist
MINUS = "\N{MINUS SIGN}"
Shown = Callable[[float], str]


def number(value: float, digits: int = 2) -> str:
    """A number with thousands separated; a dash where there is none, no minus before a zero."""
    if not math.isfinite(value):
        return NONE
    return f"{round(value, digits) + 0.0:,.{digits}f}".replace("-", MINUS)


def signed(value: float, digits: int = 2) -> str:
    """A difference, its sign always written; zero has none."""
    shown = number(value, digits)
    return f"+{shown}" if math.isfinite(value) and round(value, digits) > 0 else shown


def percent(share: float) -> str:
    """A share of 1 in percent without the sign; one decimal below ten."""
    return number(100 * share, _decimals(share))


def _decimals(share: float) -> int:
    return 0 if abs(share) >= 0.0995 or share == 0 else 1


def share_span(found: Interval) -> str:
    """A share of 1 and its interval in percent, all with the decimals of the share."""
    return span(found, lambda share: number(100 * share, _decimals(found.value)))


def span(found: Interval, shown: Shown = number) -> str:
    """``61 (54 to 68)``; the estimate alone where one run leaves no interval."""
    value, low, high = found
    if not (math.isfinite(low) and math.isfinite(high)):
        return shown(value)
    return f"{shown(value)} ({shown(low)} to {shown(high)})"


def p_value(p: float) -> str:
    """``< .001``, else as many digits as a test can tell."""
    return wording.p_value(p).removeprefix("p ").removeprefix("= ")


def length(weeks: int) -> str:
    """A time in years where it is whole ones, else in weeks."""
    years, rest = divmod(weeks, 52)
    return counted(years, "year") if years and not rest else counted(weeks, "week")
