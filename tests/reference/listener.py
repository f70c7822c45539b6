"""A person of the twin who hears and asks the three questions (sim/ODD.md 7.5)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import mesa

from tests.reference.environment import logit, sigm

if TYPE_CHECKING:
    from tests.reference.firm import Firm
    from tests.reference.twin import Twin

NONE = 255
BROKEN = 64
TALENT, PARTNER, MEDIA = 1, 2, 3
EDGE = 4e-6  # decisions nearer than this to a boundary prove nothing


class Listener(mesa.Agent):
    """A person with needs, identities, relations to firms, and links to others, who hears."""

    model: Twin

    def __init__(self, model: Twin, i: int) -> None:
        super().__init__(model)
        start = model.start
        self.i = i
        self.block, self.region, self.role = (
            int(start[name][i]) for name in ("block", "region", "role")
        )
        self.nativeness, self.taste, self.reach_rank, self.satisfaction, self.uncertainty = (
            float(start[name][i])
            for name in ("nativeness", "taste", "reach_rank", "satisfaction", "uncertainty")
        )
        self.need, self.salience_w, self.trust, self.engagement, self.aware, self.ever = (
            start[name][i].tolist()
            for name in ("need", "salience_w", "trust", "engagement", "aware", "ever")
        )
        self.links: list[int] = start["links"][i].tolist() if model.network else []
        self.last, self.supplier, self.until, self.bought = (
            int(start[name][i]) for name in ("last", "supplier", "until", "bought")
        )
        self.told = self.telling = NONE
        self.custom = False  # whether the good one owns was made to one's taste
        self.side = int(model.rules.sides.apart and self.role == PARTNER)

    def serves(self, week: int) -> bool:
        """Whether the good bought last serves in a week: through ``until``, from a living firm."""
        return self.living_supplier() != NONE and week <= self.until

    def living_supplier(self) -> int:
        """The firm bought from last, if it lives."""
        lives = self.supplier != NONE and self.model.firms[self.supplier].alive
        return self.supplier if lives else NONE

    # -- hear ----------------------------------------------------------------------

    def hear(self) -> None:
        """Stories move trust in firms one knows; media and stories make firms known."""
        rules = self.model.rules.trust
        kept, broken = self.stories()
        for firm in self.model.living:
            f = firm.slot
            if self.aware[f]:
                self.trust[f] += rules.hearsay * (
                    rules.gain * (1.0 - self.trust[f]) * kept[f]
                    - self.loss() * self.trust[f] * broken[f]
                )
        self.discover([k + b for k, b in zip(kept, broken, strict=True)])

    def loss(self) -> float:
        """Share of trust that a broken promise takes."""
        rules = self.model.rules.trust
        return min(1.0, rules.gain * rules.loss_ratio)

    def stories(self) -> tuple[list[float], list[float]]:
        """Of those one listens to, the shares who told of kept and broken promises, by firm."""
        model = self.model
        if not model.network:
            n, tallies = model.n_people, [firm.last for firm in model.firms]
            return [t.told_kept / n for t in tallies], [t.told_broken / n for t in tallies]
        kept, broken = [0.0] * len(model.firms), [0.0] * len(model.firms)
        messages = [model.people[d].told for d in self.links]
        for f in range(len(model.firms)):
            kept[f] = messages.count(f) / len(messages)
            broken[f] = messages.count(f + BROKEN) / len(messages)
        return kept, broken

    def discover(self, share_told: list[float]) -> None:
        """Perhaps hear of one firm that was not known."""
        model = self.model
        weekly = model.rules.awareness.imitation / 52.0
        unknown = [firm for firm in model.living if not self.aware[firm.slot]]
        hazards = [
            model.hazard[self.region][firm.slot] + weekly * share_told[firm.slot]
            for firm in unknown
        ]
        total = sum(hazards)
        chance = 1.0 - math.exp(-total)
        u = self.talk_u[0]
        if not unknown or not model.below(u, chance, 1e-6):
            return
        # in float32 a small chance loses relative precision, and the pick with it
        pick = model.choose(u / chance, hazards, EDGE + 1.5e-7 / chance)
        self.aware[unknown[pick].slot] = True
        unknown[pick].now.new_aware += 1

    # -- the three questions ---------------------------------------------------------

    def see_situation(self) -> None:
        """What kind of situation is this?  The true one and the one seen."""
        model = self.model
        u, u_misread = self.situation_u[:2]
        cdf = model.environment.situation_cdf[self.region]
        n_kinds = len(cdf)
        self.c_true = next((c for c, p in enumerate(cdf) if model.below(u, p, 2e-7)), n_kinds - 1)
        self.c = self.c_true
        misread = model.scenario.environment.situations.misread
        if n_kinds > 1 and model.below(u_misread, misread, 2e-7):
            place = u_misread / misread * (n_kinds - 1)
            if n_kinds > 2 and abs(place - round(place)) < EDGE and 0 < round(place) < n_kinds - 1:
                model.doubt()
            self.c = (self.c_true + 1 + min(n_kinds - 2, math.floor(place))) % n_kinds
            model.market["n_misread"] += 1

    def be_someone(self) -> None:
        """Who am I?  The identity acted from, and the one the true situation calls for."""
        self.m, self.m_true = self.identity(self.c), self.identity(self.c_true)

    def identity(self, c: int) -> int:
        """The identity that a situation calls for."""
        if len(self.salience_w) == 1:
            return 0
        cue = math.exp(self.model.scenario.environment.situations.cue)
        weights = [w * (cue if m == c else 1.0) for m, w in enumerate(self.salience_w)]
        return self.model.choose(self.situation_u[2], weights, 1e-6)

    def notice_closed(self) -> bool:
        """Whether one may use something: not while one's firm is closed and one has not noticed."""
        model = self.model
        if self.last == NONE or model.firms[self.last].alive:
            return True
        if not model.below(self.talk_u[3], model.rules.trust.discovery, 2e-7):
            return False
        closed = model.firms[self.last]
        for firm in model.living:
            likeness = 1.0 - abs(closed.open_told - firm.open_told)
            self.trust[firm.slot] *= 1.0 - model.rules.trust.contagion * likeness
        if self.supplier == self.last:
            self.supplier = NONE
        self.last = NONE
        model.market["n_found_closed"] += 1
        return True

    def norm_weight(self) -> float:
        """Weight of what someone like me would do."""
        norms, trust = self.model.rules.norms, self.model.rules.trust
        if norms.omega == 0:
            return 0.0
        trust_last = trust.initial if self.last == NONE else self.trust[self.last]
        return sigm(
            logit(norms.omega)
            + norms.uncertain * (self.uncertainty - 0.5)
            - norms.trusting * (trust_last - 0.5)
        )

    def norms(self, table: int) -> list[float]:
        """omega * lambda * log reference of every slot and the outside; of uses or purchases."""
        weight = self.omega * self.model.rules.norms.conformity
        return [weight * x for x in self.model.log_reference[table][self.block][self.m][self.c]]

    def remember_choice(self, table: int, firm: Firm | None) -> None:
        """A choice, of doing without too, counts for people like me in situations like this."""
        slot = len(self.model.firms) if firm is None else firm.slot
        self.model.n_reference[table][self.block][self.m][self.c][slot] += 1

    def rethinks(self) -> float:
        """Chance to think again."""
        always = self.model.scenario.people.reconsider
        return 1.0 - (1.0 - always) * self.satisfaction * (1.0 - self.uncertainty)
