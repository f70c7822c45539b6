"""Firms as records: what they decide and are, and what people meet of them."""

from __future__ import annotations

import numpy as np

from sim.market.arrays import N_AUDIENCES, N_LEVERS, N_MODELS, N_NEEDS, N_ROLES

# A firm: decisions, terms of business, state, and what its people did last week.
FIRM = np.dtype(
    [(name, np.float64) for name in (
        "price", "openness", "ad_load", "inflation", "updates", "burn", "reinvest", "goal",
        "headroom", "cost_unit", "cost_serving", "cost_fixed", "cost_shock", "position", "open",
        "culture", "capacity", "service", "outreach", "promise", "gross",
        "subsidy", "subsidy_partners", "commission", "service_price", "owner_ads", "premium",
        "custom", "votes", "matching", "popularity", "bug", "recovery", "waiting_cases", "ratings",
        "handled", "match", "top_item", "custom_served", "store", "site", "social", "mobile",
        "founding",
    )]
    + [(name, np.int64) for name in (
        "subscription", "term", "by_belief", "release_every", "improve", "uid", "cash", "alive",
        "entered", "exited", "releases", "ideas", "engaged", "told_kept", "told_broken",
        "uses_paid", "uses", "models", "apart", "carrier", "carried", "fees", "kept", "wanted",
        "items", "pages", "fans", "joined", "merged",
    )]
    + [
        ("attention", np.float64, (N_AUDIENCES,)), ("beliefs", np.float64, (N_MODELS, N_NEEDS)),
        ("needs_of", np.int64, (N_MODELS, N_NEEDS)), ("needs_voted", np.int64, (N_NEEDS,)),
        ("budget", np.float64, (N_LEVERS,)), ("focus", np.float64, (N_NEEDS,)),
        ("quality", np.float64, (N_NEEDS,)), ("pending", np.float64, (N_NEEDS,)),
        ("belief", np.float64, (N_NEEDS,)), ("spend", np.int64, (N_LEVERS,)),
        ("needs_paid", np.int64, (N_NEEDS,)), ("needs", np.int64, (N_NEEDS,)),
        ("role_users", np.int64, (N_ROLES,)),
    ]
)  # fmt: skip

# What people meet of a firm this week.
SHELF = np.dtype(
    [(name, np.float32) for name in (
        "open", "price", "promise", "ads", "ad_load", "position", "network", "service",
        "outreach", "updates", "access", "told_kept", "told_broken", "fee", "owner_ads", "premium",
        "custom_served", "recovery", "influence",
    )]
    + [(name, np.int64) for name in (
        "subscription", "term", "models", "apart", "titles", "store", "site",
    )]
    + [("quality", np.float32, (N_NEEDS,))]
)  # fmt: skip
