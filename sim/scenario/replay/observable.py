"""What a run gives to compare with a series, as text.

The form is ``[NUMBER] TERM (+ TERM)* [/ TERM (+ TERM)*]``.
A TERM is ``MEASURE`` or ``MEASURE:WHO``.  WHO is a firm, a group or a strategy of the scenario;
a name that holds ``+``, ``/`` or a quotation mark's fellow stands in double quotes.  Examples:
``users:Netflix``, ``100 uses:Didi / uses:Didi + uses:Kuaidi``, ``100 bought_online / purchases``.
Only the form is judged here; what words mean is judged where measures and firms are known.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?")
_MEASURE = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_WHO = re.compile(r'"([^"]+)"|([^+/"]+)')
_BLANK = re.compile(r"\s*")
EXAMPLE = "such as users:Didi, or 100 uses:Didi / uses"


class ObservableFault(ValueError):  # noqa: N818 - it is told like the faults of files
    """What is wrong in the text of an observable; ``offset`` counts characters from 0."""

    def __init__(self, offset: int, message: str) -> None:
        self.offset = offset
        self.message = message
        super().__init__(f"character {offset + 1}: {message}")


@dataclass(frozen=True)
class Term:
    """A measure and whose it is; empty: the market's, or of all firms together.

    offset, who_offset: where the two stand in the text.
    """

    measure: str
    who: str = ""
    offset: int = 0
    who_offset: int = 0

    def __str__(self) -> str:
        if not self.who:
            return self.measure
        quoted = f'"{self.who}"' if re.search(r"[+/]", self.who) else self.who
        return f"{self.measure}:{quoted}"


@dataclass(frozen=True)
class Observable:
    """``scale`` times the sum of the numerator, over that of the denominator where there is one."""

    scale: float
    numerator: tuple[Term, ...]
    denominator: tuple[Term, ...] = ()

    @property
    def terms(self) -> tuple[Term, ...]:
        """All terms, in the order of the text."""
        return (*self.numerator, *self.denominator)

    def __str__(self) -> str:
        scale = "" if self.scale == 1 else f"{self.scale:g} "
        over = " + ".join(map(str, self.denominator))
        return scale + " + ".join(map(str, self.numerator)) + (f" / {over}" if over else "")


def parse(text: str) -> Observable:
    """The observable that ``text`` says; raises ObservableFault where it says none."""
    reader = _Reader(text)
    scale = reader.number()
    numerator = reader.terms()
    denominator = reader.terms() if reader.passed("/") else ()
    reader.end()
    return Observable(scale, numerator, denominator)


class _Reader:
    """Walks through the text once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._skip()

    def number(self) -> float:
        """The factor in front; 1 where there is none."""
        if (found := _NUMBER.match(self._text, self._at)) is None:
            return 1.0
        start, self._at = self._at, found.end()
        value = float(found[0])
        if not math.isfinite(value) or value == 0:
            raise ObservableFault(start, f"the number must be finite and not 0, got {found[0]}")
        self._skip()
        if self._text.startswith("*", self._at):
            raise ObservableFault(self._at, "a number stands before a measure without *")
        return value

    def terms(self) -> tuple[Term, ...]:
        """One term or more, between plus signs."""
        found = [self._term()]
        while self.passed("+"):
            found.append(self._term())
        return tuple(found)

    def passed(self, sign: str) -> bool:
        """Whether ``sign`` stands here; it is passed."""
        if not self._text.startswith(sign, self._at):
            return False
        self._at += len(sign)
        self._skip()
        return True

    def end(self) -> None:
        """Nothing may be left."""
        if self._at < len(self._text):
            rest = self._text[self._at : self._at + 20]
            rule = "only one / may stand in it" if rest.startswith("/") else "expected +, / or :"
            raise ObservableFault(self._at, f"{rule}, got {rest}")

    def _term(self) -> Term:
        if (found := _MEASURE.match(self._text, self._at)) is None:
            rest = self._text[self._at : self._at + 20] or "nothing"
            raise ObservableFault(self._at, f"must be a measure, {EXAMPLE}, got {rest}")
        measure, offset, self._at = found[0], self._at, found.end()
        self._skip()
        if not self.passed(":"):
            return Term(measure, "", offset, offset)
        place = self._at
        who = _WHO.match(self._text, place)
        if who is None or not who[0].strip():
            rule = "a firm, group or strategy must follow the colon"
            raise ObservableFault(place, rule)
        self._at = who.end()
        self._skip()
        return Term(measure, (who[1] or who[2]).strip(), offset, place)

    def _skip(self) -> None:
        found = _BLANK.match(self._text, self._at)
        assert found is not None
        self._at = found.end()
