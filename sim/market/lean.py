"""Compilation of functions that allocate nothing.

Numba counts references to every array of a bundle at every call, atomically: 20 times the
work of the week itself.  Functions that create no array need no counting, so it is off for
them (``_nrt``); whoever calls them holds the arrays.
"""

from __future__ import annotations

from typing import Any

from numba import njit


def lean(**options: Any) -> Any:
    """``njit`` with a cache, without reference counting, dividing by zero as NumPy does."""
    return njit(cache=True, _nrt=False, error_model="numpy", **options)
