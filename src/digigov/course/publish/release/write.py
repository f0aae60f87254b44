"""Releases: every edition of one verified tree, with the means to check it anywhere.

A release is a folder. Its archives hold only what git tracks and what is generated from that, with
the time of the commit on every file, so that two builds of one tree are equal byte for byte.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from digigov.course.errors import CourseError
from digigov.course.files import SUM_LINE, SUMS, write_atomically
from digigov.course.lessons import KINDS, finished_lessons
from digigov.course.publish import classroom, instructor, slides
from digigov.course.publish.release import leaks
from digigov.course.publish.release.archives import sha256, sums, write_archive
from digigov.course.publish.release.check import (
    BILL,
    EDITIONS,
    INSTRUCTOR,
    LEARNER,
    LOCK,
    REPORT,
    SHARED,
    SIGNATURE,
    STATEMENT,
    TEXTS,
    Statement,
    check_release,
    version_problems,
)
from digigov.course.publish.release.signatures import sign
from digigov.course.publish.site import write as site
from digigov.course.runs.executor import Executor
from digigov.course.runs.run import Record, matrix
from digigov.course.runs.store import Store
from digigov.course.runs.verification import compare_languages
from digigov.data import DATASETS_VARIABLE, project_root
from digigov.i18n import LANGUAGES, _, language
from digigov.places import Place, PlaceError
from digigov.temporary import temporary_folder

PUBLIC = ("site", "classroom")
"""Parts that learners get, beside their archives; the slides hold the lecturer's notes."""

OF_A_MACHINE = ("kept", "key", "seconds", "cell_seconds", "import_seconds")
"""What a record says of the machine and the day, and no second release would say again."""


@dataclass(frozen=True)
class Tree:
    """The state of the repository that a release is made from.

    Attributes
    ----------
    root : Path
    commit : str
        Its full hash.
    when : int
        Time of the commit, in seconds since 1970; every file of the release has it.
    files : tuple of str
        What git tracks, relative to the root.
    """

    root: Path
    commit: str
    when: int
    files: tuple[str, ...]

    def under(self, *places: str) -> list[str]:
        """Tracked files that are, or are inside, one of some places."""
        return [
            name
            for name in self.files
            if any(name == place or name.startswith(f"{place}/") for place in places)
        ]


# ------------------------------------------------------------------------------- before anything


def find_tree(root: Path) -> Tree:
    """The committed state of the repository.

    Raises
    ------
    CourseError
        If this is no clone, or something in it is not committed.
    """
    changed = git(root, "status", "--porcelain", "--untracked-files=all").splitlines()
    if changed:
        more = f" and {len(changed) - 5} more" if len(changed) > 5 else ""
        named = ", ".join(line[3:] for line in changed[:5])
        raise CourseError(f"a release is made from a commit; not committed: {named}{more}")
    names = git(root, "ls-files", "-z").split("\0")
    return Tree(
        root,
        git(root, "rev-parse", "HEAD").strip(),
        int(git(root, "log", "-1", "--format=%ct")),
        tuple(sorted(filter(None, names))),
    )


def git(root: Path, *words: str) -> str:
    """What a git command prints.

    Raises
    ------
    CourseError
        If git is not installed, or the command fails.
    """
    try:
        done = subprocess.run(
            ["git", "-c", "core.quotepath=off", "-C", str(root), *words],
            capture_output=True,
            text=True,
            check=True,
        )
    except FileNotFoundError:
        raise CourseError(
            "a release needs git, which is not on the PATH (Debian, Ubuntu: git)"
        ) from None
    except subprocess.CalledProcessError as error:
        said = (error.stderr or "").strip().splitlines()[:1]
        raise CourseError(f"{root}: git {words[0]} failed: {' '.join(said)}") from None
    return done.stdout


def check_version(version: str, root: Path) -> None:
    """Hold the version of a release against every file that states it.

    Raises
    ------
    CourseError
        If it is no version, or ``pyproject.toml``, ``CITATION.cff`` or ``CHANGELOG.md`` disagree.
    """
    names = ("pyproject.toml", "CITATION.cff", "CHANGELOG.md")
    texts = {name: (root / name).read_text("utf-8") for name in names if (root / name).is_file()}
    if missing := [name for name in names if name not in texts]:
        raise CourseError(f"version {version}: {missing[0]} is missing")
    for problem in version_problems(version, texts):
        raise CourseError(problem)


def check_place(out: Path) -> None:
    """Make sure that a release would replace nothing but a release as it was written.

    Raises
    ------
    PlaceError
        If the place cannot be written, or holds a file that ``SHA256SUMS`` of a release does not
        list, or not with this content.
    """
    Place(out, "course release").check_folder()
    if not out.exists() or not any(out.iterdir()):
        return
    path = out / SUMS
    lines = path.read_text("utf-8", "replace").splitlines() if path.is_file() else []
    listed = {found[2]: found[1] for line in lines if (found := SUM_LINE.fullmatch(line))}
    if not {REPORT, BILL} <= listed.keys():
        raise PlaceError(f"{out} holds something that is not a release; choose another --out")
    for one in sorted(out.rglob("*")):
        name = one.relative_to(out).as_posix()
        if one.is_dir() and not one.is_symlink():
            continue
        if (
            one.is_symlink()
            or not one.is_file()
            or not (name.startswith(SUMS) or listed.get(name) == sha256(one.read_bytes()))
        ):
            raise PlaceError(
                f"{one} is not of the release in {out}; move it, or choose another --out"
            )


def check_tag(tree: Tree, version: str) -> None:
    """Make sure that the tag of a version, if it is there, names what is released.

    Raises
    ------
    CourseError
        If it names another commit.
    """
    tagged = tagged_commit(tree.root, version)
    if tagged not in (None, tree.commit):
        raise CourseError(
            f"the tag v{version} names commit {tagged[:12]}, and this is {tree.commit[:12]}; "
            "check that one out, or release another version"
        )


def tagged_commit(root: Path, version: str) -> str | None:
    """Commit that the tag of a version names; None if there is no such tag."""
    name = f"refs/tags/v{version}"
    if not git(root, "for-each-ref", "--format=%(refname)", name):
        return None
    return git(root, "rev-parse", f"{name}^{{commit}}").strip()


def check_key(key: Path, tree: Tree, out: Path) -> None:
    """Make sure that a key can sign, and does not lie where it would be published.

    Raises
    ------
    CourseError
        If it is committed, lies in the folder of the release, or cannot sign.
    """
    place = key.resolve()
    if place.is_relative_to(out.resolve()) or place in {
        tree.root.resolve() / n for n in tree.files
    }:
        raise CourseError(f"--key {key}: a key does not belong to what is published; move it away")
    sign(b"", key)


def execute_all(jobs: int, store: Store, on_stage: Callable[[str], None]) -> list[Record]:
    """Execute the full verification.

    Parameters
    ----------
    jobs : int
        Number of runs at a time.
    store : Store
        An empty one, which gets the runs: what somebody kept earlier proves nothing to others.
    on_stage : callable
        Called with the number of runs that have ended.

    Returns
    -------
    list of Record
        One for each lesson, language and parameter set, and each exercise.

    Raises
    ------
    CourseError
        At the first run that did not give what is expected.
    """
    runs = matrix(finished_lessons(), sets="all")
    executor = Executor(runs, jobs, store=store)
    with contextlib.closing(executor.outcomes()) as outcomes:
        for number, outcome in enumerate(outcomes, 1):
            on_stage(f"executing, {number} of {len(runs)}")
            if problems := outcome.record.problems:
                raise CourseError(f"{outcome.run.label} failed: {'; '.join(problems)}")
    for difference in compare_languages(executor.records):
        raise CourseError(difference)
    return executor.records


# ---------------------------------------------------------------------------------- the release


def write_release(
    version: str,
    out: Path,
    jobs: int,
    on_stage: Callable[[str], None],
    key: Path | None = None,
) -> list[Path]:
    """Execute the full verification and write a release; nothing is there unless all of it is.

    Parameters
    ----------
    version : str
        Stated by ``pyproject.toml``, ``CITATION.cff`` and ``CHANGELOG.md``.
    out : Path
        Folder of the release, which must be empty, missing, or an earlier release.
    jobs : int
        Number of runs at a time.
    on_stage : callable
        Called with the name of each part before it is made.
    key : Path, optional
        SSH key to sign with.

    Returns
    -------
    list of Path
        Its files.

    Raises
    ------
    CourseError
        If the version, the tree, the key or a run does not allow a release.
    """
    root, out = project_root(), out.resolve()  # tools run in folders of their own
    check_version(version, root)
    tree = find_tree(root)
    if os.environ.get(DATASETS_VARIABLE):
        raise CourseError(
            f"{DATASETS_VARIABLE} is set; a release is made with the data of its commit"
        )
    check_tag(tree, version)
    if key is not None:
        check_key(key, tree, out)
    check_place(out)
    name = f"digigov-{version}"
    out.parent.mkdir(parents=True, exist_ok=True)
    with temporary_folder(out.parent) as temporary:
        folder, work = temporary / "release", temporary / "work"
        folder.mkdir()
        with _reproducible(tree.when):
            store = Store(temporary / "runs")
            records = execute_all(jobs, store, on_stage)
            on_stage("notebooks for lecturers")
            notes = work / INSTRUCTOR
            for _outcome in instructor.write_instructor(
                notes, finished_lessons(), LANGUAGES, jobs, store
            ):
                pass
            for lang in LANGUAGES:
                for edition in EDITIONS:
                    on_stage(f"{edition} archive, {lang}")
                    contents = _edition(tree, lang, edition, version, notes)
                    write_archive(folder / f"{name}-{edition}-{lang}.zip", contents, tree.when)
            for part, write in _parts(jobs, store).items():
                on_stage(part)
                write(work / part)
                contents = _contents(work / part)
                if part in PUBLIC:
                    _keep_answers(part, contents)
                write_archive(folder / f"{name}-{part}.zip", contents, tree.when)
            on_stage("package")
            _write_package(tree, folder)
            if not list(folder.glob("*.whl")):
                raise CourseError("the release has no package: hatchling wrote none")
            on_stage("bill of materials")
            _write_bill(tree, folder / BILL)
        for file in TEXTS:
            shutil.copyfile(root / file, folder / file)
        write_atomically(folder / REPORT, _report(records))
        write_atomically(folder / STATEMENT, _statement(version, tree, folder).text())
        write_atomically(folder / SUMS, sums(_digests(folder)))
        if key is not None:
            (folder / SIGNATURE).write_bytes(sign((folder / SUMS).read_bytes(), key))
        if problems := check_release(folder).problems:
            raise CourseError("the release that was made is not whole: " + "; ".join(problems))
        check_place(out)  # again: much time has passed
        if out.exists():
            shutil.rmtree(out)
        folder.rename(out)
    return sorted(out.iterdir())


def _parts(jobs: int, store: Store) -> dict[str, Callable[[Path], object]]:
    lessons = finished_lessons()
    return {
        "slides": lambda to: [*slides.write_slides(to, lessons, LANGUAGES, jobs, store)],
        "site": lambda to: _write_site(to, jobs, store),
        "classroom": lambda to: classroom.write_classroom(to),
    }


def _write_site(folder: Path, jobs: int, store: Store) -> None:
    folder.mkdir(parents=True)
    runs = site.site_runs(finished_lessons())
    for _outcome in site.write_site(runs, folder, jobs, store, lambda _stage: None):
        pass


@contextlib.contextmanager
def _reproducible(when: int) -> Iterator[None]:
    """Let what asks for the time get that of the commit."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = str(when)
    try:
        yield
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before


def _edition(tree: Tree, lang: str, edition: str, version: str, notes: Path) -> dict[str, bytes]:
    """Name and content of each file of a learner's or lecturer's archive."""
    names = tree.under(*SHARED, f"notebooks/{lang}", f"exercises/{lang}")
    contents = {name: (tree.root / name).read_bytes() for name in names}
    contents["README.md"] = start_page(lang, edition, version).encode()
    if edition == LEARNER:
        _keep_answers("the learners' archive", contents)
        return contents
    for kind in KINDS:
        for path in sorted((notes / kind / lang).glob("*.ipynb")):
            contents[f"{INSTRUCTOR}/{kind}/{lang}/{path.name}"] = path.read_bytes()
    return contents


def _keep_answers(part: str, contents: Mapping[str, bytes]) -> None:
    """Refuse a part for learners that holds what only a lecturer should know."""
    readable = (".html", ".ipynb", ".md")
    texts = {name: text.decode() for name, text in contents.items() if name.endswith(readable)}
    if found := leaks.leaks(texts, finished_lessons()):
        raise CourseError(f"{part} would tell the answers: {found[0]}")


def start_page(lang: str, edition: str, version: str) -> str:
    """The page that an archive is opened with, as Markdown.

    Parameters
    ----------
    lang : str
        Language of the archive.
    edition : str
        ``"learner"`` or ``"instructor"``.
    version : str
    """
    commands = (
        "```bash\n"
        "python3.11 -m venv .venv\n"
        ".venv/bin/python -m pip install --require-hashes -r ci/locks/learner.txt\n"
        ".venv/bin/python -m pip install --no-deps --no-build-isolation -e .\n"
        f".venv/bin/course lab --lang {lang}\n"
        "```"
    )
    with language(lang):
        lines = [
            _("# Digital Government by the Numbers {version}").format(version=version),
            _(
                "Twenty lessons in `notebooks/{lang}`, an exercise for each in `exercises/{lang}`. "
                "On a machine with Python 3.11 to 3.14:"
            ).format(lang=lang),
            commands,
            _(
                "The network is needed once, for the packages. With conda, on Windows or on "
                "Binder: `environment.yml` pins the same packages."
            ),
            _(
                "`course params 14` says what can be set in lesson 14, "
                "`course run 14 -p minutes 30` runs it so and writes a page of it."
            ),
        ]
        if edition == INSTRUCTOR:
            lines.append(
                _(
                    "`instructor/` holds the lessons with notes for the lecturer and answers "
                    "to the predictions, and the exercises with their solutions. "
                    "Don't pass this archive on to learners."
                )
            )
        lines.append(
            _(
                "Text and data compilation: CC BY 4.0 (`LICENSE`); code: MIT (`LICENSE-CODE`); "
                "the figures belong to their sources (`datasets/README.md`)."
            )
        )
    return "\n\n".join(lines) + "\n"


def _write_package(tree: Tree, folder: Path) -> None:
    """Build the wheel of the library from the tracked files alone."""
    with temporary_folder() as source:
        for name in tree.files:
            target = source / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(tree.root / name, target)
        _run_tool(
            [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], source
        )


def _write_bill(tree: Tree, path: Path) -> None:
    """Write what a learner installs as a CycloneDX bill of materials."""
    command = [sys.executable, "-m", "cyclonedx_py", "requirements", "ci/locks/learner.txt"]
    command += ["--pyproject", "pyproject.toml", "--mc-type", "application"]
    command += ["--output-reproducible", "--output-format", "JSON", "--output-file", str(path)]
    _run_tool(command, tree.root)


def _run_tool(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise CourseError(f"{command[2]} failed: {' '.join(said)}; the test group installs it")


def _report(records: Sequence[Record]) -> str:
    """The verification as JSON."""
    runs = [asdict(record) for record in records]
    for run in runs:
        for name in OF_A_MACHINE:
            del run[name]
    failed = sum(run["status"] != "passed" for run in runs)
    report = {"passed": len(runs) - failed, "failed": failed, "runs": runs}
    return json.dumps(report, ensure_ascii=False, indent=1) + "\n"


def _statement(version: str, tree: Tree, folder: Path) -> Statement:
    materials = tree.under("ci/locks", "datasets")
    return Statement(
        version,
        tree.commit,
        tree.when,
        _digests(folder),
        {name: sha256((tree.root / name).read_bytes()) for name in materials},
        builder(tree.root),
    )


def builder(root: Path) -> dict[str, str]:
    """Python, platform and packages of the lock on this machine."""
    lock = (root / LOCK).read_text("utf-8")
    packages = {}
    for name in sorted(set(re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.MULTILINE))):
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            packages[name] = importlib.metadata.version(name)
    return {
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        **packages,
    }


def _contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _digests(folder: Path) -> dict[str, str]:
    return {name: sha256(content) for name, content in _contents(folder).items()}
