"""Essay 000-1 and 000-4: who cannot be met online dies where others can, and people are online.

Partly relative (rivals as offline are no threat), partly not: where nearly everyone looks things
up, stores die together.
"""

from __future__ import annotations

from functools import cache

from scipy.stats import fisher_exact

from sim.market.result import RunResult
from tests.scenarios.paired import F, interval, of, profit_until, runs

STORE, ALL = "[store]", "[store, site, social, mobile]"
N, WEEKS = 12, 364


@cache
def against(rivals: str, *changes: str) -> list[RunResult]:
    """Runs of seven years of the Shop against rivals with these channels."""
    given = (f"weeks={WEEKS}", f"firms.Rival.channels={rivals}", *changes)
    return runs("digital-presence", *given, seeds=N, people=400)


def lived(results: list[RunResult]) -> int:
    """Runs in which the Shop lived to the end."""
    return int(of(results, "Shop", "survived").sum())


def years(results: list[RunResult]) -> F:
    """Years that the Shop lived."""
    found: F = of(results, "Shop", "weeks_alive") / 52
    return found


def fewer(a: int, b: int) -> float:
    """Chance that a of N come out so much below b of N if both are as likely."""
    return float(fisher_exact([[a, N - a], [b, N - b]], alternative="less").pvalue)


def test_against_digital_rivals_presence_decides() -> None:
    without, present = against(ALL), against(ALL, f"firms.Shop.channels={ALL}")
    assert fewer(lived(without), lived(present)) < 0.01
    gain = profit_until(present, "Shop", WEEKS) - profit_until(without, "Shop", WEEKS)
    assert interval(gain).low > 0


def test_against_rivals_as_offline_it_lives_longer() -> None:
    assert interval(years(against(STORE)) - years(against(ALL))).low > 0.5


def test_the_harm_grows_as_people_come_online() -> None:
    few, many = (against(ALL, f"environment.reach={reach}") for reach in (0.1, 0.9))
    assert interval(years(few) - years(many)).low > 2
    assert fewer(lived(many), lived(few)) < 0.05


def test_where_nearly_all_are_online_stores_die_together() -> None:
    """Against 000-4: presence is not only relative; nobody there is found by who looks up."""
    few, many = (against(STORE, f"environment.reach={reach}") for reach in (0.1, 0.9))
    everyone = [
        (of(r, "Shop", "survived") + 4 * of(r, "Rival", "survived")) / 5 for r in (few, many)
    ]
    assert interval(everyone[0] - everyone[1]).low > 0.3
