"""What a lesson notebook calls: begin, say, record, verdict, and check in its exercise."""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from IPython import get_ipython
from IPython.display import Markdown, display

from digigov._syntax import parse
from digigov.charts import enable_theme
from digigov.checks import Outcome, tasks_of
from digigov.data import load, read_package
from digigov.escape import escape_markdown
from digigov.i18n import LANGUAGES, _, catalogue, language, set_language
from digigov.parameters import Declarations, ParameterError, declarations, lesson_entry
from digigov.quantities import Formatter

RESULT_MIME = "application/vnd.digigov.result+json"
"""Media type of the outputs that carry named results."""

INJECTED = "# Parameters"
"""First line of the cell in which papermill sets parameters."""


@dataclass
class Session:
    """The lesson that runs in this kernel."""

    number: str
    slug: str
    parameters: Mapping[str, Any]


_session: Session | None = None
_refusal: str | None = None
"""Why the last call of `begin` failed; nothing that depends on the parameters holds until it passes."""


def prepare() -> None:
    """Do what every lesson does first, so that kernels forked from this process find it done.

    What comes of a file is kept by its content, and each kernel reads the file: one that changes
    in the meantime is noticed.
    """
    for lang in LANGUAGES:
        catalogue(lang)
    for resource in read_package()["resources"]:
        load(resource["name"])
    import altair as alt

    # Altair reads its schema with the first chart that it checks.
    alt.Chart(pd.DataFrame({"x": [1.0]})).mark_point().encode(alt.X("x:Q")).to_dict()
    catalogue.cache_clear()  # it knows a language by its name; the files are known by content


def begin(lesson: str, namespace: MutableMapping[str, Any], *, edition: str) -> None:
    """Check the parameters of a lesson, then set its language and its chart theme.

    Call it right after the parameters cell: whoever set the parameters (this notebook, papermill
    or a learner) learns here what is wrong with them, before any work is done. After an error
    `check`, `say`, `record` and `verdict` repeat it, until a call succeeds.

    Parameters
    ----------
    lesson : str
        Two-digit number of the lesson.
    namespace : mutable mapping
        ``globals()`` of the notebook. Whole numbers given as ``15.0`` become integers. Which names
        were meant as parameters is read from the cells that IPython keeps in ``In``; what else the
        namespace holds is the learner's own.
    edition : str
        Language the notebook is written in.

    Raises
    ------
    ParameterError
        If a parameter is unknown, of a wrong type, or out of range.
    """
    global _session, _refusal
    set_language(edition)
    try:
        parameters = _parameters(declarations(lesson), namespace, edition)
    except ParameterError as error:
        _session, _refusal = None, str(error)
        raise
    namespace.update(parameters)
    _session, _refusal = Session(lesson, lesson_entry(lesson)["slug"], parameters), None
    _end_advice()
    enable_theme()


def _parameters(
    declared: Declarations, namespace: Mapping[str, Any], edition: str
) -> dict[str, Any]:
    """The values of all parameters of a lesson, as the notebook sets them."""
    declared.check_names(_assigned_as_parameters(namespace.get("In", ())[:-1]))
    given = {name: namespace[name] for name in declared.parameters if name in namespace}
    parameters = declared.check_all({"lang": edition, **given})
    if parameters["lang"] != edition:
        raise ParameterError(
            _(
                "{where}: lang = {lang!r}, but this is the {edition!r} edition; open notebooks/{lang}"
            ).format(where=declared.where, lang=parameters["lang"], edition=edition)
        )
    return parameters


def _assigned_as_parameters(cells: Sequence[str]) -> list[str]:
    """Names that the last parameters cell assigns, and what papermill injected after it."""
    names: list[str] = []
    for source in reversed(cells):
        try:
            tree = parse(source)
        except SyntaxError:
            continue
        targets = [
            target
            for node in tree.body
            if isinstance(node, ast.Assign | ast.AnnAssign)
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        ]
        assigned = [target.id for target in targets if isinstance(target, ast.Name)]
        # Every parameters cell sets the language, and no other cell does.
        own = "lang" in assigned
        if own or source.lstrip().startswith(INJECTED):
            names = assigned + names
        if own:
            break
    return names


def _check_refusal() -> None:
    """Repeat why `begin` failed, for cells whose results would be those of other parameters."""
    if _refusal is not None:
        raise ParameterError(
            _(
                "{refusal} · Correct the parameters cell, run it and the cell that calls begin(), "
                "then this one."
            ).format(refusal=_refusal)
        )


def _what_to_run_first() -> str:
    said = []
    # Which language the notebook is written in is known once it has begun.
    for lang in LANGUAGES:
        with language(lang):
            said.append(
                _(
                    "run the first two code cells of this notebook, then this one "
                    "(in JupyterLab: Run › Run All Above Selected Cell)"
                )
            )
    return " · ".join(dict.fromkeys(said))


def _advise_before_begin() -> None:
    """Until a lesson begins, let a name that is not known say which cells come first."""

    def advise(shell: Any, kind: Any, error: Any, _trace: Any, tb_offset: Any = None) -> None:
        line = f"{kind.__name__}: {error} · {_what_to_run_first()}"
        error._render_traceback_ = lambda: [line]
        shell.showtraceback()

    shell = get_ipython()
    if shell is not None:
        shell.set_custom_exc((NameError,), advise)


def _end_advice() -> None:
    shell = get_ipython()
    if shell is not None:
        shell.set_custom_exc((), None)


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
    _check_refusal()
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
    _check_refusal()
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
    _check_refusal()
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
        If no exercise has begun, its parameters were refused, or it has no such task.
    """
    _check_refusal()
    if _session is None:
        raise ParameterError(_what_to_run_first())
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


_advise_before_begin()
