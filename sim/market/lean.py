"""Compilation of functions that allocate nothing.

Numba counts references to every array of a bundle at every call, atomically: 20 times the
work of the week itself.  Functions that create no array need no counting, so it is off for
them (``_nrt``); whoever calls them holds the arrays.

Nor do most of them have a way in from Python: taking a bundle apart, field by field, is more
code than many of them hold, and doubled the time of the first run.  Only those with ``entry``
have one; calling another from Python ends the process.
"""

from __future__ import annotations

from typing import Any

from numba import njit


def lean(*, entry: bool = False, **options: Any) -> Any:
    """``njit`` with a cache, without reference counting, dividing by zero as NumPy does.

    entry: it is called from Python too, not only by other compiled functions.
    """
    return njit(
        cache=True, _nrt=False, error_model="numpy", no_cpython_wrapper=not entry,
        no_cfunc_wrapper=True, **options,
    )  # fmt: skip
