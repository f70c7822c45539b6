"""The two sentences that open an answer; direction and wording come from the numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sim.analysis.intervals import Interval
from sim.analysis.pairs import HEADLINE, MIN_PAIRS, Difference, between_strategies
from sim.analysis.survival import (
    LogRank,
    logrank,
    longest_life,
    restricted_mean,
    share_alive,
)
from sim.analysis.wording import (
    capital,
    counted,
    listed,
    p_value,
    percent,
    plain,
    share,
    signed,
    weeks_of,
    when_it_ended,
)

if TYPE_CHECKING:
    import pandas as pd

ALPHA = 0.05
_WORDS = (
    ("users", "more users", "fewer users"),
    ("customers", "more customers", "fewer customers"),
    ("discounted_profit", "a higher discounted profit", "a lower discounted profit"),
)


def headline(rows: pd.DataFrame) -> tuple[str, str] | None:
    """The two strategies an answer is about: the project's pair, or the two most frequent."""
    counts = rows["strategy"].value_counts()
    if all(name in counts for name in HEADLINE):
        return HEADLINE
    if len(counts) < 2:
        return None
    ranked = sorted(counts.index, key=lambda name: (-counts[name], name))
    return str(ranked[0]), str(ranked[1])


class _Verdict(NamedTuple):
    """Evidence on survival; signs are those of first minus second, 0 when it cannot be told."""

    first: str
    second: str
    alive: dict[str, Interval]
    mean_weeks: dict[str, Interval]
    difference: Difference
    test: LogRank
    when: str

    @property
    def sign_alive(self) -> int:
        return self.difference.difference.sign if self.difference.n_pairs >= MIN_PAIRS else 0

    @property
    def sign_time(self) -> int:
        told = self.test.p < ALPHA and self.difference.n_pairs >= MIN_PAIRS
        return (-1 if self.test.z > 0 else 1) if told else 0


def _verdict(rows: pd.DataFrame, first: str, second: str, when: str) -> _Verdict:
    """Survival of two strategies in the runs that have both."""
    both = rows[rows["strategy"].isin((first, second))]
    met = both.groupby("run")["strategy"].transform("nunique") == 2
    both = both[met]
    difference = between_strategies(rows, first, second, "survival")
    failed = 1 - both["survived"]
    test = logrank(both["weeks_alive"], failed, both["strategy"] == first, both["run"])
    alive, weeks = {}, {}
    for name, firms in both.groupby("strategy"):
        alive[str(name)] = share_alive(firms["survived"], firms["run"])
        weeks[str(name)] = restricted_mean(
            firms["weeks_alive"], 1 - firms["survived"], firms["run"], horizon=longest_life(rows)
        )
    return _Verdict(first, second, alive, weeks, difference, test, when)


def answer(
    rows: pd.DataFrame,
    first: str | None = None,
    second: str | None = None,
    *,
    weeks: int | None = None,
) -> str:
    """Two sentences: who survives, then what users, customers and profit say of it.

    rows: FIRM_ROW columns and ``run``. first, second: strategies to compare, by default
    ``headline(rows)``. weeks: length of the runs; by default the longest life of a firm that
    survived. Direction and wording follow from the intervals (95%, over runs).
    """
    pair = headline(rows) if first is None or second is None else (first, second)
    when = when_it_ended(rows, weeks)
    if pair is None:
        return _one_kind(rows, when)
    if not _meet(rows, *pair):
        return _never_met(rows, *pair, when)
    verdict = _verdict(rows, *pair, when)
    leader = verdict.sign_alive or verdict.sign_time
    lead, other = (verdict.second, verdict.first) if leader < 0 else (verdict.first, verdict.second)
    return (
        f"{_survival_sentence(verdict, lead, other)} {_rest_sentence(rows, verdict, lead, other)}"
    )


def _one_kind(rows: pd.DataFrame, when: str) -> str:
    """Answer for a table with a single strategy: there is nothing to compare."""
    alive, runs = share_alive(rows["survived"], rows["run"]), rows["run"].nunique()
    name = str(rows["strategy"].iloc[0])
    return (
        f"All firms here are {name}: {share(alive)} are alive {when}, {counted(runs, 'run')}. "
        "Nothing can be said of other strategies without firms that follow them."
    )


def _meet(rows: pd.DataFrame, first: str, second: str) -> bool:
    """Whether both strategies are in some run."""
    runs = [set(rows.loc[rows["strategy"] == name, "run"]) for name in (first, second)]
    return not runs[0].isdisjoint(runs[1])


def _never_met(rows: pd.DataFrame, first: str, second: str, when: str) -> str:
    """Answer about two strategies that were only run apart: how each did, and no verdict."""
    seen = []
    for name in (first, second):
        firms = rows[rows["strategy"] == name]
        alive = share_alive(firms["survived"], firms["run"])
        seen.append(f"{share(alive)} of {name} firms, {counted(firms['run'].nunique(), 'run')}")
    return (
        f"{capital(first)} and {second} firms never meet in one run here, so nothing can be said "
        f"of them as rivals. Each in its own runs, alive {when} are {listed(seen)}."
    )


def _survival_sentence(verdict: _Verdict, lead: str, other: str) -> str:
    """The first sentence, in the direction that both survival tests support."""
    at_end, in_time = verdict.sign_alive, verdict.sign_time
    a, b, p = capital(lead), other, p_value(verdict.test.p)
    shares = f"alive {verdict.when} {share(verdict.alive[lead])}"
    shares += f" against {share(verdict.alive[other])}"
    n = verdict.difference.n_pairs
    runs = counted(n, "paired run")
    tail = f"{shares}, {runs}, log-rank {p}."
    if n < MIN_PAIRS:
        few = "One run is" if n == 1 else f"{capital(counted(n, 'run'))} are"
        return f"{few} too few to tell {lead} from {other} firms in this market: {shares}, {runs}."
    if at_end and at_end == in_time:
        return f"{a} firms outlive {b} ones in this market: {tail}"
    if at_end and in_time:
        return (
            f"{a} firms are more often left {verdict.when} than {b} ones, which fail later "
            f"when they fail: {tail}"
        )
    if at_end:
        return (
            f"{a} firms are more often left {verdict.when} than {b} ones, but over all those "
            f"years no difference in survival could be told: {tail}"
        )
    if in_time:
        means = " against ".join(weeks_of(verdict.mean_weeks[name]) for name in (lead, other))
        return (
            f"{a} firms last longer than {b} ones in this market ({means} weeks on average), but "
            f"who is left {verdict.when} could not be told apart: {tail}"
        )
    if verdict.test.observed == verdict.test.expected == 0:
        return f"No firm failed in this market, so survival tells nothing: {shares}, {runs}."
    return (
        f"No difference in survival between {lead} and {other} firms could be told in this "
        f"market: {tail}"
    )


def _rest_sentence(rows: pd.DataFrame, verdict: _Verdict, lead: str, other: str) -> str:
    """The second sentence: users, customers and profit, and whether they agree."""
    found = [between_strategies(rows, lead, other, name) for name, _, _ in _WORDS]
    if verdict.difference.n_pairs < MIN_PAIRS:
        seen = [f"{_noun(one)} {_means(one)}" for one in found]
        return f"There were, firm for firm, {listed(seen)}; that may be chance."
    signs = [one.difference.sign for one in found]
    if not any(signs):
        unclear = [f"{_noun(one)} ({_amounts(one)})" for one in found]
        return f"Nor could {listed(unclear, 'or')} be told apart, firm for firm."
    parts = [
        f"{(f'no clear difference in {_noun(one)}', more, less)[sign]} ({_amounts(one)})"
        for one, sign, (_, more, less) in zip(found, signs, _WORDS, strict=True)
    ]
    said = f"firm for firm, {listed(parts)}"
    if not (verdict.sign_alive or verdict.sign_time):
        mixed = {1, -1} <= set(signs)
        caveat = "; which kind did better depends on which of these is asked" if mixed else ""
        return f"{capital(lead)} firms have, {said}{caveat}."
    if -1 in signs:
        return f"But they have, {said}: the verdict depends on which of these is asked."
    return f"They also have, {said}."


def _noun(found: Difference) -> str:
    return found.outcome.name.replace("_", " ")


def _means(found: Difference) -> str:
    """The two means, in the unit a reader expects."""
    if found.outcome.unit == "share of people":
        return f"{percent(found.first)}% against {percent(found.second)}% of people"
    return f"{plain(found.first, 2)} against {plain(found.second, 2)} {found.outcome.unit}"


def _amounts(found: Difference) -> str:
    """The two means and the interval of their difference."""
    low, high = found.difference.low, found.difference.high
    if found.outcome.unit == "share of people":
        span = f"{signed(100 * low, 1)} to {signed(100 * high, 1)} points"
    else:
        span = f"{signed(low, 2)} to {signed(high, 2)}"
    return f"{_means(found)}, difference {span}"
