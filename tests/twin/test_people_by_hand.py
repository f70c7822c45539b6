"""The twin's formulas of people against numbers worked out by hand."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import pytest

from sim.strategies.base import Decision
from tests.reference.record import owns, stage
from tests.reference.reference_table import BUYING, USING, renewed_row
from tests.reference.start import firm
from tests.reference.twin import Twin
from tests.twin.by_hand import close, close_list, market


def test_whom_one_hears_of() -> None:
    twin = market(2, market={"awareness": {"imitation": 26.0}})
    person = twin.people[0]
    twin.hazard[person.region] = [0.1, 0.1]

    def heard(u: float) -> list[bool]:
        person.aware, person.talk_u = [False, False], (u, 0.0, 0.0, 0.0)
        person.discover([0.0, 0.4])
        return person.aware

    # the second adds 26/52*.4 = .2: hazards .1 and .3, chance 1 - exp(-.4) = .329680;
    # .05/.329680*.4 = .0607 < .1, and .2 gives .2427 > .1
    assert heard(0.05) == [True, False]
    assert heard(0.2) == [False, True]
    assert heard(0.33) == [False, False]


def test_stories_move_trust() -> None:
    twin = market(2, people={"links": {"mean": 3}})
    person = twin.people[0]
    person.links, person.aware, person.trust = [1, 2, 3], [True, False], [0.5, 0.5]
    for d, message in ((1, 0), (2, 64), (3, 65)):
        twin.people[d].told = message
    person.talk_u = (1.0, 0.0, 0.0, 0.0)
    person.hear()
    # each is a third: .5 + .1*(.05*.5 - .15*.5)/3; the unknown firm stays
    assert person.trust == close_list([0.4983333, 0.5])


def test_stories_of_all_with_complete_mixing() -> None:
    twin = market(1, people={"links": {"mixing": "complete"}})
    person, only = twin.people[0], twin.firms[0]
    person.aware, person.trust, person.talk_u = [True], [0.5], (1.0, 0.0, 0.0, 0.0)
    only.last.told_kept, only.last.told_broken = 40, 10
    person.hear()
    assert person.trust == close_list([0.50025])  # .5 + .1*(.05*.5*.4 - .15*.5*.1)


def test_situation_misread_and_identity() -> None:
    twin = market(environment={"situations": {"misread": 0.4, "cue": 1.5}})
    person = twin.people[0]
    person.situation_u = (0.9, 0.25, 0.0, 0.0)
    person.see_situation()
    # cdf .4 .6 .8 1: kind 3; .25/.4*3 = 1.875: one further than the next, (3+1+1) % 4
    assert (person.c_true, person.c) == (3, 1)
    person.salience_w = [2.0, 1.0]
    for u, m in ((0.3, 0), (0.31, 1)):  # exp(1.5) = 4.481689; 2/(2 + 4.481689) = .308562
        person.situation_u = (0.0, 0.0, u, 0.0)
        assert person.identity(1) == m
    person.situation_u = (0.0, 0.0, 0.31, 0.0)
    assert person.identity(3) == 0  # nothing calls: 2/3


def test_norms_weigh_more_on_the_unsure() -> None:
    person = market().people[0]
    person.last, person.uncertainty = 255, 0.5
    assert person.norm_weight() == close(0.3)
    person.last, person.uncertainty, person.trust = 0, 1.0, [0.0, 0.5]
    assert person.norm_weight() == close(0.5381015)  # logit .3 = -.847298; 1/(1 + exp(-.152702))
    person.satisfaction, person.uncertainty = 0.5, 0.2
    assert person.rethinks() == close(0.72)  # 1 - .7*.5*.8


def test_finding_out_that_a_firm_has_closed() -> None:
    twin = market(2)
    person = twin.people[0]
    twin.firms[0].alive, twin.firms[0].open_told, twin.firms[1].open_told = False, 0.9, 0.1
    twin.clear_counts()
    person.last = person.supplier = 0
    person.trust = [0.5, 0.5]
    person.talk_u = (0.0, 0.0, 0.0, 0.3)
    assert not person.notice_closed()
    assert (person.last, twin.market["n_found_closed"]) == (0, 0)
    person.talk_u = (0.0, 0.0, 0.0, 0.2)
    assert person.notice_closed()
    assert person.trust == close_list([0.5, 0.48])  # .5 * (1 - .2*(1 - .8))
    assert (person.last, person.supplier, twin.market["n_found_closed"]) == (255, 255, 1)


def user_of(twin: Twin, owner: bool) -> Any:
    """A person who only needs the core, at the first firm, whose taste they share."""
    person, only = twin.people[0], twin.firms[0]
    twin.week = 1
    only.q_seen = {0: [0.4, 0, 0, 0, 0, 0], 1: [0.6, 0, 0, 0, 0, 0]}
    person.need, person.m, person.m_true = [[255, 0, 0, 0, 0, 0]], 0, 0
    person.taste, person.bought, person.aware = 0.5, 0, [True]
    person.holding = 0 if owner else 255
    return person


def test_surplus_counts_needs_in_money() -> None:
    twin = market(1)
    person = user_of(twin, owner=True)
    person.add_surplus(twin.firms)
    # owned at .4: 6*.4 + 1 = 3.4; log(exp(2.5) + exp(3.4)) - 2.5 = 1.241154; / 2.9 = .427984
    assert twin.surplus_units == math.floor(0.4279841 * 65536 + 0.5) == 28048


def test_surplus_is_asked_of_every_thirty_second(monkeypatch: pytest.MonkeyPatch) -> None:
    twin = market(1)
    monkeypatch.setattr(twin.draws, "uniforms", lambda *_: (0.0,) * 4)
    twin.week = 1
    twin.firms[0].work()
    for person in twin.people:
        person.aware = [True]
        person.live()
    # of 0..99 + week 1, 32 64 and 96 are multiples
    assert (twin.market["n_occasions"], twin.surplus_asked) == (100, 3)


def test_what_owners_and_others_meet() -> None:
    terms = Decision(updates=0.5, openness=0.5, ad_load=1.0)
    twin = market(firms=[firm("maker", 0, 100, decision=terms)])
    person, maker = user_of(twin, owner=True), twin.firms[0]
    assert person.quality_met(maker, 0)[0] == close(0.5)  # half of the way from .4 to .6
    assert person.served(maker, [1, 0, 0, 0, 0, 0], 0) == close(4.0)  # 6*.5 + 1
    assert person.ads(maker) == 0
    person.holding = 255
    assert person.served(maker, [1, 0, 0, 0, 0, 0], 0) == close(2.8)  # 6*.5*.6 + 1
    assert person.ads(maker) == close(0.3)
    maker.decision = dataclasses.replace(terms, plan="subscription")
    person.holding = 0
    assert person.quality_met(maker, 0)[0] == close(0.6)


def test_kept_and_broken_promises() -> None:
    twin = market(1)
    person = user_of(twin, owner=False)
    person.talk_u, only = (1.0,) * 4, twin.firms[0]
    only.promise_told, only.service_told = 0.55, 0.5
    person.trust, person.engagement = [0.5], [0.5]
    person.satisfaction, person.uncertainty = 0.5, 0.1
    # delivered .5*.6 = .3: kept with chance .5 + (.3 - .55)/.5 = 0
    person.use_u = (0.0, 0.0, 0.0, 0.0)
    person.experience(only)
    assert (person.trust, person.engagement) == (close_list([0.425]), close_list([0.6]))
    assert (person.satisfaction, person.uncertainty) == (close(0.4), close(0.18))
    only.promise_told = 0.30  # now an even chance
    person.use_u = (0.0, 0.0, 0.0, 0.49)
    person.experience(only)
    assert person.trust == close_list([0.45375])  # .425 + .05*.575
    assert (only.now.n_uses, only.now.n_free_uses, only.now.n_kept) == (2, 2, 1)
    assert only.now.needs[0] == 510


def test_a_small_shortfall_is_tolerated() -> None:
    twin = market(1, market={"trust": {"tolerance": 0.2}})
    person, only = user_of(twin, owner=False), twin.firms[0]
    person.talk_u, only.promise_told, only.service_told = (1.0,) * 4, 0.7, 1.0
    for u, kept in ((0.69, 1), (0.71, 0)):  # .5 + (.6 - .7 + .2)/.5 = .7
        person.trust, person.use_u = [0.5], (0.0, 0.0, 0.0, u)
        before = only.now.n_kept
        person.experience(only)
        assert only.now.n_kept - before == kept


def test_a_failed_access_only_disappoints() -> None:
    twin = market(1, market={"use": {"delay": 1.0}})
    person = user_of(twin, owner=True)
    only, person.online, person.nativeness = twin.firms[0], True, 0.5
    only.q_seen[1] = [0.6, 0.2, 0, 0, 0, 0]
    only.access_told = [0.8, 0.8]  # delay * (1 - q_access)
    person.satisfaction, before = 0.5, list(person.trust)
    person.use_u = (0.0, 0.0, 0.302, 0.0)  # exp(-1*.8*1.5) = exp(-1.2) = .301194
    assert person.meet(only) == 255
    assert (person.satisfaction, person.trust, person.last) == (close(0.4), before, 0)
    assert (only.now.n_failed, only.now.n_uses) == (1, 0)
    person.online = False  # an owner needs no line
    person.talk_u = (1.0,) * 4
    assert person.meet(only) == 0


def test_buying_weighs_what_is_not_free_already_and_switching() -> None:
    twin = market(2)
    person = twin.people[0]
    twin.week, person.m, person.taste, person.online = 1, 0, 0.5, True
    person.need, person.trust, person.engagement = [[255, 0, 0, 0, 0, 0]], [0.5] * 2, [0.0] * 2
    twin.environment.fad[person.block] = [0.0] * 6
    rival = twin.firms[1]
    rival.q_seen = {1: [0.5, 0, 0, 0, 0, 0]}
    rival.open_told, rival.promise_told, rival.share_told = 0.25, 0.9, 0.0
    # 6*.75*.5 + 1 + .5 - 2.9*1.15 with the promise unread
    assert person.purchase_utility(rival, True, 0) == close(0.415)
    # unresearched: 6*.75*.9 = 4.05, and no supplier to leave: 4.05 + 1.5 - 2.9
    assert person.purchase_utility(rival, False, 255) == close(2.65)
    person.online = False
    assert person.purchase_utility(rival, False, 1) == close(4.0)  # 5.4 + 1.5 - 2.9


def test_norms_weigh_anew_after_the_use(monkeypatch: pytest.MonkeyPatch) -> None:
    twin = market(1)
    person, only = user_of(twin, owner=False), twin.firms[0]
    monkeypatch.setattr(twin.draws, "uniforms", lambda *_: (0.0,) * 4)
    person.trust, person.uncertainty, person.last = [0.5], 1.0, 255
    person.supplier, only.promise_told = 255, 0.0
    seen: list[float] = []
    monkeypatch.setattr(person, "buy", lambda: seen.append(person.omega))
    person.live()
    # kept: surprise .5, uncertainty 1 - .2*.5 = .9; trust in the new last .5 + .05*.5 = .525
    # logit .3 + .4 - .025 = -.472298; 1/(1 + exp(.472298)) = 1/(1 + 1.603675)
    assert (person.last, only.now.n_kept) == (0, 1)
    assert seen == close_list([0.3840725])


def test_a_good_serves_through_its_last_week() -> None:
    twin = market(firms=[firm("shop", 0, 100, decision=Decision(term=3))])
    person = twin.people[0]
    person.supplier, person.bought, person.until, person.aware = 0, 2, 5, [True]
    person.online, person.satisfaction, person.uncertainty = False, 1.0, 0.0
    person.m = person.c = 0
    person.buy_u = (0.0, 0.999, 0.0, 0.0)  # every occasion comes, and habit decides
    found = []
    for week in (4, 5):
        twin.week = week
        found.append((person.serves(week), owns(twin, person, 0)))
        person.buy()
    # an owner through week 5, but no customer at its end; buys then, not before
    assert found == [(True, True), (True, False)]
    assert (person.bought, person.until, twin.market["n_purchases"]) == (5, 8, 1)
    assert [person.serves(week) for week in (8, 9)] == [True, False]
    twin.firms[0].alive = False  # nothing serves from a firm that is gone
    assert not person.serves(6)


def test_a_subscription_that_ends_is_renewed_at_once() -> None:
    terms = Decision(plan="subscription", term=3)
    twin = market(firms=[firm("library", 0, 100, decision=terms)])
    person = twin.people[0]
    twin.week, person.supplier, person.until, person.aware = 5, 0, 5, [True]
    person.online, person.satisfaction, person.uncertainty = False, 1.0, 0.0
    person.m = person.c = 0
    person.buy_u = (0.999, 0.999, 0.0, 0.0)
    person.buy()
    assert (person.until, person.bought, twin.market["n_purchases"]) == (8, 5, 1)
    assert twin.n_reference[BUYING][person.block][0][0] == [1, 0]  # a habit counts too
    assert twin.n_reference[USING][person.block][0][0] == [0, 0]
    for until in (6, 4):  # serves next week too; ended a week ago: the usual wait
        person.until = until
        person.buy()
        assert twin.market["n_purchases"] == 1


def test_stages_in_their_order() -> None:
    twin = market(1)
    person = twin.people[0]
    person.aware, person.ever, person.supplier = [True], [True], 0
    person.until, person.trust, person.engagement = 1, [0.8], [0.8]
    seen = [stage(twin, person, 0)]
    person.trust = [0.6]
    seen.append(stage(twin, person, 0))
    person.until = 0  # a good that serves through week 0 makes no customer at its end
    seen.append(stage(twin, person, 0))
    person.engagement = [0.04]
    seen.append(stage(twin, person, 0))
    person.ever = [False]
    seen.append(stage(twin, person, 0))
    person.aware = [False]
    seen.append(stage(twin, person, 0))
    assert seen == ["fan", "customer", "using", "lapsed", "aware", "stranger"]


def test_reference_moves_to_what_was_chosen() -> None:
    twin = market(2)
    # 4 choices: (3.5, .5, 1.5)/5.5 = .636364 .090909 .272727; .9/3 + .1 of each
    expected = [0.3636364, 0.3090909, 0.3272727]
    assert renewed_row([1 / 3] * 3, [3, 0, 1], twin) == close_list(expected)
    twin.firms[1].alive = False
    twin.clear_counts()
    # the dead keep theirs; (3.5, 1.5)/5
    assert renewed_row([1 / 3] * 3, [3, 0, 1], twin) == close_list([0.37, 1 / 3, 0.33])
