"""The environment of the twin (sim/ODD.md 7.1): economies, fashion, reach, situations."""

from __future__ import annotations

import math
from array import array

from sim.scenario.schema import SITUATIONS, LogisticReach, Scenario, TableReach
from tests.reference.philox import ECONOMY, FASHION, Draws


def single(x: float) -> float:
    """A number as float32 keeps it."""
    return array("f", (x,))[0]


def singles(xs: list[float]) -> list[float]:
    """Numbers as float32 keeps them."""
    return array("f", xs).tolist()


def sigm(x: float) -> float:
    """The logistic function."""
    return 1.0 / (1.0 + math.exp(-x)) if x >= 0 else math.exp(x) / (1.0 + math.exp(x))


def logit(p: float) -> float:
    """The inverse of the logistic function."""
    return math.log(p / (1.0 - p))


def cents(money: float) -> int:
    """Money in whole cents, halves up."""
    return math.floor(100.0 * money + 0.5)


def interpolate(year: float, years: tuple[float, ...], percent: tuple[float, ...]) -> float:
    """A table read linearly in the year, flat beyond its ends."""
    if year <= years[0]:
        return percent[0]
    for a, b, p, q in zip(years, years[1:], percent, percent[1:], strict=False):
        if year <= b:
            return p + (q - p) * (year - a) / (b - a)
    return percent[-1]


def reach_at(scenario: Scenario, week: int) -> float:
    """Share of people online in a week."""
    rule = scenario.environment.reach
    if isinstance(rule, TableReach):
        share = interpolate(rule.start + week / 52.0, rule.years, rule.percent) / 100.0
    elif isinstance(rule, LogisticReach):
        rise = sigm(rule.growth * (week - rule.midpoint) / 52.0)
        share = rule.floor + (rule.ceiling - rule.floor) * rise
    elif isinstance(rule, (int, float)):
        share = float(rule)
    else:
        raise TypeError("a series of reach has to be read into a table first")
    return min(1.0, max(0.0, share))


class Environment:
    """What surrounds people in one week; ``move`` goes to the next."""

    def __init__(self, scenario: Scenario, draws: Draws) -> None:
        heritage = scenario.people.heritage
        self.scenario, self.draws = scenario, draws
        self.economy = [0.0] * heritage.regions
        self.blocks = heritage.cohorts * heritage.regions * heritage.educations
        self.fashion = [[0.0] * 6 for _ in range(self.blocks)]
        self.tell(0)

    def move(self, week: int) -> None:
        """Economies and fashions take a step, and what people read follows."""
        rule = self.scenario.environment.economy
        for r, level in enumerate(self.economy):
            z = self.draws.normal(ECONOMY, r, week)
            self.economy[r] = rule.persistence * level + rule.volatility * z
        for event in self.scenario.events:
            if event.week == week and event.economy is not None:
                for r in range(len(self.economy)):
                    if event.economy.region in (None, r):
                        self.economy[r] += event.economy.shock
        fad = self.scenario.environment.fashion
        for b, taste in enumerate(self.fashion):
            moved = [
                fad.persistence * taste[k]
                + fad.volatility * self.draws.normal(FASHION, b * 8 + k, week)
                for k in range(6)
            ]
            mean = sum(moved) / 6.0
            self.fashion[b] = [x - mean for x in moved]
        self.tell(week)

    def tell(self, week: int) -> None:
        """Hand people their tables of the week, in float32."""
        rule = self.scenario.environment
        self.reach = reach_at(self.scenario, week)
        self.reach_told = single(self.reach)
        self.alpha = [
            single(self.scenario.market.purchase.price * math.exp(-rule.economy.budget * e))
            for e in self.economy
        ]
        self.fad = [singles([rule.fashion.strength * x for x in row]) for row in self.fashion]
        self.situation_cdf = [self.situations(e, week) for e in self.economy]

    def situations(self, economy: float, week: int) -> list[float]:
        """Cumulative chances of the kinds of situation in a region."""
        rule = self.scenario.environment
        odds = [math.log(share) for share in (0.4, 0.2, 0.2, 0.2)]
        odds[1] += rule.economy.pressure * -economy
        for event in self.scenario.events:
            window = event.window
            if window is not None and event.week <= week < event.week + window.weeks:
                odds[SITUATIONS.index(window.situation)] += window.strength
        odds = odds[: rule.situations.count]
        top = max(odds)
        weight = [math.exp(x - top) for x in odds]
        total = sum(weight)
        return singles([sum(weight[: c + 1]) / total for c in range(len(weight))])
