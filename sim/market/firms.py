"""A firm's week, compiled: build, release, learn, reach people (ODD 7.3, 7.4)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.market import platforms, rng
from sim.market.arrays import N_LEVERS
from sim.market.items import items_live
from sim.market.lean import lean
from sim.market.maths import best_of
from sim.market.rng import normal, philox, uniform
from sim.market.tallies import ACCESS
from sim.scenario.schema import NEEDS, ROLES

N_NEEDS = len(NEEDS)
MEDIA, BUILD, OBSERVE, OUTREACH = range(4)  # of LEVERS
TALENT, PARTNER = ROLES.index("talent"), ROLES.index("partner")
_BAD = 6  # draw of a firm's work, after those of the six needs


@lean()
def role_share(firm: Any, role_people: Any, role: Any) -> Any:
    """Share of the people of a role who used the firm last week."""
    n = role_people[role]
    return firm.role_users[role] / n if n > 0 else 0.0


@lean()
def spends(firm: Any, rules: Any) -> None:
    """Splits the week's budget over the levers, in whole cents; never more than its cash."""
    cash = max(0.0, firm.cash / 100.0)
    burn = min(rules.people * firm.burn, cash / rules.runway)
    budget = min(burn + firm.reinvest * max(0.0, firm.gross), cash)
    total = 0.0
    for lever in range(N_LEVERS):
        total += firm.budget[lever]
    for lever in range(N_LEVERS):
        share = firm.budget[lever] / total if total > 0.0 else 0.0
        firm.spend[lever] = math.floor(100.0 * budget * share + 0.5)


@lean()
def builds(firm: Any, week: Any, role_people: Any, rules: Any, k0: Any, k1: Any) -> None:
    """Effort becomes unreleased work, where the week's attempt helps; what is released ages."""
    heard = 0.5 * (
        platforms.attends(firm, platforms.EMPLOYEES, rules)
        + platforms.attends(firm, platforms.CANDIDATES, rules)
    )
    efficiency = (
        (1.0 - rules.culture_cost * abs(firm.goal - firm.culture))
        * (1.0 + rules.talent * (heard * role_share(firm, role_people, TALENT)))
        * (1.0 + rules.idea_value * best_of(firm.ideas))
    )
    total = 0.0
    for k in range(N_NEEDS):
        total += firm.belief[k] if firm.by_belief == 1 else firm.focus[k]
    effort = firm.spend[BUILD] / 100.0 / rules.people
    for k in range(N_NEEDS):
        focus = firm.belief[k] if firm.by_belief == 1 else firm.focus[k]
        e = effort * (focus / total)
        room = 1.0 - min(1.0, firm.quality[k] + firm.pending[k])
        words = philox(firm.uid * 8 + k, week, rng.WORK, 0, k0, k1)
        helps = 1.0 / rules.success if float(uniform(words[0])) < rules.success else 0.0
        work = rules.gain * math.sqrt(e / rules.build_reference) * efficiency * room
        firm.pending[k] += work * helps
        firm.quality[k] *= 1.0 - rules.depreciation


@lean()
def releases(firm: Any, week: Any, rules: Any, k0: Any, k1: Any) -> None:
    """A release delivers the backlog; a bad one does harm until the next."""
    age = week - firm.entered
    if age <= 0 or age % firm.release_every != 0:
        return
    if firm.improve == 0 and firm.releases > 0:
        return
    firm.releases += 1
    for k in range(N_NEEDS):
        firm.quality[k] = min(1.0, firm.quality[k] + firm.pending[k])
        firm.pending[k] = 0.0
    if rules.bad > 0.0:
        word = philox(firm.uid * 8 + _BAD, week, rng.WORK, 0, k0, k1)[0]
        firm.bug = rules.harm if float(uniform(word)) < rules.bad else 0.0


@lean()
def observed(firm: Any, rules: Any) -> Any:
    """How many people the firm observes, and how many it could: payers, or all in touch."""
    pool = (1.0 - firm.culture) * firm.uses_paid + firm.culture * firm.uses
    if rules.observe_cost <= 0.0:
        return pool, pool
    afforded = math.floor(firm.spend[OBSERVE] / 100.0 / rules.observe_cost)
    return min(pool, afforded + firm.handled), pool


@lean()
def counted(firm: Any) -> Any:
    """Whether last week's votes were counted: not before somebody counts them."""
    total = 0
    for k in range(N_NEEDS):
        total += firm.needs_voted[k]
    return total > 0


@lean()
def learns(firm: Any, week: Any, rules: Any, k0: Any, k1: Any) -> None:
    """Moves what the firm believes people need toward a noisy mean of those it observes.

    Those who give ideas vote, for nothing: each counts as ``votes`` of a person observed.
    """
    people, pool = observed(firm, rules)
    voters = firm.votes * firm.ideas if counted(firm) else 0.0
    n = people + voters
    if n < 1.0:
        return
    total = 0.0
    for k in range(N_NEEDS):
        seen = (1.0 - firm.culture) * firm.needs_paid[k] + firm.culture * firm.needs[k]
        mean = seen / 255.0 / pool if pool > 0.0 else 0.0
        if voters > 0.0:
            voted = firm.needs_voted[k] / 255.0 / firm.ideas
            mean = (people * mean + voters * voted) / n
        z = normal(firm.uid * 8 + k, week, rng.OBSERVE, k0, k1)
        miss = mean + rules.observe_noise * z / math.sqrt(n) - firm.belief[k]
        firm.belief[k] = max(0.001, firm.belief[k] + rules.observe_update * miss)
        total += firm.belief[k]
    for k in range(N_NEEDS):
        firm.belief[k] /= total


@lean()
def grows(firm: Any, week: Any, rules: Any) -> None:
    """Capacity follows last week's demand with delay; what it cannot serve breaks promises."""
    demand = firm.uses
    if week > max(firm.entered, 1):
        aim = firm.headroom * demand
        firm.capacity += (aim - firm.capacity) * rules.capacity_rate
    firm.service = min(1.0, firm.capacity / demand) if demand > 0 else 1.0


@lean()
def makes_custom(firm: Any, rules: Any) -> None:
    """Share of those who want a customized good that get one: what it can make, by last week."""
    wanted, can = firm.wanted, firm.custom * rules.people
    firm.custom_served = min(1.0, can / wanted) if wanted > 0 else (1.0 if can > 0.0 else 0.0)


@lean(entry=True)
def show_firm(firm: Any, shown: Any, apart: Any, history: Any, role_people: Any,
              rules: Any) -> None:  # fmt: skip
    """Writes what people (shown) and partners (apart) meet of a firm, its row (K,) of the history.

    Who has no site cannot be used freely; who has no mobile presence misses occasions.
    """
    helped = rules.partners * platforms.attends(firm, platforms.PARTNERS, rules)
    partners = 1.0 + helped * role_share(firm, role_people, PARTNER)
    access = 0.0
    for k in range(N_NEEDS):
        q = min(1.0, firm.quality[k] * partners) * (1.0 - firm.bug)
        shown.quality[k] = apart.quality[k] = q
        history[k] = q
        if k == ACCESS:
            access = rules.delay * (1.0 - q)
    if firm.mobile == 0.0:
        access -= math.log(1.0 - rules.mobile)
    show_terms(firm, shown, rules)
    show_terms(firm, apart, rules)
    network = rules.network * (firm.engaged / rules.people)
    platforms.show_sides(firm, shown, apart, access, network, rules)


@lean()
def show_terms(firm: Any, shown: Any, rules: Any) -> None:
    """Writes what is the same for everybody."""
    shown.open = firm.open * firm.site
    shown.price = firm.price
    shown.promise = firm.promise
    shown.ads = rules.nuisance * firm.ad_load
    shown.ad_load = firm.ad_load
    shown.position = firm.position
    shown.service = firm.service
    shown.outreach = firm.outreach
    shown.updates = firm.updates
    shown.subscription = firm.subscription
    shown.term = firm.term
    shown.told_kept = firm.told_kept / rules.people
    shown.told_broken = firm.told_broken / rules.people
    shown.owner_ads = rules.nuisance * firm.ad_load * firm.owner_ads
    shown.premium, shown.apart = firm.premium, firm.apart
    shown.custom_served, shown.recovery = firm.custom_served, firm.recovery
    shown.influence = platforms.attends(firm, platforms.INFLUENCERS, rules)
    shown.models, shown.store, shown.site = firm.models, firm.store, firm.site
    shown.titles = 1 if firm.items > 0 and firm.pages == 0 else 0


@lean()
def tells_on(firm: Any, rules: Any) -> Any:
    """How much the firm helps its users to tell others: outreach, pages, a social presence."""
    spent = math.sqrt(firm.spend[OUTREACH] / 100.0 / rules.people / rules.reference)
    helped = 1.0 + platforms.attends(firm, platforms.FANS, rules) * spent
    return helped * (1.0 + rules.liking * (firm.joined / rules.people)) * firm.social


@lean()
def firms_work(week: Any, firms: Any, place: Any, shelf: Any, rules: Any, k0: Any,
               k1: Any) -> None:  # fmt: skip
    """Every living firm: culture, budget, building, release, learning, capacity; then the shelf.

    firms (S,), shelf (2, P) records.
    """
    role_people = place.role_people
    place.switches[:] = 0
    for f in range(firms.shape[0]):
        firm = firms[f]
        if firm.alive == 0:
            continue
        place.switches[0] |= firm.votes > 0.0
        place.switches[1] |= firm.models > 1
        firm.culture += (firm.goal - firm.culture) * rules.culture_rate
        firm.open += (firm.openness - firm.open) * rules.culture_rate
        spends(firm, rules)
        builds(firm, week, role_people, rules, k0, k1)
        releases(firm, week, rules, k0, k1)
        platforms.takes_up(firm, rules)
        learns(firm, week, rules, k0, k1)
        grows(firm, week, rules)
        makes_custom(firm, rules)
        items_live(week, f, firm, place, rules, k0, k1)
        firm.outreach = tells_on(firm, rules)
        show_firm(firm, shelf[0, f], shelf[1, f], place.history[week, f], role_people, rules)
        place.switches[2] |= shelf[0, f].influence != np.float32(1.0)
        watched, _ = observed(firm, rules)
        platforms.tells_apart(firm, week, watched, place.tailored[f], rules, k0, k1)


@lean()
def pays_media(firm: Any, rules: Any) -> Any:
    """Weekly hazard of hearing of the firm that its paid media buy."""
    if firm.alive == 0 or firm.spend[MEDIA] <= 0:
        return 0.0
    m = firm.spend[MEDIA] / 100.0 / rules.people
    reached = rules.external / 52.0 * (m / rules.reference) ** rules.elasticity
    return reached * platforms.attends(firm, platforms.PROSPECTS, rules)


@lean(entry=True)
def firms_reach(firms: Any, alive: Any, hazard: Any, media_told: Any, media_people: Any,
                rules: Any) -> Any:  # fmt: skip
    """Sets who lives (alive (1,)) and the hazard of hearing of each firm (R, P).

    Returns contacts of paid media and noise, per head.
    """
    contacts = 0.0
    living = np.uint64(0)
    for f in range(firms.shape[0]):
        contacts += pays_media(firms[f], rules)
        if firms[f].alive == 1:
            living |= np.uint64(1) << np.uint64(f)
    alive[0] = living
    heard = min(1.0, rules.attention / contacts) if contacts > 0.0 else 1.0
    for f in range(firms.shape[0]):
        paid = pays_media(firms[f], rules)
        told = rules.press / 52.0 * platforms.attends(firms[f], platforms.MEDIA, rules)
        for r in range(hazard.shape[0]):
            press = 0.0
            if media_people[r] > 0:
                press = told * (media_told[r, f] / media_people[r])
            hazard[r, f] = paid * heard + press
    return contacts, max(0.0, contacts - rules.attention)
