"""A discovery document of Google as a judge, like openapi_rules: fields nobody knows are illegal both ways."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from jsonschema import Draft7Validator
from web_shop import Asked, Told


class Discovered:
    """One method of a document."""

    def __init__(self, document: Mapping[str, Any], method: Mapping[str, Any]) -> None:
        self.method, self.common = method, document["parameters"]
        self.schemas = {name: _plain(each) for name, each in document["schemas"].items()}

    def wrong(self, asked: Asked) -> list[str]:
        """What is illegal about a request: way, path, sign-in, parameters, body."""
        found = []
        pattern = "/" + re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(self.method["flatPath"]))
        if asked.method != self.method["httpMethod"] or not re.fullmatch(pattern, asked.path):
            found.append(f"no {asked.method} {asked.path}")
        if not asked.headers.get("Authorization", "").startswith("Bearer "):
            found.append("not signed in")
        found += [f"unknown parameter {name}" for name in asked.parameters.keys() - self.common.keys()]
        return [*found, *self._misfits(self.method["request"]["$ref"], json.loads(asked.body or "null"))]

    def answered_wrong(self, body: Any) -> list[str]:
        return self._misfits(self.method["response"]["$ref"], body)

    def _misfits(self, name: str, body: Any) -> list[str]:
        judge = Draft7Validator({"$ref": f"#/schemas/{name}", "schemas": self.schemas})
        return [each.message[:200] for each in judge.iter_errors(body)]


def legal(rules: Discovered, answer: Callable[[Asked], Told]) -> Callable[[Asked], Told]:
    """Answers what is legal, with 400 and the reasons what is not, also where the answer itself is not."""

    def judged(asked: Asked) -> Told:
        if wrong := rules.wrong(asked):
            return Told({"errors": wrong}, 400)
        told = answer(asked)
        return Told({"errors": bad}, 400) if (bad := rules.answered_wrong(told.body)) else told

    return judged


def _plain(part: Any) -> Any:
    """As JSON Schema: references by place, objects that know their fields, and long numbers as texts or numbers."""
    if isinstance(part, list):
        return [_plain(each) for each in part]
    if not isinstance(part, dict):
        return part
    if isinstance(part.get("$ref"), str):
        return {"$ref": f"#/schemas/{part['$ref']}"}
    told = {key: _plain(value) for key, value in part.items() if key not in ("id", "format", "default")}
    if part.get("format") == "int64":
        told["type"] = ["string", "integer"]
    if isinstance(part.get("properties"), dict) and part.get("type") == "object":
        told["additionalProperties"] = False
    return told
