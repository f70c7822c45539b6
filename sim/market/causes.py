"""Why a firm left: a name for what its own books and users looked like before the end.

Every firm leaves for want of cash; what differs is what made it run out. The rules read the
last ``WEEKS`` recorded weeks of the firm, the week of exit included, and nothing else: no
strategy, no label, no other firm. They are tried in this order, and the first that holds names
the cause:

======== ====================================================================================
capacity its capacity served less than ``SERVED`` of demand on average: people came, and it
         could not serve them
starved  fewer people were engaged with it on average than ``OF_PEAK`` of the most it ever had,
         or than ``OF_PEOPLE`` of the population: it ran out of users before it ran out of cash
insolvent neither: it had users and served them, and they did not pay for what they cost
======== ====================================================================================

The thresholds are *Assumptions*: lines drawn through a continuum so that exits can be counted.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

WEEKS = 26  # half a year, long against a review (Assumption)
SERVED = 0.9  # share of demand; one occasion in ten turned away (Assumption)
OF_PEAK = 0.25  # share of the most people ever engaged (Assumption)
OF_PEOPLE = 0.02  # share of the population (Assumption)


def cause_of_exit(
    service: NDArray[np.float64],
    engaged: NDArray[np.int64],
    people: int,
    entered: int,
    exited: int,
) -> str:
    """One of ``measures.CAUSES``; "alive" where ``exited`` is negative.

    service (weeks + 1,) share of demand that capacity serves; engaged (weeks + 1,) people
    engaged with the firm; people: of the population; weeks of entry and exit.
    """
    if exited < 0:
        return "alive"
    # week 0 is a start, not a week lived
    last = slice(max(entered, 1, exited - WEEKS + 1), exited + 1)
    if float(np.mean(service[last])) < SERVED:
        return "capacity"
    n = float(np.mean(engaged[last]))
    peak = float(np.max(engaged[entered : exited + 1]))
    return "starved" if n < max(OF_PEAK * peak, OF_PEOPLE * people) else "insolvent"
