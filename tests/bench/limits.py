"""How near the week comes to what the machine can do, and where its time goes.

The limit: every person's state read and written once, in order, as fast as this machine does it
over so much memory, and the messages of those one listens to looked up, as fast as that goes.
"""

from __future__ import annotations

import ctypes
import math
from typing import Any

import numpy as np

from sim.market.model import MarketModel
from tests.bench.c_week import FAST, build
from tests.bench.duel import FIRMS, ROUNDS, WARM, fight, weeks_of
from tests.bench.markets import market, seconds
from tests.bench.parts import SETTLE, shares
from tests.bench.tables import Cell, Ways, median_of, publish

# Bytes of a person that a part of the week is the first to touch: fixed, and for every firm.
# What it writes comes from the same lines; listening reads its links in the gather's own figure.
FIRST = {
    "draw": (0, 0),
    "hear": (8, 4),  # who one knows; trust
    "who am I": (4 * 4 + 8, 0),  # salience of four identities, the needs of one
    "choose": (4 * 5 + 2 * 2 + 2, 4),  # traits, purchase, last firm; engagement
    "remember": (8 + 1, 0),  # ever, role
    "tell": (1, 0),
    "buy": (1, 0),
    "count": (0, 0),
}


def rates(model: MarketModel) -> tuple[float, float, float]:
    """Nanoseconds to stream a byte of so many, to look up a neighbour, to look up anyone.

    Streaming reads and writes an array as large as the people's state that a week touches.
    """
    library = build(model, FAST)
    people = model.people.links.shape[0]
    size = people * sum(fixed + each * FIRMS for fixed, each in FIRST.values()) // 4
    x, told = np.ones(size, np.float32), model.people.told[0]
    near = model.people.links.reshape(-1)
    far = np.random.default_rng(1).integers(0, people, near.size, dtype=np.uint32)
    again = int(max(1, 2e6 // near.size))

    def repeat(function: Any, *given: Any) -> float:
        return seconds(lambda: [function(*given) for _ in range(again)]) / again * 1e9

    def pointer(array: Any) -> ctypes.c_void_p:
        return ctypes.c_void_p(array.ctypes.data)

    n = ctypes.c_int64(near.size)
    stream, near_by, anyone = median_of(
        5,
        lambda: repeat(library.stream, pointer(x), ctypes.c_int64(size)) / (4 * size),
        lambda: repeat(library.gather, pointer(told), pointer(near), n) / near.size,
        lambda: repeat(library.gather, pointer(told), pointer(far), n) / near.size,
    )
    return stream, near_by, anyone


def floor(part: str, stream: float, hearing: float) -> float:
    """The least nanoseconds a person that a part can take; hearing: to look up all neighbours."""
    fixed, each = FIRST[part]
    return stream * (fixed + each * FIRMS) + (hearing if part == "hear" else 0.0)


def of_firms(model: MarketModel) -> int:
    """Bytes of the firms and of what stands between them and people; of history one week."""
    place = sum(array.nbytes for name, array in model.place._asdict().items() if name != "history")
    week = model.place.history[0].nbytes
    return int(model.firm_records.nbytes + model.shelf.nbytes + place + week)


def column(people: int) -> dict[str, Cell]:
    """What one size of population gives, by the title of its row."""
    duel, weeks = fight(people), weeks_of(people)
    watched = MarketModel(market(people, WARM + 1 + ROUNDS * weeks, FIRMS))
    watched.advance(WARM)
    took = {part: share * duel.engine for part, share in shares(watched, weeks, ROUNDS).items()}
    found: dict[str, Cell] = {"engine, whole week": duel.engine}
    found |= {f"of it {part}": ns for part, ns in took.items()}
    if math.isnan(duel.c) or duel.model is None:
        return found
    stream, near, far = rates(duel.model)
    links = duel.model.people.links.shape[1]
    least = {part: floor(part, stream, near * links) for part in FIRST}
    least[SETTLE] = stream * of_firms(duel.model) / people
    whole = sum(least.values())
    found |= {
        "C, people's week": duel.c,
        "engine's people's week / C's": (duel.engine - took[SETTLE]) / duel.c,
    }
    found |= {f"limit: {part}": ns for part, ns in least.items() if ns > 0.0}
    found |= {
        f"share of its limit, %: {part}": 100 * ns / took[part]
        for part, ns in least.items()
        if ns > 0.0
    }
    found |= {
        "limit, whole week": whole,
        "engine's share of the limit, %": 100 * whole / duel.engine,
        "C's share of the people's limit, %": 100 * (whole - least[SETTLE]) / duel.c,
        "streaming, GB/s (read and written)": 2 / stream,
        "look up a neighbour, ns": near,
        "look up anyone, ns": far,
    }
    return found


def report(ways: Ways) -> None:
    """Measures and publishes the table."""
    sizes = (1_000, 10_000) if ways.small else (1_000, 10_000, 100_000, 1_000_000)
    columns = {people: column(people) for people in sizes}
    titles = list(columns[sizes[0]])
    publish(
        "limits",
        "Nanoseconds a person and week, and the machine's limit",
        ["one thread, 8 firms", *(f"{people:,} people" for people in sizes)],
        [[title, *(columns[people].get(title) for people in sizes)] for title in titles],
        "Medians of rounds in which the engine and C take turns, processor time. `of it`: shares of"
        " the engine's own week, compiled once more with a look at the processor's counter after"
        " every call (`parts.py`), of the round that was least disturbed. `settle` is what stands"
        " between the people's weeks: the firms' work, accounts and reviews. C lives the people's"
        " week only.",
        "`limit`: each byte of a person (`settle`: of a firm and of the tables between firms and"
        " people) that a part is the first to touch streamed once, and for `hear` all neighbours"
        " looked up, at the rates that the last rows give for that size. Parts that touch nothing"
        " new have none, and a low share says that a part is arithmetic, not memory: exponentials,"
        " draws, and branches on what people are.",
        f"C is built with `gcc {' '.join(FAST)}`; built without contraction it has the engine's"
        " bits, which a test holds.",
        ways=ways,
    )
