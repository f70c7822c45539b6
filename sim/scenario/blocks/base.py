"""What every block is made of: numbers with unit, range and source, and the words of the model."""

from __future__ import annotations

from types import EllipsisType
from typing import Annotated, Any, Literal, TypeAlias, get_args

from pydantic import BaseModel, ConfigDict, Field

Need: TypeAlias = Literal["core", "access", "engage", "customize", "connect", "collaborate"]
NEEDS: tuple[Need, ...] = get_args(Need)
IDENTITIES = ("household", "work", "fan", "citizen")
SITUATIONS = ("everyday", "pressed", "social", "exploring")
ROLES = ("consumer", "talent", "partner", "media", "influencer")
STAGES = ("stranger", "aware", "user", "customer", "fan", "lapsed")
MAX_FIRMS = 64


def number(
    default: float | int | EllipsisType | None,
    low: float,
    high: float,
    unit: str,
    source: str,
    meaning: str,
) -> Any:
    """A numeric field with its meaning, unit, inclusive range and source."""
    return Field(
        default,
        ge=low,
        le=high,
        allow_inf_nan=False,
        description=meaning,
        json_schema_extra={"unit": unit, "source": source},
    )


def word(default: Any, meaning: str, source: str = "chosen by the scenario") -> Any:
    """A field that is not a number, with its meaning and source."""
    return Field(default, description=meaning, json_schema_extra={"unit": "-", "source": source})


class Part(BaseModel):
    """Base of every block of a scenario: immutable, strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


A = "Assumption"
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
