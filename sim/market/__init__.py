"""The market: people as arrays, firms as agents, one compiled week."""

from __future__ import annotations

from sim.market.kernels import keep_kernels, kernel_is_cold
from sim.market.memory import estimate_bytes

keep_kernels()  # before any module of this room imports numba

__all__ = ["estimate_bytes", "kernel_is_cold"]
