"""Empty arrays of a run, sized by its scenario, and the record of week 0."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.market.advance import records_firm, remember
from sim.market.arrays import BROKEN, Desk, People, Place, Record, Shelf, Tally
from sim.market.environment import show_environment
from sim.market.firms import firms_reach, show_firm
from sim.market.measures import FIRM_COUNTS, FIRM_LEVELS, MARKET_COUNTS, MARKET_LEVELS
from sim.market.people import n_blocks
from sim.market.stages import count_all
from sim.market.tallies import (
    N_FIRM_TALLIES,
    N_MARKET_TALLIES,
    N_NEEDS,
    TILE,
    X_LAPSED,
    X_ONLINE,
)
from sim.scenario.schema import ROLES, Scenario

if TYPE_CHECKING:
    from sim.market.model import MarketModel

N_ROLES = len(ROLES)


def place_of(scenario: Scenario, people: People, n_firms: int, padded: int) -> Place:
    """The environment at rest, nobody having used anything."""
    regions, blocks = scenario.people.heritage.regions, n_blocks(scenario)
    cells = blocks * scenario.people.identities * scenario.environment.situations.count
    media = people.region[people.role == ROLES.index("media")]
    reference = np.zeros((2, cells, padded + 1))
    reference[..., :n_firms] = 1.0 / (n_firms + 1)
    reference[..., padded] = 1.0 / (n_firms + 1)
    return Place(
        economy=np.zeros(regions), fashion=np.zeros((blocks, N_NEEDS)), reference=reference,
        told_for=np.zeros((n_firms, 2), np.int64),
        media_told=np.zeros((regions, n_firms), np.int64),
        media_people=np.bincount(media, minlength=regions).astype(np.int64),
        role_people=np.bincount(people.role, minlength=N_ROLES).astype(np.int64),
        role_users=np.zeros((n_firms, N_ROLES), np.int64),
        needs=np.zeros((2, n_firms, N_NEEDS), np.int64), uses=np.zeros((2, n_firms), np.int64),
        ideas=np.zeros(n_firms, np.int64), engaged=np.zeros(n_firms, np.int64),
        mean_need=people.need.mean(axis=(0, 1), dtype=np.float64) / 255.0,
    )  # fmt: skip


def shelf_of(scenario: Scenario, padded: int) -> Shelf:
    """An empty shelf."""
    regions, blocks = scenario.people.heritage.regions, n_blocks(scenario)
    n_situations = scenario.environment.situations.count

    def reals(*shape: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        return np.zeros(shape, np.float32)

    return Shelf(
        quality=reals(N_NEEDS, padded), history=reals(scenario.weeks + 1, padded, N_NEEDS),
        open=reals(padded), price=reals(padded), promise=reals(padded), ads=reals(padded),
        ad_load=reals(padded), position=reals(padded), network=reals(padded),
        service=np.ones(padded, np.float32), outreach=np.ones(padded, np.float32),
        updates=reals(padded), access=reals(padded), subscription=np.zeros(padded, np.uint8),
        term=np.zeros(padded, np.int64), alive=np.zeros(1, np.uint64),
        hazard=reals(regions, padded), heard_kept=reals(padded), heard_broken=reals(padded),
        situations=reals(regions, n_situations), alpha=reals(regions),
        fashion=reals(blocks, N_NEEDS),
        norm=reals(2, blocks * scenario.people.identities * n_situations, padded + 1), reach=reals(1),
    )  # fmt: skip


def tally_of(place: Place, padded: int, parts: int) -> Tally:
    """Empty tallies of every part."""
    return Tally(
        firm=np.zeros((parts, N_FIRM_TALLIES, padded), np.int64),
        reference=np.zeros((parts, *place.reference.shape), np.int64),
        needs=np.zeros((parts, 2, padded, N_NEEDS), np.int64),
        role_users=np.zeros((parts, padded, N_ROLES), np.int64),
        media_told=np.zeros((parts, place.media_people.shape[0], padded), np.int64),
        market=np.zeros((parts, N_MARKET_TALLIES), np.int64),
    )


def desk_of(shelf: Shelf) -> Desk:
    """Scratch of one thread."""
    padded = shelf.open.shape[0]

    def reals(*shape: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        return np.zeros(shape, np.float32)

    row_of = np.full(256, 2 * padded, np.uint8)
    row_of[:padded] = np.arange(padded)
    row_of[BROKEN : BROKEN + padded] = np.arange(padded, 2 * padded)
    return Desk(
        draws=reals(4, 4, TILE), row_of=row_of, heard=reals(2 * padded + 1, TILE),
        hazard=reals(TILE), want=reals(N_NEEDS, TILE), m_true=np.zeros(TILE, np.int32),
        cell=np.zeros(TILE, np.int64), online=np.zeros(TILE, np.uint8),
        owner=np.zeros(TILE, np.int32), options=np.zeros(TILE, np.uint64),
        trust_last=reals(TILE), omega=reals(TILE), fit=reals(padded, TILE),
        worth=reals(padded, TILE), value=reals(padded, TILE), outside=reals(TILE),
        highest=reals(TILE), total=reals(TILE), run=reals(TILE), choice=np.zeros(TILE, np.int32),
        used=np.zeros(TILE, np.int32), bid=reals(padded), top=np.zeros(TILE, np.int32),
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


def records_start(model: MarketModel) -> None:
    """Writes row 0: the state before anything has happened."""
    firms, place, shelf, record = model.firm_arrays, model.place, model.shelf, model.record
    show_environment(0, place, shelf, model.firm_rules, model.calendar)
    for f in range(firms.alive.shape[0]):
        show_firm(f, 0, firms, place, shelf, model.firm_rules)
    firms_reach(firms, place, shelf, model.firm_rules)
    count_all(model.people, shelf, model.rules, model.tally, desk_of(shelf))
    users_are = model.rules.ads_count
    for f in range(firms.alive.shape[0]):
        records_firm(f, 0, firms.alive[f] == 1, firms, place, shelf, model.tally, users_are, record)
    record.market_counts[0, X_ONLINE : X_LAPSED + 1] = model.tally.market[0, X_ONLINE : X_LAPSED + 1]
    record.market_levels[0, 0] = model.calendar.reach[0]
    remember(model.tally, place)
    model.tally.firm[:] = 0
    model.tally.market[:] = 0
