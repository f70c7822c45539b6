"""The three questions as plain NumPy: whole arrays, one statement a step, no compiled code.

On a copy of a model's people, with NumPy's own draws: neighbours' stories move trust; situation
and identity; what would serve me, mixed with what someone like me does; habit or choice; access;
promise kept or not; engagement; telling.  Left out, so that the comparison flatters NumPy:
becoming aware, misreading, owning and buying, influencers, ideas, stages, all tallies.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.market.arrays import BROKEN, NOBODY
from sim.market.model import MarketModel
from sim.market.people import shares_of
from sim.market.tallies import CONNECT, CUSTOMIZE, USING

F = np.float32


class NumpyWeek:
    """People who know firms by slot; arrays (N, F) and (N,), float32."""

    def __init__(self, model: MarketModel) -> None:
        p, n = model.people, model.firm_records.size
        self.model, self.rng = model, np.random.default_rng(1)
        self.n, self.firms = p.links.shape[0], n
        self.everyone = np.arange(self.n)
        self.trust, self.engagement = p.trust[:n].T.copy(), p.engagement[:n].T.copy()
        self.aware = (p.aware[:, None] >> np.arange(n, dtype=np.uint64) & np.uint64(1)) == 1
        self.last, self.told = p.last.astype(np.int64), p.told[0].copy()
        self.satisfaction, self.uncertainty = p.satisfaction.copy(), p.uncertainty.copy()
        self.need = shares_of(p.need).astype(F) / F(255)
        self.shelf = model.shelf[0, :n].copy()
        self.used = np.full(self.n, -1)

    def week(self) -> None:
        """Lives a week; ``used`` (N,) is the firm each has used, -1 none."""
        self.hear()
        situation, identity, needs = self.who_am_i()
        value = self.worth(needs)
        choice = self.choose(value, situation, identity)
        self.experience(self.reach(self.by_habit(choice)), needs)
        self.tell(needs)

    def uniform(self) -> Any:
        """A draw for everyone."""
        return self.rng.random(self.n, dtype=F)

    def hear(self) -> None:
        """Neighbours' stories of last week move trust in the firms one knows."""
        r, links = self.model.rules, self.model.people.links
        stories = self.told[links]
        kept, broken = np.zeros_like(self.trust), np.zeros_like(self.trust)
        bad = (stories >= BROKEN) & (stories < NOBODY)
        for heard, of in ((kept, stories < BROKEN), (broken, bad)):
            who, where = np.nonzero(of)
            place = who * self.firms + stories[who, where] % BROKEN
            heard += np.bincount(place, minlength=heard.size).reshape(heard.shape) / links.shape[1]
        rise = r.hearsay_gain * (1 - self.trust) * kept - r.hearsay_loss * self.trust * broken
        self.trust += np.where(self.aware, rise, 0)

    def who_am_i(self) -> tuple[Any, Any, Any]:
        """The situation, the identity it calls for (softmax of salience), and what that needs."""
        p, place, r = self.model.people, self.model.place, self.model.rules
        edges = place.situations[p.region][:, :-1]
        situation = (self.uniform()[:, None] >= edges).sum(axis=1)
        weight = p.salience.T.copy()
        called = situation < weight.shape[1]
        weight[called, situation[called]] *= r.called
        run = np.cumsum(weight, axis=1)
        identity = (run[:, :-1] <= (self.uniform() * run[:, -1])[:, None]).sum(axis=1)
        return situation, identity, self.need[identity, self.everyone]

    def worth(self, needs: Any) -> Any:
        """What would serve me? Utility (N, F) of using every firm."""
        p, r, shelf = self.model.people, self.model.rules, self.shelf
        wants = needs + self.model.place.wanted[p.block]
        z = shelf["quality"][:, CUSTOMIZE]
        near = 1 - (1 - z) * np.abs(p.taste[:, None] - shelf["position"]) - r.overload * z * z
        alpha = self.model.place.alpha[p.region][:, None]
        served = r.quality * shelf["open"] * (wants @ shelf["quality"].T)
        served += r.fit * near + shelf["network"] + r.trust_weight * self.trust
        served += r.engagement_weight * self.engagement - shelf["ads"] - alpha * shelf["fee"]
        return served

    def choose(self, value: Any, situation: Any, identity: Any) -> Any:
        """Mixed with what someone like me does; inverse of the cumulated softmax; F is none."""
        p, place, r = self.model.people, self.model.place, self.model.rules
        cell = (p.block.astype(np.int64) * r.n_identities + identity) * r.n_situations + situation
        norm = place.norm[USING, cell]
        known = np.where(self.last == NOBODY, 0, self.last)
        faith = np.where(self.last == NOBODY, r.trust_initial, self.trust[self.everyone, known])
        lean = r.omega + r.uncertain * (self.uncertainty - F(0.5)) - r.trusting * (faith - F(0.5))
        omega = (r.has_norm / (1 + np.exp(-lean))).astype(F)[:, None]
        mixed = np.empty((self.n, self.firms + 1), F)
        mixed[:, :-1] = (1 - omega) * value + omega * norm[:, : self.firms]
        mixed[:, -1:] = (1 - omega) * r.use_outside + omega * norm[:, -1:]
        mixed[:, :-1][~self.aware] = -np.inf
        mixed = np.exp(r.heat * (mixed - mixed.max(axis=1, keepdims=True)))
        run = np.cumsum(mixed, axis=1)
        return (run[:, :-1] <= (self.uniform() * run[:, -1])[:, None]).sum(axis=1)

    def by_habit(self, choice: Any) -> Any:
        """The satisfied and certain use what they used; who has an occasion and is online."""
        p, place, r = self.model.people, self.model.place, self.model.rules
        thinks = 1 - r.steady * self.satisfaction * (1 - self.uncertainty)
        known = np.minimum(self.last, self.firms - 1)
        may = (self.last != NOBODY) & self.aware[self.everyone, known]
        choice = np.where(may & (self.uniform() >= thinks), self.last, choice)
        free = (self.uniform() < place.occasion[0]) & (p.reach_rank < place.reach[0])
        return np.where(free & (choice < self.firms), choice, -1)

    def reach(self, met: Any) -> Any:
        """Access may fail; those who use anything are listed."""
        meets = np.flatnonzero(met >= 0)
        self.last[meets] = met[meets]
        ease = 2 - self.model.people.nativeness[meets]
        failed = self.uniform()[meets] >= np.exp(-self.shelf["access"][met[meets]] * ease)
        self.satisfaction[meets[failed]] *= 1 - self.model.rules.learning
        self.used = met.copy()
        self.used[meets[failed]] = -1
        return meets[~failed]

    def experience(self, users: Any, needs: Any) -> None:
        """Was the promise kept? Trust, satisfaction, uncertainty and engagement move."""
        r, firm = self.model.rules, self.used[users]
        shelf = self.shelf[firm]
        delivered = (needs[users] * shelf["quality"]).sum(axis=1) * shelf["service"]
        chance = np.clip(0.5 + (delivered - shelf["promise"] + r.tolerance) * r.spread, 0, 1)
        self.kept = (self.uniform()[users] < chance).astype(F)
        before = self.trust[users, firm]
        moves = np.where(self.kept > 0, r.kept_gain * (1 - before), -r.broken_loss * before)
        self.trust[users, firm] = before + moves
        missed = np.abs(self.kept - before) - self.uncertainty[users]
        self.uncertainty[users] += r.learning * missed
        self.satisfaction[users] += r.learning * (self.kept - self.satisfaction[users])
        self.engagement *= r.keep
        old = self.engagement[users, firm] / r.keep
        self.engagement[users, firm] = old + r.engagement_gain * (1 - old)
        self.users = users

    def tell(self, needs: Any) -> None:
        """Who used a firm may tell of it, and whether the promise was kept."""
        r, firm = self.model.rules, self.used[self.users]
        drive = r.talk * 6 * needs[self.users, CONNECT]
        drive *= (0.5 + self.shelf["quality"][firm, CONNECT]) * self.shelf["outreach"][firm]
        tells = self.uniform()[self.users] < 1 - np.exp(-drive)
        message = firm + BROKEN * (self.kept == 0)
        self.told[:] = NOBODY
        self.told[self.users[tells]] = message[tells]
