"""One person of the twin: a Mesa agent who lives a week (sim/ODD.md 7.5).

Arithmetic is in float64; what is kept between weeks is rounded to float32.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tests.reference.environment import single, singles
from tests.reference.listener import BROKEN, EDGE, MEDIA, NONE, PARTNER, TALENT, Listener
from tests.reference.philox import BUY, CHANNEL, SITUATION, TALK, TRIAL, USE
from tests.reference.record import reaches
from tests.reference.reference_table import BUYING, USING

if TYPE_CHECKING:
    from tests.reference.firm import Firm

CUSTOMIZE, CONNECT, COLLABORATE, INFLUENCER = 3, 4, 5, 4


class Person(Listener):
    """A person who uses, experiences, tells and buys."""

    # -- the week ------------------------------------------------------------------

    def live(self) -> None:
        """Hear, read the situation, use, buy; nothing here reads another's new message."""
        t = self.model.week
        self.telling = NONE
        self.take_part()
        self.situation_u = self.model.draws.uniforms(SITUATION, self.i, t)
        self.use_u = self.model.draws.uniforms(USE, self.i, t)
        self.talk_u = self.model.draws.uniforms(TALK, self.i, t)
        self.buy_u = self.model.draws.uniforms(BUY, self.i, t)
        self.online = self.reach_rank < self.model.environment.reach_told
        self.model.market["n_online"] += self.online
        self.holding = self.supplier if self.serves(t) else NONE
        self.hear()
        self.see_situation()
        self.be_someone()
        free_to_use = self.notice_closed()
        self.omega = self.norm_weight()
        used = self.use() if free_to_use else NONE
        fade = 1.0 - self.model.rules.engagement.fade
        self.engagement = [e if f == used else e * fade for f, e in enumerate(self.engagement)]
        self.omega = self.norm_weight()  # one is surer or less sure after the use
        self.be_followed()
        self.buy()
        self.trust, self.engagement = singles(self.trust), singles(self.engagement)
        self.satisfaction, self.uncertainty = single(self.satisfaction), single(self.uncertainty)

    # -- use -------------------------------------------------------------------------

    def use(self) -> int:
        """Use a firm's offer perhaps; the slot used with success, or NONE."""
        model = self.model
        if not model.below(self.use_u[0], model.occasion, 2e-7):
            return NONE
        if self.online:
            options = [firm for firm in model.living if self.aware[firm.slot]]
        else:
            options = [model.firms[self.holding]] if self.holding != NONE else []
        if not options:
            return NONE
        model.market["n_occasions"] += 1
        if (self.i + model.week) % 32 == 0:
            self.add_surplus(options)
        chosen = self.use_choice(options)
        self.remember_choice(USING, chosen)
        return NONE if chosen is None else self.meet(chosen)

    def use_choice(self, options: list[Firm]) -> Firm | None:
        """What one uses: the same as last time by habit, or what serves best; None: nothing."""
        model = self.model
        familiar = [firm for firm in options if firm.slot == self.last]
        if familiar and not model.below(self.situation_u[3], self.rethinks(), EDGE):
            return familiar[0]
        model.market["n_reconsidered"] += 1
        utility = [self.use_utility(firm) for firm in options]
        return self.decide(USING, options, [*utility, model.rules.use.outside])

    def decide(self, table: int, options: list[Firm], everything: list[float]) -> Firm | None:
        """A logit choice between firms and doing without (None, the last utility)."""
        temperature = self.model.rules.use.temperature
        u = self.use_u[1] if table == USING else self.buy_u[2]
        all_norms = self.norms(table)
        norms = [all_norms[firm.slot] for firm in options] + [all_norms[-1]]
        value = [
            ((1.0 - self.omega) * x + n) / temperature
            for x, n in zip(everything, norms, strict=True)
        ]
        top = max(value)
        size = max(abs(x) + abs(n) for x, n in zip(everything, norms, strict=True)) / temperature
        weights = [math.exp(v - top) for v in value]
        pick = self.model.choose(u, weights, EDGE * max(1.0, size / 10.0))
        return options[pick] if pick < len(options) else None

    def quality_met(self, firm: Firm, m: int) -> list[float]:
        """The capabilities that this person, in identity m, meets at a firm."""
        met = firm.q_seen[self.model.week]
        if self.holding == firm.slot and firm.decision.plan == "sale":
            then = firm.q_seen[self.bought]
            met = [b + firm.updates_told * (q - b) for q, b in zip(met, then, strict=True)]
        return self.tailored(firm, met, m)

    def tailored(self, firm: Firm, met: list[float], m: int) -> list[float]:
        """Capabilities as a firm that tells identities apart offers them to identity m."""
        return [q * t for q, t in zip(met, firm.tailored[m], strict=True)]

    def fit(self, firm: Firm) -> float:
        """Fit of a firm's offer to one's taste."""
        sold_apart = firm.decision.premium is not None
        z = 0.0 if sold_apart else firm.q_seen[self.model.week][CUSTOMIZE]
        far = abs(self.taste - firm.position_told)
        if firm.n_items and firm.terms.of == "titles":
            far = 1.0 - firm.near[min(15, math.floor(self.taste * 16))]
        return 1.0 - (1.0 - z) * far - self.model.rules.use.overload * z * z

    def to_taste(self, firm: Firm) -> float:
        """What a good made to one's taste adds, where that is sold apart."""
        z, rule = firm.q_seen[self.model.week][CUSTOMIZE], self.model.rules.use
        return rule.fit * (z * abs(self.taste - firm.position_told) - rule.overload * z * z)

    def wants(self) -> list[float]:
        """Needs of the acting identity, moved by fashion."""
        fad = self.model.environment.fad[self.block]
        return [n / 255.0 + x for n, x in zip(self.need[self.m], fad, strict=True)]

    def served(self, firm: Firm, wants: list[float], m: int) -> float:
        """Utility of using a firm for some wants, without its ads and relations."""
        rule = self.model.rules.use
        part = 1.0 if self.holding == firm.slot else firm.open_told
        quality = sum(w * q for w, q in zip(wants, self.quality_met(firm, m), strict=True))
        effect = firm.network_told[self.side]
        if self.holding == firm.slot and self.custom:
            effect += self.to_taste(firm)
        return rule.quality * part * quality + rule.fit * self.fit(firm) + effect

    def ads(self, firm: Firm) -> float:
        """What a firm's ads cost, less to those who own its good, and what a use costs."""
        fee = self.model.environment.alpha[self.region] * firm.fee_told[self.side]
        ads = self.model.rules.use.nuisance * firm.ads_told
        return fee + (firm.owner_ads_told if self.holding == firm.slot else ads)

    def relation(self, firm: Firm) -> float:
        """What trust in a firm and engagement with it add."""
        rules = self.model.rules
        trust, engagement = self.trust[firm.slot], self.engagement[firm.slot]
        return rules.trust.weight * trust + rules.engagement.weight * engagement

    def use_utility(self, firm: Firm) -> float:
        """Utility of using a firm."""
        return self.served(firm, self.wants(), self.m) + self.relation(firm) - self.ads(firm)

    def add_surplus(self, options: list[Firm]) -> None:
        """Consumer surplus on needs, in units of 2^-16."""
        outside, price = self.model.rules.use.outside, self.model.rules.purchase.price
        needs = [n / 255.0 for n in self.need[self.m_true]]
        m = self.m_true
        values = [outside, *(self.served(firm, needs, m) - self.ads(firm) for firm in options)]
        top = max(values)
        x = top + math.log(sum(math.exp(v - top) for v in values)) - outside
        self.model.surplus_units += math.floor(x / (price or 1.0) * 65536.0 + 0.5)
        self.model.surplus_asked += 1

    def meet(self, firm: Firm) -> int:
        """Access the firm; the slot on success, NONE on failure."""
        model, learning = self.model, self.model.rules.engagement.learning
        self.last = firm.slot
        delay = firm.access_told[self.side] * (2.0 - self.nativeness)
        if self.online and not model.below(self.use_u[2], math.exp(-delay), 1e-6):
            firm.now.n_failed += 1
            self.satisfaction -= learning * self.satisfaction
            return NONE
        self.experience(firm)
        return firm.slot

    def experience(self, firm: Firm) -> None:
        """Was the promise kept?  Trust, engagement and satisfaction follow."""
        model, rules, f = self.model, self.model.rules, firm.slot
        need, learning = self.need[self.m_true], self.model.rules.engagement.learning
        met = self.quality_met(firm, self.m_true)
        delivered = firm.service_told * sum(n / 255.0 * q for n, q in zip(need, met, strict=True))
        margin = delivered - firm.promise_told + rules.trust.tolerance
        odds = 0.5 + margin / (2.0 * rules.trust.noise)
        chance, doubt = min(1.0, max(0.0, odds)), 1e-6 + 2e-7 / rules.trust.noise
        kept = model.below(self.use_u[3], chance, doubt)
        surprise = abs(kept - self.trust[f])
        self.uncertainty += learning * (surprise - self.uncertainty)
        self.satisfaction += learning * (kept - self.satisfaction)
        if kept:
            self.trust[f] += rules.trust.gain * (1.0 - self.trust[f])
        elif model.below(self.use_u[3], chance + firm.recovery_told * (1.0 - chance), doubt):
            self.trust[f] += rules.trust.gain * rules.care.gain * (1.0 - self.trust[f])
        else:
            self.trust[f] -= self.loss() * self.trust[f]
        self.engagement[f] += rules.engagement.gain * (1.0 - self.engagement[f])
        self.ever[f] = True
        self.be_counted(firm, kept)
        self.tell_and_contribute(firm, kept)

    def be_counted(self, firm: Firm, kept: bool) -> None:
        """The firm counts a use, and learns what this user needed."""
        need, tally = self.need[self.m_true], firm.now
        owner = self.holding == firm.slot
        tally.n_uses += 1
        tally.n_free_uses += not owner
        tally.n_kept += kept
        tally.talent += self.role == TALENT
        tally.partners += self.role == PARTNER
        for k in range(6):
            tally.needs[k] += need[k]
            tally.needs_payers[k] += need[k] if owner else 0
            tally.needs_of[self.m_true][k] += need[k] if firm.decision.models > 1 else 0

    def tell_and_contribute(self, firm: Firm, kept: bool) -> None:
        """Perhaps tell of the use, perhaps give an idea."""
        model, rules, need = self.model, self.model.rules, self.need[self.m_true]
        quality = firm.q_seen[model.week]
        drive = rules.awareness.talk * 6.0 * need[CONNECT] / 255.0
        drive *= (0.5 + quality[CONNECT]) * firm.outreach_told
        drive *= firm.influence_told if self.role == INFLUENCER else 1.0
        if model.below(self.talk_u[1], 1.0 - math.exp(-drive), 1e-6):
            self.telling = firm.slot + (0 if kept else BROKEN)
            firm.now.n_told += 1
            firm.now.told_kept += kept
            firm.now.told_broken += not kept
            if self.role == MEDIA:
                firm.now.media[self.region] += 1
        share = rules.collaboration.rate * 6.0 * need[COLLABORATE] / 255.0
        if model.below(self.talk_u[2], share * quality[COLLABORATE], 1e-6):
            firm.now.n_ideas += 1
            if model.voting:
                tally = firm.now
                tally.needs_voted = [v + n for v, n in zip(tally.needs_voted, need, strict=True)]

    # -- buy -------------------------------------------------------------------------

    def buy(self) -> None:
        """Buy perhaps, unless what one has serves next week too."""
        model, t = self.model, self.model.week
        if self.serves(t + 1):
            return
        supplier = self.living_supplier()
        due = supplier != NONE and model.firms[supplier].decision.plan == "subscription"
        if not (due and self.until == t):
            chance = 1.0 - math.exp(-1.0 / model.rules.purchase.wait)
            if not model.below(self.buy_u[0], chance, 2e-7):
                return
        options = [firm for firm in model.living if self.aware[firm.slot]]
        if not options:
            return
        chosen, researched = self.purchase_choice(options, supplier)
        self.remember_choice(BUYING, chosen)
        if chosen is not None:
            self.pay(chosen, researched)

    def purchase_choice(self, options: list[Firm], supplier: int) -> tuple[Firm | None, bool]:
        """From whom one buys (None: from nobody), and whether that was researched online."""
        rules = self.model.rules.purchase
        known = [firm for firm in options if firm.slot == supplier]
        if known and not self.model.below(self.buy_u[1], self.rethinks(), EDGE):
            return known[0], False
        researched = self.online and self.model.below(self.buy_u[3], rules.research, 2e-7)
        options = [firm for firm in options if self.finds(firm, researched)]
        utility = [self.purchase_utility(firm, researched, supplier) for firm in options]
        return self.decide(BUYING, options, [*utility, rules.outside]), researched

    def finds(self, firm: Firm, researched: bool) -> bool:
        """Whether one can meet the firm: who searches needs a site, who is offline a store."""
        return ("site" in firm.channels or not researched) and (
            "store" in firm.channels or self.online
        )

    def purchase_utility(self, firm: Firm, researched: bool, supplier: int) -> float:
        """Utility of buying from a firm: what is not free already, against its price."""
        model, rules = self.model, self.model.rules
        seen = firm.promise_told
        if researched:
            now = self.tailored(firm, firm.q_seen[model.week], self.m)
            seen = sum(w * q for w, q in zip(self.wants(), now, strict=True))
        adds = 1.0 - (firm.open_told if self.online else 0.0)
        switches = supplier not in (NONE, firm.slot)
        price = firm.price_told * (1.0 + (rules.purchase.switching if switches else 0.0))
        alpha, extra = model.environment.alpha[self.region], 0.0
        if firm.decision.premium is not None:
            extra = max(0.0, self.to_taste(firm) - alpha * firm.premium_told)
        return extra + (
            rules.use.quality * adds * seen
            + rules.use.fit * self.fit(firm)
            + firm.network_told[self.side]
            + self.relation(firm)
            - alpha * price
        )

    def pay(self, firm: Firm, researched: bool) -> None:
        """A purchase."""
        model, market = self.model, self.model.market
        u, u_made = model.draws.uniforms(CHANNEL, self.i, model.week)[:2]
        chance = model.rules.purchase.online * self.nativeness
        bought_online = self.online and model.below(u, chance, 2e-7)
        firm.now.n_sales += 1
        market["n_purchases"] += 1
        market["n_researched"] += researched
        market["n_bought_online"] += bought_online
        market["n_influenced"] += researched or bought_online
        market["n_switched"] += self.living_supplier() not in (NONE, firm.slot)
        self.supplier, self.bought = firm.slot, model.week
        self.until = model.week + firm.decision.term
        self.ever[firm.slot] = True
        self.have_made(firm, u_made)
        if not bought_online:
            self.be_noted(firm)

    def have_made(self, firm: Firm, u: float) -> None:
        """Have the good made to one's taste, when that is worth its price and there is room."""
        model, self.custom = self.model, False
        if firm.decision.premium is None:
            return
        gained = self.to_taste(firm)
        asked = model.environment.alpha[self.region] * firm.premium_told
        if abs(gained - asked) < 1e-5:
            model.doubt()
        if gained > asked:
            firm.now.wanted += 1
            self.custom = model.below(u, firm.custom_told, 2e-7)
            firm.now.n_custom += self.custom

    # -- a trial ---------------------------------------------------------------------

    def is_drawn(self) -> bool:
        """Whether the lot of the trial fell on this person."""
        u = self.model.draws.uniforms(TRIAL, self.i, 0)[0]
        return u < single(self.model.scenario.trial.share)

    def take_part(self) -> None:
        """Be exposed to the firm of the trial."""
        trial, model = self.model.scenario.trial, self.model
        if trial is not None and model.week == trial.week and self.is_drawn():
            self.aware[model.tried] = True
            low = single(trial.engagement)
            self.engagement[model.tried] = max(self.engagement[model.tried], low)

    def follows(self) -> bool:
        """Whether one is engaged with the firm of the trial."""
        level = self.engagement[self.model.tried]
        return reaches(self.model, level, self.model.rules.engagement.user)

    def be_followed(self) -> None:
        """Be counted as exposed, and as engaged."""
        trial, market = self.model.scenario.trial, self.model.market
        if trial is not None and self.model.week >= trial.week:
            market["n_exposed"] += self.is_drawn()
            market["n_followers"] += self.follows()

    def be_noted(self, firm: Firm) -> None:
        """An offline purchase from the firm of the trial is counted by who made it."""
        trial, market = self.model.scenario.trial, self.model.market
        if trial is None or self.model.week < trial.week or firm.slot != self.model.tried:
            return
        market["n_offline_exposed" if self.is_drawn() else "n_offline_others"] += 1
        market["n_offline_followers" if self.follows() else "n_offline_strangers"] += 1
