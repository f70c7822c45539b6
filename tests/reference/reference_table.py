"""What people like me chose in situations like this (sim/ODD.md 7.6): one such table."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.scenario.schema import Scenario
from tests.reference.environment import singles

if TYPE_CHECKING:
    from tests.reference.twin import Twin

USING, BUYING = 0, 1  # the two tables of a market: of uses, of purchases

Table = list[list[list[list[float]]]]  # block, identity, situation, option (firms, outside)


def starting(scenario: Scenario, n_blocks: int, n_firms: int) -> Table:
    """Every option is equally usual at first."""
    n_kinds, n_identities = scenario.environment.situations.count, scenario.people.identities
    row = [1.0 / (n_firms + 1)] * (n_firms + 1)
    return [[[row] * n_kinds for _ in range(n_identities)] for _ in range(n_blocks)]


def empty(table: Table) -> list[list[list[list[int]]]]:
    """No choices yet."""
    return [[[[0] * len(row) for row in kinds] for kinds in cells] for cells in table]


def told(table: Table) -> Table:
    """Its logarithm, as people read it in float32."""
    return [
        [[singles([math.log(x) for x in row]) for row in kinds] for kinds in cells]
        for cells in table
    ]


def renewed(table: Table, counts: list[list[list[list[int]]]], model: Twin) -> Table:
    """The table after a week of choices; cells without a choice stay as they are."""
    return [
        [
            [renewed_row(row, n, model) for row, n in zip(rows, ns, strict=True)]
            for rows, ns in zip(cells, cell_counts, strict=True)
        ]
        for cells, cell_counts in zip(table, counts, strict=True)
    ]


def renewed_row(row: list[float], counts: list[int], model: Twin) -> list[float]:
    """One cell: living firms and the outside move towards their share of the choices."""
    n, update = sum(counts), model.rules.norms.update
    if n == 0:
        return row
    options = [firm.slot for firm in model.living] + [len(model.firms)]
    new = list(row)
    for o in options:
        share = (counts[o] + 0.5) / (n + 0.5 * len(options))
        new[o] = (1.0 - update) * row[o] + update * share
    return new
