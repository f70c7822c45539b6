"""The answer in words: who is better, how many rows the band holds, what cannot be judged."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from sim.history.play import PlayedReplay
from sim.history.words import answer, said_of

FEW = {"model coverage": 1 / 3}


def judged(played: PlayedReplay, *ratios: float) -> PlayedReplay:
    """The replay with its first series once for each ratio; its three rows judged once each."""
    one = played.series[0]
    rows = [{**one.judgement, **FEW, "ratio": ratio} for ratio in ratios]
    rows = [
        {**row, "model coverage": math.nan} if math.isnan(row["ratio"]) else row for row in rows
    ]
    return replace(played, series=tuple(replace(one, judgement=row) for row in rows))


@pytest.mark.parametrize(
    ("ratios", "says"),
    [
        ((0.5,), "the model is better than the simple curve, with 0.50 times its error; its 80% "
         "band holds 1 of 3 rows."),
        ((3.0,), "the model is worse than the simple curve, with 3.00 times its error;"),
        ((1.02,), "the model is like the simple curve, with 1.02 times its error;"),
        ((0.5, 0.99, 2.0), "better than the simple curve in 1 of 3 series, like it in 1; its 80% "
         "band holds 3 of 9 rows."),
        ((0.5, 2.0, math.nan), "in 1 of 2 series (1 more cannot be judged); its 80% band holds 2 "
         "of 6 rows."),
        ((math.nan,), "no series has rows to judge a forecast by."),
    ],
)  # fmt: skip
def test_the_answer_counts_series_and_rows(played: PlayedReplay, ratios, says) -> None:
    assert says in answer(judged(played, *ratios))


def test_a_parameter_at_the_end_of_its_range_is_said_to_be_there(played: PlayedReplay) -> None:
    found = played.fit.parameters[0]
    assert found.verdict is not None
    inside, ending = (replace(found.verdict, bound=bound) for bound in ("", "high"))
    assert "end of its range" not in said_of(replace(found, verdict=inside))
    assert said_of(replace(found, verdict=ending)).endswith(", at the end of its range)")
