"""The Bass curve: adoption by innovation and imitation (Bass 1969), fitted to a level.

With x the share of the market that has adopted, x' = (p + q x)(1 - x).  From a share x0 at
time 0 it is  x(t) = (1 - p c e) / (1 + q c e)  with  c = (1 - x0) / (p + q x0)  and
e = exp(-(p + q) t); from x0 = 0 that is Bass's own (1 - e) / (1 + (q / p) e).
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.analysis.history.curves import DRAWS, SEED, Curve, spread_out

F = NDArray[np.float64]
# Bounds and starts, in units of the fit window's length and of the highest value in it.
_P, _Q = (1e-9, 20.0), (0.0, 60.0)
_LEAST_MARKET, _MOST_MARKET = 0.8, 20.0
_STARTS = tuple(product((0.01, 0.1, 1.0), (1.0, 4.0, 12.0), (1.05, 1.5, 4.0)))
_TRIED = 4  # of the starts, those that begin closest


def bass_share(years: ArrayLike, p: float, q: float, start: float = 0.0) -> F:
    """Share of the market that has adopted, ``years`` after it was ``start``; p, q per year."""
    e = np.exp(-(p + q) * np.asarray(years, dtype=float))
    c = (1 - start) / (p + q * start)
    return np.asarray((1 - p * c * e) / (1 + q * c * e))


def _logged(found: F) -> F:
    return np.array([np.log(found[0]), found[1], np.log(found[2])])


def _unlogged(at: F) -> F:
    return np.array([np.exp(at[0]), at[1], np.exp(at[2])])


class Bass(Curve):
    """A Bass curve from the first value of a series, by SciPy's bounded least squares.

    p, q and the market m are fitted; the curve goes through the first row.  m is at most the
    ceiling, or else 20 times the highest value.  Raises ValueError for fewer rows than
    ``FEWEST``, values below 0, or a last value that is not above the first.
    """

    name = "Bass curve"
    FEWEST = 5  # three parameters and the first row, and one to have an error

    def __init__(self, when: ArrayLike, values: ArrayLike, ceiling: float | None = None) -> None:
        times, levels = np.asarray(when, dtype=float), np.asarray(values, dtype=float)
        if len(times) < self.FEWEST:
            raise ValueError(f"needs {self.FEWEST} rows")
        if (levels < 0).any():
            raise ValueError("needs values that are not below 0")
        if levels[-1] <= levels[0]:
            raise ValueError("needs a level that rises")
        self._start, self._span = float(times[0]), float(times[-1] - times[0])
        self._size = float(levels.max())
        self._u, y = (times - self._start) / self._span, levels / self._size
        self._first = float(y[0])
        self._bounds = self._box(ceiling)
        self._found = self._fit(y)
        fitted = self._level(self._found, self._u)
        self._errors = spread_out((y - fitted)[1:], 3)
        self._draws = self._resampled(fitted)

    def _box(self, ceiling: float | None) -> tuple[F, F]:
        most = _MOST_MARKET if ceiling is None else ceiling / self._size
        least = max(_LEAST_MARKET, self._first * (1 + 1e-6))
        return np.array([_P[0], _Q[0], least]), np.array([_P[1], _Q[1], max(most, least + 1e-6)])

    def _level(self, found: F, u: F) -> F:
        p, q, m = found
        return np.asarray(m * bass_share(u, p, q, self._first / m))

    def _fit(self, y: F, start: F | None = None) -> F:
        """The parameters of least squared error; without a start the best of several."""
        from scipy.optimize import least_squares

        low, high = self._bounds
        inner = 1e-9 * (high - low)
        starts = [np.array(each) for each in _STARTS] if start is None else [start]
        starts = [np.clip(each, low + inner, high - inner) for each in starts]
        starts.sort(key=lambda each: float(((self._level(each, self._u) - y) ** 2).sum()))
        # in the logarithms of p and m, along which the error is far rounder
        fine, most = (1e-12, 400) if start is None else (1e-6, 20)
        fits = [
            least_squares(
                lambda at: self._level(_unlogged(at), self._u) - y, _logged(each),
                bounds=(_logged(low), _logged(high)), max_nfev=most, ftol=fine, xtol=fine,
                gtol=fine,
            )
            for each in starts[:_TRIED]
        ]  # fmt: skip
        return _unlogged(np.asarray(min(fits, key=lambda fit: float(fit.cost)).x))

    def _resampled(self, fitted: F) -> F:
        """Parameters fitted to what could have been observed, (DRAWS, 3)."""
        rng = np.random.default_rng(SEED)
        drawn = np.tile(fitted, (DRAWS, 1))
        drawn[:, 1:] += rng.choice(self._errors, (DRAWS, len(fitted) - 1))
        return np.array([self._fit(each, self._found) for each in drawn])

    @property
    def parameters(self) -> Mapping[str, float]:
        p, q, m = self._found
        return {
            "p (1/year)": float(p / self._span),
            "q (1/year)": float(q / self._span),
            "m (market)": float(m * self._size),
        }

    @property
    def remark(self) -> str:
        """Which parameters ended at a bound: the rows do not tell how far beyond it they are."""
        low, high = self._bounds
        words = [
            f"{name} ended at its {word} bound"
            for name, found, least, most in zip("pqm", self._found, low, high, strict=True)
            for word, bound in (("lower", least), ("upper", most))
            if abs(found - bound) <= 1e-3 * max(bound, 1e-6)
        ]
        return f"{' and '.join(words)}, so the rows do not tell it" if words else ""

    def at(self, when: ArrayLike) -> F:
        return self._size * self._level(self._found, self._since(when))

    def simulated(self, when: F) -> F:
        u = self._since(when)
        levels = np.array([self._level(each, u) for each in self._draws])
        rng = np.random.default_rng(SEED + 1)
        return np.asarray(self._size * np.maximum(levels + rng.choice(self._errors, (DRAWS, 1)), 0))

    def _since(self, when: ArrayLike) -> F:
        """Time since the first row in lengths of the fit window; before it the curve stands."""
        return np.maximum((np.asarray(when, dtype=float) - self._start) / self._span, 0.0)
