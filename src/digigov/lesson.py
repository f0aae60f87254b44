"""What a lesson notebook calls: begin, say, record, verdict, and check in its exercise."""

from __future__ import annotations

import math
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

import numpy as np
from IPython.display import Markdown, display

from digigov.charts import enable_theme
from digigov.checks import Outcome, tasks_of
from digigov.escape import escape_markdown
from digigov.i18n import _, set_language
from digigov.parameters import ParameterError, declarations, lesson_entry
from digigov.quantities import Formatter

RESULT_MIME = "application/vnd.digigov.result+json"
"""Media type of the outputs that carry named results."""

IPYTHON_NAMES = frozenset({"In", "Out", "exit", "quit", "get_ipython", "open"})


@dataclass
class Session:
    """The lesson that runs in this kernel."""

    number: str
    slug: str
    parameters: Mapping[str, Any]


_session: Session | None = None


def begin(lesson: str, namespace: MutableMapping[str, Any], *, edition: str) -> None:
    """Check the parameters of a lesson, then set its language and its chart theme.

    Call it right after the parameters cell: whoever set the parameters (this notebook, papermill
    or a learner) learns here what is wrong with them, before any work is done.

    Parameters
    ----------
    lesson : str
        Two-digit number of the lesson.
    namespace : mutable mapping
        ``globals()`` of the notebook. Whole numbers given as ``15.0`` become integers.
    edition : str
        Language the notebook is written in.

    Raises
    ------
    ParameterError
        If a parameter is unknown, of a wrong type, or out of range.
    """
    global _session
    set_language(edition)
    declared = declarations(lesson)
    if _session is None:
        # A kernel's first call: all that the notebook holds so far is parameters.
        unknown = [name for name in _data_names(namespace) if name not in declared.parameters]
        try:
            declared.check_names(unknown)
        finally:
            # Else the misspelt name would still be there when the corrected cell runs.
            for name in unknown:
                del namespace[name]
    given = {name: namespace[name] for name in declared.parameters if name in namespace}
    parameters = declared.check_all({"lang": edition, **given})
    if parameters["lang"] != edition:
        raise ParameterError(
            _(
                "{where}: lang = {lang!r}, but this is the {edition!r} edition; open notebooks/{lang}"
            ).format(where=declared.where, lang=parameters["lang"], edition=edition)
        )
    namespace.update(parameters)
    _session = Session(lesson, lesson_entry(lesson)["slug"], parameters)
    enable_theme()


def _data_names(namespace: Mapping[str, Any]) -> list[str]:
    return [
        name
        for name, value in namespace.items()
        if not name.startswith("_")
        and name not in IPYTHON_NAMES
        and not isinstance(value, ModuleType)
        and not callable(value)
    ]


def say(template: str, **values: Any) -> None:
    """Display one sentence of Markdown that reads a result.

    Parameters
    ----------
    template : str
        Text with ``{name}`` fields as in `str.format`; ``{x:count}`` writes a large count as the
        language does, ``{x:code}`` and ``{x:block}`` show a text as code and with its lines.
    **values
        The fields: text, whatever it holds, unless it is a `digigov.escape.Markdown`.
    """
    display(Markdown(Formatter().format(template, **values)))


def record(**results: Any) -> None:
    """Record named results of the lesson in the executed notebook.

    Parameters
    ----------
    **results
        Numbers, strings, booleans, None, or lists of them; the same in every language.

    Raises
    ------
    TypeError
        If a result is something else.
    ValueError
        If a number is not finite: a result that nothing can be compared with.
    """
    plain = {name: _scalar(name, value) for name, value in results.items()}
    display({RESULT_MIME: plain}, raw=True)


def _scalar(name: str, value: Any) -> Any:
    if isinstance(value, list | tuple | np.ndarray):
        return [_scalar(name, item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if not isinstance(value, str | bool | int | float | None):
        raise TypeError(
            f"result {name!r} is a {type(value).__name__}; allowed: number, text, bool, None, list"
        )
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"result {name!r} = {value} is not finite")
    return value


def verdict(rows: Sequence[Mapping[str, str]]) -> None:
    """Display the verdict table of a lesson.

    Parameters
    ----------
    rows : sequence of mappings
        Each with the keys ``claim``, ``finding``, ``confidence`` and ``missing``; their values
        are text, unless they are a `digigov.escape.Markdown`.

    Raises
    ------
    KeyError
        If a row lacks one of them.
    """
    columns = {
        "claim": _("Claim"),
        "finding": _("What we found"),
        "confidence": _("How sure"),
        "missing": _("What is missing"),
    }
    lines = ["| " + " | ".join(columns.values()) + " |", "|" + " --- |" * len(columns)]
    for row in rows:
        cells = (escape_markdown(row[key]) for key in columns)
        lines.append("| " + " | ".join(cells) + " |")
    display(Markdown("\n".join(lines)))


def check(task: str, answer: Any) -> Outcome:
    """Check the answer to a task of the exercise that has begun.

    Parameters
    ----------
    task : str
        Name of the task.
    answer
        The learner's answer; ``...`` means not attempted.

    Returns
    -------
    Outcome
        Passed, a hint, or not attempted; a notebook shows it in the lesson's language.

    Raises
    ------
    ParameterError
        If no exercise has begun, or it has no such task.
    """
    if _session is None:
        raise ParameterError(_("run the cell that calls begin() first"))
    tasks = tasks_of(_session.slug)
    if task not in tasks:
        raise ParameterError(
            _("task {task!r} is not known; this exercise has {tasks}").format(
                task=task, tasks=", ".join(tasks)
            )
        )
    return replace(tasks[task](answer, _session.parameters), task=task)


class WrongAnswerError(AssertionError):
    """An answer that is not right, where a program counts the points."""


def grade(task: str, answer: Any) -> Outcome:
    """As `check`, for a cell whose error costs the point: what is not right raises its hint.

    Parameters
    ----------
    task : str
        Name of the task.
    answer
        The learner's answer.

    Returns
    -------
    Outcome
        Passed.

    Raises
    ------
    WrongAnswerError
        With the hint, or because nothing was answered.
    ParameterError
        As `check`.
    """
    outcome = check(task, answer)
    if outcome.status != "passed":
        raise WrongAnswerError(outcome.message)
    return outcome
