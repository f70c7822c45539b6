"""The people's week in C (week.c), built with gcc and run on the arrays of a MarketModel.

The layout is not written twice: ``layout`` makes the C structures from the engine's arrays, so
a trait that moves or changes its type moves in C too.  C lives the people only; what firms offer
is that of the model's last week, so a week of C is the engine's ``people_pass``.
"""

from __future__ import annotations

import ctypes
import platform
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sim.market import arrays, rng, tallies
from sim.market.initial import tally_of
from sim.market.model import MarketModel
from sim.market.records import SHELF

# as wide as the engine's own: gcc's default is half of that
_WIDE = ("-mprefer-vector-width=512",) if platform.machine() == "x86_64" else ()
FAST = ("-O3", "-march=native", *_WIDE)
EXACT = ("-O2", "-ffp-contract=off")  # the order and roundings of the engine
SOURCE = Path(__file__).with_name("week.c")
MAX_FIRMS, MAX_LINKS = 64, 64
# what a week changes; all else is shared with the model
MUTABLE = (
    "trust", "engagement", "aware", "ever", "last", "supplier", "until", "bought", "satisfaction",
    "uncertainty", "told", "custom",
)  # fmt: skip
_C = {"float32": "float", "float64": "double"}


class NoCompilerError(Exception):
    """There is no gcc here."""


def layout(model: MarketModel) -> str:
    """The text of layout.h: structures and numbers of the engine, as C."""
    numbers = {
        name: value
        for module in (tallies, rng, arrays)
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, int) and name not in ("N_NEEDS", "USING", "BUYING")
    } | {"MAX_FIRMS": MAX_FIRMS, "MAX_LINKS": MAX_LINKS}
    bundles = {"People": model.people, "Place": model.place, "Tally": model.tally}
    return "\n".join(
        [
            f"enum {{ {', '.join(f'{name} = {value}' for name, value in numbers.items())} }};",
            *(_bundle(name, bundle) for name, bundle in bundles.items()),
            _record("Rules", [(n, _rule(v)) for n, v in model.rules._asdict().items()]),
            _record("Shelf", [_field(name) for name in SHELF.names or ()], "packed"),
        ]
    )


def _type(dtype: np.dtype[Any]) -> str:
    return _C.get(dtype.name, f"{dtype.name}_t")


def _rule(value: Any) -> str:
    return "float" if isinstance(value, np.float32) else "int64_t"


def _field(name: str) -> tuple[str, str]:
    """Name (with its length) and type of a field of the shelf."""
    fields: Any = SHELF.fields
    base, shape = fields[name][0].base, fields[name][0].shape
    return (name + "".join(f"[{size}]" for size in shape), _type(base))


def _bundle(name: str, bundle: Any) -> str:
    return _record(name, [(f"*{n}", _type(a.dtype)) for n, a in bundle._asdict().items()])


def _record(name: str, fields: list[tuple[str, str]], attribute: str = "") -> str:
    kind = f"__attribute__(({attribute})) " if attribute else ""
    return f"typedef struct {kind}{{ {' '.join(f'{t} {n};' for n, t in fields)} }} {name};"


def build(model: MarketModel, flags: tuple[str, ...]) -> ctypes.CDLL:
    """week.c compiled for the layout of a model. Raises NoCompilerError."""
    return _build(layout(model), flags)


@cache
def _build(header: str, flags: tuple[str, ...]) -> ctypes.CDLL:
    compiler = shutil.which("gcc")
    if compiler is None:
        raise NoCompilerError("gcc is not installed: the week in C is left out")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "layout.h").write_text(header)
        library = Path(folder, "week.so")
        subprocess.run(
            [compiler, *flags, "-shared", "-fPIC", f"-I{folder}",
             str(SOURCE), "-o", str(library), "-lm"],
            check=True,
        )  # fmt: skip
        return ctypes.CDLL(str(library))


def version() -> str:
    """What gcc calls itself, or that there is none."""
    if shutil.which("gcc") is None:
        return "no gcc"
    told = subprocess.run(["gcc", "--version"], capture_output=True, text=True, check=True)
    return told.stdout.splitlines()[0]


def structure(values: NamedTuple) -> ctypes.Structure:
    """Rules by value, bundles of arrays as pointers."""
    entries = values._asdict()
    fields: list[Any] = []
    given: dict[str, Any] = {}
    for name, value in entries.items():
        if isinstance(value, np.ndarray):
            fields.append((name, ctypes.c_void_p))
            given[name] = value.ctypes.data
        else:
            real = isinstance(value, np.float32)
            fields.append((name, ctypes.c_float if real else ctypes.c_int64))
            given[name] = float(value) if real else int(value)
    kind: Any = type("Bundle", (ctypes.Structure,), {"_fields_": fields})
    made: ctypes.Structure = kind(**given)
    return made


class CWeek:
    """A copy of a model's people that C lives; their tallies are kept in ``tally``."""

    def __init__(self, model: MarketModel, flags: tuple[str, ...] = FAST) -> None:
        self.model, self.library = model, build(model, flags)
        self.people = model.people._replace(
            **{name: getattr(model.people, name).copy() for name in MUTABLE}
        )
        padded, place = model.shelf.shape[1], model.place
        self.tally = tally_of(place, padded, 1)
        people, links = model.people.links.shape
        if links > MAX_LINKS:
            raise ValueError(f"links: the week in C has room for {MAX_LINKS}, got {links}")
        self._sizes = np.array(
            [people, links, model.firm_records.size, padded, place.norm.shape[1],
             arrays.N_ROLES], np.int64,
        )  # fmt: skip

    def copy_people(self) -> None:
        """Takes over the people's state of the model as it is now."""
        for name in MUTABLE:
            np.copyto(getattr(self.people, name), getattr(self.model.people, name))

    def run(self, first: int, n_weeks: int) -> None:
        """Lives weeks first .. first + n_weeks - 1 with what the model's firms offer now.

        Raises ValueError where a mechanism is on that C leaves out.
        """
        model = self.model
        if not is_plain(model):
            raise ValueError("a mechanism is on that the week in C leaves out")
        bundles = (self.people, model.place, model.rules, self.tally)
        k0, k1 = (ctypes.c_uint32(int(word)) for word in model.key)
        people, place, rules, tally = (ctypes.byref(structure(bundle)) for bundle in bundles)
        self.library.people_weeks(
            ctypes.c_int64(first),
            ctypes.c_int64(n_weeks),
            k0,
            k1,
            people,
            place,
            ctypes.c_void_p(model.shelf.ctypes.data),
            rules,
            tally,
            ctypes.c_void_p(self._sizes.ctypes.data),
            ctypes.c_int64(model.people.tiles.size - 1),
        )


def is_plain(model: MarketModel) -> bool:
    """Whether every mechanism is off that the week in C leaves out."""
    shelf, rules = model.shelf, model.rules
    rare = [np.any(shelf[name]) for name in ("titles", "apart")]
    rare += [np.any(model.place.switches), np.any(shelf["models"] > 1)]
    return not any(rare) and rules.mixing == 0 and rules.trial_firm < 0
