"""JSON Schema of a scenario file, so that an editor completes and checks while one writes.

``python -m sim.scenario.json_schema`` rewrites ``scenarios/scenario.schema.json``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sim.scenario.folders import catalogue_folder
from sim.scenario.schema import Scenario

NAME = "scenario.schema.json"
_CHANGE = "Change"  # suffix of the types that ``extends`` allows: nothing required


def schema_text() -> str:
    """The schema as indented JSON: whole scenarios, and changes to one that is extended."""
    whole = Scenario.model_json_schema()
    defs: dict[str, Any] = whole.pop("$defs")
    defs["Scenario"] = whole
    changes = {f"{name}{_CHANGE}": _change(each) for name, each in defs.items()}
    changes[f"Scenario{_CHANGE}"]["properties"]["extends"] = {
        "type": "string",
        "minLength": 1,
        "description": "name or path of the scenario that this one changes",
    }
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A scenario of userfirst",
        "type": "object",
        "if": {"required": ["extends"]},
        "then": {"$ref": f"#/$defs/Scenario{_CHANGE}"},
        "else": {"$ref": "#/$defs/Scenario"},
        "$defs": defs | changes,
    }
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def _change(schema: Any) -> Any:
    """A type of which any part may be given; elements of lists by name or index."""
    if not isinstance(schema, dict):
        return [_change(each) for each in schema] if isinstance(schema, list) else schema
    if "$ref" in schema:
        return {**schema, "$ref": f"{schema['$ref']}{_CHANGE}"}
    if schema.get("type") == "array":
        by_name = {"type": "object", "additionalProperties": _change(schema["items"])}
        words = {key: schema[key] for key in ("title", "description") if key in schema}
        return {**words, "anyOf": [schema, by_name]}
    return {key: _change(each) for key, each in schema.items() if key != "required"}


def write(folder: Path) -> Path:
    """Write the schema into a folder and return its path."""
    path = folder / NAME
    path.write_text(schema_text(), encoding="utf-8")
    return path


if __name__ == "__main__":
    print(write(catalogue_folder()))
