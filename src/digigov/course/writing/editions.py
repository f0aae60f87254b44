"""The generated notebooks on disk: written, compared, and kept where somebody has edited them."""

from __future__ import annotations

import json
import subprocess
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from types import MappingProxyType
from typing import Any

import nbformat
from nbformat import NotebookNode

from digigov.course.errors import CourseError, Problem
from digigov.course.files import SUM_LINE, SUMS, check_writable, write_atomically
from digigov.course.lessons import KINDS, STAND_INS, Lesson, finished_lessons
from digigov.course.writing.generated import generate
from digigov.data import project_root
from digigov.i18n import LANGUAGES
from digigov.places import Place, fingerprint


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


def differences(lessons: Iterable[Lesson], *, all_lessons: bool = True) -> list[Problem]:
    """What `build` would change, with the reason."""
    reasons = {}
    for path, text in editions(lessons):
        if not path.exists():
            reasons[path] = "is missing"
        elif path.is_symlink() or not path.is_file():
            reasons[path] = "is not a file of its own"
        elif path.read_bytes() != text.encode():
            reasons[path] = difference_from(path, text)
    if all_lessons:
        reasons |= dict.fromkeys(_strays(), "has no source")
    root = project_root()
    return [Problem(path.relative_to(root).as_posix(), why) for path, why in reasons.items()]


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
