"""A gate on notebooks and pages: nothing asks a network."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

from nbformat import NotebookNode

from digigov.charts import VEGALITE_MIME
from digigov.course.notebook import bundles_of

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
