"""Reading scenarios: the door of this room.

``load`` goes from a file or a name of the catalogue to a resolved, frozen ``Scenario``, or
raises ``ScenarioFaults`` with every fault located.  On the way:

| step | module |
| --- | --- |
| find the file: a path, or a name of the catalogue | ``folders`` |
| bytes to text: size, UTF-8, stray bytes | ``file_text`` |
| text to a bounded tree that knows its places | ``yaml_nodes``, ``scalars`` |
| ``extends`` and ``--set`` change the tree | ``merging``, ``overrides`` |
| the types judge key by key | ``shape``, ``fields``, ``schema`` |
| rules between keys; strategies and their options | ``checks`` |
| a series becomes numbers | ``series`` |
| a strategy in a file of one's own, if that is allowed | ``own`` |
| back to YAML, JSON, a digest | ``writing`` |
"""

from __future__ import annotations

from sim.scenario.catalogue import CatalogueEntry, catalogue
from sim.scenario.faults import Fault, ScenarioFaults
from sim.scenario.folders import catalogue_folder, find
from sim.scenario.resolve import load
from sim.scenario.writing import digest, dump, from_json, to_json

__all__ = [
    "CatalogueEntry",
    "Fault",
    "ScenarioFaults",
    "catalogue",
    "catalogue_folder",
    "digest",
    "dump",
    "find",
    "from_json",
    "load",
    "to_json",
]
