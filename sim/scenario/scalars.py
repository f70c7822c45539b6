"""What a plain YAML 1.2 scalar means: nothing, a truth value, a number or text."""

from __future__ import annotations

import re
from typing import TypeAlias

Value: TypeAlias = bool | int | float | str | None

_NOTHING = frozenset(("", "~", "null", "Null", "NULL"))
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_WHOLE = re.compile(r"[-+]?[0-9][0-9_]*")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_OCTAL = re.compile(r"0o[0-7]+")
_DECIMAL = re.compile(r"[-+]?(?:\.[0-9]+|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?")
_ENDLESS = re.compile(r"([-+]?)\.(?:inf|Inf|INF)")
_NOT_A_NUMBER = frozenset((".nan", ".NaN", ".NAN"))
_LONGEST_WHOLE = 40  # digits; beyond it a float does, and converting digits costs quadratic time


def value_of(text: str) -> Value:
    """The value of an unquoted scalar by the core schema of YAML 1.2, with ``20_000`` allowed."""
    if text in _NOTHING:
        return None
    if text in _TRUTH:
        return _TRUTH[text]
    if text[0] in "+-.0123456789":
        return _number(text)
    return text


def _number(text: str) -> Value:
    digits = text.replace("_", "")
    if len(text) <= _LONGEST_WHOLE:
        if _WHOLE.fullmatch(text):
            return int(digits)
        if _HEX.fullmatch(text):
            return int(text, 16)
        if _OCTAL.fullmatch(text):
            return int(text, 8)
    if _DECIMAL.fullmatch(text):
        return float(digits)
    if found := _ENDLESS.fullmatch(text):
        return float(f"{found[1]}inf")
    return float("nan") if text in _NOT_A_NUMBER else text
