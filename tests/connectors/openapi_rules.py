"""A vendor's OpenAPI (or Swagger) as a judge: which requests are legal, and whether a made-up answer is one."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from jsonschema import Draft7Validator
from web_shop import Asked, Told


class Rules:
    """The specification of one interface; `base` is the path of its server before those of the specification."""

    def __init__(self, spec: Mapping[str, Any], base: str = "") -> None:
        self.spec, self.base = _plain(spec), base
        self.shared = {key: self.spec[key] for key in ("components", "definitions") if key in self.spec}

    def wrong(self, asked: Asked) -> list[str]:
        """What is illegal about a request: path, way, sign-in, parameters, their types, and what is missing."""
        operation = self._operation(asked)
        if operation is None:
            return [f"no {asked.method} {asked.path}"]
        return [
            *self._unsigned(operation, asked),
            *self._parameters(operation, asked),
            *self._body(operation, asked),
        ]

    def answered_wrong(self, asked: Asked, body: Any) -> list[str]:
        """What is illegal about an answer with status 200."""
        operation = self._operation(asked) or {}
        told = self._found(operation["responses"]["200"])
        schema = told.get("schema") or told["content"]["application/json"]["schema"]
        return self._misfits(schema, body)

    def _operation(self, asked: Asked) -> Any:
        path = asked.path.removeprefix(self.base)
        for template, item in self.spec["paths"].items():
            pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(template))
            if re.fullmatch(pattern, path) and asked.method.lower() in item:
                own = item[asked.method.lower()]
                return {**own, "parameters": [*item.get("parameters", []), *own.get("parameters", [])]}
        return None

    def _unsigned(self, operation: Any, asked: Asked) -> Iterator[str]:
        wanted = operation.get("security", self.spec.get("security", []))
        schemes = self.spec.get("components", {}).get("securitySchemes", {})
        headers = {name.lower(): value for name, value in asked.headers.items()}
        for name in {name for each in wanted for name in each}:
            scheme = schemes[name]
            header = scheme["name"].lower() if scheme["type"] == "apiKey" else "authorization"
            start = "" if scheme["type"] == "apiKey" else "Bearer "
            if not (said := headers.get(header, "")) or not said.startswith(start):
                yield f"not signed in by {header}"

    def _parameters(self, operation: Any, asked: Asked) -> Iterator[str]:
        known = [self._found(each) for each in operation["parameters"]]
        queries = {each["name"]: each for each in known if each["in"] == "query"}
        for name in asked.parameters.keys() - queries.keys():
            yield f"unknown parameter {name}"
        for name, each in queries.items():
            if name in asked.parameters:
                schema = self._found(each.get("schema", each))
                yield from (
                    f"{name}: {why}" for why in self._misfits(schema, _read(schema, asked.parameters[name]))
                )
            elif each.get("required"):
                yield f"{name} is missing"

    def _body(self, operation: Any, asked: Asked) -> Iterator[str]:
        wanted = operation.get("requestBody")
        if wanted and asked.body:
            yield from self._misfits(wanted["content"]["application/json"]["schema"], json.loads(asked.body))
        elif asked.body:
            yield "a body nobody asked for"

    def _found(self, schema: Any) -> Any:
        """Where a reference leads."""
        while "$ref" in schema:
            place = self.spec
            for name in schema["$ref"].removeprefix("#/").split("/"):
                place = place[name]
            schema = place
        return schema

    def _misfits(self, schema: Any, value: Any) -> list[str]:
        found = [each.message[:200] for each in Draft7Validator({**schema, **self.shared}).iter_errors(value)]
        if schema.get("format") == "date-time" and isinstance(value, str) and not _is_moment(value):
            found.append(f"{value} is no moment")
        return found


def legal(rules: Rules, answer: Callable[[Asked], Told]) -> Callable[[Asked], Told]:
    """Answers what is legal, with 400 and the reasons what is not; fails where the answer itself is not."""

    def judged(asked: Asked) -> Told:
        if wrong := rules.wrong(asked):
            return Told({"errors": wrong}, 400)
        told = answer(asked)
        return Told({"errors": bad}, 400) if (bad := rules.answered_wrong(asked, told.body)) else told

    return judged


def _plain(part: Any) -> Any:
    """As JSON Schema: null where it is allowed, and no word on further fields, which allOf would refuse of each."""
    if isinstance(part, list):
        return [_plain(each) for each in part]
    if not isinstance(part, dict):
        return part
    told = {
        key: _plain(value)
        for key, value in part.items()
        if key != "additionalProperties" or value is not False
    }
    if told.pop("nullable", False) is True:
        rest = {
            key: told.pop(key)
            for key in ("type", "allOf", "enum", "$ref", "minLength", "format")
            if key in told
        }
        told["anyOf"] = [{"type": "null"}, rest]
    return told


def _read(schema: Mapping[str, Any], text: str) -> Any:
    match schema.get("type"):
        case "integer":
            return int(text) if text.lstrip("-").isdigit() else text
        case "boolean":
            return {"true": True, "false": False}.get(text, text)
        case "array":
            return text.split(",")
    return text


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
