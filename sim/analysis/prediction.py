"""What the small-share theory predicts for a treatment, from what its own runs measured.

``sim.analysis.boundary`` has the theory. Here its inputs are taken from stored series where
they can be, and from the scenario where they cannot; ``ASSUMED`` says which.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.analysis.boundary import cash_trough_needed, user_value, valid

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario.schema import Kind, Scenario

WEEKS = 52.0  # in a year
STOCKS = ("n_users", "n_payers", "n_stranger", "n_touched", "n_lapsed")
FLOWS = ("n_uses", "n_sales", "sale_cents", "subscription_cents", "advertising_cents")
NEEDED = (*STOCKS, *FLOWS, "alive")
ASSUMED = (
    "assumed: spending on growth as the firm plans it at its starting cash, payers leave as "
    "users do, the scenario's media hazard without clutter, serving and unit costs"
)


class Rates(NamedTuple):
    """What firms of one strategy did while they lived, per head of the population and year.

    users, payers, strangers: mean stocks (shares of people). lapses, reached, heard: people lost
    net of returns, first users, people who first heard. more_payers: net growth of payers.
    income, sales, advertising: money; uses, sold: counts.
    """

    users: float
    payers: float
    strangers: float
    lapses: float
    reached: float
    heard: float
    more_payers: float
    sold: float
    uses: float
    income: float
    advertising: float


class Prediction(NamedTuple):
    """Where a treatment stands to the two predicted lines; both margins lie in [-1, 1].

    value: PV/A_u against V_p/CAC; cash: starting cash against the trough; above 0 for the first
    strategy. finite: whether growth stays below the discount rate, as the theory asks.
    """

    value: float
    cash: float
    finite: bool

    @property
    def pays(self) -> bool:
        """Whether the first strategy should do better: worth it, and able to wait for it."""
        return self.value > 0 and self.cash > 0


def measured(series: pd.DataFrame) -> dict[tuple[str, str], Rates]:
    """Rates by (treatment, strategy), pooled over runs, firms and the weeks that firms lived.

    series: one row a firm and stored week with ``NEEDED`` and ``people``; flows between two
    stored weeks are those of the later one. Raises ValueError when a series is missing.
    """
    missing = [name for name in NEEDED if name not in series]
    if missing:
        raise ValueError(f"no stored series of {', '.join(missing)}")
    table = series.sort_values(["treatment", "run", "firm", "week"])
    before = table.groupby(["treatment", "run", "firm"])[["week", "alive", *STOCKS]].shift()
    lived = (table["alive"] == 1) & (before["alive"] == 1)
    table, before = table[lived], before[lived]
    years = (table["week"] - before["week"]) / WEEKS
    parts = {f"mean {n}": (table[n] + before[n]) / 2 * years for n in STOCKS}
    parts |= {f"more {n}": table[n] - before[n] for n in STOCKS}
    parts |= {f"flow {n}": table[n] * WEEKS * years for n in FLOWS}
    each = table[["treatment", "strategy"]].assign(
        years=years, **{name: part / table["people"] for name, part in parts.items()}
    )
    sums = each.groupby(["treatment", "strategy"]).sum()
    return {(str(t), str(s)): _rates(row) for (t, s), row in sums.iterrows()}


def _rates(row: pd.Series) -> Rates:
    one = row / row["years"]
    return Rates(
        users=one["mean n_users"], payers=one["mean n_payers"],
        strangers=one["mean n_stranger"], lapses=max(0.0, one["more n_lapsed"]),
        reached=max(0.0, one["more n_touched"]), heard=max(0.0, -one["more n_stranger"]),
        more_payers=one["more n_payers"], sold=one["flow n_sales"], uses=one["flow n_uses"],
        income=(one["flow sale_cents"] + one["flow subscription_cents"]) / 100,
        advertising=one["flow advertising_cents"] / 100,
    )  # fmt: skip


class _Worth(NamedTuple):
    """The theory's inputs for one kind of firm, per year, money per head or per person."""

    flow: float  # a - c_u + kappa V_p
    value: float  # PV of a user
    V_p: float
    kappa: float
    delta: float
    w: float
    burn: float
    by_media: float  # share of those who hear of it that media told
    payers_won: float  # a year, per head


def _per(amount: float, stock: float) -> float:
    return amount / stock if stock > 0 else 0.0


def _worth(scenario: Scenario, group: Kind, rates: Rates) -> _Worth:
    """Inputs of the theory for a kind of firm.

    Assumption: a payer leaves as a user does, and the whole budget for growth wins users.
    """
    from sim.strategies import make

    market, terms = scenario.market, make(group.strategy).enter()
    weekly = min(terms.burn, group.cash / market.runway)
    split = sum(terms.budget.values())
    media = weekly * _per(terms.budget.get("media", 0.0), split)
    aware = market.awareness
    hazard = aware.external * (media / aware.reference) ** aware.elasticity if media > 0 else 0.0
    told = hazard * rates.strangers
    by_media = min(1.0, told / rates.heard) if rates.heard > 0 else float(told > 0)
    r, delta = market.discount, _per(rates.lapses, rates.users)
    a = _per(rates.advertising, rates.users)
    c_u = _per((group.costs.serving + market.capacity.cost) * rates.uses, rates.users)
    margin = _per(rates.income - group.costs.unit * rates.sold, rates.payers)
    V_p = margin / (r + delta) if r + delta > 0 else np.inf * np.sign(margin)
    won = max(0.0, rates.more_payers + delta * rates.payers)
    kappa, w = _per(won, rates.users), (1 - by_media) * _per(rates.reached, rates.users)
    value = float(user_value(a, c_u, kappa, V_p, r, delta, w))
    return _Worth(a - c_u + kappa * V_p, value, V_p, kappa, delta, w, weekly * WEEKS, by_media, won)


def predict(
    scenario: Scenario, groups: tuple[Kind, Kind], rates: tuple[Rates, Rates]
) -> Prediction:
    """Where the theory puts a treatment; groups, rates: of the first strategy and the second.

    A_u is the budget for growth of the first per user whom media won, CAC that of the second per
    payer whom media won; the trough is that of the first within the length of the run.
    """
    ours, theirs = (_worth(scenario, g, one) for g, one in zip(groups, rates, strict=True))
    users_won, r = ours.by_media * rates[0].reached, scenario.market.discount
    per_user = ours.value * _per(users_won, ours.burn) if users_won > 0 else 0.0
    per_payer = theirs.V_p * _per(theirs.by_media * theirs.payers_won, theirs.burn)
    cash, fixed = groups[0].cash, groups[0].costs.fixed * WEEKS
    trough = np.inf if ours.burn > 0 else fixed * scenario.weeks / WEEKS
    if ours.burn > 0:
        price = ours.burn / users_won if users_won > 0 else np.inf
        years = scenario.weeks / WEEKS
        growth = ours.w - ours.delta - ours.kappa
        trough = (
            float(cash_trough_needed(ours.flow, growth, price, ours.burn, fixed, years=years))
            if np.isfinite(price)
            else (ours.burn + fixed) * years
        )
    finite = valid(r, ours.delta, ours.kappa, ours.w, 0.0, ours.delta)
    return Prediction(_margin(per_user, per_payer), _margin(cash, trough), bool(finite))


def _margin(have: float, need: float) -> float:
    """(have - need) / (|have| + |need|): 0 on the line, 1 or -1 far from it."""
    if not np.isfinite(have):
        return float(np.sign(have))
    if not np.isfinite(need):
        return -float(np.sign(need))
    size = abs(have) + abs(need)
    return (have - need) / size if size > 0 else -1e-9  # nothing against nothing does not pay
