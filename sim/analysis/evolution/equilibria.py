"""Symmetric games of two players: best replies, all Nash equilibria, evolutionary stability.

``M[i, j]`` is the payoff of strategy i against j, (S, S).  Equilibria are found by enumerating
supports of equal size (Porter, Nudelman & Shoham 2008): in a game that is not degenerate there
are no others.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.experiments.tournament import MOST_STRATEGIES

F = NDArray[np.float64]
Support = tuple[int, ...]
TOLERANCE = 1e-9  # of payoffs scaled to a spread of 1


class Equilibrium(NamedTuple):
    """Two mixed strategies, (S,) each, that are best replies to one another."""

    row: F
    column: F

    @property
    def supports(self) -> tuple[Support, Support]:
        """Strategies played on either side."""
        rows, columns = (np.flatnonzero(side > 0) for side in self)
        return tuple(map(int, rows)), tuple(map(int, columns))

    @property
    def symmetric(self) -> bool:
        """Whether both sides play the same."""
        return bool(np.allclose(self.row, self.column, atol=1e-7))


def scaled(matrix: F) -> F:
    """The same game with payoffs from 0 to 1: neither replies nor equilibria change."""
    low, spread = float(matrix.min()), float(np.ptp(matrix))
    flat = spread <= 1e-12 * max(1.0, abs(low))  # equal but for rounding
    return np.zeros_like(matrix) if flat else np.asarray((matrix - low) / spread)


def best_replies(matrix: F) -> NDArray[np.bool_]:
    """Whether i is a best reply to j, (..., S, S); ties are all best."""
    most = matrix.max(axis=-2, keepdims=True)
    spread = np.ptp(matrix, axis=(-1, -2), keepdims=True)
    return np.asarray(matrix >= most - TOLERANCE * spread)


def equilibria(matrix: F) -> list[Equilibrium]:
    """All Nash equilibria with supports of equal size, smallest supports first.

    Raises ValueError for more than ``MOST_STRATEGIES`` strategies.
    """
    n = len(matrix)
    if n > MOST_STRATEGIES:
        raise ValueError(f"must be at most {MOST_STRATEGIES} strategies, got {n}")
    game = scaled(matrix)
    found = []
    for size in range(1, n + 1):
        replies = _mutual(game, list(combinations(range(n), size)))
        found += [Equilibrium(replies[j, i], y) for (i, j), y in replies.items()]
    return found


def _mutual(game: F, supports: list[Support]) -> dict[tuple[Support, Support], F]:
    """Mixtures of the second support to which the first is a best reply, where both ways hold."""
    members = np.array(supports)
    allowed = np.array([undominated(game[:, support]) for support in supports])
    fits = np.array([allowed[:, support].all(axis=1) for support in supports])  # [I, J]
    replies: dict[tuple[Support, Support], F] = {}
    for at, support in enumerate(supports):
        others = np.flatnonzero(fits[at] & fits[:, at])
        if not len(others):
            continue
        games = np.broadcast_to(game, (len(others), *game.shape))
        mixtures, valid = _indifferent(games, np.array(support), members[others])
        for place, y in zip(others[valid], mixtures[valid], strict=True):
            replies[support, supports[place]] = y
    return {(i, j): y for (i, j), y in replies.items() if (j, i) in replies}


def undominated(matrix: F) -> NDArray[np.bool_]:
    """Whether no other row is better in every column, (S,), for a matrix (S, columns)."""
    better = (matrix[None, :, :] > matrix[:, None, :] + TOLERANCE).all(axis=2)
    return ~np.asarray(np.any(better, axis=1))


def _indifferent(games: F, rows: NDArray[np.int64], supports: NDArray[np.int64]) -> tuple[
    F, NDArray[np.bool_]
]:  # fmt: skip
    """Mixtures (n, S) of each support (n, k) that make ``rows`` (k,) best replies, and whether.

    games: (n, S, S), one for each support.
    """
    n, size = supports.shape
    system = np.zeros((n, size + 1, size + 1))
    each = np.arange(n)[:, None, None]
    system[:, :size, :size] = games[each, rows[None, :, None], supports[:, None, :]]
    system[:, :size, size] = -1.0
    system[:, size, :size] = 1.0
    right = np.zeros((n, size + 1, 1))
    right[:, size] = 1.0
    solved = _solved(system, right)[:, :size, 0]
    mixtures = np.zeros(games.shape[:2])
    np.put_along_axis(mixtures, supports, solved, axis=1)
    payoffs = np.einsum("nij,nj->ni", games, mixtures)
    own = payoffs[:, rows]
    valid = (solved > TOLERANCE).all(axis=1) & (np.ptp(own, axis=1) < TOLERANCE)
    valid &= payoffs.max(axis=1) <= own.max(axis=1) + TOLERANCE
    return mixtures, np.asarray(valid)


def _solved(system: F, right: F) -> F:
    """Solutions of stacked linear systems; NaN where a system has none, or many."""
    try:
        return np.asarray(np.linalg.solve(system, right))
    except np.linalg.LinAlgError:
        if len(system) == 1:
            return np.full_like(right, np.nan)
    return np.concatenate(
        [_solved(one[None], b[None]) for one, b in zip(system, right, strict=True)]
    )


def on_supports(matrices: F, supports: tuple[Support, Support]) -> tuple[F, F, NDArray[np.bool_]]:
    """The equilibrium with these supports of each game (draws, S, S), and whether it has one.

    Both mixtures (draws, S); they say nothing where there is none.
    """
    games = np.array([scaled(one) for one in matrices])
    rows, columns = (np.tile(support, (len(games), 1)) for support in supports)
    column, row_replies = _indifferent(games, np.array(supports[0]), columns)
    row, column_replies = _indifferent(games, np.array(supports[1]), rows)
    return row, column, row_replies & column_replies


def degenerate(matrix: F, found: list[Equilibrium]) -> bool:
    """Whether a mixture has more best replies than strategies: more equilibria may exist then."""
    game = scaled(matrix)
    sides = [side for one in found for side in one]
    return any(len(_replies(game, side)) > np.count_nonzero(side > 0) for side in sides)


def _replies(game: F, mixture: F) -> NDArray[np.int64]:
    payoffs = game @ mixture
    return np.flatnonzero(payoffs >= payoffs.max() - TOLERANCE)


def is_ess(matrix: F, mixture: F) -> bool:
    """Whether a mixture is evolutionarily stable (Maynard Smith & Price 1973).

    It is when it is a best reply to itself, and -z'Mz > 0 for every small change z towards
    other best replies (Haigh 1975; Abakuks 1980).
    """
    game = scaled(matrix)
    best = _replies(game, mixture)
    support = np.flatnonzero(mixture > 0)
    if not set(support) <= set(best):
        return False
    free, new = support[1:], np.setdiff1d(best, support)
    steps = np.zeros((len(free) + len(new), len(game)))
    for step, strategy in zip(steps, [*free, *new], strict=True):
        step[strategy], step[support[0]] = 1.0, -1.0
    form = -(steps @ game @ steps.T)
    return _positive((form + form.T) / 2, len(free))


def _positive(form: F, n_free: int) -> bool:
    """Whether z'Qz > 0 for all z != 0 whose coordinates from ``n_free`` on are not negative."""
    inner = form[:n_free, :n_free]
    if n_free and np.linalg.eigvalsh(inner)[0] <= TOLERANCE:
        return False
    rest = form[n_free:, n_free:]
    if n_free:
        across = form[:n_free, n_free:]
        rest = rest - across.T @ np.linalg.solve(inner, across)
    return all(_keller(rest[np.ix_(part, part)]) for part in _parts(len(rest)))


def _parts(n: int) -> Iterator[list[int]]:
    for size in range(1, n + 1):
        yield from map(list, combinations(range(n), size))


def _keller(form: F) -> bool:
    """Keller's condition on a principal submatrix; a matrix is strictly copositive iff all hold.

    Where the cofactors of the last row are all positive, the determinant must be too
    (Hadeler 1983, theorem 2).
    """
    n = len(form)
    cofactors = [
        (-1) ** (n - 1 + j) * np.linalg.det(np.delete(form[:-1], j, axis=1)) for j in range(n)
    ]
    return min(cofactors) <= 0 or float(np.linalg.det(form)) > TOLERANCE
