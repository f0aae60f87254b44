"""Parameters of the lessons: declared once in ``notebooks/course.yml``, checked wherever given.

The declarations are JSON Schema (draft 2020-12) with a description and a unit in each language.
A text that has none of its own in a language stands in the language of the masters there.
"""

from __future__ import annotations

import csv
import difflib
import io
import json
import math
import textwrap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from digigov._jsonschema import Draft202012Validator
from digigov.data import datasets_dir, project_root
from digigov.i18n import (
    LANGUAGES,
    SOURCE_LANGUAGE,
    TRANSLATIONS,
    _,
    get_language,
    language,
)

SCHEMA_KEYWORDS = frozenset(
    {"type", "enum", "items", "minimum", "maximum", "minItems", "maxItems", "uniqueItems", "format"}
)
PATH = "path"
"""Format of a text that names a file or a folder of the reader's."""

LISTED_AT_MOST = 12

YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""By libyaml where PyYAML has it, which is ten times faster."""


class ParameterError(ValueError):
    """A parameter that a lesson cannot take; the message says what it can."""

    def _render_traceback_(self) -> list[str]:
        # IPython shows these lines instead of a traceback: the message is all that helps here.
        return [f"ParameterError: {self}"]


@dataclass(frozen=True)
class Parameter:
    """One declared parameter of a lesson.

    Parameters
    ----------
    name : str
    schema : mapping
        JSON Schema of the value; `enum` is filled in where the values come from a dataset.
    description, unit : mapping
        Text by language code; `unit` may be empty. See `meaning`.
    default
        The default value, valid under `schema`.
    examples : tuple
        Values that CI tries in place of every enum value.
    value_labels : mapping
        Language code to enum value to the name that its reader would type, where there is one.
    """

    name: str
    schema: Mapping[str, Any]
    description: Mapping[str, str]
    unit: Mapping[str, str]
    default: Any
    examples: tuple[Any, ...] = ()
    value_labels: Mapping[str, Mapping[Any, str]] = field(default_factory=dict)

    def meaning(self, lang: str) -> str:
        """Its description in a language; that of `lang`, which every lesson has, is a message."""
        if self.description:
            return self.description[lang]
        with language(lang):
            return _("language of the edition")

    @property
    def is_array(self) -> bool:
        """Whether the parameter takes a list."""
        return self.schema["type"] == "array"

    @property
    def is_path(self) -> bool:
        """Whether the parameter names a file or a folder."""
        return self.schema.get("format") == PATH

    @property
    def scalar(self) -> Mapping[str, Any]:
        """Schema of one value: of the items if the parameter takes a list."""
        return self.schema["items"] if self.is_array else self.schema


def _read_dataset(name: str) -> str:
    with (datasets_dir() / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return file.read()


def _values_of(
    source: Mapping[str, Any], read: Callable[[str], str]
) -> tuple[list[Any], dict[str, dict[Any, str]]]:
    """Distinct values of a dataset column in file order, and their labels by language."""
    table = csv.DictReader(io.StringIO(read(source["dataset"]), newline=""))
    column, excluded = source["column"], set(source.get("exclude", ()))
    rows = {row[column]: row for row in table if row[column] not in excluded}
    if source.get("type") == "integer":
        rows = {int(value): row for value, row in sorted(rows.items())}
    base = source.get("labels", "").rpartition("_")[0]
    written = {lang: f"{base}_{lang}" for lang in TRANSLATIONS}
    labels = {
        lang: {value: row[name] for value, row in rows.items()}
        for lang, name in written.items()
        if name in (table.fieldnames or ())
    }
    return list(rows), labels


def _resolve(
    schema: Mapping[str, Any], read: Callable[[str], str]
) -> tuple[dict[str, Any], dict[str, dict[Any, str]]]:
    """JSON Schema with the values of `enum_from` written out, and their labels by language."""
    resolved = {key: value for key, value in schema.items() if key in SCHEMA_KEYWORDS}
    labels: dict[str, dict[Any, str]] = {}
    if "enum_from" in schema:
        source = {**schema["enum_from"], "type": schema["type"]}
        resolved["enum"], labels = _values_of(source, read)
    if "items" in schema:
        resolved["items"], labels = _resolve(schema["items"], read)
    return resolved, labels


def parse_declarations(
    declared: Mapping[str, Mapping[str, Any]], read: Callable[[str], str] = _read_dataset
) -> dict[str, Parameter]:
    """Parameters of one lesson from its ``parameters`` mapping in ``course.yml``, `lang` first.

    Parameters
    ----------
    declared : mapping
    read : callable, optional
        Gives the text of a dataset, by its name; those of this course by default.
    """
    lang = {
        "type": "string",
        "enum": list(LANGUAGES),
        "default": SOURCE_LANGUAGE,
        "description": {},
    }
    parameters = {}
    for name, spec in {"lang": lang, **declared}.items():
        schema, labels = _resolve(spec, read)
        parameters[name] = Parameter(
            name=name,
            schema=schema,
            description=spec["description"],
            unit=spec.get("unit", {}),
            default=spec["default"],
            examples=tuple(spec.get("examples", ())),
            value_labels=labels,
        )
    return parameters


@cache
def read_course() -> dict[str, Any]:
    """The contents of ``notebooks/course.yml``; each text is in every language, see `is_text`."""
    return _completed(read_yaml(project_root() / "notebooks" / "course.yml"))


def is_text(node: Any) -> bool:
    """Whether something read from YAML is a text by language, that of the masters included."""
    return isinstance(node, dict) and SOURCE_LANGUAGE in node and node.keys() <= set(LANGUAGES)


def _completed(node: Any) -> Any:
    """The same with the master's text where a language has none; `course check` names these."""
    if is_text(node):
        return {lang: node.get(lang, node[SOURCE_LANGUAGE]) for lang in LANGUAGES}
    if isinstance(node, dict):
        return {key: _completed(inner) for key, inner in node.items()}
    return [_completed(inner) for inner in node] if isinstance(node, list) else node


def read_yaml(path: Path, schema: Mapping[str, Any] | None = None) -> Any:
    """The contents of a YAML file.

    Parameters
    ----------
    path : Path
    schema : mapping, optional
        JSON Schema of the contents.

    Raises
    ------
    ParameterError
        If it is not YAML, empty, or of another form; the message has its path and the place.
    """
    try:
        content = yaml.load(path.read_bytes(), Loader=YAML)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}:" if mark else ""
        reason = getattr(error, "problem", None) or getattr(error, "reason", "it is not YAML")
        raise ParameterError(f"{path}:{line} {reason}") from None
    if content is None:
        raise ParameterError(f"{path}: it is empty")
    for problem in form_problems(content, schema) if schema else ():
        raise ParameterError(f"{path}: {problem}")
    return content


def form_problems(content: Any, schema: Mapping[str, Any]) -> list[str]:
    """Where something read from a file breaks its JSON Schema, and how; a line each."""
    return [
        f"{place_in(content, error.absolute_path)}: {textwrap.shorten(error.message, 200)}"
        for error in Draft202012Validator(schema).iter_errors(content)
    ]


def place_in(content: Any, path: Iterable[str | int]) -> str:
    """Steps into something nested in words, with a lesson by its number, others counted from one."""
    words, here = [], content
    for step in path:
        counted = isinstance(here, list)
        here = here[step]
        if counted:
            step = here["number"] if isinstance(here, dict) and "number" in here else int(step) + 1
        words.append(str(step))
    return " ".join(words) or "the file"


@cache
def lesson_entry(number: str) -> dict[str, Any]:
    """Entry of the lesson with that two-digit number in ``course.yml``.

    Raises
    ------
    ParameterError
        If no lesson has the number.
    """
    lessons = {entry["number"]: entry for entry in read_course()["lessons"]}
    if number not in lessons:
        raise ParameterError(
            _("lesson {number!r} is not known; lessons: {known}").format(
                number=number, known=", ".join(lessons)
            )
        )
    return lessons[number]


@dataclass(frozen=True)
class Declarations:
    """The parameters of one lesson, and how it is named in a message."""

    number: str
    short: Mapping[str, str]
    parameters: Mapping[str, Parameter]

    @property
    def where(self) -> str:
        """``lesson 14 (fifteen minutes)`` in the current language."""
        return _("lesson {number} ({short})").format(
            number=self.number, short=self.short[get_language()]
        )

    def check_names(self, names: Iterable[str]) -> None:
        """Refuse a name that is not declared, with the name that was probably meant."""
        for name in names:
            if name in self.parameters:
                continue
            close = _closest(name, self.parameters)
            if close:
                message = _("{where}: parameter {name!r} is not known; did you mean {close!r}?")
            else:
                message = _("{where}: parameter {name!r} is not known; it takes {known}")
            raise ParameterError(
                message.format(
                    where=self.where, name=name, close=close, known=", ".join(self.parameters)
                )
            )

    def check(self, name: str, value: Any) -> Any:
        """Return `value` in its declared type.

        Raises
        ------
        ParameterError
            If the name is not declared, or the value is of a wrong type, out of range or not one
            of the values allowed.
        """
        self.check_names([name])
        parameter = self.parameters[name]
        value = _plain(value, parameter.schema)
        error = next(iter(Draft202012Validator(parameter.schema).iter_errors(value)), None)
        if error is None and not _is_finite(value):
            raise self._wrong_type(parameter, value)
        if error is not None:
            raise self._error(parameter, value, error)
        return value

    def check_all(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """All parameters: the given values checked, the defaults for the rest."""
        self.check_names(given)
        return {
            name: self.check(name, given.get(name, parameter.default))
            for name, parameter in self.parameters.items()
        }

    def parse(self, name: str, text: str) -> Any:
        """Value of a parameter from what was typed on a command line.

        A list is JSON (``["DNK", "KOR"]``) or comma-separated (``DNK,KOR``). A path is that of the
        folder where it was typed, wherever the lesson runs.

        Raises
        ------
        ParameterError
            As `check`.
        """
        self.check_names([name])
        parameter = self.parameters[name]
        try:
            value = _from_text(text, parameter.schema)
        except ValueError:
            raise self._wrong_type(parameter, text) from None
        if parameter.is_path and value:
            value = str(Path(value).expanduser().absolute())
        return self.check(name, value)

    def _wrong_type(self, parameter: Parameter, value: Any) -> ParameterError:
        return ParameterError(
            _("{where}: {name} = {value} must be {expected}").format(
                where=self.where,
                name=parameter.name,
                value=_shown(value),
                expected=allowed(parameter),
            )
        )

    def _error(self, parameter: Parameter, value: Any, error: Any) -> ParameterError:
        words = {"where": self.where, "name": parameter.name, "value": _shown(value)}
        if error.validator == "enum":
            close = _closest_value(error.instance, parameter)
            words["value"] = _shown(error.instance)
            words["allowed"] = _one_of(parameter.scalar["enum"])
            if close is not None:
                message = _(
                    "{where}: {name} = {value} is not allowed: {allowed}; did you mean {close!r}?"
                )
                return ParameterError(message.format(close=close, **words))
            return ParameterError(
                _("{where}: {name} = {value} is not allowed: {allowed}").format(**words)
            )
        if error.validator in ("minimum", "maximum"):
            words["value"] = _shown(error.instance)
            return ParameterError(
                _("{where}: {name} = {value} is out of range: {range}").format(
                    range=_range(parameter.scalar), **words
                )
            )
        if error.validator in ("minItems", "maxItems"):
            ends = {"minimum": "minItems", "maximum": "maxItems"}
            bounds = _range({ours: parameter.schema.get(theirs) for ours, theirs in ends.items()})
            return ParameterError(
                _("{where}: {name} has {n} values; allowed: {bounds}").format(
                    n=len(value), bounds=bounds, **words
                )
            )
        if error.validator == "uniqueItems":
            return ParameterError(
                _("{where}: {name} = {value} names a value twice").format(**words)
            )
        return self._wrong_type(parameter, value)


@cache
def declarations(number: str) -> Declarations:
    """Declared parameters of the lesson with that two-digit number."""
    entry = lesson_entry(number)
    return Declarations(number, entry["short"], parse_declarations(entry.get("parameters", {})))


def allowed(parameter: Parameter) -> str:
    """What a parameter takes, in the words of the current language."""
    scalar = parameter.scalar
    if "enum" in scalar:
        text = _one_of(scalar["enum"])
    else:
        text = {
            "integer": _("a whole number"),
            "number": _("a number"),
            "boolean": _("true or false"),
            "string": _("a text"),
        }[scalar["type"]]
        if _range(scalar):
            text = _("{kind}, {range}").format(kind=text, range=_range(scalar))
    return _("a list; each value {kind}").format(kind=text) if parameter.is_array else text


def _one_of(values: list[Any]) -> str:
    if len(values) <= LISTED_AT_MOST:
        return _("one of {values}").format(values=", ".join(map(str, values)))
    return _("one of {n} values, {first} … {last}").format(
        n=len(values), first=values[0], last=values[-1]
    )


def _range(schema: Mapping[str, Any]) -> str:
    low, high = (
        # A year has no comma, and neither has any other number of four digits.
        f"{bound:,}" if bound is not None and abs(bound) >= 10_000 else bound
        for bound in (schema.get("minimum"), schema.get("maximum"))
    )
    if low is not None and high is not None:
        return _("{low} to {high}").format(low=low, high=high)
    if low is not None:
        return _("at least {low}").format(low=low)
    return _("at most {high}").format(high=high) if high is not None else ""


def _shown(value: Any, limit: int = 80) -> str:
    text = value if isinstance(value, int | float) else repr(value)
    text = str(text)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _closest(word: str, words: Iterable[str], cutoff: float = 0.6) -> str | None:
    lowered = {other.lower(): other for other in words}
    found = difflib.get_close_matches(word.lower(), lowered, n=1, cutoff=cutoff)
    return lowered[found[0]] if found else None


def _closest_value(value: Any, parameter: Parameter) -> Any:
    values = {str(choice): choice for choice in parameter.scalar["enum"]}
    labels = {
        label: choice
        for known in parameter.value_labels.values()
        for choice, label in known.items()
    }
    # A year that is not there was not misspelt, and Taiwan is not a slip of the pen for Hainan.
    close = _closest(value, {**values, **labels}, 0.75) if isinstance(value, str) else None
    return {**values, **labels}[close] if close is not None else None


def _plain(value: Any, schema: Mapping[str, Any]) -> Any:
    """`value` as JSON knows it: tuples are lists, 15.0 is the integer 15 where one is asked for."""
    if schema["type"] == "array" and isinstance(value, list | tuple):
        return [_plain(item, schema["items"]) for item in value]
    if schema["type"] == "integer" and isinstance(value, float) and value.is_integer():
        return int(value)
    if schema["type"] == "number" and type(value) is int:
        return float(value)
    return value


def _is_finite(value: Any) -> bool:
    # NaN passes every comparison that JSON Schema makes.
    values = value if isinstance(value, list) else [value]
    return all(math.isfinite(item) for item in values if isinstance(item, float))


def _from_text(text: str, schema: Mapping[str, Any]) -> Any:
    match schema["type"]:
        case "integer":
            try:
                return int(text)
            except ValueError:
                return float(text)
        case "number":
            return float(text)
        case "boolean":
            return {"true": True, "false": False}.get(text.lower(), text)
        case "array":
            if text.lstrip().startswith("["):
                return json.loads(text)
            return [_from_text(item.strip(), schema["items"]) for item in text.split(",") if item]
        case _:
            return text
