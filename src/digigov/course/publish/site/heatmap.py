"""The verification as a page: every lesson over every parameter set, at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import altair as alt
import pandas as pd

from digigov import charts
from digigov.charts import enable_theme, to_svg
from digigov.course.files import write_atomically
from digigov.course.markdown import table as table_of
from digigov.course.runs.run import EXERCISE_SETS, FAILED, NOT_RUN, PASSED, Outcome
from digigov.escape import Markdown, escape_markdown
from digigov.i18n import _, language

DOCUMENT = "verification"
PICTURE = "verification.svg"


def as_table(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """One row a lesson and parameter set, over the languages.

    Returns
    -------
    DataFrame
        Columns ``lesson``, ``set``, ``column`` (the place of the set among those of its lesson, the
        defaults first and the exercise last) and ``status``. Not how long a run took: two sites of
        one commit would differ.
    """
    rows = [
        {
            "lesson": outcome.run.lesson.stem,
            "set": outcome.run.set_name,
            "exercise": outcome.run.set_name in EXERCISE_SETS,
            "status": outcome.record.status,
        }
        for outcome in outcomes
    ]
    order = {FAILED: 0, NOT_RUN: 1, PASSED: 2}
    table = pd.DataFrame(rows)
    table["worst"] = table["status"].map(order)
    table["place"] = range(len(table))
    merged = (
        table.groupby(["lesson", "set"], sort=False)
        .agg(
            exercise=("exercise", "first"),
            worst=("worst", "min"),
            place=("place", "first"),
        )
        .reset_index()
    )
    merged["status"] = merged["worst"].map({value: key for key, value in order.items()})
    merged = merged.sort_values(["lesson", "exercise", "place"], kind="stable")
    merged["column"] = merged.groupby("lesson").cumcount() + 1
    return merged[["lesson", "set", "column", "status"]].reset_index(drop=True)


def heat_map(table: pd.DataFrame) -> alt.LayerChart:
    """Chart of `as_table`: a square each, with a sign that is read without colour."""
    words = {PASSED: _("passed"), FAILED: _("failed"), NOT_RUN: _("not run")}
    signs = {PASSED: "✓", FAILED: "×", NOT_RUN: "·"}
    data = table.assign(
        shown=table["status"].map(words), sign=table["status"].map(signs), run=table["set"]
    )
    scale = alt.Scale(domain=list(words.values()), range=["#d5ead8", charts.HIGHLIGHT, "#e5e7eb"])
    base = alt.Chart(data).encode(
        x=alt.X(
            "column:O",
            title=_("parameter set"),
            axis=alt.Axis(labelAngle=0, values=[1, 10, 20, 30, 40]),
        ),
        y=alt.Y("lesson:O", title=None),
    )
    squares = base.mark_rect(stroke="white").encode(
        color=alt.Color("shown:N", title=_("outcome"), scale=scale), tooltip=["run:N", "shown:N"]
    )
    marks = base.mark_text(fontSize=9).encode(text="sign:N")
    return (squares + marks).properties(
        width=alt.Step(15), height=alt.Step(17), title=_("Every lesson over its parameter sets")
    )


def write_verification(folder: Path, lang: str, outcomes: Sequence[Outcome]) -> list[str]:
    """Write the page and its picture.

    Parameters
    ----------
    folder : Path
        Folder of the documents of a language.
    lang : str
    outcomes : sequence of Outcome
        From `digigov.course.runs.verification.verified`.

    Returns
    -------
    list of str
        Name of the document.
    """
    with language(lang):
        table = as_table(outcomes)
        counts = table["status"].value_counts().reindex([PASSED, FAILED, NOT_RUN], fill_value=0)
        said = _(
            "{runs} runs of {lessons} lessons in both languages: {passed} parameter sets passed, "
            "{failed} failed, and {open} not run for these files."
        ).format(
            runs=len(outcomes),
            lessons=table["lesson"].nunique(),
            passed=counts[PASSED],
            failed=counts[FAILED],
            open=counts[NOT_RUN],
        )
        described = _(
            "Heat map of {lessons} lessons in rows and their parameter sets in columns, the "
            "defaults first and the exercise last. A tick marks what passed, a cross what failed, a "
            "dot what was not run: {passed}, {failed} and {open}."
        ).format(
            lessons=table["lesson"].nunique(),
            passed=counts[PASSED],
            failed=counts[FAILED],
            open=counts[NOT_RUN],
        )
        enable_theme()
        write_atomically(
            folder / PICTURE, to_svg(heat_map(table).properties(description=described).to_dict())
        )
        by_lesson = (
            table.assign(one=1)
            .pivot_table(index="lesson", columns="status", values="one", aggfunc="sum")
            .reindex(columns=[PASSED, FAILED, NOT_RUN])
            .fillna(0)
            .astype(int)
        )
        head = [_("lesson"), _("passed"), _("failed"), _("not run")]
        rows = [
            [Markdown(name), *map(str, row)]
            for name, row in zip(by_lesson.index, by_lesson.to_numpy(), strict=True)
        ]
        parts = [
            "# " + _("Verification"),
            said,
            f"![{described}]({PICTURE})",
            table_of(head, rows, numbers=3),
        ]
        failed = [
            f"- {escape_markdown(one.run.label)}: {'; '.join(map(escape_markdown, one.record.problems))}"
            for one in outcomes
            if one.record.problems
        ]
        if failed:
            parts += ["## " + _("What failed"), "\n".join(failed)]
    write_atomically(folder / f"{DOCUMENT}.md", "\n\n".join(parts) + "\n")
    return [DOCUMENT]
