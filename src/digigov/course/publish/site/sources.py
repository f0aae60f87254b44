"""What Sphinx makes the site of: finished runs as notebooks, and the pages around them.

A language has a folder of its own, with the same documents under the same names, so that a page's
place in the other language is its own name there.
"""

from __future__ import annotations

import html
import json
import re
import shlex
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from digigov.charts import VEGALITE_MIME
from digigov.course.data.dictionary import write_cards
from digigov.course.lessons import KINDS, Lesson, finished_lessons
from digigov.course.notebook import description_of, tags
from digigov.course.publish.images import SVG_MIME, draw_images
from digigov.course.publish.markup import (
    FOLDED,
    fold_code,
    script_json,
    svg_size,
    without_own_outputs,
)
from digigov.course.publish.pages import PageExporter
from digigov.course.publish.site.heatmap import write_verification
from digigov.course.runs.run import Outcome, Run
from digigov.course.writing.generated import generate
from digigov.data import datasets_dir
from digigov.i18n import LANGUAGES, SOURCE_LANGUAGE, _, conventions, language
from digigov.parameters import read_course

FIGURE_MIME = "application/vnd.digigov.figure+json"
"""A chart as the site shows it: its image, its alternative text and its place in the script."""

FILES = "files"
"""Folder of the site that holds notebooks and data to take along."""

SLIDES = "slides"
"""Folder of the site that holds slides, without the notes for lecturers."""

EXTRA = "extra"
"""Folder of the sources that Sphinx takes into the site as it is."""

_LINK = re.compile(r"\]\((?:\.\./)+(notebooks|exercises)/\w+/(\w+\.ipynb)\)")
_VERBATIM = re.compile(r"(`[^`]*`|\$[^$]*\$)")
_EMPHASIS = re.compile(r"(?<![*\\])(\*{1,2})(?=[^*\s])([^*]+?)(?<![\s\\])\1(?!\*)")
_TOUCHING = re.compile(r"(?<!\*)(\*\*[^*]+\*\*)(?=\*[^*\s])")
_SIBLING = re.compile(r"\[([^]]*)\]\(\.\./(\w+)/(\w+)\.ipynb\)")


class Site(NamedTuple):
    """What the pages beside the lessons may speak of."""

    lessons: Sequence[Lesson]
    """Lessons that have a page."""
    matrix: Sequence[Outcome]
    """The full verification."""


class Group(NamedTuple):
    """Pages beside the lessons that a module of its own writes, as MyST Markdown."""

    caption: Callable[[], str]
    """Heading in the navigation, in the current language."""
    write: Callable[[Path, str, Site], list[str]]
    """Writes the pages into a folder for a language; returns the names of the documents."""


def _guides(folder: Path, lang: str, _site: Site) -> list[str]:
    # Imported here: what reads masters is not installed where people only run lessons.
    from digigov.course.writing.guides import write_guides

    return write_guides(folder, lang)


GROUPS: tuple[Group, ...] = (
    Group(lambda: _("Guides"), _guides),
    Group(lambda: _("Data"), lambda folder, lang, site: write_cards(folder, lang, site.lessons)),
    Group(
        lambda: _("Verification"),
        lambda folder, lang, site: write_verification(folder, lang, site.matrix),
    ),
)
"""In the order of the navigation."""


def write_sources(
    folder: Path,
    lang: str,
    finished: Sequence[Outcome],
    matrix: Sequence[Outcome] = (),
) -> list[str]:
    """Write the documents of one language.

    Parameters
    ----------
    folder : Path
        Empty.
    lang : str
    finished : sequence of Outcome
        Lessons and exercises in that language.
    matrix : sequence of Outcome
        The full verification, for its page.

    Returns
    -------
    list of str
        Names of the documents: paths without ending, below the folder.
    """
    # Sphinx wants it to exist, charts or not.
    (folder / EXTRA).mkdir(parents=True)
    lessons = [one for one in finished if one.run.kind == KINDS[0]]
    site = Site([one.run.lesson for one in lessons], matrix)
    with language(lang):
        groups = {group.caption(): group.write(folder, lang, site) for group in GROUPS}
        known = {name for names in groups.values() for name in names}
        for one in finished:
            notebook = without_own_outputs(one.notebook)
            draw_images(notebook)
            name = f"{one.run.kind}/{one.run.lesson.stem}"
            _prepare(notebook, one, known)
            _take_charts_out(notebook, folder, name)
            _write(folder / f"{name}.ipynb", json.dumps(notebook, ensure_ascii=False))
        _write(folder / "index.md", _index(lang, finished, lessons, groups))
    pages = [f"{one.run.kind}/{one.run.lesson.stem}" for one in finished]
    return ["index", *pages, *sorted(known)]


def files_to_take() -> Iterator[tuple[str, bytes]]:
    """Places below `FILES`, and what stands there: notebooks and data, as learners get them.

    Notebooks are made from their sources: somebody may have answered the files.
    """
    for lesson in finished_lessons():
        for kind in KINDS:
            for lang in LANGUAGES:
                yield f"{kind}/{lang}/{lesson.stem}.ipynb", generate(lesson, lang, kind).encode()
    for path in sorted(datasets_dir().glob("*.csv")):
        yield f"datasets/{path.name}", path.read_bytes()


def commands(lesson: Lesson, lang: str) -> list[tuple[str, str]]:
    """Commands that run a lesson with other values, each with what it changes.

    One for each parameter, and one for each set of parameters that ``course.yml`` names; their
    values are among those that the verification of the course tries.
    """
    declared = lesson.declarations.parameters
    found: list[tuple[str, Mapping[str, Any]]] = []
    for name in declared:
        tried = (values[name] for values in lesson.parameter_sets().values() if name in values)
        if (value := next(tried, None)) is not None:
            found.append((declared[name].meaning(lang), {name: value}))
    for extra in lesson.entry.get("sets", ()):
        with language(lang):
            named = _(", ").join(f"`{name}`" for name in extra["parameters"])
        found.append((named, extra["parameters"]))
    ending = "" if lang == SOURCE_LANGUAGE else f" --lang {lang}"
    unique: dict[str, str] = {}
    for what, values in found:
        options = "".join(
            f" -p {name} {shlex.quote(_as_typed(value))}" for name, value in values.items()
        )
        unique.setdefault(f"course run {lesson.number}{options}{ending}", what)
    return [(what, command) for command, what in unique.items()]


def _as_typed(value: Any) -> str:
    """A value as the command line takes it."""
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return json.dumps(value) if isinstance(value, bool) else str(value)


# --------------------------------------------------------------------------------------- lessons


def _prepare(notebook: NotebookNode, one: Outcome, documents: set[str]) -> None:
    """Turn an executed notebook into the document of its page."""
    run = one.run
    exporter, check = PageExporter(_("Table")), _("Check")
    cells = []
    for cell in fold_code(notebook).cells:
        if cell.cell_type == "markdown":
            cell.source = separate_emphasis(_link_pages(cell.source, run.kind))
        else:
            if not cell.source.strip() and not cell.outputs:
                continue
            if FOLDED in tags(cell):
                cell.metadata["tags"] = [*tags(cell), "hide-input"]
                if "check" in tags(cell):
                    prompts = dict.fromkeys(("code_prompt_show", "code_prompt_hide"), check)
                    cell.metadata["mystnb"] = prompts
            for output in cell.outputs:
                data = output.get("data", {})
                # As pages show them: Sphinx would pass every element on, and heed MyST's commands.
                if "text/html" in data:
                    data["text/html"] = exporter.tidy("".join(data["text/html"]))
                elif markdown := "".join(data.pop("text/markdown", "")):
                    said = exporter.render_markdown(markdown)
                    data["text/html"] = f'<div class="said">{said}</div>'
        cells.append(cell)
        if run.kind == KINDS[0] and "header" in tags(cell):
            cells += [new_markdown_cell(text) for text in _beside_the_header(one, documents)]
        if run.kind == KINDS[0] and "parameter-table" in tags(cell):
            cells.append(new_markdown_cell(_command_list(run)))
    notebook.cells = cells
    # Sphinx asks for the name of the lexer, which only an executed notebook would hold.
    notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": "ipython3"}


def _link_pages(text: str, kind: str) -> str:
    """Let links between notebooks lead to their pages."""
    text = _SIBLING.sub(
        lambda match: (
            f'<a href="../../{match[2]}/{kind}/{match[3]}.html" {_tagged(match[2])}>{match[1]}</a>'
        ),
        text,
    )
    return _LINK.sub(r"](../\1/\2)", text)


def _tagged(lang: str) -> str:
    """Attributes of a link to something in a language, which is written in that language."""
    tag = conventions(lang).tag
    return f'hreflang="{tag}" lang="{tag}"'


def separate_emphasis(text: str) -> str:
    """Markdown in which emphasis is recognised beside Chinese punctuation, too.

    CommonMark wants a blank or punctuation outside of emphasis that begins or ends with punctuation,
    which Chinese text does not have: ``**先猜：**在`` would show its asterisks. A comment is
    punctuation that nobody sees.
    """

    def separate(match: re.Match[str]) -> str:
        stars, inner = match[1], match[2]
        before, after = match.string[: match.start()][-1:], match.string[match.end() :][:1]
        opening = "<!-- -->" if _is_mark(inner[0]) and _is_letter(before) else ""
        closing = "<!-- -->" if _is_mark(inner[-1]) and _is_letter(after) else ""
        return f"{opening}{stars}{inner}{stars}{closing}"

    parts = _VERBATIM.split(text)
    # Every other part is code or a formula.
    parts[::2] = [
        _EMPHASIS.sub(separate, _TOUCHING.sub(r"\1<!-- -->", part)) for part in parts[::2]
    ]
    return "".join(parts)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"


def _is_letter(character: str) -> bool:
    return bool(character) and not character.isspace() and not _is_mark(character)


def _beside_the_header(one: Outcome, documents: set[str]) -> Iterator[str]:
    if one.record.problems:
        problems = "".join(f"<li>{html.escape(line)}</li>" for line in one.record.problems)
        title = _("This lesson failed when it was executed")
        yield (
            f'<div class="admonition error"><p class="admonition-title">{title}</p>'
            f"<ul>{problems}</ul></div>"
        )
    yield _downloads(one.run, documents)
    # The exercise stands below its lesson in the navigation.
    yield f"```{{toctree}}\n:hidden:\n\n../exercises/{one.run.lesson.stem}\n```"


def _downloads(run: Run, documents: set[str]) -> str:
    lesson, root, deck = run.lesson, "../..", run.lesson.deck(run.lang)

    def editions(kind: str) -> str:
        return " · ".join(
            f'<a href="{root}/{FILES}/{kind}/{lang}/{lesson.stem}.ipynb" download '
            f"{_tagged(lang)}>{conventions(lang).name}</a>"
            for lang in LANGUAGES
        )

    rows = [
        (_("Lesson notebook"), editions(KINDS[0])),
        (_("Exercise notebook"), editions(KINDS[1])),
        (_("Slides"), f'<a href="{root}/{SLIDES}/{deck}">{deck}</a>'),
    ]
    description = _("description")
    data = []
    # What a lesson declares is what it loads: the linter sees to it.
    for name in lesson.entry["datasets"]:
        entry = f'<a href="{root}/{FILES}/datasets/{name}.csv" download>{name}.csv</a>'
        if f"data/{name}" in documents:
            entry += f' (<a href="../data/{name}.html">{description}</a>)'
        data.append(entry)
    if data:
        rows.append((_("Data"), " · ".join(data)))
    items = "".join(f"<div><dt>{what}</dt><dd>{links}</dd></div>" for what, links in rows)
    return f'<dl class="downloads">{items}</dl>'


def _command_list(run: Run) -> str:
    summary = _("Run this lesson with other values")
    parts = [f"<details><summary>{summary}</summary>"]
    for what, command in commands(run.lesson, run.lang):
        parts.append(f"{what}\n\n```bash\n{command}\n```")
    return "\n\n".join([*parts, "</details>"])


def _take_charts_out(notebook: NotebookNode, folder: Path, name: str) -> None:
    """Write the images and the specifications of a notebook's charts beside its document."""
    specifications: list[Any] = []
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if VEGALITE_MIME not in data:
                continue
            number = len(specifications)
            image = Path("images", f"{name.replace('/', '-')}-{number + 1}.svg")
            svg = "".join(data[SVG_MIME])
            _write(folder / image, svg)
            width, height = svg_size(svg)
            specifications.append(data[VEGALITE_MIME])
            output.data = {
                FIGURE_MIME: {
                    "description": description_of(data),
                    "image": f"/{image.as_posix()}",
                    "width": width,
                    "height": height,
                    "number": number,
                }
            }
    if specifications:
        # A script, because a page opened from a disk may not read any other file.
        text = f"const courseCharts = {script_json(specifications)};\n"
        _write(folder / EXTRA / "_charts" / f"{name}.js", text)


# --------------------------------------------------------------------------------------- index


def _index(
    lang: str,
    finished: Sequence[Outcome],
    lessons: Sequence[Outcome],
    groups: Mapping[str, Sequence[str]],
) -> str:
    course = read_course()
    failed = [one for one in finished if one.record.problems]
    if failed:
        said = _("✗ {failed} of {total} runs failed:").format(
            failed=len(failed), total=len(finished)
        )
        lines = "".join(f"<li>{html.escape(one.run.label)}</li>" for one in failed)
        status = f'<div class="status bad"><p>{said}</p><ul>{lines}</ul></div>'
    else:
        said = _("✓ All {total} runs passed.").format(total=len(finished))
        status = f'<p class="status good">{said}</p>'
    about = _(
        "{n} lessons take apart the numbers of one article about China's digital government: where "
        "a figure comes from, what it can mean, and what of it can be defended. Each has an exercise "
        "that checks itself; notebooks, slides and data stand on its page."
    ).format(n=len(lessons))
    blocks = [f"# {course['title'][lang]}", about, status]
    for number, title in course["parts"].items():
        part = [one.run.lesson for one in lessons if one.run.lesson.entry["part"] == number]
        if part:
            blocks.append(f"## {title[lang]}")
            blocks.append(_lesson_table(part, lang))
            blocks.append(_toctree(title[lang], [f"notebooks/{one.stem}" for one in part]))
    for caption, documents in groups.items():
        if documents:
            blocks.append(f"## {caption}")
            blocks.append("\n".join(f"- {{doc}}`{name}`" for name in documents))
            blocks.append(_toctree(caption, documents))
    return "\n\n".join(blocks) + "\n"


def _lesson_table(lessons: Sequence[Lesson], lang: str) -> str:
    head = [_("Lesson"), _("You will find out"), _whole(_("Minutes")), _("Exercise")]
    exercise = _("Exercise {number}")
    rows = [
        [
            f"[{lesson.number} · {lesson.title(lang)}](notebooks/{lesson.stem}.ipynb)",
            lesson.entry["finds"][lang],
            str(lesson.entry["minutes"]),
            _whole(f"[{exercise.format(number=lesson.number)}](exercises/{lesson.stem}.ipynb)"),
        ]
        for lesson in lessons
    ]
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows])


def _whole(markdown: str) -> str:
    """A text that stays on one line."""
    return f'<span class="whole">{markdown}</span>'


def _toctree(caption: str, documents: Sequence[str]) -> str:
    lines = "\n".join(documents)
    return f"```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{lines}\n```"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
