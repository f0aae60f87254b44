"""Gates on what an executed notebook shows: descriptions, formulas, no network, glyphs.

Each is a function from a notebook to a list of problems, empty if there is none.
"""

from __future__ import annotations

import re
import subprocess
import unicodedata
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from html.parser import HTMLParser
from typing import Any

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

from digigov.charts import VEGALITE_MIME, is_label_like


def description_of(data: Mapping[str, Any]) -> str:
    """Alternative text of a chart."""
    return "".join(data.get("text/plain", "")).strip()


def charts_of(nb: NotebookNode) -> Iterator[tuple[int, Any]]:
    """Charts among the outputs, with the number of their cell from 1."""
    for number, data in bundles_of(nb):
        if VEGALITE_MIME in data:
            yield number, data


def bundles_of(nb: NotebookNode) -> Iterator[tuple[int, Any]]:
    """Outputs that a reader sees in one of several forms, with the number of their cell from 1."""
    for number, cell in enumerate(nb.cells, start=1):
        for output in cell.get("outputs", ()):
            if "data" in output:
                yield number, output["data"]


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


REMOTE = re.compile(r"""\s*(?:https?:|ftp:)?//""", re.IGNORECASE)
CDN = re.compile(
    r"""(?:cdn\.\w+|cdnjs\.|unpkg\.com|jsdelivr\.net|esm\.sh|esm\.run|skypack\.dev|jspm\.io"""
    r"""|googleapis\.com|gstatic\.com|require\.config|import\s*\(\s*["']https?:)""",
    re.IGNORECASE,
)
FETCHED = {
    "audio": ("src",),
    "embed": ("src",),
    "iframe": ("src",),
    "image": ("href", "xlink:href"),
    "img": ("src", "srcset"),
    "input": ("src",),
    "link": ("href",),
    "object": ("data",),
    "script": ("src",),
    "source": ("src", "srcset"),
    "track": ("src",),
    "use": ("href", "xlink:href"),
    "video": ("src", "poster"),
}
"""Attributes whose address a browser fetches by itself."""


def check_offline(nb_or_html: NotebookNode | str) -> list[str]:
    """Find what would ask a network for something.

    Parameters
    ----------
    nb_or_html : NotebookNode or str
        An executed notebook, or a page.

    Returns
    -------
    list of str
        One problem each; empty if there is none.
    """
    if isinstance(nb_or_html, str):
        return _remote_parts(nb_or_html)
    problems = []
    for number, data in bundles_of(nb_or_html):
        for mime, content in data.items():
            found = []
            if mime.startswith("application/vnd.vegalite.") and mime != VEGALITE_MIME:
                found = [f"{mime} is not drawn without a network; show charts with show()"]
            elif mime == VEGALITE_MIME:
                found = [f"the chart loads {url}" for url in _urls(content)]
            elif mime in ("text/html", "image/svg+xml", "text/markdown"):
                found = _remote_parts("".join(content))
            elif mime == "application/javascript":
                found = ["a script output; show charts with show()"]
            problems += [f"cell {number}: {problem}" for problem in found]
    return problems


def _urls(part: Any) -> Iterator[str]:
    """Addresses that a chart would load data or images from."""
    if isinstance(part, Mapping):
        for key, value in part.items():
            if key == "url" and isinstance(value, str) and not value.startswith("data:"):
                yield value
            elif key not in ("datasets", "values"):
                yield from _urls(value)
    elif isinstance(part, list):
        for item in part:
            yield from _urls(item)


def _remote_parts(text: str) -> list[str]:
    finder = _RemoteFinder()
    finder.feed(text)
    finder.close()
    return list(dict.fromkeys(finder.problems))


class _RemoteFinder(HTMLParser):
    """Notes elements that load something, and scripts that name a content delivery network."""

    def __init__(self) -> None:
        super().__init__()
        self.problems: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        for name in FETCHED.get(tag, ()):
            if REMOTE.match(values.get(name, "")):
                self.problems.append(f"<{tag} {name}={values[name][:80]!r}> asks a network")
        if "url(" in values.get("style", ""):
            self.look_for_style(values["style"])
        if tag in ("script", "style"):
            # The libraries of Vega are checked by opening a page; they name hosts, but ask none.
            self.inside = "" if values.get("id") == "vega" else tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self.inside:
            self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside == "style":
            self.look_for_style(data)
        elif self.inside == "script" and (match := CDN.search(data)):
            self.problems.append(f"a script names a remote source: {match[0]!r}")

    def look_for_style(self, text: str) -> None:
        for match in re.finditer(
            r"""(?:@import\s*|url\(\s*)["']?((?:https?:)?//[^"')\s]*)""", text
        ):
            self.problems.append(f"a style loads {match[1][:80]}")


CJK_PACKAGES = "fonts-noto-cjk (57 MB) or fonts-wqy-microhei (2 MB)"


def check_glyphs(nb_or_svgs: NotebookNode | Mapping[str, str] | Iterable[str]) -> list[str]:
    """Find characters in charts that the first installed font of their stack cannot draw.

    vl-convert takes the whole text with such a character from any font of the machine that has it, so
    the image differs from machine to machine, or draws an empty box and says nothing.

    Parameters
    ----------
    nb_or_svgs : NotebookNode, mapping or iterable of str
        An executed notebook, SVG images by name, or SVG images.

    Returns
    -------
    list of str
        One problem each; empty if there is none.
    """
    problems: dict[str, None] = {}
    for chart, svg in _named_svgs(nb_or_svgs):
        for stack, text in _texts(svg):
            first = next((family for family in stack if glyphs_of(family)), None)
            glyphs = glyphs_of(first) if first else frozenset()
            for character in dict.fromkeys(text):
                if unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Zs"):
                    continue
                if ord(character) in glyphs:
                    continue
                if _is_chinese(character) and ord("中") not in glyphs:
                    problem = (
                        f"no font with Chinese characters is installed ({', '.join(stack)}): "
                        f"install the Debian package {CJK_PACKAGES}"
                    )
                else:
                    name = unicodedata.name(character, "no name")
                    problem = (
                        f"{chart}: no glyph for {character!r} (U+{ord(character):04X} {name}) in "
                        f"{first or 'no installed font'}; the text is {text[:40]!r}"
                    )
                problems[problem] = None
    return list(problems)


def _is_chinese(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _named_svgs(
    nb_or_svgs: NotebookNode | Mapping[str, str] | Iterable[str],
) -> Iterator[tuple[str, str]]:
    if isinstance(nb_or_svgs, NotebookNode):
        for number, data in bundles_of(nb_or_svgs):
            if "image/svg+xml" in data:
                yield (
                    f"cell {number}, chart {description_of(data)[:50]!r}",
                    "".join(data["image/svg+xml"]),
                )
    elif isinstance(nb_or_svgs, Mapping):
        yield from nb_or_svgs.items()
    else:
        for number, svg in enumerate(nb_or_svgs, start=1):
            yield f"chart {number}", svg


def _texts(svg: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Texts of an image, each with the families that it asks for."""
    for element in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"):
        stack = element.get("font-family", "sans-serif").split(",")
        yield tuple(family.strip(" '\"") for family in stack), "".join(element.itertext())


@cache
def glyphs_of(family: str) -> frozenset[int]:
    """Code points that a font family can draw; empty if the family is not installed.

    Parameters
    ----------
    family : str
        Name of a family, or ``sans-serif``.

    Raises
    ------
    RuntimeError
        If fontconfig is not installed.
    """
    from fontTools.ttLib import TTFont

    pattern = family if family == "sans-serif" else f"{family}:style=Regular"
    try:
        found = subprocess.run(
            ["fc-match", "--format=%{file}\t%{index}\t%{family}", pattern],
            capture_output=True,
            check=True,
            text=True,
        ).stdout
    except FileNotFoundError as error:
        raise RuntimeError(
            "fc-match is not installed, so fonts cannot be checked: "
            "install the Debian package fontconfig"
        ) from error
    file, index, names = found.split("\t")
    if family != "sans-serif" and family not in names.split(","):
        return frozenset()
    # The upper half of fontconfig's index numbers the instances of a variable font.
    with TTFont(file, fontNumber=int(index) & 0xFFFF, lazy=True) as font:
        return frozenset(font.getBestCmap())
