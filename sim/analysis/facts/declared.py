"""The facts as they were declared before any run: statistic, accepted range, source, ensemble."""

from __future__ import annotations

from typing import NamedTuple

INF = float("inf")


class Part(NamedTuple):
    """One number of a fact. A bound that is not finite leaves that side open."""

    statistic: str
    unit: str
    low: float
    high: float


class Fact(NamedTuple):
    """A pattern, its numbers, the study that they are measured in, and where the ranges are from.

    study: name without ``facts-``.  may_calibrate: one of the six that a calibration may use.
    is_set: the scenario sets most of what is measured, so that a hit is no evidence.
    """

    name: str
    title: str
    study: str
    parts: tuple[Part, ...]
    source: str
    may_calibrate: bool = False
    is_set: bool = False


# Nothing was fitted to any of them; these six are the only ones that might be.
CALIBRATION = ("D1", "D2", "D10", "D13", "D15", "D22")
# when an incumbent turns is an option of its strategy
SET = ("D21",)
_SURVIVAL = (("1", 0.75, 0.87), ("2", 0.60, 0.72), ("4", 0.38, 0.50), ("7", 0.25, 0.38))


def _fact(name: str, title: str, study: str, source: str, *parts: Part) -> Fact:
    return Fact(name, title, study, parts, source, name in CALIBRATION, name in SET)


FACTS = (
    _fact(
        "D1", "adoption is S-shaped, fastest before half", "market",
        "Bass 1969; Mahajan, Muller & Bass 1990",
        Part("share of all adopters reached in the quarter of fastest adoption", "share", 0.3, 0.5),
    ),
    _fact(
        "D2", "imitation outweighs innovation", "market", "Sultan, Farley & Lehmann 1990",
        Part("q/p of a Bass curve, median of runs", "ratio", 10, 50),
        Part("runs with q/p from 3 to 300", "share", 0.9, 1),
    ),
    _fact(
        "D3", "substitution is log-linear", "newcomers",
        "Fisher & Pry 1971; Android against Symbian: .986",
        Part("R2 of ln(newcomers' users / incumbents' users) on time", "R2", 0.95, 1),
    ),
    _fact(
        "D4", "tipping with a network effect, and not without", "market",
        "Katz & Shapiro 1985; Didi had 80 to 87%",
        Part("top share of uses in year 10, effect 8, six firms", "share", 0.7, 1),
        Part("the same without a network effect", "share", 0, 1 / 6 + 0.15),
    ),
    _fact(
        "D5", "success is partly unpredictable where people see each other", "worlds",
        "Salganik, Dodds & Watts 2006",
        Part("rank correlation of firms between worlds, people social", "correlation", 0.3, 0.8),
        Part("the same, everyone alone", "correlation", 0.9, 1),
    ),
    _fact(
        "D6", "user-first firms lose first: a J-curve", "newcomers",
        "Netflix: trough 2001, paid back by 2005 (annual reports)",
        Part("deepest point of cumulative cash, survivors, median", "years", 2, 5),
        Part("cumulative cash back at its start, survivors, median", "years", 5, 10),
    ),
    _fact(
        "D7", "many user-first entrants die in the trough", "newcomers",
        "US survival of new firms (BLS); Sterman et al. 2007",
        Part("user-first entrants gone before they broke even", "share", 0.3, 0.7),
    ),
    _fact(
        "D8", "firm sizes are skewed", "entry", "Axtell 2001: 1.06 for US firms",
        Part("tail exponent of yearly revenue, Hill, top tenth", "exponent", 0.8, 1.6),
    ),
    _fact(
        "D9", "growth has fat tails, and varies less in large firms", "entry",
        "Stanley et al. 1996; Bottazzi & Secchi 2006",
        Part("log likelihood a firm-year, Laplace less normal", "nats", 0, INF),
        Part("slope of log spread of growth on log size", "elasticity", -0.25, -0.1),
    ),
    _fact(
        "D10", "few new firms live long", "entry", "Knaup 2005; Knaup & Piazza 2007",
        *(Part(f"entrants alive after {year} year{'' if year == '1' else 's'}", "share", low, high)
          for year, low, high in _SURVIVAL),
    ),
    _fact(
        "D11", "the hazard of exit rises, then falls, later for the richer", "entry",
        "Bruderl & Schussler 1990; Fichman & Levinthal 1991; Levinthal 1991",
        Part("age at the highest hazard, of ages up to 10", "years", 0.5, 9),
        Part("that age of entrants with cash 2.0 less that with 0.5", "years", 0, INF),
    ),
    _fact(
        "D12", "shake-out with a network effect", "entry", "Gort & Klepper 1982; Klepper 1996",
        Part("fall of the number of firms from its peak, while some enter, effect 8", "share",
             0.3, 1),
    ),
    _fact(
        "D13", "retention rises with tenure", "people", "Fader & Hardie 2007",
        Part("retention after year 5 less that after year 1", "share", 0.05, 0.3),
        Part("smallest rise from one year to the next, years 1 to 5", "share", 0, 1),
    ),
    _fact(
        "D14", "double jeopardy: small brands are also bought again less", "people",
        "Ehrenberg, Goodhardt & Barwise 1990",
        Part("slope of repeat rate on log penetration, over firms", "share", 0, INF),
        Part("R2 of that line", "R2", 0.4, 1),
    ),
    _fact(
        "D15", "few users of a free tier pay", "reach", "Kumar 2014",
        Part("payers among users of the half-free firm, from its second year", "share", 0.01, 0.1),
    ),
    _fact(
        "D16", "a few people make most of the content", "people",
        "Nielsen 2006 (90-9-1); Forrester Technographics 2007-10",
        Part("ideas contributed by the top tenth of users, last year", "share", 0.6, 0.95),
        Part("people online who contributed one in the last four weeks", "share", 0.1, 0.25),
    ),
    _fact(
        "D17", "most cascades are tiny", "people", "Goel, Watts & Goldstein 2012",
        Part("trees of word of mouth of one generation at most", "share", 0.85, 1),
    ),
    _fact(
        "D18", "adoption clusters, mostly since like people are linked", "people",
        "Aral, Muchnik & Sundararajan 2009",
        Part("apparent over matched effect of a neighbour who uses", "ratio", 2, 7),
    ),
    _fact(
        "D19", "people use both platforms in a war, one after it", "war",
        "taxi apps, first quarter of 2014: 36% or more (derived from press)",
        Part("users on both platforms, week of most, first 58 weeks", "share", 0.25, 1),
        Part("change of the number of platforms, two years later", "platforms", -INF, -0.5),
    ),
    _fact(
        "D20", "when the subsidy ends, part of the users stay", "war",
        "China.org.cn 2014: about 25% (one source)",
        Part("uses 5 to 8 weeks after the cut, of the last 4 before it", "share", 0.15, 0.6),
    ),
    _fact(
        "D21", "incumbents answer late", "newcomers", "Blockbuster followed Netflix: 1999, 2004",
        Part("from a newcomer's first 1% of people to half open, median", "years", 3, 7),
    ),
    _fact(
        "D22", "the net influences far more than it sells", "reach",
        "Forrester: 42 to 6% of US retail in 2009, 53 to 8% later",
        Part("purchases influenced over purchases made online, 2009 to 2018", "ratio", 4, 10),
    ),
)  # fmt: skip
