"""Releases: every edition of one verified tree, with the means to check it anywhere.

A release is a folder. Its archives hold only what git tracks and what is generated from that, with
the time of the commit on every file, so that two builds of one tree are equal byte for byte.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from digigov.course import classroom, instructor, leaks, site, slides
from digigov.course.files import write_atomically
from digigov.course.inputs import Inputs
from digigov.course.manifest import KINDS, CourseError, finished_lessons
from digigov.course.runs import Record, compare_languages, judge, matrix
from digigov.course.store import Store
from digigov.data import project_root
from digigov.i18n import LANGUAGES, _, language

SUMS = "SHA256SUMS"
REPORT = "VERIFICATION.json"
BILL = "SBOM.cdx.json"

SHARED = (
    "CITATION.cff",
    "LICENSE",
    "LICENSE-CODE",
    "ci/locks/learner.txt",
    "datasets",
    "environment.yml",
    "notebooks/course.yml",
    "pyproject.toml",
    "src",
)
"""What a learner's and a lecturer's archive hold, beside the notebooks of their language."""

LEARNER, INSTRUCTOR = "learner", "instructor"

PUBLIC = ("site", "classroom")
"""Parts that learners get, beside their archives; the slides hold the lecturer's notes."""

_VERSION = re.compile(r"\d+\.\d+\.\d+((a|b|rc)\d+)?")
_SUM = re.compile(r"([0-9a-f]{64})  (.+)")


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
    changed = _git(root, "status", "--porcelain", "--untracked-files=all").splitlines()
    if changed:
        more = f" and {len(changed) - 5} more" if len(changed) > 5 else ""
        named = ", ".join(line[3:] for line in changed[:5])
        raise CourseError(f"a release is made from a commit; not committed: {named}{more}")
    names = _git(root, "ls-files", "-z").split("\0")
    return Tree(
        root,
        _git(root, "rev-parse", "HEAD").strip(),
        int(_git(root, "log", "-1", "--format=%ct")),
        tuple(sorted(filter(None, names))),
    )


def _git(root: Path, *words: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-c", "core.quotepath=off", "-C", str(root), *words],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    except FileNotFoundError:
        raise CourseError("a release needs git, which is not on the PATH") from None
    except subprocess.CalledProcessError as error:
        said = (error.stderr or "").strip().splitlines()[-1:]
        raise CourseError(f"a release is made in a clone of the repository: {said}") from None
    return done.stdout


def check_version(version: str, root: Path) -> None:
    """Hold the version of a release against every file that states it.

    Raises
    ------
    CourseError
        If it is no version, or ``pyproject.toml``, ``CITATION.cff`` or ``CHANGELOG.md`` disagree.
    """
    if not _VERSION.fullmatch(version):
        raise CourseError(f"version {version!r} is not of the form 1.2.3 or 1.2.3rc1")
    stated = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    if stated != version:
        raise CourseError(f"version {version}: pyproject.toml says {stated}")
    cited = str(yaml.safe_load((root / "CITATION.cff").read_text("utf-8")).get("version"))
    if cited != version:
        raise CourseError(f"version {version}: CITATION.cff says {cited}")
    path = root / "CHANGELOG.md"
    text = path.read_text("utf-8") if path.is_file() else ""
    if not re.search(rf"^## \[?{re.escape(version)}\]?(\s|$)", text, re.MULTILINE):
        raise CourseError(f"version {version}: CHANGELOG.md has no section '## {version}'")


def verified(store: Store) -> list[Record]:
    """Records of the full verification, if it is green for the files as they are.

    Parameters
    ----------
    store : Store
        Finished runs; each is found by the hash of its inputs, so a record that is found is of this
        very tree.

    Returns
    -------
    list of Record
        One for each lesson, language and parameter set, and each exercise.

    Raises
    ------
    CourseError
        If a run is missing or did not give what is expected.
    """
    inputs, missing, records = Inputs(), [], []
    for run in matrix(finished_lessons(), sets="all"):
        record = store.read(inputs.key(run))
        if record is None:
            missing.append(run.label)
            continue
        judge(run, record)
        records.append(record)
    if missing:
        raise CourseError(
            f"{len(missing)} of {len(missing) + len(records)} runs are not verified for exactly "
            f"this tree, the first is {missing[0]}; run: course verify --sets all"
        )
    compare_languages(records)
    failed = [record for record in records if record.status != "passed"]
    if failed:
        first = failed[0]
        raise CourseError(
            f"{len(failed)} of {len(records)} runs failed, the first is {first.lesson} · "
            f"{first.lang} · {first.set}: {'; '.join(first.problems)}"
        )
    return records


# ---------------------------------------------------------------------------------- the release


def write_release(
    version: str, out: Path, jobs: int, store: Store, on_stage: Callable[[str], None]
) -> list[Path]:
    """Write a release; nothing is there unless all of it is.

    Parameters
    ----------
    version : str
        Stated by ``pyproject.toml``, ``CITATION.cff`` and ``CHANGELOG.md``.
    out : Path
        Folder of the release, which must be empty, missing, or an earlier release.
    jobs : int
        Number of runs at a time, for what is not finished yet.
    store : Store
        Finished runs.
    on_stage : callable
        Called with the name of each part before it is made.

    Returns
    -------
    list of Path
        Its files.

    Raises
    ------
    CourseError
        If the version, the tree or its verification does not allow a release.
    """
    root, out = project_root(), out.absolute()  # tools run in folders of their own
    check_version(version, root)
    tree = find_tree(root)
    if out.is_dir() and any(out.iterdir()) and not (out / SUMS).is_file():
        raise CourseError(f"{out} holds something that is not a release; choose another --out")
    records = verified(store)
    name = f"digigov-{version}"
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".release-") as temporary:
        folder, work = Path(temporary, "release"), Path(temporary, "work")
        folder.mkdir()
        with _reproducible(tree.when):
            on_stage("notebooks for lecturers")
            notes = work / INSTRUCTOR
            instructor.write_instructor(
                notes, finished_lessons(), LANGUAGES, jobs, store, lambda _run: None
            )
            for lang in LANGUAGES:
                for edition in (LEARNER, INSTRUCTOR):
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
        for file in ("CHANGELOG.md", "CITATION.cff", "LICENSE", "LICENSE-CODE"):
            shutil.copyfile(root / file, folder / file)
        report = _report(version, tree, records)
        write_atomically(folder / REPORT, json.dumps(report, ensure_ascii=False, indent=1) + "\n")
        write_atomically(folder / SUMS, _sums(_contents(folder)))
        problems = check_release(folder)
        if problems:
            raise CourseError("the release that was made is not whole: " + "; ".join(problems))
        if out.exists():
            shutil.rmtree(out)
        folder.rename(out)
    return sorted(out.iterdir())


def _parts(jobs: int, store: Store) -> dict[str, Callable[[Path], object]]:
    lessons = finished_lessons()
    return {
        "slides": lambda to: slides.write_slides(
            to, lessons, LANGUAGES, jobs, store, lambda *_done: None
        ),
        "site": lambda to: _write_site(to, jobs, store),
        "classroom": lambda to: classroom.write_classroom(to),
    }


def _write_site(folder: Path, jobs: int, store: Store) -> None:
    folder.mkdir(parents=True)
    runs = site.site_runs(finished_lessons())
    site.write_site(runs, folder, jobs, store, lambda _run: None, lambda _stage: None)


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
    with tempfile.TemporaryDirectory() as temporary:
        source = Path(temporary)
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


def _report(version: str, tree: Tree, records: Iterable[Record]) -> dict[str, Any]:
    runs = []
    for record in records:
        entry = asdict(record)
        del entry["kept"]  # says how this machine came by it, not what it is
        runs.append(entry)
    lock = (tree.root / "ci" / "locks" / "learner.txt").read_text("utf-8")
    packages = {}
    for name in sorted(set(re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.MULTILINE))):
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            packages[name] = importlib.metadata.version(name)
    return {
        "version": version,
        "commit": tree.commit,
        "date": time.strftime("%Y-%m-%d", time.gmtime(tree.when)),
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "packages": packages,
        "data": {name: _sha256((tree.root / name).read_bytes()) for name in tree.under("datasets")},
        "passed": sum(run["status"] == "passed" for run in runs),
        "failed": sum(run["status"] != "passed" for run in runs),
        "runs": runs,
    }


# ------------------------------------------------------------------------------------- archives


def write_archive(path: Path, contents: Mapping[str, bytes], when: int) -> None:
    """Write a zip archive that depends on nothing but its contents and a time.

    Parameters
    ----------
    path : Path
    contents : mapping of str to bytes
        Name inside the archive to content; a file of their hashes is added.
    when : int
        Time on every file, in seconds since 1970.
    """
    stamp = time.gmtime(when)[:6]
    everything = {**contents, SUMS: _sums(contents).encode()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(everything):
            entry = zipfile.ZipInfo(f"{path.stem}/{name}", date_time=stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, also where it is made on another
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, everything[name])


def _contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _sums(contents: Mapping[str, bytes]) -> str:
    """Hashes in the form that ``sha256sum -c`` reads."""
    return "".join(f"{_sha256(contents[name])}  {name}\n" for name in sorted(contents))


# ------------------------------------------------------------------------------------- checking


def check_release(folder: Path) -> list[str]:
    """Find what is wrong with a release, or with an unpacked archive of one.

    Needs neither the repository nor a network.

    Parameters
    ----------
    folder : Path
        With the file ``SHA256SUMS``.

    Returns
    -------
    list of str
        One problem each, with the name of the file; empty if there is none.

    Raises
    ------
    CourseError
        If it is not such a folder.
    """
    if not (folder / SUMS).is_file():
        raise CourseError(f"{folder} is not a release: it has no file {SUMS}")
    contents = _contents(folder)
    problems = _differences(contents, "")
    report = _read_report(contents, problems)
    sound = [name for name in contents if not any(one.startswith(name) for one in problems)]
    for name in sound:
        if name.endswith(".zip"):
            problems += _archive_problems(folder / name, report)
        if name.startswith("digigov-") and report and f"-{report['version']}-" not in name:
            problems.append(f"{name}: is not of version {report['version']}")
    return problems


def _differences(contents: Mapping[str, bytes], where: str) -> list[str]:
    """Compare files with the hashes that stand beside them."""
    problems, expected = [], {}
    for line in contents[SUMS].decode("utf-8", "replace").splitlines():
        found = _SUM.fullmatch(line)
        if not found:
            problems.append(f"{where}{SUMS}: not a line of hash and name: {line!r}")
        elif PurePosixPath(found[2]).is_absolute() or ".." in PurePosixPath(found[2]).parts:
            problems.append(f"{where}{SUMS}: a name that leads out of the folder: {found[2]!r}")
        else:
            expected[found[2]] = found[1]
    for name, digest in expected.items():
        if name not in contents:
            problems.append(f"{where}{name}: is missing")
        elif _sha256(contents[name]) != digest:
            problems.append(f"{where}{name}: has changed: SHA-256 is not that of {SUMS}")
    extra = sorted(contents.keys() - expected.keys() - {SUMS})
    return problems + [f"{where}{name}: does not belong to the release" for name in extra]


def _read_report(contents: Mapping[str, bytes], problems: list[str]) -> dict[str, Any] | None:
    """The verification report of a release, with what is wrong with it added to the problems."""
    if REPORT not in contents:
        return None  # an archive of a release
    try:
        report = json.loads(contents[REPORT])
        failed = [run for run in report["runs"] if run["status"] != "passed"]
        report["version"], report["data"]
    except (ValueError, KeyError, TypeError):
        problems.append(f"{REPORT}: is not a verification report")
        return None
    if failed or report["failed"] or report["passed"] != len(report["runs"]):
        problems.append(f"{REPORT}: not every run passed")
    return report


def _archive_problems(path: Path, report: Mapping[str, Any] | None) -> list[str]:
    """Look into an archive: its own hashes, and the data that was verified."""
    prefix = f"{path.stem}/"
    try:
        with zipfile.ZipFile(path) as archive:
            contents = {
                name.removeprefix(prefix): archive.read(name) for name in archive.namelist()
            }
    except (zipfile.BadZipFile, OSError) as error:
        return [f"{path.name}: cannot be read: {error}"]
    if SUMS not in contents:
        return [f"{path.name}: has no file {SUMS}"]
    problems = _differences(contents, f"{path.name}: ")
    data = {name: text for name, text in contents.items() if name.startswith("datasets/")}
    if report and data:
        for name, digest in report["data"].items():
            if name in data and _sha256(data[name]) != digest:
                problems.append(f"{path.name}: {name}: is not the data that was verified")
            elif name not in data:
                problems.append(f"{path.name}: {name}: is missing")
    return problems
