"""The week in order, and every parameter with value, unit, range and source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sim.cli.show import heading, paragraph, safe

if TYPE_CHECKING:
    from sim.scenario.explain import Parameter
    from sim.scenario.schema import Scenario

PARAMETER_HEADER = ("key", "meaning", "unit", "range", "default", "source")
LONGEST_VALUE = 60  # characters of a value on screen


def week_rows() -> list[tuple[str, str, str]]:
    """Number, name and sentence of every process of the week."""
    from sim.market.schedule import WEEK

    return [(str(n), process.name, process.sentence) for n, process in enumerate(WEEK, 1)]


def parameter_rows() -> list[tuple[str, ...]]:
    """Every parameter as a row under ``PARAMETER_HEADER``."""
    from sim.scenario.explain import parameters

    return [
        (f"`{p.path}`", p.meaning, p.unit, allowed(p), default(p), p.source) for p in parameters()
    ]


def allowed(parameter: Parameter) -> str:
    """What a value may be: inclusive bounds or words."""
    if parameter.choices:
        return ", ".join(parameter.choices)
    low, high = (written(end) for end in (parameter.low, parameter.high))
    if parameter.low is None and parameter.high is None:
        return "-"
    if parameter.high is None:
        return f"from {low}"
    return f"to {high}" if parameter.low is None else f"{low} to {high}"


def default(parameter: Parameter) -> str:
    """The value of a key that is left out."""
    return "required" if parameter.required else written(parameter.default)


def written(value: Any) -> str:
    """A value as a scenario would write it; ``-`` for none."""
    if value is None or value == () or value == "":
        return "-"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(written(each) for each in value) + "]"
    return str(value)


def explain(name: str | None, *, markdown: bool, allow_code: bool = False) -> None:
    """Print the week and the parameters, with a scenario's values if one is named."""
    if markdown:
        _print_markdown()
        return
    from sim.cli.inputs import load_scenario
    from sim.scenario.explain import parameters

    scenario = load_scenario(name, allow_code=allow_code) if name is not None else None
    print("The week, in order:\n")
    _print_week(week_rows())
    _print_title(scenario)
    for parameter in parameters(scenario):
        _print_parameter(parameter, described=scenario is not None)


def _print_markdown() -> None:
    from sim.cli.odd import block, tables

    print("\n\n".join(block(name, table) for name, table in tables().items()))


def _print_week(rows: Iterable[Sequence[str]]) -> None:
    for number, name, sentence in rows:
        heading(f"{number:>2}  {name:<18}", sentence)


def _print_title(scenario: Scenario | None) -> None:
    if scenario is None:
        print("\nEvery parameter, with its default:\n")
    else:
        print(f"\nEvery parameter of {safe(scenario.title)}:\n")


def _print_parameter(parameter: Parameter, *, described: bool) -> None:
    """Two lines: key and value, then what it means, its range and where it is from."""
    value = written(parameter.value) if described else default(parameter)
    short = " ".join(safe(value).split())
    if len(short) > LONGEST_VALUE:
        short = short[:LONGEST_VALUE] + "..."
    unit = "" if "-" in (parameter.unit, short) or short == "required" else f" {parameter.unit}"
    heading(safe(parameter.path), f" = {short}{unit}")
    bounds = "" if allowed(parameter) == "-" else f" ({allowed(parameter)})"
    same = not described or parameter.required or parameter.value == parameter.default
    changed = "" if same else f" Default: {default(parameter)}."
    paragraph(f"{parameter.meaning}{bounds}. Source: {parameter.source}.{changed}", indent=6)
