"""Exercise checks: what an answer is held against, and what the learner is told.

A check is a function of the answer and the parameters. It returns an `Outcome`: passed, a hint
that names what went wrong, or not attempted.
"""

from __future__ import annotations

import ast
import html
import importlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from numbers import Integral, Real
from pathlib import Path
from typing import Any, overload

import numpy as np
import pandas as pd

from digigov._syntax import parse
from digigov.i18n import _

OUTCOME_MIME = "application/vnd.digigov.outcome+json"
"""Media type that carries an outcome for the verification of exercises."""

CheckFunction = Callable[[Any, Mapping[str, Any]], "Outcome"]


@dataclass(frozen=True)
class Outcome:
    """What a check says of an answer.

    Parameters
    ----------
    status : str
        ``"passed"``, ``"hint"`` or ``"not attempted"``.
    code : str
        Name of the misconception that a hint answers; equals `status` otherwise.
    message : str
        What the learner reads, in the language of the lesson.
    task : str
        Name of the task, once it is known.
    """

    status: str
    code: str
    message: str
    task: str = ""

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        symbol, colour, word = {
            "passed": ("✓", "#00684a", _("Right.")),
            "hint": ("✗", "#9a3412", _("Not yet.")),
            "not attempted": ("…", "#4b5563", _("Not attempted.")),
        }[self.status]
        text = f"{symbol} {word} {self.message}".rstrip()
        body = html.escape(self.message).replace("\n", "<br>")
        return {
            OUTCOME_MIME: {"task": self.task, "status": self.status, "code": self.code},
            "text/plain": text,
            "text/html": (
                f'<div role="status" style="border-left:4px solid {colour};padding:.4em .8em;'
                f'margin:.3em 0"><strong style="color:{colour}">{symbol} {word}</strong> '
                f"{body}</div>"
            ),
        }


def passed(message: str = "") -> Outcome:
    """The answer is right; `message` may add an insight."""
    return Outcome("passed", "passed", message)


def hint(code: str, message: str) -> Outcome:
    """The answer is wrong in the way that `code` names; `message` says what to look at next."""
    return Outcome("hint", code, message)


def not_attempted() -> Outcome:
    """The stub is untouched."""
    return Outcome(
        "not attempted", "not attempted", _("Replace the dots with your answer, then run the cell.")
    )


def is_close(answer: Any, expected: float, *, rel: float = 1e-3, absolute: float = 0.0) -> bool:
    """Whether a number is the expected one, as far as a learner's rounding allows.

    Parameters
    ----------
    answer : real number
    expected : float
        In the same unit.
    rel, absolute : float
        Tolerances, as in `math.isclose`; 0.1 % by default.
    """
    return math.isclose(float(answer), expected, rel_tol=rel, abs_tol=absolute)


def _is_real(answer: Any) -> bool:
    return isinstance(answer, Real) and not isinstance(answer, bool | np.bool_)


def _is_finite(answer: Any) -> bool:
    try:
        return math.isfinite(float(answer))
    except OverflowError:  # a whole number beyond 1e308
        return False


KINDS: dict[Any, tuple[Callable[[Any], bool], Callable[[], str]]] = {
    float: (lambda a: _is_real(a) and _is_finite(a), lambda: _("one number")),
    int: (
        lambda a: (
            _is_real(a) and _is_finite(a) and (isinstance(a, Integral) or float(a).is_integer())
        ),
        lambda: _("one whole number"),
    ),
    str: (lambda a: isinstance(a, str), lambda: _('a text in quotes, for example "a"')),
    bool: (lambda a: isinstance(a, bool | np.bool_), lambda: _("True or False")),
    list: (
        lambda a: isinstance(a, list | tuple | np.ndarray | pd.Series | pd.Index),
        lambda: _('a list, for example ["a", "b"]'),
    ),
    set: (
        lambda a: isinstance(a, set | frozenset | list | tuple),
        lambda: _('a set, for example {"a", "b"}'),
    ),
    callable: (callable, lambda: _("a function")),
    pd.Series: (lambda a: isinstance(a, pd.Series), lambda: _("a pandas Series")),
    pd.DataFrame: (lambda a: isinstance(a, pd.DataFrame), lambda: _("a pandas DataFrame")),
}


class _StoppedError(Exception):
    """A learner's function raised something."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


def _watched(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, telling its own exceptions from those of the check that calls it."""

    def watched(*arguments: Any, **named: Any) -> Any:
        try:
            return function(*arguments, **named)
        except Exception as error:
            raise _StoppedError(error) from error

    return watched


def _unreadable(kind: Any, expected: str, error: Exception) -> str:
    if kind is callable:
        message = _("Your function ran, but what it gave back cannot be used here: {message}")
    else:
        message = _("This cannot be read as {expected}: {message}")
    return message.format(expected=expected, message=error)


@overload
def task(check: CheckFunction, *, kind: Any = float) -> CheckFunction: ...
@overload
def task(*, kind: Any = float) -> Callable[[CheckFunction], CheckFunction]: ...
def task(check: CheckFunction | None = None, *, kind: Any = float) -> Any:
    """Turn a function of (answer, parameters) into the check of the task with its name.

    The stub and an answer of the wrong type are answered before `check` sees them. What a learner's
    own function raises becomes a hint, and so does an answer that `check` cannot read.

    Parameters
    ----------
    check : callable
        ``check(answer, parameters) -> Outcome``.
    kind : type
        Expected type of the answer, a key of `KINDS`.
    """
    if check is None:
        return lambda function: task(function, kind=kind)
    fits, expected = KINDS[kind]

    def checked(answer: Any, parameters: Mapping[str, Any]) -> Outcome:
        if answer is None or answer is Ellipsis:
            return not_attempted()
        if not fits(answer):
            return hint(
                "type",
                _("The answer should be {expected}; yours is {given} ({type}).").format(
                    expected=expected(), given=_shortened(answer), type=type(answer).__name__
                ),
            )
        try:
            return check(_watched(answer) if kind is callable else answer, parameters)
        except _StoppedError as stopped:
            return hint(
                "error",
                _("Your function stopped with {type}: {message}").format(
                    type=type(stopped.error).__name__, message=stopped.error
                ),
            )
        except Exception as error:
            # Whatever a learner answers is to be explained, not a crash.
            return hint("unreadable", _unreadable(kind, expected(), error))

    checked.__name__, checked.__doc__ = check.__name__, check.__doc__
    checked.is_task = True  # type: ignore[attr-defined]  # no type says what a function carries
    return checked


def _shortened(value: Any, limit: int = 60) -> str:
    text = repr(value).replace("\n", " ")
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


@cache
def task_names(slug: str) -> tuple[str, ...]:
    """Names of the tasks of a lesson's exercise, read from its source.

    As `tasks_of`, but without the second that importing what the checks compute with can take.
    """
    tree = parse((Path(__file__).parent / "exercises" / f"{slug}.py").read_text("utf-8"))
    return tuple(
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and any(
            getattr(getattr(mark, "func", mark), "id", None) == task.__name__
            for mark in node.decorator_list
        )
    )


def tasks_of(slug: str) -> dict[str, CheckFunction]:
    """The checks of a lesson's exercise by task name, in the order they are defined."""
    module = importlib.import_module(f"digigov.exercises.{slug}")
    return {name: f for name, f in vars(module).items() if getattr(f, "is_task", False)}
