"""A scenario's numbers in the form the compiled week reads: weekly, float32 or float64."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.market.arrays import FirmRules, Rules
from sim.market.slots import Slot
from sim.scenario.schema import Scenario

WEEKS = 52.0
F = np.float32


def rules_of(scenario: Scenario, slots: Sequence[Slot]) -> Rules:
    """What people go by."""
    market, people, place = scenario.market, scenario.people, scenario.environment
    use, purchase, norms, trust = market.use, market.purchase, market.norms, market.trust
    engagement, awareness = market.engagement, market.awareness
    loss = trust.gain * trust.loss_ratio
    per_price = 1.0 / purchase.price if purchase.price > 0 else 1.0
    return Rules(
        rate=F(use.rate), quality=F(use.quality), fit=F(use.fit), overload=F(use.overload),
        use_outside=F(use.outside), heat=F(1.0 / use.temperature),
        buy_chance=F(1.0 - math.exp(-1.0 / purchase.wait)), buy_outside=F(purchase.outside),
        switching=F(purchase.switching), research=F(purchase.research), online=F(purchase.online),
        per_price=F(per_price), has_norm=int(norms.omega > 0.0),
        omega=F(math.log(norms.omega / (1.0 - norms.omega)) if norms.omega > 0.0 else 0.0),
        uncertain=F(norms.uncertain), trusting=F(norms.trusting), trust_initial=F(trust.initial),
        kept_gain=F(trust.gain), broken_loss=F(min(1.0, loss)), spread=F(0.5 / trust.noise),
        tolerance=F(trust.tolerance),
        hearsay_gain=F(trust.gain * trust.hearsay), hearsay_loss=F(min(1.0, loss * trust.hearsay)),
        contagion=F(trust.contagion), discovery=F(trust.discovery), trust_weight=F(trust.weight),
        engagement_weight=F(engagement.weight), engagement_gain=F(engagement.gain),
        keep=F(1.0 - engagement.fade), user=F(engagement.user), fan=F(engagement.fan),
        fan_trust=F(engagement.fan_trust), learning=F(engagement.learning),
        imitation=F(awareness.imitation / WEEKS), talk=F(awareness.talk),
        ideas=F(market.collaboration.rate), steady=F(1.0 - people.reconsider),
        misread=F(place.situations.misread), called=F(math.exp(place.situations.cue)),
        n_identities=people.identities, n_situations=place.situations.count, n_firms=len(slots),
        mixing=int(people.links.mixing == "complete"),
        users_are=("engaged", "roles", "audience").index(scenario.users_are),
        recover_gain=F(trust.gain * market.care.gain),
        **trial_of(scenario, slots),
    )  # fmt: skip


def trial_of(scenario: Scenario, slots: Sequence[Slot]) -> dict[str, Any]:
    """The randomised trial, if there is one."""
    trial = scenario.trial
    if trial is None:
        return {"trial_firm": -1, "trial_week": 0, "trial_share": F(0), "trial_engagement": F(0)}
    names = [slot.name for slot in slots]
    return {
        "trial_firm": names.index(trial.firm), "trial_week": trial.week,
        "trial_share": F(trial.share), "trial_engagement": F(trial.engagement),
    }  # fmt: skip


def firm_rules_of(scenario: Scenario, n_partners: int) -> FirmRules:
    """What firms and the environment go by."""
    market, place = scenario.market, scenario.environment
    building, knowing, culture = market.building, market.knowing, market.culture
    awareness, economy, fashion = market.awareness, place.economy, place.fashion
    sides, titles = market.sides, market.titles
    return FirmRules(
        people=float(scenario.people.count), external=awareness.external,
        reference=awareness.reference, elasticity=awareness.elasticity, press=awareness.press,
        attention=place.attention, fatigue=place.fatigue, gain=building.gain,
        build_reference=building.reference, depreciation=building.depreciation,
        success=building.success, talent=building.talent, partners=building.partners,
        idea_value=market.collaboration.value, screening=market.collaboration.screening,
        observe_noise=knowing.noise, observe_update=knowing.update, observe_cost=knowing.cost,
        culture_rate=1.0 - math.exp(-1.0 / (WEEKS * culture.years)), culture_cost=culture.cost,
        capacity_rate=1.0 - math.exp(-1.0 / market.capacity.weeks),
        capacity_cost=market.capacity.cost, network=market.network.effect,
        ad_income=market.advertising.income, nuisance=market.use.nuisance,
        delay=market.use.delay, price=market.purchase.price, runway=market.runway,
        conformity=market.norms.conformity,
        norm_update=market.norms.update, fashion_strength=fashion.strength,
        fashion_persistence=fashion.persistence, fashion_volatility=fashion.volatility,
        economy_persistence=economy.persistence, economy_volatility=economy.volatility,
        pressure=economy.pressure, budget=economy.budget,
        mixing=int(scenario.people.links.mixing == "complete"),
        saturation=market.advertising.saturation, apart=int(sides.apart),
        for_people=sides.for_people,
        for_partners=sides.for_partners, fare=sides.fare, waiting=sides.waiting,
        attach=market.services.attach, sensitivity=market.services.sensitivity,
        care_cost=market.care.cost, care_patience=market.care.patience,
        carriage_income=market.carriage.income, carriage_fee=market.carriage.fee,
        title_noise=titles.noise, title_half=titles.half, title_rating=titles.rating,
        liking=titles.liking, mobile=market.channels.mobile,
        attention_power=market.audiences.power, tailoring=market.tailoring.strength,
        custom_cost=market.customizing.cost, bad=building.bad, harm=building.harm,
        n_partners=float(n_partners), identities=scenario.people.identities,
    )  # fmt: skip
