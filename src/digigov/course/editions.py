"""From masters to the notebooks that people open: one edition a language.

Nothing here depends on the clock or on the order of a set, so two builds are equal.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import warnings
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from types import MappingProxyType
from typing import Any

import nbformat
import pandas as pd
from nbformat import NotebookNode

from digigov import parameters
from digigov.course.archives import SUM_LINE, SUMS
from digigov.course.files import check_writable, write_atomically
from digigov.course.manifest import KINDS, STAND_INS, CourseError, Lesson, finished_lessons
from digigov.course.markdown import code, table
from digigov.course.masters import (
    PLACEHOLDER,
    read_master,
    tags,
    translate_code,
    translate_markdown,
)
from digigov.course.translation import read_translations
from digigov.data import cite, load, project_root
from digigov.escape import Markdown
from digigov.i18n import LANGUAGES, _, get_language, language
from digigov.places import Place, fingerprint
from digigov.quantities import format_count

INSTRUCTOR = "instructor"
IMPORT_CHECK = "from digigov import check\n\n"
"""Begins each task, so that whoever runs it first is told what to run before it."""
SOLUTION = re.compile(r"^[ \t]*### BEGIN SOLUTION\n.*?^[ \t]*### END SOLUTION\n?", re.S | re.M)
EDITION = re.compile(r'\bedition="en"')
LANGUAGE_NAMES = {"en": "English", "zh": "中文"}


def generate(
    lesson: Lesson,
    lang: str,
    kind: str = "notebooks",
    *,
    solutions: bool = False,
    notes: bool = False,
) -> str:
    """Text of one generated notebook.

    Parameters
    ----------
    lesson : Lesson
    lang : str
        Language code.
    kind : str
        ``"notebooks"`` or ``"exercises"``.
    solutions : bool
        Keep the solutions of an exercise, as its verification and the instructor edition need them.
    notes : bool
        Keep the notes for the lecturer, which learner editions leave out.

    Returns
    -------
    str
        The notebook as JSON, without outputs, ending in a newline.

    Raises
    ------
    CourseError
        If the master or a translation is missing or broken.
    """
    master = read_master(lesson.source(kind))
    name = lesson.source(kind).name
    translations = read_translations(lesson.translation(lang, kind)) if lang != "en" else {}

    def translate(text: str) -> str:
        return translations.get(text, text)

    seen: Counter[str] = Counter()
    cells = []
    for cell in master.cells:
        cell_id = _cell_id(f"{kind}/{lesson.stem}", cell.source, seen)
        if INSTRUCTOR in tags(cell) and not notes:
            continue
        with language(lang):
            if cell.cell_type == "markdown":
                placeholder = PLACEHOLDER.match(cell.source.strip())
                if placeholder:
                    source = _generated(placeholder[1], lesson, lang, kind, name)
                else:
                    source = translate_markdown(cell.source, translate)
                    if INSTRUCTOR in tags(cell):
                        source = note(source)
                new = nbformat.v4.new_markdown_cell(source, id=cell_id)
            else:
                source = cell.source
                if "parameters" in tags(cell):
                    source = parameters_cell(lesson, lang)
                if "begin" in tags(cell):
                    source = EDITION.sub(f'edition="{lang}"', source)
                if "task" in tags(cell):
                    source = IMPORT_CHECK + source
                if not solutions:
                    source = SOLUTION.sub("", source)
                new = nbformat.v4.new_code_cell(translate_code(source, translate, name), id=cell_id)
        if tags(cell):
            new.metadata["tags"] = tags(cell)
        cells.append(new)
    notebook = nbformat.v4.new_notebook(
        cells=cells,
        metadata={
            "digigov": {"kind": kind, "lang": lang, "lesson": lesson.number},
            "kernelspec": {
                "display_name": "Python 3 (ipykernel)",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python"},
        },
    )
    nbformat.validate(notebook)
    return nbformat.writes(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def note(markdown: str) -> str:
    """A note for the lecturer, set off from what learners read, in the current language."""
    lines = [_("**For the lecturer**"), "", *markdown.splitlines()]
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _cell_id(stem: str, source: str, seen: Counter[str]) -> str:
    """Id of a cell: the same in every edition, and until the cell itself changes."""
    digest = hashlib.sha256(f"{stem}\n{source}".encode()).hexdigest()[:10]
    seen[digest] += 1
    return digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"


def parameters_cell(lesson: Lesson, lang: str) -> str:
    """Source of the parameters cell: a default a line, with what it means."""
    lines = []
    for parameter in lesson.declarations.parameters.values():
        value = lang if parameter.name == "lang" else parameter.default
        # papermill's inspector misreads an equals sign in a comment.
        comment = parameter.description[lang].replace("=", "＝")
        lines.append(f"{parameter.name} = {python_literal(value)}  # {comment}")
    return "\n".join(lines)


def python_literal(value: Any) -> str:
    """A parameter's value as a person would write it in Python."""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int) and abs(value) >= 10_000:
        return f"{value:_}"
    return json.dumps(value, ensure_ascii=False)


def _generated(what: str, lesson: Lesson, lang: str, kind: str, name: str) -> str:
    parts = {
        "header": _header if kind == "notebooks" else _exercise_header,
        "prerequisites": _prerequisites,
        "parameters": _parameter_table,
        "recap": _recap,
        "sources": _sources,
    }
    if what not in parts:
        raise CourseError(f"{name}: <<{what}>> is not known; known: {', '.join(parts)}")
    return parts[what](lesson, lang)


def _header(lesson: Lesson, lang: str) -> str:
    part = parameters.read_course()["parts"][lesson.entry["part"]][lang]
    others = " · ".join(
        f"[{LANGUAGE_NAMES[other]}](../{other}/{lesson.stem}.ipynb)"
        for other in LANGUAGES
        if other != lang
    )
    minutes = _("{minutes} minutes").format(minutes=lesson.entry["minutes"])
    lines = [
        f"# {lesson.number} · {lesson.title(lang)}",
        f"{part} · {minutes} · {others}",
    ]
    if lesson.entry["claims"]:
        claims = "\n".join(_claim_lines(lesson.entry["claims"], lang))
        lines.append(_("**The claim**") + "\n\n" + claims)
    lines.append(_("**After this lesson you can**") + "\n\n" + _aims(lesson, lang))
    return "\n\n".join(lines)


def _claim_lines(ids: list[str], lang: str) -> Iterator[str]:
    claims = load("claims", lang).set_index("claim_id")
    for claim_id in ids:
        if claim_id not in claims.index:
            raise CourseError(f"course.yml: claim {claim_id!r} is not in datasets/claims.csv")
        claim = claims.loc[claim_id]
        value = claim_value(claim, claims.attrs["categories"])
        yield "- " + _("{id} · {statement}: **{value}** ({as_of})").format(
            id=claim_id, statement=claim["statement"], value=value, as_of=claim["as_of"]
        )


def claim_value(claim: pd.Series, labels: Mapping[str, Mapping[str, str]]) -> str:
    """Value of a claim with its qualifier and unit, in the current language.

    Parameters
    ----------
    claim : Series
        A row of the dataset ``claims``.
    labels : mapping
        Labels of the columns ``unit`` and ``value_text``.
    """
    if pd.isna(claim["value"]):
        return labels["value_text"][claim["value_text"]]
    number, unit = claim["value"], claim["unit"]
    text = f"{number:g}" if abs(number) < 10_000 else format_count(number)
    if unit == "rank":
        text = _("number {number}").format(number=text)
    elif unit == "percent":
        text = _("{number} %").format(number=text)
    elif unit != "index":
        word = labels["unit"][unit]
        if number == 1 and get_language() == "en":
            word = word.removesuffix("s")
        text = _("{number} {unit}").format(number=text, unit=word)
    return {
        "exact": "{number}",
        "over": _("more than {number}"),
        "nearly": _("nearly {number}"),
    }[claim["qualifier"]].format(number=text)


def _aims(lesson: Lesson, lang: str) -> str:
    return "\n".join(f"- {aim[lang]}" for aim in lesson.entry["aims"])


def _prerequisites(lesson: Lesson, lang: str) -> str:
    importance = {"necessary": _("necessary"), "helpful": _("helpful")}
    rows = [
        [
            Markdown(row["concept"][lang]),
            importance[row["importance"]],
            Markdown(row["where"][lang]),
        ]
        for row in lesson.entry["prerequisites"]
    ]
    head = [_("You should know"), _("Importance"), _("Where to learn it")]
    return _("**Prerequisites**") + "\n\n" + table(head, rows)


def _parameter_table(lesson: Lesson, lang: str) -> str:
    rows = [
        [
            code(parameter.name),
            Markdown(parameter.description[lang]),
            code(python_literal(lang if parameter.name == "lang" else parameter.default)),
            _allowed(parameter, lesson.entry["parameters"].get(parameter.name, {})),
            Markdown(parameter.unit.get(lang, "")),
        ]
        for parameter in lesson.declarations.parameters.values()
    ]
    head = [_("Parameter"), _("Meaning"), _("Default"), _("Allowed"), _("Unit")]
    intro = _("Change a value in the next cell and run the lesson again: every sentence follows.")
    return _("**Parameters**") + f"\n\n{intro}\n\n" + table(head, rows)


def _allowed(parameter: parameters.Parameter, declared: Mapping[str, Any]) -> str:
    """What a parameter takes: Markdown of the syllabus, but for the values that stand in a dataset."""
    text = parameters.allowed(parameter)
    of_a_dataset = "enum_from" in declared or "enum_from" in declared.get("items", ())
    return text if of_a_dataset else Markdown(text)


def _recap(lesson: Lesson, lang: str) -> str:
    exercise = _(
        "**Your turn:** the [exercise](../../exercises/{lang}/{stem}.ipynb) checks itself."
    )
    return "\n\n".join(
        [
            "## " + _("Recap"),
            _("You can now"),
            _aims(lesson, lang),
            exercise.format(lang=lang, stem=lesson.stem),
        ]
    )


def _sources(lesson: Lesson, lang: str) -> str:
    lines = [f"- {citation}" for citation in cite(lesson.entry["sources"], lang)]
    if not lines:
        lines = [_("None: what this lesson reads was written for the course, or is your own.")]
    return "## " + _("Sources") + "\n\n" + "\n".join(lines)


def _exercise_header(lesson: Lesson, lang: str) -> str:
    title = _("Exercise {number} · {title}").format(number=lesson.number, title=lesson.title(lang))
    back = _(
        "Belongs to [the lesson](../../notebooks/{lang}/{stem}.ipynb). "
        "Run the first two code cells, replace the dots in each task, run its cell, and read what "
        "it says."
    )
    return f"# {title}\n\n" + back.format(lang=lang, stem=lesson.stem)


def stand_in(lessons: Iterable[Lesson], say: Callable[[str], object]) -> None:
    """Have everything that this process makes rest on what the sources give, not on what was edited.

    A notebook that somebody has answered or changed stays as it is; beside it, in ``build``, its
    source's text is written and read in its place.

    Parameters
    ----------
    lessons : iterable of Lesson
    say : callable
        Called with a line for each notebook that is edited.
    """
    root, named = project_root(), _notebooks(lessons)
    for name in _edited(built_place(), named):
        path, place = root / name, root / "build" / "cache" / "originals" / name
        try:
            text = generate(*named[name])
        except CourseError as error:
            # Its own run fails at what is missing; the others are made.
            place.unlink(missing_ok=True)
            STAND_INS[path] = place
            say(f"{name} is edited, and what its source gives is not known: {error}")
            continue
        if path.is_file() and path.read_bytes() == text.encode():
            continue
        write_atomically(place, text)
        STAND_INS[path] = place
        say(f"{name} is edited; what is made here is what its source gives")


def say_edited(lessons: Iterable[Lesson], say: Callable[[str], object]) -> None:
    """Name the notebooks that are edited, and used as they are where no source can be read.

    Parameters
    ----------
    lessons : iterable of Lesson
    say : callable
        Called with a line for each, and for those of which nothing tells whether they are.
    """
    place, named = built_place(), _notebooks(lessons)
    edited = _edited(place, named)
    known = {*place.written(), *_in_git(place.folder, edited)[0], *_as_unpacked(place.folder)}
    for name in edited:
        if name in known:
            say(f"{name} is edited, and used as it is")
    if unknown := [name for name in edited if name not in known]:
        say(
            f"whether somebody edited {unknown[0]}{' and others' if unknown[1:] else ''} cannot be "
            "known: neither git nor SHA256SUMS of an archive is here"
        )


def _notebooks(lessons: Iterable[Lesson]) -> dict[str, tuple[Lesson, str, str]]:
    """Names of the notebooks of some lessons that are there, with what each is generated from."""
    named = {
        f"{kind}/{lang}/{lesson.stem}.ipynb": (lesson, lang, kind)
        for lesson in lessons
        for kind in KINDS
        for lang in LANGUAGES
    }
    return {name: one for name, one in named.items() if (project_root() / name).exists()}


@dataclass(frozen=True)
class Difference:
    """A generated file that is not what its source gives."""

    path: Path
    reason: str


def editions(lessons: Iterable[Lesson]) -> Iterator[tuple[Path, str]]:
    """Path and text of every generated notebook of some lessons."""
    for lesson in lessons:
        for kind in KINDS:
            for lang in LANGUAGES:
                yield lesson.edition(lang, kind), generate(lesson, lang, kind)


def built_place(**options: Any) -> Place:
    """The course's folder as the place of what `build` writes; what it wrote is noted in ``build``."""
    root = project_root()
    return Place(root, "course build", mark=root / "build" / "cache" / "built.json", **options)


def script_place(script: str, names: Iterable[str], *, force: bool) -> Place:
    """The course's folder as the place of what one of its scripts writes, looked at before it works.

    Parameters
    ----------
    script : str
        Its name: ``ci/bench``.
    names : iterable of str
        Files that it is going to write.
    force : bool
        Whether edited ones are replaced, which is said.

    Raises
    ------
    CourseError
        If a file cannot be written.
    PlaceError
        If a file is neither what the script wrote nor what is committed.
    """
    root = project_root()
    mark = root / "build" / "cache" / f"{Path(script).stem}.json"
    place = Place(root, script, mark=mark, force=force)
    names = list(names)
    for name in names:
        check_writable((root / name).parent)
        if (root / name).is_dir():
            raise CourseError(f"cannot write to {root / name}: it is a folder")
    edited = _edited(place, names)
    place.refuse(edited)
    for name in edited:
        print(f"{script}: {root / name} will be replaced, which was edited")  # noqa: T201
    return place


def write_generated(place: Place, texts: Mapping[str, str]) -> None:
    """Write some files of a place, each whole or not at all, and note that they are its own.

    Raises
    ------
    CourseError
        If one cannot be written.
    """
    place.record({name: fingerprint(text.encode()) for name, text in texts.items()})
    for name, text in texts.items():
        write_atomically(place.folder / name, text)


def _edited(place: Place, names: Iterable[str]) -> list[str]:
    """Files that are neither what was last written here, nor committed, nor as they were unpacked."""
    foreign = place.foreign(names)
    if not foreign:
        return []
    # A link is never what git holds as a file.
    tracked, changed = _in_git(place.folder, foreign)
    unpacked = _as_unpacked(place.folder)
    return [
        name
        for name in foreign
        if name not in tracked - changed
        and (name not in unpacked or not _has_hash(place.folder / name, unpacked[name]))
    ]


def _has_hash(path: Path, wanted: str) -> bool:
    return path.is_file() and not path.is_symlink() and fingerprint(path.read_bytes()) == wanted


def _as_unpacked(root: Path) -> dict[str, str]:
    """Hash of each file of the archive that the course was unpacked from."""
    try:
        lines = (root / SUMS).read_text("utf-8", "replace").splitlines()
    except OSError:
        return {}
    return {found[2]: found[1] for line in lines if (found := SUM_LINE.fullmatch(line))}


def _in_git(root: Path, names: Collection[str]) -> tuple[set[str], set[str]]:
    """Those files that git holds, and those of them that are not exactly as it holds them."""

    def ask(*words: str) -> set[str]:
        command = ["git", "-C", str(root), *words, "-z", "--", *names]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise OSError(done.stderr)
        return set(done.stdout.split("\0"))

    if not names:
        return set(), set()
    try:
        tracked = ask("ls-files")
        # Relative to the folder, as a clone may be inside another repository.
        changed = ask("diff", "--name-only", "--relative", "HEAD")
    except OSError:
        return set(), set()  # no git, or no repository
    return set(names) & tracked, changed


def _changes(
    lessons: Iterable[Lesson], place: Place, all_lessons: bool, others: Mapping[str, str]
) -> tuple[dict[str, str], list[str], list[str]]:
    """Text of each file that has to be written, files without a source, and edited files."""
    wanted = {path.relative_to(place.folder).as_posix(): text for path, text in editions(lessons)}
    texts = {}
    for name, text in {**wanted, **others}.items():
        path = place.folder / name
        if path.is_symlink() or not path.is_file() or path.read_bytes() != text.encode():
            texts[name] = text
    edited = _edited(place, texts)
    place.refuse(edited)
    stale = [path.relative_to(place.folder).as_posix() for path in _strays()] if all_lessons else []
    return texts, stale, edited


def build(
    lessons: Iterable[Lesson],
    *,
    all_lessons: bool = True,
    others: Mapping[str, str] = MappingProxyType({}),
    force: bool = False,
    say: Callable[[str], object] = lambda _line: None,
) -> list[Path]:
    """Write the generated notebooks that are not up to date.

    Parameters
    ----------
    lessons : iterable of Lesson
        Only files of these are written.
    all_lessons : bool
        Whether notebooks that an earlier build wrote, and no lesson gives any more, are removed.
    others : mapping of str to str
        Texts of other generated files, by their names in the course.
    force : bool
        Whether edited notebooks are replaced.
    say : callable
        Called with a line for each of those.

    Returns
    -------
    list of Path
        The files written or removed.

    Raises
    ------
    PlaceError
        If a notebook was edited; nothing is written then.
    """
    place = built_place(force=force, say=say)
    texts, stale, edited = _changes(lessons, place, all_lessons, others)
    write_generated(place, texts)
    for name in edited:
        say(f"replaced {place.folder / name}, which was edited")
    for name in stale:
        (place.folder / name).unlink()
    place.record({}, stale)
    return [place.folder / name for name in (*texts, *stale)]


def differences(lessons: Iterable[Lesson], *, all_lessons: bool = True) -> list[Difference]:
    """What `build` would change, with the reason."""
    found = []
    for path, text in editions(lessons):
        if not path.exists():
            found.append(Difference(path, "is missing"))
        elif path.is_symlink() or not path.is_file():
            found.append(Difference(path, "is not a file of its own"))
        elif path.read_bytes() != text.encode():
            found.append(Difference(path, difference_from(path, text)))
    if all_lessons:
        found += [Difference(path, "has no source") for path in _strays()]
    return found


def _strays() -> list[Path]:
    """Notebooks that an earlier build wrote, as they were written, and no lesson gives any more.

    What else lies beside the generated ones, a copy of one for example, is somebody's.
    """
    root = project_root()
    expected = {
        lesson.edition(lang, kind)
        for lesson in finished_lessons()
        for kind in KINDS
        for lang in LANGUAGES
    }
    folders = [root / kind / lang for kind in KINDS for lang in LANGUAGES]
    others = [
        path.relative_to(root).as_posix()
        for folder in folders
        for path in sorted(folder.glob("*.ipynb"))
        if path not in expected and not path.is_symlink()
    ]
    place = built_place()
    own = set(others) - set(place.foreign(others))
    tracked, changed = _in_git(root, set(others) - own)
    own |= {name for name in tracked - changed if _says_generated(root / name)}
    return [root / name for name in sorted(own)]


def _says_generated(path: Path) -> bool:
    try:
        return "lesson" in json.loads(path.read_text(encoding="utf-8"))["metadata"]["digigov"]
    except (ValueError, KeyError, TypeError):
        return False


def difference_from(path: Path, text: str) -> str:
    """In what a notebook differs from its text: the first place of each kind, in one line."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a missing id is found below
            actual = nbformat.reads(path.read_bytes().decode(), as_version=nbformat.NO_CONVERT)
        found = [*_differences_of(nbformat.reads(text, as_version=nbformat.NO_CONVERT), actual)]
    except Exception:
        return "is not a notebook"
    return "; ".join(found) or "differs in how its JSON is written"


def _differences_of(expected: NotebookNode, actual: NotebookNode) -> Iterator[str]:
    cells = list(zip(expected.cells, actual.cells, strict=False))
    for number, (mine, theirs) in enumerate(cells, 1):
        if mine.source != theirs.source:
            pairs = zip_longest(theirs.source.splitlines(), mine.source.splitlines(), fillvalue="")
            line = next((a for a, b in pairs if a != b), "")
            yield f"differs from its source in cell {number}: {line.strip()[:70]!r}"
            break
    if len(actual.cells) != len(expected.cells):
        yield f"has {len(actual.cells)} cells, and its source gives {len(expected.cells)}"
    for number, cell in enumerate(actual.cells, 1):
        if cell.get("outputs") or cell.get("execution_count"):
            yield f"holds outputs, first in cell {number}"
            break
    shown = ("source", "outputs", "execution_count")
    for number, (mine, theirs) in enumerate(cells, 1):
        names = [name for name in _unequal(mine, theirs) if name not in shown]
        if names:
            yield f"differs in cell {number}: {', '.join(names)}"
            break
    if names := _unequal(expected.metadata, actual.metadata):
        yield f"differs in its metadata: {', '.join(names)}"
    if names := [name for name in _unequal(expected, actual) if name not in ("cells", "metadata")]:
        yield f"differs in {', '.join(names)}"


def _unequal(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))
