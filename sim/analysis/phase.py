"""Phase maps: over two factors, which strategy does better, and where theory says it turns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.analysis.intervals import Interval, wilson
from sim.analysis.pairs import HEADLINE, MIN_PAIRS, between_strategies, with_shares

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd


def phase_cells(
    rows: pd.DataFrame,
    x: str,
    y: str,
    *,
    first: str = HEADLINE[0],
    second: str = HEADLINE[1],
    measure: str = "survival",
) -> pd.DataFrame:
    """Difference first minus second in each cell of a sweep over two factors.

    rows: FIRM_ROW columns, ``run`` and the factors ``x`` and ``y`` (numbers). Columns of the
    result: x, y, difference, low, high (95%, over runs), pairs, sign (1, -1, or 0 where the
    interval holds zero or there are fewer than ``MIN_PAIRS`` pairs). Raises ValueError for an
    unknown factor.
    """
    import pandas as pd

    for factor in (x, y):
        if factor not in rows:
            raise ValueError(f"no factor {factor} in the table of firms")
    found: list[dict[str, Any]] = []
    for (at_x, at_y), firms in with_shares(rows).groupby([x, y]):
        one = between_strategies(firms, first, second, measure)
        value, low, high = one.difference
        sign = one.difference.sign if one.n_pairs >= MIN_PAIRS else 0
        found.append(
            {"x": float(at_x), "y": float(at_y), "difference": value, "low": low, "high": high,
             "pairs": one.n_pairs, "sign": sign}
        )  # fmt: skip
    return pd.DataFrame(found)


def predicted_signs(
    cells: pd.DataFrame, pays: Callable[[float, float], bool]
) -> np.ndarray[Any, np.dtype[np.int64]]:
    """1 or -1 for each cell, as ``pays(x, y)`` says that first or second should do better."""
    return np.array(
        [1 if pays(cx, cy) else -1 for cx, cy in zip(cells["x"], cells["y"], strict=True)],
        dtype=np.int64,
    )


def sign_agreement(cells: pd.DataFrame, pays: Callable[[float, float], bool]) -> Interval:
    """Share of decided cells in which the simulated sign is the predicted one (Wilson, 95%).

    Cells whose interval holds zero are no evidence and are left out. Raises ValueError when no
    cell is decided.
    """
    decided = cells["sign"].to_numpy() != 0
    if not decided.any():
        raise ValueError("no cell of the map is decided: more replicates are needed")
    same = cells["sign"].to_numpy()[decided] == predicted_signs(cells, pays)[decided]
    return wilson(float(same.sum()), int(decided.sum()))
