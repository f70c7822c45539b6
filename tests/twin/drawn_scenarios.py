"""Scenarios for Hypothesis: small, lively markets in which every rule gets its turn."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from sim.scenario.schema import SITUATIONS, Scenario
from sim.strategies import REGISTRY
from sim.strategies.base import AUDIENCES

CHANNELS = ("store", "site", "social", "mobile")
share = st.integers(0, 20).map(lambda n: n / 20)


def between(low: float, high: float) -> st.SearchStrategy[float]:
    """Twenty-one even steps."""
    return share.map(lambda x: round(low + (high - low) * x, 6))


def rarely(usual: Any, other: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The usual value first, or another one."""
    return st.one_of(st.just(usual), other)


def block(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A mapping with these keys."""
    return st.fixed_dictionaries(fields)


PEOPLE = block(
    count=st.integers(20, 60),
    identities=st.integers(1, 4),
    salience_spread=between(0, 3),
    reconsider=share,
    heritage=block(
        cohorts=st.integers(1, 3), regions=st.integers(1, 3), educations=st.integers(1, 2)
    ),
    roles=block(
        talent=between(0, 0.2),
        partner=between(0, 0.2),
        media=between(0, 0.2),
        influencer=between(0, 0.2),
    ),
    links=block(mixing=st.sampled_from(["network", "complete"]), mean=st.integers(1, 10)),
)
REACH = st.one_of(
    st.just(1.0),
    share,
    block(floor=between(0, 0.4), ceiling=between(0.6, 1), midpoint=between(0, 30)),
    st.just({"years": (1998, 1998.2, 1998.4), "percent": (20, 90, 60)}),
)
ENVIRONMENT = block(
    reach=REACH,
    economy=block(volatility=between(0, 0.3), pressure=between(0, 5), budget=between(0, 2)),
    fashion=block(strength=between(0, 3), volatility=between(0, 0.2)),
    situations=block(count=st.integers(1, 4), cue=between(0, 4), misread=between(0, 0.4)),
    attention=between(0.01, 1),
    fatigue=rarely(0, between(0, 10)),
)
MARKET = block(
    use=block(
        rate=between(0.3, 1), outside=between(0, 5), temperature=between(0.4, 3),
        delay=between(0, 1),
    ),
    purchase=block(wait=between(0.5, 8), outside=between(-2, 4), online=share),
    norms=block(
        omega=rarely(0, between(0, 0.9)), conformity=between(0, 2), update=between(0.05, 1)
    ),
    trust=block(
        gain=between(0, 0.1), noise=between(0.05, 1), tolerance=between(0, 0.4), hearsay=share,
        contagion=share,
    ),
    engagement=block(user=between(0, 0.4), fan=between(0.2, 0.8), fan_trust=between(0.3, 0.7)),
    awareness=block(
        external=between(0, 20), imitation=between(0, 40), talk=between(0, 5), press=between(0, 40)
    ),
    collaboration=block(rate=share),
    building=block(
        success=between(0.05, 1), talent=between(0, 3), partners=between(0, 3),
        bad=rarely(0, share),
    ),
    knowing=block(cost=rarely(0.01, st.just(0)), noise=between(0, 2), update=between(0.05, 1)),
    culture=block(years=between(0.1, 5)),
    capacity=block(start=between(0, 1), weeks=between(1, 20)),
    network=block(effect=rarely(0, between(0, 10))),
    advertising=block(income=between(0, 0.5), saturation=rarely(0, between(0.05, 2))),
    runway=rarely(104, between(1, 61)),
    sides=rarely({}, block(
        for_people=between(0, 5), for_partners=between(0, 5), fare=between(0, 0.5),
        waiting=between(0, 1),
    )),
    services=block(attach=share, sensitivity=between(0, 40)),
    care=block(cost=between(0.001, 0.02), gain=between(0, 2), patience=between(0, 0.9)),
    carriage=block(income=between(0, 0.05), fee=between(0, 0.05)),
    titles=block(
        noise=between(0.1, 2), half=between(0.1, 2), rating=share, liking=rarely(0, between(0, 5))
    ),
    channels=block(mobile=between(0, 0.9)),
    audiences=block(power=between(0, 2)),
    tailoring=block(strength=between(0, 2)),
    customizing=block(cost=between(0, 2)),
)  # fmt: skip
OFFER = st.one_of(
    st.just({}),
    block(
        plan=st.sampled_from(["sale", "subscription"]), term=st.integers(1, 9),
        price=between(0.1, 2),
    ),
    block(openness=share, ad_load=share, inflation=between(-0.5, 1), updates=share),
    block(subsidy=between(0, 0.2), subsidy_partners=between(0, 0.2), commission=share),
    block(service_price=between(0, 0.1), owner_ads=share, ad_load=share),
    block(premium=between(0, 0.2), custom=between(0, 0.1), votes=share),
    block(matching=share, popularity=between(0, 2), models=st.integers(1, 4)),
    block(audiences=st.dictionaries(st.sampled_from(AUDIENCES), share, max_size=4)),
)  # fmt: skip
EVENT = st.one_of(
    block(week=st.integers(1, 20), economy=block(shock=between(-2, 2))),
    block(
        week=st.integers(1, 20),
        window=block(situation=st.sampled_from(SITUATIONS), strength=between(-5, 5)),
    ),
)


KIND: dict[str, st.SearchStrategy[Any]] = {
    "strategy": st.sampled_from(sorted(REGISTRY)),
    "cash": rarely(0.6, between(0, 0.2)),
    "offer": OFFER,
    "start": block(aware=share, customers=between(0, 0.5), quality=between(0, 1)),
    "costs": block(fixed=rarely(0.003, between(-0.01, 0.05)), shock=rarely(0, between(0, 0.01))),
    "items": rarely(
        {},
        block(
            count=st.integers(1, 6),
            of=st.sampled_from(["titles", "pages"]),
            spread=between(0, 1),
            entry=rarely(0, share),
        ),
    ),
    "channels": rarely(CHANNELS, st.lists(st.sampled_from(CHANNELS), unique=True)),
    "funding": block(rounds=st.integers(0, 3), amount=between(0, 1), growth=between(-1, 0.1)),
}


def firm(name: str) -> st.SearchStrategy[dict[str, Any]]:
    """A firm group."""
    return block(
        name=st.just(name),
        **KIND,
        count=st.integers(1, 2),
        enters=rarely(0, st.integers(0, 15)),
    )


def entry(practised: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Entrants of one kind or three, most of which do what firms of the market do."""
    usual = KIND | {"strategy": st.one_of(st.sampled_from(practised), KIND["strategy"])}
    one, two, three = (block(name=st.just(name), **usual) for name in ("new", "newer", "late"))
    return block(
        rate=between(0, 20),
        limit=st.integers(1, 12),
        kinds=st.one_of(st.tuples(one, two, three), st.tuples(one)),
        imitation=rarely({}, block(strength=between(0, 5), mutation=share)),
    )


def trial(names: list[str]) -> st.SearchStrategy[Any]:
    """Perhaps a trial of the first firm."""
    return rarely(None, block(firm=st.just(names[0]), week=st.integers(1, 20), share=share))


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """A whole scenario of 20 to 60 people and 10 to 30 weeks."""
    firms = [draw(firm(name)) for name in "abcd"[: draw(st.integers(1, 4))]]
    names = [group["name"] for group in firms if group["count"] == 1]
    deal = []
    if len(names) > 1 and draw(st.booleans()):
        merger = {"firm": names[0], "into": names[1]}
        deal = [{"week": draw(st.integers(1, 20)), "merger": merger}]
        firms[1]["carrier"] = firms[0]["name"] if names[:2] == ["a", "b"] else ""
    arrivals = draw(rarely({}, entry([group["strategy"] for group in firms])))
    return Scenario.model_validate(
        {
            "title": "drawn",
            "weeks": draw(st.integers(10, 30)),
            "review": draw(st.sampled_from([13, 1, 4])),
            "users_are": draw(st.sampled_from(["engaged", "roles", "audience"])),
            "people": draw(PEOPLE),
            "environment": draw(ENVIRONMENT),
            "market": draw(MARKET),
            "firms": firms,
            "entry": arrivals,
            "events": [*draw(st.lists(EVENT, max_size=2)), *deal],
            "trial": draw(trial(names)) if names else None,
        }
    )
