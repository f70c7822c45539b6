"""One sentence of what happened in a run, computed from its series."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.cli.trouble import count

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.market.result import FirmFate, RunResult


QUARTER = 13  # weeks


def lasting_from(above: NDArray[np.bool_]) -> int | None:
    """First week from which ``above`` (weeks + 1,) holds until the end; None if it does not."""
    if not above[-1]:
        return None
    below = np.flatnonzero(~above)
    return int(below[-1]) + 1 if below.size else 0


def _overtaking(result: RunResult) -> tuple[int, FirmFate] | None:
    """Week from which the firm with most users at the end leads all others' customers for good.

    The others are the firms of other strategies. They must have been ahead for a quarter, and
    have customers at that moment: to outnumber nobody is no feat.
    """
    users, payers = result.firm_series["n_users"], result.firm_series["n_payers"]
    leader = int(np.argmax(users[-1]))
    fate = result.firms[leader]
    others = [g for g, other in enumerate(result.firms) if other.strategy != fate.strategy]
    rivals = payers[:, others].sum(axis=1)
    ahead = users[:, leader] > rivals
    week = lasting_from(ahead)
    if week is None or (~ahead[:week]).sum() < QUARTER or rivals[week] == 0:
        return None
    return week, fate


def _others_called(result: RunResult, fate: FirmFate) -> str:
    """What to call the firms of other strategies: by their group, if they share one."""
    groups = {other.group for other in result.firms if other.strategy != fate.strategy}
    if len(groups) == 1:
        name = next(iter(groups))
        return name if sum(other.group == name for other in result.firms) == 1 else f"all {name}s"
    return "all firms of other strategies"


def happened(result: RunResult) -> str:
    """The most telling of: users overtake customers, the first exit, the lead at the end."""
    if (overtaking := _overtaking(result)) is not None:
        week, fate = overtaking
        others = _others_called(result, fate)
        return f"{fate.name} had more users than {others} had customers from week {week} on."
    entered = [fate for fate in result.firms if fate.entered >= 0]
    left = sorted((fate for fate in entered if fate.exited >= 0), key=lambda fate: fate.exited)
    if left:
        stayed = len(entered) - len(left)
        end = f"{count(stayed, 'firm')} of {len(entered)} {'was' if stayed == 1 else 'were'} left"
        first = left[0]
        why = "was taken over" if first.cause == "merged" else "ran out of cash"
        return f"{first.name} {why} first, in week {first.exited}; {end} at the end."
    return _lead(result)


def _lead(result: RunResult) -> str:
    """Who has most users at the end, and since when; all firms are still there."""
    users = result.firm_series["n_users"]
    leader = int(np.argmax(users[-1]))
    share = 100.0 * float(users[-1, leader]) / result.people
    name, size = result.firms[leader].name, f"{share:.1f}% of people as users"
    if len(result.firms) == 1:
        return f"{name} is still there after {count(result.weeks, 'week')}, with {size}."
    rivals = np.delete(users, leader, axis=1).max(axis=1)
    week = lasting_from(users[:, leader] > rivals)
    since = f", in the lead since week {week}" if week is not None and week > 0 else ""
    return f"Every firm is still there; {name} has most, {size}{since}."
