"""The week is data: the processes in their order, as executed, printed and documented."""

from __future__ import annotations

from typing import NamedTuple


class Process(NamedTuple):
    """A process of the week: the function that runs it and what it does."""

    name: str
    sentence: str


WEEK = (
    Process("enter", "Firms whose week it is enter, founders who imitate having looked at who "
            "earns what; some people know them, some are customers."),
    Process("fund", "On review weeks investors answer growth, where the scenario grants funding."),
    Process("review", "On review weeks each firm's strategy reads what it may know and decides."),
    Process("environment_moves", "Economy and fashion move; the scenario's events strike."),
    Process("show_environment", "Reach, situations, budgets and norms of the week are set."),
    Process("firms_work", "Firms move their culture, spend, build, release, learn, adapt."),
    Process("firms_reach", "Firms reach people by media and press; what is too much is noise."),
    Process("people_pass", "Every person lives the week: hears, asks the three questions, chooses, "
            "uses, trusts, tells, contributes, buys; stages are counted."),
    Process("reference_moves", "What people like me chose enters the reference table."),
    Process("settles", "Money settles to the cent, in double entry."),
    Process("exits", "Firms out of cash leave; creditors lose what is missing."),
    Process("records", "Measures of the week are recorded."),
)  # fmt: skip
