"""Mistakes against the rules that hold between keys.

Each is: content, line, column, key, and what the message says.
"""

from __future__ import annotations

from tests.scenario.fakes import FIRM, VALID

BETWEEN_KEYS: dict[str, tuple[str | bytes, int, int, str, str]] = {
    # rules between keys
    "customers of more than everybody": (
        VALID.replace("count: 2", "count: 2\n    start: {customers: 0.6}"),
        12,
        24,
        "firms.1.start.customers",
        "must add up to at most 1, got 1.2 up to here",
    ),
    "unknown strategy": (
        VALID.replace("customer-centric", "costumer-centric"),
        7,
        15,
        "firms.0.strategy",
        "no strategy costumer-centric; did you mean customer-centric?",
    ),
    "unknown strategy in use": (
        VALID.replace("use: user-first", "use: userfirst"),
        10,
        21,
        "firms.1.strategy",
        "did you mean user-first?",
    ),
    "unknown option": (
        VALID.replace("patience", "patients"),
        10,
        33,
        "firms.1.strategy.patients",
        "did you mean patience?",
    ),
    "option too low": (
        VALID.replace("patience: 2", "patience: 0"),
        10,
        43,
        "firms.1.strategy.patience",
        "must be more than 0 (years), got 0",
    ),
    "option of the wrong kind": (
        VALID.replace("patience: 2", "improve: 1"),
        10,
        42,
        "firms.1.strategy.improve",
        "must be true or false",
    ),
    "option refused by its own rule": (
        VALID.replace("patience: 2", "improve: true"),
        10,
        15,
        "firms.1.strategy",
        "improve needs observe",
    ),
    "strategy without use": (
        VALID.replace("use: user-first, ", ""),
        10,
        15,
        "firms.1.strategy.use",
        "must be a strategy's name",
    ),
    "strategy is a number": (
        VALID.replace("customer-centric", "5"),
        7,
        15,
        "firms.0.strategy",
        "must be text",
    ),
    "too many firms": (
        VALID.replace("count: 2", "count: 64"),
        6,
        3,
        "firms",
        "must be at most 64 firms, got 65",
    ),
    "too many firms and entrants": (
        FIRM
        + "    count: 63\nentry: {rate: 1, limit: 2, kinds: [{name: K, strategy: user-first}]}\n",
        3,
        3,
        "firms",
        "must be at most 64 firms, got 63 and 2 entrants",
    ),
    "two firms of one name": (
        VALID.replace("name: New", "name: Old"),
        9,
        11,
        "firms.1.name",
        "Old is firms.0 already",
    ),
    "a name that numbering makes": (
        VALID.replace("name: Old", "name: New 2"),
        9,
        11,
        "firms.1.name",
        "New 2 is firms.0 already",
    ),
    "arrivals of no kind": (FIRM + "entry: {rate: 1}\n", 5, 8, "entry.kinds", "missing; arrivals"),
    "two kinds of one name": (
        FIRM + "entry:\n  rate: 1\n  kinds:\n    - {name: K, strategy: user-first}\n"
        "    - {name: K, strategy: user-first}\n",
        9,
        14,
        "entry.kinds.1.name",
        "K is entry.kinds.0 already",
    ),
    "kind with a week of entry": (
        FIRM + "entry: {rate: 1, kinds: [{name: K, strategy: user-first, enters: 3}]}\n",
        5,
        58,
        "entry.kinds.0.enters",
        "unknown key here",
    ),
    "event of nothing": (
        FIRM + "events: [{week: 3}]\n",
        5,
        10,
        "events.0",
        "economy, window or merger",
    ),
    "trial of nobody": (
        FIRM + "trial: {firm: B, week: 3}\n",
        5,
        15,
        "trial.firm",
        "no firm B",
    ),
    "merger with itself": (
        FIRM + "events: [{week: 3, merger: {firm: A, into: A}}]\n",
        5,
        44,
        "events.0.merger.into",
        "another firm",
    ),
    "event in no region": (
        FIRM + "events: [{week: 3, economy: {region: 2, shock: 1}}]\n",
        5,
        38,
        "events.0.economy.region",
        "below the number of regions (2), got 2",
    ),
    "enters too late": (
        VALID + "    enters: 52\n",
        13,
        13,
        "firms.1.enters",
        "before the last week (52), got 52",
    ),
}
