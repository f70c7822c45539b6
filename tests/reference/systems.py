"""The twin's firms in particular business systems (sim/ODD.md 7.9), in plain float64 arithmetic."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from tests.reference.environment import cents, single
from tests.reference.listener import PARTNER
from tests.reference.philox import APPEAL, JOIN, MODELS, PLACE

if TYPE_CHECKING:
    from tests.reference.firm import Firm

CHANNELS = ("store", "site", "social", "mobile")
AUDIENCES = (
    "employees", "candidates", "prospects", "partners", "fans", "media", "influencers",
)  # fmt: skip
GRID = 16
LONGEST = 20.0
MOST_ITEMS = 512


def attends(firm: Firm, audience: str) -> float:
    """What attention to an audience multiplies its channel by."""
    weights = firm.decision.audiences
    if weights is None:
        return 1.0
    total = sum(weights.values())
    weight = 7 * weights.get(audience, 0.0) / total if total > 0 else 0.0
    return weight if weight == 1.0 else weight**firm.model.rules.audiences.power


# -- staff, goods to taste, two sides ----------------------------------------------------


def take_up(firm: Firm) -> None:
    """Staff take up failures, those of last week and those that still wait."""
    rule = firm.model.rules.care
    cases = firm.cases + (firm.last.n_uses - firm.last.n_kept)
    firm.handled = min(firm.spent["care"] / 100.0 / rule.cost, cases)
    firm.recovery = firm.handled / cases if cases > 0 else 0.0
    firm.cases = (cases - firm.handled) * rule.patience


def make_custom(firm: Firm) -> None:
    """Share of those who want a good made to their taste that get one."""
    wanted, can = firm.last.wanted, firm.decision.custom * firm.model.n_people
    firm.custom_served = min(1.0, can / wanted) if wanted else float(can > 0)


def waiting(firm: Firm) -> tuple[float, float]:
    """Delay of people and of partners, who wait for each other."""
    wait = firm.model.rules.sides.waiting
    partners, people = firm.last.partners, firm.last.n_uses - firm.last.partners
    if wait == 0 or partners + people == 0:
        return wait, wait
    if partners == 0:
        return LONGEST, 0.0
    if people == 0:
        return 0.0, LONGEST
    n_partners = firm.model.n_role[PARTNER]
    crowd = (people / partners) / ((firm.model.n_people - n_partners) / n_partners)
    return min(LONGEST, wait * crowd), min(LONGEST, wait / crowd)


def show_systems(firm: Firm) -> None:
    """What people (0) and partners (1) meet: network, cost of a use, delay; and other terms."""
    model, d, rules = firm.model, firm.decision, firm.model.rules
    sides, n_partners = rules.sides, model.n_role[PARTNER]
    n_others = model.n_people - n_partners
    access = rules.use.delay * (1.0 - firm.delivered[1])
    if "mobile" not in firm.channels:
        access -= math.log(1.0 - rules.channels.mobile)
    own = rules.network.effect * (firm.last.stages["n_engaged"] / model.n_people)
    firm.network_told, firm.fee_told = [own, own], [-d.subsidy, -d.subsidy]
    firm.access_told = [access, access]
    if sides.apart:
        wait, idle = waiting(firm)
        here = firm.last.partners / n_partners if n_partners else 0.0
        there = (firm.last.n_uses - firm.last.partners) / n_others if n_others else 0.0
        firm.network_told = [own + sides.for_people * here, own + sides.for_partners * there]
        earned = sides.fare * (1.0 - d.commission) + d.subsidy_partners
        firm.fee_told = [sides.fare - d.subsidy, -earned]
        firm.access_told = [access + wait, access + idle]
    for told in (firm.network_told, firm.fee_told, firm.access_told):
        told[:] = [single(x) for x in told]
    firm.owner_ads_told = single(rules.use.nuisance * d.ad_load * d.owner_ads)
    firm.premium_told = single(d.premium or 0.0)
    firm.custom_told, firm.recovery_told = single(firm.custom_served), single(firm.recovery)
    firm.influence_told = single(attends(firm, "influencers"))


# -- identities told apart -----------------------------------------------------------------


def tell_apart(firm: Firm) -> None:
    """Learn what each identity needs, and tailor the offer to it."""
    models, last = firm.decision.models, firm.last
    firm.tailored = [[1.0] * 6 for _ in range(4)]
    if models < 2 or not last.n_uses:
        return
    people, _ = firm.observed()
    seen = [
        sum(last.needs_of[m][k] / 255.0 for m in range(g, 4, models) for k in range(6))
        for g in range(models)
    ]
    for g in range(models):
        n = people * seen[g] / last.n_uses
        if n >= 1:
            learn_of(firm, g, n, seen[g])
    if sum(seen) == 0:
        return
    for k in range(6):
        usual = sum(
            s / sum(seen) * belief[k] for s, belief in zip(seen, firm.beliefs[:models], strict=True)
        )
        for m in range(4):
            firm.tailored[m][k] = single(fitted(firm, firm.beliefs[m % models][k] / usual, k))


def learn_of(firm: Firm, g: int, n: float, seen: float) -> None:
    """Learn what the people of a group of identities need."""
    model, belief = firm.model, firm.beliefs[g]
    rule = model.rules.knowing
    for k in range(6):
        need = sum(firm.last.needs_of[m][k] for m in range(g, 4, firm.decision.models))
        z = model.draws.normal(MODELS + g, firm.uid * 8 + k, model.week)
        miss = need / 255.0 / seen + rule.noise * z / math.sqrt(n) - belief[k]
        belief[k] = max(0.001, belief[k] + rule.update * miss)
    total = sum(belief)
    belief[:] = [b / total for b in belief]


def fitted(firm: Firm, ratio: float, k: int) -> float:
    """Share of the quality for need k that an identity meets."""
    part = 1.0 + firm.model.rules.tailoring.strength * (ratio - 1.0)
    part = min(2.0, max(0.5, part))
    return min(part, 1.0 / firm.q[k]) if firm.q[k] > 0 else part


# -- money -----------------------------------------------------------------------------------


def seen_ads(firm: Firm) -> float:
    """Full uses that a firm sells to advertisers."""
    d, now = firm.decision, firm.now
    return (now.n_free_uses + d.owner_ads * (now.n_uses - now.n_free_uses)) * d.ad_load


def settle_systems(firm: Firm) -> None:
    """Revenues and costs of two sides, of services, of carrying others."""
    d, now, rules, model = firm.decision, firm.now, firm.model.rules, firm.model
    partners = now.partners if rules.sides.apart else 0
    people = now.n_uses - partners
    firm.post("commission_cents", cents(rules.sides.fare * d.commission * people))
    taken = rules.services.attach * math.exp(-rules.services.sensitivity * d.service_price)
    owned = now.n_uses - now.n_free_uses
    firm.post("service_cents", cents(d.service_price * taken * owned))
    carried = [f for f in model.living if f.carrier == firm.slot]
    uses = sum(f.now.n_uses for f in carried)
    firm.post("data_cents", cents(rules.carriage.income * uses))
    firm.post("carriage_cents", sum(carriage_fee(f) for f in carried))
    subsidy = cents(d.subsidy * people + d.subsidy_partners * partners)
    firm.post("subsidy_cents", -subsidy)
    firm.post("carrier_cents", -(carriage_fee(firm) if firm.carrier >= 0 else 0))


def carriage_fee(firm: Firm) -> int:
    """Cents that a firm owes to the one that carries it."""
    return cents(firm.model.rules.carriage.fee * firm.now.n_uses)


# -- titles and pages ------------------------------------------------------------------------


class Items:
    """What a firm has many of."""

    def begin_items(self: Any, terms: Any) -> None:
        """Draw how good items are, and where titles lie."""
        self.terms = terms
        if terms is None or terms.count == 0:
            return
        n = MOST_ITEMS if terms.entry > 0 else terms.count
        draws = self.model.draws
        self.appeal = [terms.spread * draws.normal(APPEAL, self.uid, i) for i in range(n)]
        self.where = [draws.uniforms(PLACE, self.uid, i)[0] for i in range(n)]
        self.joined, self.n_items = [0] * n, terms.count


def live_with_items(firm: Firm) -> None:
    """A week of titles or pages, by last week's uses and fans."""
    firm.match, firm.top_item = 1.0, 0.0
    if not firm.n_items:
        return
    (join_pages if firm.terms.of == "pages" else choose_titles)(firm)
    total = sum(firm.joined)
    firm.top_item = max(firm.joined) / total if total else 0.0


def choose_titles(firm: Firm) -> None:
    """What people find at each place of the taste line, and who chooses what."""
    model, rule, n = firm.model, firm.model.rules.titles, firm.n_items
    ratings = firm.decision.matching * firm.ratings / (rule.half * model.n_people)
    noise = rule.noise / math.sqrt(1.0 + ratings)
    chance = [0.0] * n
    shown = [firm.decision.popularity * math.log(1.0 + joined) for joined in firm.joined[:n]]
    appeal, where = firm.appeal[:n], firm.where[:n]
    found = []
    for g in range(GRID):
        far = [abs((g + 0.5) / GRID - x) for x in where]
        value = [(a - x) / noise + s for a, x, s in zip(appeal, far, shown, strict=True)]
        weights = [math.exp(v - max(value)) for v in value]
        total = sum(weights)
        near = [1.0 + a - x for a, x in zip(appeal, far, strict=True)]
        found.append(sum(w * x for w, x in zip(weights, near, strict=True)) / total)
        chance = [c + w / total / GRID for c, w in zip(chance, weights, strict=True)]
    firm.near, firm.match = [single(x) for x in found], sum(x / GRID for x in found)
    uses = firm.last.n_uses
    draws = min(uses, 64)
    for d in range(draws):
        u = model.draws.uniforms(JOIN, firm.uid, model.week, d)[0]
        i, run = 0, chance[0]
        while run <= u and i < n - 1:
            i += 1
            run += chance[i]
        if abs(run - u) < 1e-9:
            model.doubt()
        firm.joined[i] += uses // draws + (d < uses % draws)
    firm.ratings += rule.rating * uses


def join_pages(firm: Firm) -> None:
    """New fans join a page, larger ones sooner, or found one."""
    model, power = firm.model, firm.decision.popularity
    good = [math.exp(a / model.rules.titles.noise) for a in firm.appeal]
    for d in range(min(max(0, firm.last.stages["n_fans"] - sum(firm.joined)), 4096)):
        u, v = model.draws.uniforms(JOIN, firm.uid, model.week, d)[:2]
        if v < firm.terms.entry and firm.n_items < len(firm.joined):
            firm.n_items += 1
            continue
        sizes = [g * (1.0 + j) ** power for g, j in zip(good, firm.joined, strict=True)]
        sizes = sizes[: firm.n_items]
        at, i, run = u * sum(sizes), 0, sizes[0]
        while run <= at and i < firm.n_items - 1:
            i += 1
            run += sizes[i]
        if abs(run - at) < 1e-9 * sum(sizes):
            model.doubt()
        firm.joined[i] += 1
