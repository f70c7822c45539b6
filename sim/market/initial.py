"""Empty arrays of a run, sized by its scenario, and the record of week 0."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.market.advance import record_firm
from sim.market.arrays import (
    GRID,
    N_MODELS,
    N_NEEDS,
    N_ROLES,
    Desk,
    People,
    Place,
    Record,
    Tally,
)
from sim.market.environment import show_environment
from sim.market.firms import firms_reach, show_firm
from sim.market.ledger import ACCOUNTS
from sim.market.measures import FIRM_COUNTS, FIRM_LEVELS, MARKET_COUNTS, MARKET_LEVELS
from sim.market.people import n_blocks, shares_of
from sim.market.stages import count_stages
from sim.market.tallies import (
    N_FIRM_TALLIES,
    N_MARKET_TALLIES,
    T_ENGAGED,
    T_FANS,
    TILE,
    X_LAPSED,
    X_ONLINE,
)
from sim.scenario.schema import ROLES, Kind, Scenario

if TYPE_CHECKING:
    from sim.market.model import MarketModel


MAX_ITEMS = 512


def place_of(scenario: Scenario, people: People, n_firms: int, padded: int) -> Place:
    """The environment at rest, nobody having used anything."""
    regions, blocks = scenario.people.heritage.regions, n_blocks(scenario)
    n_situations = scenario.environment.situations.count
    cells = blocks * scenario.people.identities * n_situations
    media = people.region[people.role == ROLES.index("media")]
    n_items = max(
        (most_items(kind) for kind in (*scenario.firms, *scenario.entry.kinds)), default=1
    )
    reference = np.zeros((2, cells, padded + 1))
    reference[..., :n_firms] = reference[..., padded:] = 1.0 / (n_firms + 1)
    return Place(
        economy=np.zeros(regions), fashion=np.zeros((blocks, N_NEEDS)), reference=reference,
        media_told=np.zeros((regions, padded), np.int64),
        media_people=np.bincount(media, minlength=regions).astype(np.int64),
        role_people=np.bincount(people.role, minlength=N_ROLES).astype(np.int64),
        mean_need=shares_of(people.need).mean(axis=(0, 1), dtype=np.float64) / 255.0,
        accounts=np.zeros(len(ACCOUNTS), np.int64), reach=reals(1), alive=np.zeros(1, np.uint64),
        hazard=reals(regions, padded), situations=reals(regions, n_situations),
        alpha=reals(regions), wanted=reals(blocks, N_NEEDS), norm=reals(2, cells, padded + 1),
        history=reals(scenario.weeks + 1, padded, N_NEEDS),
        tailored=np.ones((padded, N_MODELS, N_NEEDS), np.float32),
        near=np.ones((padded, GRID), np.float32),
        joined=np.zeros((n_firms, n_items), np.int64), appeal=np.zeros((n_firms, n_items)),
        where=np.zeros((n_firms, n_items)), chance=np.zeros(n_items),
        switches=np.zeros(3, np.int64), occasion=reals(1),
    )  # fmt: skip


def most_items(kind: Kind) -> int:
    """Titles or pages that a firm of a kind may come to have, at least 1."""
    return MAX_ITEMS if kind.items.entry > 0 else max(1, kind.items.count)


def reals(*shape: int) -> NDArray[np.float32]:
    """Zeros in single precision."""
    return np.zeros(shape, np.float32)


def tally_of(place: Place, padded: int, parts: int) -> Tally:
    """Empty tallies of every part."""
    return Tally(
        firm=np.zeros((parts, N_FIRM_TALLIES, padded), np.int64),
        reference=np.zeros((parts, *place.reference.shape), np.int64),
        needs=np.zeros((parts, 2, padded, N_NEEDS), np.int64),
        needs_of=np.zeros((parts, padded, N_MODELS, N_NEEDS), np.int64),
        needs_voted=np.zeros((parts, padded, N_NEEDS), np.int64),
        role_users=np.zeros((parts, padded, N_ROLES), np.int64),
        media_told=np.zeros((parts, place.media_people.shape[0], padded), np.int64),
        market=np.zeros((parts, N_MARKET_TALLIES), np.int64),
    )


def desk_of(padded: int, n_links: int) -> Desk:
    """Scratch of one thread for ``padded`` firms and people who listen to ``n_links`` others."""
    by_firm = {name: reals(padded, TILE) for name in ("fit", "worth", "value")}
    by_person = {
        name: reals(TILE)
        for name in (
            "hazard",
            "omega",
            "outside",
            "highest",
            "total",
            "run",
            "rest",
            "scale",
            "delivered",
            "faith",
            "online",
        )
    }
    whole = {
        name: np.zeros(TILE, np.int32)
        for name in (
            "c_true", "c_seen", "m_true", "m_seen", "owner", "choice", "used", "failed", "top",
            "researched",
        )
    }  # fmt: skip
    return Desk(
        draws=reals(4, 4, TILE), stories=np.zeros(TILE * n_links, np.uint32),
        heard=reals(2 * padded, TILE),
        want=reals(N_NEEDS, TILE), cell=np.zeros(TILE, np.uint32),
        options=np.zeros(TILE, np.uint64), known=np.zeros(TILE, np.uint64),
        shares=np.zeros(TILE, np.uint64),
        lived=np.zeros(TILE, np.uint32), said=np.zeros(TILE, np.uint32),
        bits=np.zeros((4, TILE), np.uint32), who=np.zeros((2, TILE), np.uint32),
        packed=np.zeros((6, padded), np.uint64),
        **by_firm, **by_person, **whole,
    )  # fmt: skip


def record_of(scenario: Scenario, n_firms: int) -> Record:
    """An empty record of weeks 0..T."""
    rows = scenario.weeks + 1
    return Record(
        counts=np.zeros((rows, n_firms, len(FIRM_COUNTS)), np.int64),
        levels=np.zeros((rows, n_firms, len(FIRM_LEVELS))),
        market_counts=np.zeros((rows, len(MARKET_COUNTS)), np.int64),
        market_levels=np.zeros((rows, len(MARKET_LEVELS))),
    )


def count_people(model: MarketModel) -> None:
    """Counts stages and people online in the initial state."""
    p, rules, place, desk = model.people, model.rules, model.place, model.desks[0]
    counts, market = model.tally.firm[0], model.tally.market[0]
    market[X_ONLINE] = np.count_nonzero(p.reach_rank < place.reach[0])
    for start, end in itertools.pairwise(p.tiles):
        count_stages(
            start, end - start, np.int64(0), place.alive[0], p.aware, p.ever, p.trust, p.engagement,
            p.supplier, p.until, model.shelf[0], rules, counts, market, desk.top, desk.owner,
            desk.bits,
        )  # fmt: skip


def records_start(model: MarketModel) -> None:
    """Writes row 0: the state before anything has happened."""
    firms, place, shelf, record = model.firm_records, model.place, model.shelf, model.record
    rules, tally = model.rules, model.tally
    show_environment(0, place, model.calendar.reach, model.calendar.window, model.firm_rules)
    for f in range(firms.size):
        show_firm(
            firms[f], shelf[0, f], shelf[1, f], place.history[0, f], place.role_people,
            model.firm_rules,
        )  # fmt: skip
    firms_reach(
        firms, place.alive, place.hazard, place.media_told, place.media_people, model.firm_rules
    )
    count_people(model)
    for f in range(firms.size):
        record_firm(
            f, firms["alive"][f] == 1, firms[f], shelf[0, f], place.mean_need, tally.firm[0],
            rules.users_are, model.firm_rules.people, record.counts[0, f], record.levels[0, f],
        )  # fmt: skip
    firms["engaged"] = tally.firm[0, T_ENGAGED, : firms.size]
    firms["fans"] = tally.firm[0, T_FANS, : firms.size]
    record.market_counts[0, : X_LAPSED + 1] = tally.market[0, : X_LAPSED + 1]
    record.market_levels[0, 0] = model.calendar.reach[0]
    tally.firm[:] = 0
    tally.market[:] = 0
