"""Why a simple curve predicts better than the model, as far as the errors tell.

Every reason is read from where the model's median lies, never from what the series is about.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.analysis.history.observed import Observed
from sim.analysis.history.scores import naive_step

F = NDArray[np.float64]
HALF, SMALL = 0.5, 0.3


def reason(observed: Observed, median: F) -> str:
    """A sentence on what the model's median (n,) gets wrong in the rows judged, if any."""
    n = observed.n_fit
    if not 0 < n < len(observed.values):
        return ""
    for look in (_misses_fit, _stops, _direction, _growth, _level, _timing):
        if said := look(observed.when, observed.values, median, n):
            return said
    return _rest(observed.values[n:], median[n:])


def _misses_fit(_when: F, values: F, median: F, n: int) -> str:
    """Errors among the rows fitted that are as large as those judged."""
    step = naive_step(values[:n])
    before = float(np.abs(values[:n] - median[:n]).mean())
    after = float(np.abs(values[n:] - median[n:]).mean())
    if before <= step or before < HALF * after:
        return ""
    return (
        f"It misses the rows fitted too, by {before / step:.1f} of the usual step, so nothing that "
        "was allowed to vary gives the course of this series."
    )


def _stops(_when: F, values: F, median: F, n: int) -> str:
    """Nothing happens in the model any more."""
    moved = float(np.ptp(median[n - 1 :]))
    size = float(np.abs(median).max())
    wanted = float(np.ptp(values[n - 1 :]))
    if moved > 0.02 * size or wanted <= 0.1 * float(np.abs(values).max()):
        return ""
    if values[-1] > values[n - 1]:
        return "It has no room to grow: it stands still where the series goes on to rise."
    return "It stands still where the series goes on to change."


def _direction(_when: F, values: F, median: F, n: int) -> str:
    own, wanted = _change(median, n), _change(values, n)
    if own * wanted >= 0 or abs(own) < 0.1 * abs(wanted):
        return ""
    ways = ("rises", "falls")
    return f"It {ways[own < 0]} where the series {ways[wanted < 0]}."


def _growth(_when: F, values: F, median: F, n: int) -> str:
    """Too little or too much change after the rows fitted."""
    own, wanted = _change(median, n), _change(values, n)
    if wanted == 0:
        return ""
    way = "rise" if wanted > 0 else "fall"
    numbers = f"by {abs(own):.3g} where the series {way}s by {abs(wanted):.3g}"
    if own / wanted < HALF:
        room = "It has no room to grow: it rises" if wanted > 0 else "It falls too little:"
        return f"{room} {numbers}."
    if own / wanted > 1 / HALF:
        return f"It goes on to {way}, {numbers}."
    return ""


def _level(_when: F, values: F, median: F, n: int) -> str:
    """An error that is there when the rows judged begin, and stays."""
    begins = float(median[n - 1] - values[n - 1])
    errors = median[n:] - values[n:]
    rest = float(np.abs(errors - begins).mean())
    if rest > HALF * float(np.abs(errors).mean()):
        return ""
    word = "high" if begins > 0 else "low"
    return (
        f"It misses the level: it is too {word} by {abs(begins):.3g} when the rows judged begin, "
        "and stays so."
    )


def _timing(when: F, values: F, median: F, n: int) -> str:
    """A shift in time, by a row or more, that would take away most of the error."""
    span = float(when[-1] - when[0])
    error = float(np.abs(median[n:] - values[n:]).mean())
    shifts = np.linspace(-span / 4, span / 4, 41)
    moved = [float(np.abs(np.interp(when[n:] + s, when, median) - values[n:]).mean())
             for s in shifts]  # fmt: skip
    best = int(np.argmin(moved))
    row = float(np.diff(when).mean())
    if moved[best] > SMALL * error or abs(shifts[best]) < row:
        return ""
    word = "late" if shifts[best] > 0 else "early"
    return f"It misses the timing: it is about {abs(shifts[best]):.1f} years too {word}."


def _rest(values: F, median: F) -> str:
    """What can be said of the side on which errors are."""
    errors = median - values
    if (errors > 0).all() or (errors < 0).all():
        word = "high" if errors[0] > 0 else "low"
        return f"It lies too {word} throughout, by {float(np.abs(errors).mean()):.3g} on average."
    return "Its errors change sign: it has the trend, and not the ups and downs."


def _change(series: F, n: int) -> float:
    """From the last row fitted to the end."""
    return float(series[-1] - series[n - 1])
