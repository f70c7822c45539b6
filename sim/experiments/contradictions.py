"""What the keys of a study may not say together, each with the key to mend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.experiments.study import BASELINE, LISTING, SAMPLED, Factor, Stop, Study

Found = tuple[list[str], str]  # path of the key, rule
WORDS = ("firm", "strategy", "group", "cause")  # columns of the firm table without an average


def contradictions(study: Study) -> list[Found]:
    """(path of the key, rule) of what the types of a study cannot say by themselves."""
    if not isinstance(study.design, str) and len(study.design) != 1:
        return [(["design"], f"must be one design, such as {{sobol: 64}}, got {len(study.design)}")]
    return [
        *_treatments(study), *_factors(study), *_sampled(study), *_measures(study),
        *([] if study.stop is None else _stop(study, study.stop)),
    ]  # fmt: skip


def _treatments(study: Study) -> Iterator[Found]:
    listing = study.kind in LISTING
    if listing and study.factors:
        yield ["factors"], f"belong to other designs; the design {study.kind} has treatments"
    if listing and not study.treatments:
        yield ["treatments"], f"missing; the design {study.kind} needs them"
    if not listing and study.treatments:
        yield (
            ["treatments"],
            f"belong to the designs {' and '.join(LISTING)}, got design {study.kind}",
        )
    if study.kind != "paired" and study.baseline:
        yield ["baseline"], f"belongs to the design paired, got design {study.kind}"
    names = [BASELINE] if study.kind == "paired" else []
    for i, treatment in enumerate(study.treatments):
        if treatment.name in names:
            rule = f"must be of one treatment, got {treatment.name} twice"
            yield ["treatments", str(i), "name"], rule
        names.append(treatment.name)


def _factors(study: Study) -> Iterator[Found]:
    if study.kind not in SAMPLED:
        return
    if not study.factors:
        yield ["design"], f"{study.kind} needs factors, such as weeks: {{range: [100, 500]}}"
    for path, factor in study.factors.items():
        if "points" in factor.model_fields_set:
            rule = f"belongs to grid and one-at-a-time; {study.kind} chooses its own points"
            yield ["factors", path, "points"], rule
        if study.kind == "morris" and (rule := _cannot_step(factor)):
            yield ["factors", path, "values"], rule


def _cannot_step(factor: Factor) -> str:
    """Why a path of the Morris design could stand still in a factor, or nothing."""
    different = {repr(value) for value in factor.values}
    if not factor.values or len(different) == len(factor.values) > 1:
        return ""
    return f"must be two or more different values for morris, got {len(different)}"


def _sampled(study: Study) -> Iterator[Found]:
    n = study.points
    if study.kind == "sobol" and n & (n - 1):
        below, above = 1 << (n.bit_length() - 1), 1 << n.bit_length()
        near = below if n - below < above - n else above
        yield ["design", "sobol"], f"must be a power of two, got {n}; did you mean {near}?"


def _measures(study: Study) -> Iterator[Found]:
    from sim.market.measures import FIRM_COUNTS, FIRM_LEVELS
    from sim.market.result import FIRM_ROW

    stored = tuple(m.name for m in (*FIRM_COUNTS, *FIRM_LEVELS))
    for key, known in (("measures", FIRM_ROW), ("series", stored)):
        for i, name in enumerate(getattr(study, key)):
            if name not in known:
                yield [key, str(i)], _unknown(name, known)


def _unknown(name: str, known: Sequence[str]) -> str:
    from sim.scenario.faults import way_out

    return f"no such measure, got {name}{way_out(name, known)}"


def _stop(study: Study, stop: Stop) -> Iterator[Found]:
    from sim.market.result import FIRM_ROW

    numbers = [name for name in FIRM_ROW if name not in WORDS]
    if stop.measure not in numbers:
        yield ["stop", "measure"], _unknown(stop.measure, numbers)
    if bool(stop.strategy) == bool(stop.between):
        yield ["stop"], "must have either strategy or between"
    if stop.between and (len(stop.between), len(set(stop.between))) != (2, 2):
        yield ["stop", "between"], "must be two different strategies"
    if stop.at_least > stop.at_most:
        rule = f"must be at most at_most ({stop.at_most}), got {stop.at_least}"
        yield ["stop", "at_least"], rule
    if "replicates" in study.model_fields_set:
        yield ["replicates"], "belongs to studies without stop, which has at_least and at_most"
