"""Where the engine's own week spends its time: its source once more, with looks at the clock.

The week is one compiled whole, which tells nobody where its time goes.  Here a look at the
processor's counter is put after every call in ``sim/market/week.py``, and the result is compiled
beside the engine: the same functions in the same order, some 40 looks a tile slower.
"""

from __future__ import annotations

import ast
import types as python_types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

import sim.market.advance as compiled
from sim.market import week
from sim.market.model import MarketModel

SETTLE = "settle"  # from the last person of a week to the first of the next
PARTS = ("draw", "hear", "who am I", "choose", "remember", "tell", "buy", "count", SETTLE)
# part of a call by (function it stands in, function called), or by the function it stands in
_PART = {
    "hear": "hear", "find_oneself": "who am I", "meet": "choose", "use": "remember", "shop": "buy",
    ("find_oneself", "stand"): "choose", ("people_pass", "draw"): "draw",
    ("people_pass", "count_stages"): "count",
    **{("use", name): "tell" for name in ("tell", "count_uses", "vote", "show_identity", "unpack")},
}  # fmt: skip
_BOXES = np.zeros(1 + len(PARTS), np.int64)  # the last look, then cycles of every part


@intrinsic
def _lap(_typing: Any, place: Any) -> Any:
    """Adds the cycles since the last look to box ``place``."""

    def codegen(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        word = ir.IntType(64)
        look = builder.module.declare_intrinsic(
            "llvm.readcyclecounter", (), ir.FunctionType(word, [])
        )
        boxes = builder.inttoptr(ir.Constant(word, _BOXES.ctypes.data), word.as_pointer())
        box, now = builder.gep(boxes, [args[0]]), builder.call(look, [])
        spent = builder.sub(now, builder.load(boxes))
        builder.store(builder.add(builder.load(box), spent), box)
        builder.store(now, boxes)
        return args[0]

    return types.int64(types.int64), codegen


def _uncached(*, entry: bool = False, **options: Any) -> Callable[[Any], Any]:
    """``lean``, for functions that no file holds."""
    made: Callable[[Any], Any] = njit(
        _nrt=False, error_model="numpy", no_cpython_wrapper=not entry, no_cfunc_wrapper=True,
        **options,
    )  # fmt: skip
    return made


class _Looks(ast.NodeTransformer):
    """Puts a look after every call that stands as a statement in a function of the week."""

    def __init__(self, parts: dict[str, str]) -> None:
        self._inside, self._parts = "", parts

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self._inside = node.name
        self.generic_visit(node)
        if node.name == "people_pass":
            node.body.insert(1, _look(SETTLE))
        return node

    def _after(self, node: ast.Expr | ast.Assign | ast.AugAssign) -> Any:
        call = node.value
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)):
            return node
        name = call.func.id
        part = _PART.get((self._inside, name)) or _PART.get(self._inside)
        if part is None:  # a function of the week itself: its own calls are looked at
            return node
        self._parts[f"{self._inside}.{name}"] = part
        return [node, _look(part)]

    visit_Expr = visit_Assign = visit_AugAssign = _after  # noqa: N815 - names that ast asks for


def _look(part: str) -> ast.stmt:
    return ast.parse(f"_lap({1 + PARTS.index(part)})").body[0]


def watched_source() -> tuple[ast.Module, dict[str, str]]:
    """The functions of the week with looks, and the part that every call counts to."""
    parts: dict[str, str] = {}
    tree = ast.parse(Path(week.__file__).read_text("utf-8"))
    tree.body = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return ast.fix_missing_locations(_Looks(parts).visit(tree)), parts


@cache
def watched_advance() -> Any:
    """``advance`` with looks at the clock, compiled anew, which takes half a minute."""
    names = {**vars(week), "lean": _uncached, "_lap": _lap}
    exec(compile(watched_source()[0], week.__file__, "exec"), names)
    plain = compiled.advance.py_func
    around = {**plain.__globals__, "people_pass": names["people_pass"]}
    return _uncached(entry=True, nogil=True)(python_types.FunctionType(plain.__code__, around))


@contextmanager
def looking() -> Iterator[None]:
    """Models live watched weeks meanwhile."""
    real, compiled.advance = compiled.advance, watched_advance()
    try:
        yield
    finally:
        compiled.advance = real


def shares(model: MarketModel, weeks: int, rounds: int) -> dict[str, float]:
    """Share of every part in the time of the next weeks, of the round that was least disturbed."""
    found = []
    with looking():
        model.advance(1)  # since when no part has been told of
        for _ in range(rounds):
            _BOXES[1:] = 0
            model.advance(weeks)
            found.append(_BOXES[1:].copy())
    least = min(found, key=np.sum)
    return dict(zip(PARTS, (least / least.sum()).tolist(), strict=True))
