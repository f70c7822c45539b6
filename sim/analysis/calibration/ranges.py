"""The prior: each parameter anywhere in its range, evenly on its own scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

F = NDArray[np.float64]
_SLACK = 1e-9  # of the range: rounding of a stored value


@dataclass(frozen=True)
class Ranges:
    """k ranges: ``low`` and ``high`` (k,) in natural units, ``log`` (k,) evenly in logarithms."""

    low: F
    high: F
    log: NDArray[np.bool_]

    @classmethod
    def of(cls, low: ArrayLike, high: ArrayLike, log: ArrayLike | None = None) -> Ranges:
        """Checked ranges; raises ValueError for shapes that differ, or a range that is none."""
        least = np.atleast_1d(np.asarray(low, dtype=float))
        most = np.atleast_1d(np.asarray(high, dtype=float))
        logs = np.zeros(least.shape, bool) if log is None else np.atleast_1d(np.asarray(log, bool))
        if least.ndim != 1 or not least.shape == most.shape == logs.shape:
            raise ValueError(
                f"low, high and log must be as long as there are parameters, "
                f"got {least.shape}, {most.shape} and {logs.shape}"
            )
        if not (np.isfinite(least) & np.isfinite(most) & (least < most)).all():
            raise ValueError("each range must go from a number up to a higher one")
        if (logs & (least <= 0)).any():
            raise ValueError("a range on a logarithmic scale must begin above 0")
        return cls(least, most, logs)

    def __len__(self) -> int:
        return len(self.low)

    def unit(self, theta: ArrayLike) -> F:
        """Parameters (..., k) as shares of their range, 0 to 1, uniform under the prior.

        Raises ValueError where one lies outside of its range.
        """
        values = np.asarray(theta, dtype=float)
        start, span = self._scaled(self.low), self._scaled(self.high) - self._scaled(self.low)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = (self._scaled(values) - start) / span
        outside = ~((share >= -_SLACK) & (share <= 1 + _SLACK))
        if outside.any():
            *_, place = (int(at) for at in np.argwhere(outside)[0])
            raise ValueError(
                f"parameter {place + 1} has the value {values[outside][0]:g}, outside of its "
                f"range {self.low[place]:g} to {self.high[place]:g}"
            )
        return np.asarray(np.clip(share, 0.0, 1.0))

    def natural(self, share: ArrayLike) -> F:
        """Shares of the ranges (..., k) in natural units."""
        start, end = self._scaled(self.low), self._scaled(self.high)
        values = start + np.asarray(share, dtype=float) * (end - start)
        values = np.where(self.log, np.exp(np.where(self.log, values, 0.0)), values)
        return np.asarray(np.clip(values, self.low, self.high))

    def _scaled(self, values: F) -> F:
        """On the scale on which the prior is even."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(np.where(self.log, np.log(np.where(self.log, values, 1.0)), values))
