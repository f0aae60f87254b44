"""A gate on charts: each has an alternative text that says what there is to see."""

from __future__ import annotations

from nbformat import NotebookNode

from digigov.charts import VEGALITE_MIME, is_label_like
from digigov.course.notebook import charts_of, description_of


def check_descriptions(nb: NotebookNode) -> list[str]:
    """Find charts whose alternative text is missing, a mere label, or that of another chart.

    Returns
    -------
    list of str
        One problem each; empty if there is none.
    """
    problems = []
    seen: dict[str, int] = {}
    for number, data in charts_of(nb):
        text = description_of(data)
        where = f"cell {number}: chart description {text[:60]!r}"
        if not text:
            problems.append(f"cell {number}: a chart has no description")
        elif is_label_like(text):
            problems.append(f"{where} is a label; say type of chart, variables, main thing to see")
        elif text in seen:
            problems.append(f"{where} repeats that of cell {seen[text]}")
        elif data[VEGALITE_MIME].get("description") != text:
            problems.append(f"{where} is not the one inside the chart")
        seen.setdefault(text, number)
    return problems
