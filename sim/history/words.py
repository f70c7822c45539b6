"""What a replay has shown, in two sentences, and its parameters in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.analysis.history.judge import ALIKE
from sim.analysis.wording import counted, listed
from sim.history.fitting import Parameter
from sim.history.play import PlayedReplay

if TYPE_CHECKING:
    from sim.scenario.replay import Calibrated


def answer(played: PlayedReplay) -> str:
    """Who predicts the rest of the series better, and what the fit could tell."""
    return f"{_who(played)} {_told(played)}"


def _who(played: PlayedReplay) -> str:
    ratios = [float(each.judgement["ratio"]) for each in played.series]
    judged = [ratio for ratio in ratios if not math.isnan(ratio)]
    title = played.resolved.replay.title
    if not judged:
        return f"{title}: no series has rows to judge a forecast by."
    inside, rows = _covered(played)
    said = f"{title}: on the rows it has not seen {_compared(judged)}"
    short = len(ratios) - len(judged)
    rest = f" ({short} more cannot be judged)" if short else ""
    return f"{said}{rest}; its 80% band holds {inside} of {counted(rows, 'row')}."


def _compared(ratios: Sequence[float]) -> str:
    """The model beside the simple curves, by errors of the one over those of the other."""
    better, worse = sum(r < 1 - ALIKE for r in ratios), sum(r > 1 + ALIKE for r in ratios)
    if len(ratios) == 1:
        word = "better than" if better else "worse than" if worse else "like"
        return f"the model is {word} the simple curve, with {ratios[0]:.2f} times its error"
    alike = len(ratios) - better - worse
    also = f", like it in {alike}" if alike else ""
    return f"the model is better than the simple curve in {better} of {len(ratios)} series{also}"


def _covered(played: PlayedReplay) -> tuple[int, int]:
    """Rows judged that lie in the model's band, of all that are judged with one."""
    inside = rows = 0
    for each in played.series:
        share, n = float(each.judgement["model coverage"]), len(each.line.observed.judged[0])
        if not math.isnan(share):
            inside, rows = inside + round(share * n), rows + n
    return inside, rows


def _told(played: PlayedReplay) -> str:
    found = played.fit
    if not found.parameters:
        return found.remark
    if found.found is None:
        return f"{found.remark} The forecast uses the priors as they are."
    known = [each for each in found.parameters if each.verdict and each.verdict.identified]
    total = counted(len(found.parameters), "parameter")
    if not known:
        return f"None of {total} is identified. {found.remark}"
    names = listed([said_of(each) for each in known])
    word = "is" if len(known) == 1 else "are"
    return f"Of {total} {len(known)} {word} identified: {names}. {found.remark}"


def said_of(parameter: Parameter) -> str:
    """``market.network.effect 2.1 (1.4 to 3.0)``: median, 80% interval, whether at an end."""
    found = parameter.verdict
    if found is None:
        return parameter.path
    at = ", at the end of its range" if found.bound else ""
    return f"{parameter.path} {found.median:.3g} ({found.low:.3g} to {found.high:.3g}{at})"


def prior_of(prior: Calibrated) -> str:
    """``0.5 to 4 (log)``: the range of a prior."""
    low, high = prior.range
    return f"{low:g} to {high:g}{' (log)' if prior.scale == 'log' else ''}"


def parameter_cells(parameter: Parameter) -> tuple[str, ...]:
    """Name, prior, posterior median, 80% interval and verdict, as tables show them."""
    found = parameter.verdict
    told = ("-", "-")
    if found is not None:
        told = (f"{found.median:.3g}", f"{found.low:.3g} to {found.high:.3g}")
    return (parameter.path, prior_of(parameter.prior), *told, verdict_of(parameter))


def verdict_of(parameter: Parameter) -> str:
    """``identified``, ``not identified``, ``not fitted``; and where a range may be too short."""
    found = parameter.verdict
    if found is None:
        return "not fitted"
    if found.bound:
        return f"{found.word}, at the {'lower' if found.bound == 'low' else 'upper'} bound"
    return found.word
