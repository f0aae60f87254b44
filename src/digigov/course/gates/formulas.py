"""A gate on text: every formula can be shown as MathML."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from functools import lru_cache

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

from digigov.course.notebook import bundles_of


def to_mathml(tex: str, *, display: bool = False) -> str:
    """Turn a LaTeX formula into MathML, which browsers draw by themselves.

    Parameters
    ----------
    tex : str
        Formula without dollar signs.
    display : bool
        Whether it stands on its own line.

    Raises
    ------
    ValueError
        If part of the formula is not understood and would be shown as LaTeX.
    """
    from latex2mathml.converter import convert

    braces = re.findall(r"(?<!\\)[{}]", tex)
    if braces.count("{") != braces.count("}"):
        raise ValueError(f"formula ${tex.strip()}$: braces do not match")
    try:
        mathml = convert(tex.strip(), display="block" if display else "inline")
        root = ElementTree.fromstring(mathml)
    except Exception as error:
        raise ValueError(f"formula ${tex.strip()}$ is not understood: {error!r}") from error
    raw = [text for text in root.itertext() if "\\" in text]
    if raw:
        raise ValueError(f"formula ${tex.strip()}$: {', '.join(raw)} is not understood")
    return mathml


def check_math(nb: NotebookNode) -> list[str]:
    """Find formulas that a page would show as LaTeX.

    Returns
    -------
    list of str
        One problem each; empty if there is none.
    """
    texts = [
        (number, cell.source)
        for number, cell in enumerate(nb.cells, start=1)
        if cell.cell_type == "markdown"
    ]
    texts += [
        (number, "".join(data["text/markdown"]))
        for number, data in bundles_of(nb)
        if "text/markdown" in data
    ]
    return [
        f"cell {number}: {problem}" for number, text in texts for problem in _math_problems(text)
    ]


class _Formulas(IPythonRenderer):
    """Tries each formula, keeps the failures."""

    def __init__(self) -> None:
        super().__init__(escape=False)
        self.problems: list[str] = []

    def inline_math(self, body: str) -> str:
        """Try a formula in a line."""
        return self.attempt(body)

    def block_math(self, body: str) -> str:
        """Try a formula on its own line."""
        return self.attempt(body)

    def latex_environment(self, name: str, body: str) -> str:
        """Try an environment."""
        return self.attempt(rf"\begin{{{name}}}{body}\end{{{name}}}")

    def attempt(self, tex: str) -> str:
        """Note what is not understood."""
        try:
            to_mathml(tex)
        except ValueError as error:
            self.problems.append(str(error))
        return ""


@lru_cache(4096)  # the runs of a lesson share nearly all their text
def _math_problems(text: str) -> tuple[str, ...]:
    formulas = _Formulas()
    MarkdownWithMath(renderer=formulas).render(text)
    return tuple(formulas.problems)
