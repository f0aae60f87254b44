"""Checking a release anywhere: needs no repository and no network, and unpacks nothing.

Three means prove three things. `SUMS` alone: that nothing was damaged on the way; whoever changes a
file can change its hash. `SIGNATURE` over it: who made the release, to those who have the public key
from elsewhere. And `digigov.course.publish.release.rebuild`: that it was made from a commit. What is
checked here beside the hashes is that a release holds all that it must, and that its parts say the same.
"""

from __future__ import annotations

import base64
import configparser
import csv
import email
import hashlib
import importlib.metadata
import io
import json
import os
import re
import stat
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from packaging.requirements import InvalidRequirement, Requirement

from digigov.course.errors import CourseError
from digigov.course.files import SUMS
from digigov.course.lessons import KINDS, Lesson, parameter_sets
from digigov.course.publish.release.archives import (
    LARGEST_TEXT,
    MOST_UNPACKED,
    ArchiveError,
    Contents,
    differences,
    read_zip,
    zip_time,
)
from digigov.course.publish.release.signatures import SignatureError, signer
from digigov.course.runs.run import EXERCISE_SETS, Record
from digigov.course.runs.verification import compare_languages
from digigov.i18n import LANGUAGES, SOURCE_LANGUAGE
from digigov.parameters import YAML, Declarations, ParameterError, parse_declarations

SIGNATURE = f"{SUMS}.sig"
REPORT = "VERIFICATION.json"
STATEMENT = "PROVENANCE.json"
BILL = "SBOM.cdx.json"

LEARNER, INSTRUCTOR = "learner", "instructor"
EDITIONS = (LEARNER, INSTRUCTOR)

TEXTS = ("CHANGELOG.md", "CITATION.cff", "LICENSE", "LICENSE-CODE")
"""What stands beside the archives as well as in them."""

LOCK = "ci/locks/learner.txt"
SYLLABUS = "notebooks/course.yml"
SHARED = (*TEXTS, LOCK, "datasets", "environment.yml", SYLLABUS, "pyproject.toml", "src")
"""What each learner's and lecturer's archive holds, beside the notebooks of its language."""

PARTS = {
    "slides": ("{stem}.{lang}.html",),
    "site": (
        "index.html",
        "{lang}/notebooks/{stem}.html",
        "{lang}/exercises/{stem}.html",
        "slides/{stem}.{lang}.html",
    ),
    "classroom": (
        "start.{lang}.html",
        "files/notebooks/{lang}/{stem}.ipynb",
        "files/exercises/{lang}/{stem}.ipynb",
    ),
}
"""The other archives, and what each holds for every language and lesson."""

UNSIGNED = "not signed: this proves only that nothing was damaged on the way"

_VERSION = re.compile(r"\d+\.\d+\.\d+((a|b|rc)\d+)?")
_COMMIT = re.compile(r"(?!0+$)([0-9a-f]{40}|[0-9a-f]{64})")
_ZIP_BEGINS, _ZIP_ENDS = 315_532_800, 4_354_819_200
"""1980 and 2108, in seconds since 1970: the years that a zip archive can name."""
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
_ONLY_IN_RELEASES = re.compile(rf"{REPORT}|{STATEMENT}|{BILL}|digigov-[^/]*\.(zip|whl)")
_BROKEN = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What reading a file of somebody else's can raise, where it isn't what it should be."""


@dataclass
class Findings:
    """What a check found.

    Attributes
    ----------
    subject : str
        What was checked.
    problems : list of str
        One each, with the name of the file.
    notes : list of str
        What was not proven, and what was.
    statement : Statement, optional
        Of a release that has one.
    """

    subject: str
    problems: list[str]
    notes: list[str]
    statement: Statement | None = None


@dataclass(frozen=True)
class Statement:
    """What a release says of its making, as an in-toto statement with SLSA provenance (version 1).

    Attributes
    ----------
    version, commit : str
    when : int
        Time of the commit, in seconds since 1970.
    files : dict of str to str
        SHA-256 of the other files of the release.
    materials : dict of str to str
        SHA-256 of the locks and datasets that it was made with.
    builder : dict of str to str
        Python, platform and packages of the machine.
    """

    version: str
    commit: str
    when: int
    files: Mapping[str, str]
    materials: Mapping[str, str]
    builder: Mapping[str, str]

    def text(self) -> str:
        """As JSON."""
        source = {"name": "source", "digest": {"gitCommit": self.commit}}
        statement = {
            "_type": "https://in-toto.io/Statement/v1",
            "subject": _described(self.files),
            "predicateType": "https://slsa.dev/provenance/v1",
            "predicate": {
                "buildDefinition": {
                    "buildType": "urn:digigov:release:1",
                    "externalParameters": {"version": self.version},
                    "internalParameters": {"SOURCE_DATE_EPOCH": self.when},
                    "resolvedDependencies": [source, *_described(self.materials)],
                },
                "runDetails": {
                    "builder": {"id": "urn:digigov:course-release", "version": {**self.builder}}
                },
            },
        }
        return json.dumps(statement, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def parse(cls, text: bytes) -> Statement:
        """The statement that `text` was made from.

        Raises
        ------
        ValueError, KeyError, TypeError, AttributeError, RecursionError
            If it is no such statement.
        """
        predicate = json.loads(text)["predicate"]
        definition = predicate["buildDefinition"]
        source, *materials = definition["resolvedDependencies"]
        statement = cls(
            definition["externalParameters"]["version"],
            source["digest"]["gitCommit"],
            definition["internalParameters"]["SOURCE_DATE_EPOCH"],
            {one["name"]: one["digest"]["sha256"] for one in json.loads(text)["subject"]},
            {one["name"]: one["digest"]["sha256"] for one in materials},
            predicate["runDetails"]["builder"]["version"],
        )
        if not _VERSION.fullmatch(statement.version) or not _COMMIT.fullmatch(statement.commit):
            raise ValueError(
                f"no version or no commit: {statement.version!r}, {statement.commit!r}"
            )
        if not _ZIP_BEGINS <= statement.when < _ZIP_ENDS:
            raise ValueError(f"no time of a commit: {statement.when!r}")
        if statement.text().encode() != text:
            raise ValueError("not in the form that a release has")
        return statement


def _described(digests: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"name": name, "digest": {"sha256": digests[name]}} for name in sorted(digests)]


def required_files(version: str) -> set[str]:
    """Names of the files that a release of a version has, beside the hashes and their signature."""
    name = f"digigov-{version}"
    return {
        *(f"{name}-{edition}-{lang}.zip" for edition in EDITIONS for lang in LANGUAGES),
        *(f"{name}-{part}.zip" for part in PARTS),
        wheel_name(version),
        *TEXTS,
        BILL,
        REPORT,
        STATEMENT,
    }


def wheel_name(version: str) -> str:
    """File name of the library."""
    return f"digigov-{version}-py3-none-any.whl"


def version_problems(version: str, texts: Mapping[str, str]) -> Iterator[str]:
    """Hold a version against the files that state it.

    Parameters
    ----------
    version : str
    texts : mapping of str to str
        ``pyproject.toml``, ``CITATION.cff`` and ``CHANGELOG.md``.
    """
    if not _VERSION.fullmatch(version):
        yield f"version {version!r} is not of the form 1.2.3 or 1.2.3rc1"
        return
    stated = tomllib.loads(texts["pyproject.toml"])["project"]["version"]
    if stated != version:
        yield f"version {version}: pyproject.toml says {stated}"
    cited = str(yaml.safe_load(texts["CITATION.cff"]).get("version"))
    if cited != version:
        yield f"version {version}: CITATION.cff says {cited}"
    section = rf"^## \[?{re.escape(version)}\]?(?:\s.*)?$(?P<text>(?:\n(?!## ).*)*)"
    found = re.search(section, texts["CHANGELOG.md"], re.MULTILINE)
    if not found:
        yield f"version {version}: CHANGELOG.md has no section '## {version}'"
    elif not found["text"].strip():
        yield f"version {version}: CHANGELOG.md says nothing under '## {version}'"


# ------------------------------------------------------------------------------------ the folder


def check_release(folder: Path, signers: Path | None = None) -> Findings:
    """Find what is wrong with a release, or with an unpacked archive of one.

    Parameters
    ----------
    folder : Path
        With the file ``SHA256SUMS``.
    signers : Path, optional
        Whose signature to believe: a name and a public key a line, as OpenSSH reads it. It comes
        from elsewhere than the release.

    Returns
    -------
    Findings

    Raises
    ------
    CourseError
        If it is not such a folder, or a signature is to be checked and ssh-keygen is missing.
    """
    if not _is_plain(folder / SUMS):
        raise CourseError(f"{folder} is not a release: it has no file {SUMS}")
    digests, problems = _read_folder(folder)
    stated = _text(folder / SUMS)
    signed = digests.pop(SIGNATURE, None) is not None
    digests.pop(SUMS, None)
    problems += differences(digests, stated)
    # A release that lost some of its files must not pass for an unpacked archive.
    names = {*digests, *(line[66:] for line in stated.decode("utf-8", "replace").splitlines())}
    if not signed and not any(map(_ONLY_IN_RELEASES.fullmatch, names)):
        if signers is not None:
            raise CourseError(f"{folder} is no release, so nobody signed it: check the whole one")
        return Findings("an unpacked archive", _printable(problems), [UNSIGNED])
    damaged = {problem.partition(":")[0] for problem in problems}
    statement = None
    if STATEMENT in digests and STATEMENT not in damaged:
        try:
            statement = Statement.parse(_text(folder / STATEMENT))
        except _BROKEN as error:
            problems.append(f"{STATEMENT}: is not the statement of a release: {error}")
    elif STATEMENT not in damaged:
        problems.append(f"{STATEMENT}: is missing")
    if statement:
        problems += _release_problems(folder, digests, damaged, statement)
    subject = f"release {statement.version}" if statement else "a release"
    notes = []
    try:
        notes.append(_signature_note(folder, stated, signed, signers))
    except SignatureError as error:
        problems.append(f"{SIGNATURE}: {error}")
    here = importlib.metadata.version("digigov")
    if problems and statement and statement.version != here:
        notes.append(f"this is the check of version {here}; that of {statement.version} may differ")
    return Findings(subject, _printable(problems), notes, statement)


def _signature_note(folder: Path, stated: bytes, signed: bool, signers: Path | None) -> str:
    if not signed:
        if signers is not None:
            raise SignatureError(f"is missing, so nobody in {signers} made this release")
        return UNSIGNED
    name = signer(stated, _text(folder / SIGNATURE), signers)
    if signers is None:
        return f"signed with the key {name}; whose it is, only --signers FILE can tell"
    return f"signed by {name}, whose key is in {signers}"


def _printable(lines: list[str]) -> list[str]:
    """Lines in which a name cannot steer the terminal that shows it."""
    return [
        "".join(one if one.isprintable() else repr(one)[1:-1] for one in line) for line in lines
    ]


def _is_plain(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _text(path: Path) -> bytes:
    """Content of a plain file, up to a limit; a longer one is no file of a release."""
    with path.open("rb") as file:
        return file.read(LARGEST_TEXT)


def _raise(error: OSError) -> None:
    raise error


def _read_folder(folder: Path) -> tuple[dict[str, str], list[str]]:
    """SHA-256 of each plain file, and what else there is."""
    digests, problems = {}, []
    for place, folders, files in os.walk(folder, onerror=_raise):
        inside = Path(place)
        for name in [*folders, *files]:
            path = inside / name
            status = path.lstat()
            mode, shown = status.st_mode, path.relative_to(folder).as_posix()
            if stat.S_ISREG(mode) and status.st_size > MOST_UNPACKED:
                problems.append(f"{shown}: has {status.st_size:,} bytes; no file of a release has")
            elif stat.S_ISREG(mode):
                with path.open("rb") as file:
                    digests[shown] = hashlib.file_digest(file, "sha256").hexdigest()
            elif not stat.S_ISDIR(mode):
                kind = "a link" if stat.S_ISLNK(mode) else "neither a file nor a folder"
                problems.append(f"{shown}: is {kind}; a release has none")
        if not folders and not files:
            problems.append(f"{inside.relative_to(folder).as_posix()}: is an empty folder")
    return digests, sorted(problems)


# --------------------------------------------------------------------------- what a release holds


def _release_problems(
    folder: Path, digests: Mapping[str, str], damaged: set[str], statement: Statement
) -> Iterator[str]:
    """Hold a release against the list of what it must hold, and its parts against each other."""
    required = required_files(statement.version)
    for name in sorted(required - digests.keys() - damaged):
        yield f"{name}: is missing"
    for name in sorted(digests.keys() - required - damaged):
        yield f"{name}: does not belong to release {statement.version}"
    for name in sorted({*digests, *statement.files} - {STATEMENT} - damaged):
        if digests.get(name) != statement.files.get(name):
            yield f"{name}: is not the file that {STATEMENT} states"
    archives = {}
    for name in sorted(required & digests.keys() - damaged):
        if name.endswith((".zip", ".whl")):
            try:
                archives[name] = _read_archive(folder / name, statement.when)
            except ArchiveError as error:
                yield f"{name}: {error}"
    first = f"digigov-{statement.version}-{LEARNER}-{SOURCE_LANGUAGE}.zip"
    if first not in archives:
        return  # said above; the others are held against it
    reference = archives[first]
    try:
        lessons = [
            Lesson(entry)
            for entry in _read_syllabus(reference.texts[SYLLABUS])["lessons"]
            if Lesson(entry).finished
        ]
        if not lessons:
            raise ValueError("no lesson")
        runs = required_runs(lessons, reference.texts)
        versions = list(
            version_problems(
                statement.version,
                {
                    name: reference.texts[name].decode()
                    for name in ("pyproject.toml", "CITATION.cff", "CHANGELOG.md")
                },
            )
        )
    except (*_BROKEN, yaml.YAMLError, ParameterError) as error:
        yield f"{first}: what it says of the course cannot be read: {error!r}"
        return
    yield from versions
    for name in sorted({*TEXTS} & digests.keys() - damaged):
        if digests[name] != reference.digests.get(name):
            yield f"{name}: differs from that in {first}"
    yield from _material_problems(first, reference, statement)
    for name, archive in archives.items():
        if name.endswith(".whl"):
            yield from _wheel_problems(name, archive, reference)
        else:
            yield from _archive_problems(name, archive, lessons, first, archives)
    for name, problems in (
        (REPORT, lambda text: _report_problems(text, runs)),
        (BILL, lambda text: _bill_problems(text, reference, statement)),
    ):
        if name in digests and name not in damaged:
            try:
                yield from (f"{name}: {one}" for one in problems(_text(folder / name)))
            except _BROKEN as error:
                yield f"{name}: cannot be read: {error!r}"


def _read_syllabus(text: bytes) -> Any:
    """Contents of a ``course.yml`` without aliases, by which a short text could say a long one."""
    if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=YAML)):
        raise ValueError("a YAML alias")
    return yaml.load(text, Loader=YAML)


def _kept(name: str) -> bool:
    """Whether the text of a member is looked at."""
    inside = name.partition("/")[2]
    return (
        inside in (SUMS, SYLLABUS, LOCK, "pyproject.toml", "CITATION.cff", "CHANGELOG.md")
        or bool(re.fullmatch(r"datasets/[^/]+\.csv", inside))
        or bool(re.fullmatch(r"[^/]+\.dist-info/[A-Za-z_.]+", name))
    )


def _read_archive(path: Path, when: int) -> Contents:
    """What an archive holds, by names within its own folder."""
    contents = read_zip(path, _kept)
    if contents.times - {zip_time(when)}:
        raise ArchiveError("holds files that are not of the time of the commit")
    if path.suffix == ".whl":
        return contents
    prefix = f"{path.stem}/"
    if foreign := [name for name in contents.digests if not name.startswith(prefix)]:
        raise ArchiveError(f"holds {foreign[0]!r}, outside its own folder")
    inside = Contents(
        {name.removeprefix(prefix): digest for name, digest in contents.digests.items()},
        {name.removeprefix(prefix): size for name, size in contents.sizes.items()},
        contents.times,
        {name.removeprefix(prefix): text for name, text in contents.texts.items()},
    )
    if SUMS not in inside.texts:
        raise ArchiveError(f"has no file {SUMS}")
    del inside.digests[SUMS]
    if problems := differences(inside.digests, inside.texts[SUMS]):
        raise ArchiveError("; ".join(problems[:3]))
    return inside


def _shared(contents: Contents) -> dict[str, str]:
    """What an archive has in common with those of other editions."""
    places = tuple(f"{place}/" for place in SHARED)
    return {
        name: digest
        for name, digest in contents.digests.items()
        if name in SHARED or name.startswith(places)
    }


def _archive_problems(
    name: str,
    archive: Contents,
    lessons: list[Lesson],
    first: str,
    archives: Mapping[str, Contents],
) -> Iterator[str]:
    """Look for what an archive lacks, has too much, or has otherwise than another one."""
    part, _dash, lang = name.removesuffix(".zip").split("-", 2)[2].partition("-")
    stems = [lesson.stem for lesson in lessons]
    if part in PARTS:
        wanted = {
            form.format(lang=one, stem=stem)
            for form in PARTS[part]
            for one in LANGUAGES
            for stem in stems
        }
        yield from (f"{name}: {one}: is missing" for one in sorted(wanted - archive.digests.keys()))
        return
    notebooks = {f"{kind}/{lang}/{stem}.ipynb" for kind in KINDS for stem in stems}
    own = {"README.md", *notebooks}
    if part == INSTRUCTOR:
        own |= {f"{INSTRUCTOR}/{notebook}" for notebook in notebooks}
    shared, expected = _shared(archive), _shared(archives[first])
    for one in sorted({*own, *expected} - archive.digests.keys()):
        yield f"{name}: {one}: is missing"
    for one in sorted(archive.digests.keys() - own - shared.keys()):
        yield f"{name}: {one}: does not belong to it"
    for one in sorted(shared):
        if shared[one] != expected.get(one):
            yield f"{name}: {one}: is not that of {first}"
    other = f"{first.rpartition(LEARNER)[0]}{LEARNER}-{lang}.zip"
    if other in archives:
        for one in sorted(notebooks & archive.digests.keys()):
            if archive.digests[one] != archives[other].digests.get(one):
                yield f"{name}: {one}: is not that of {other}"


def _material_problems(first: str, reference: Contents, statement: Statement) -> Iterator[str]:
    """Hold the data and the lock of the archives against those that were verified."""
    held = {name for name in reference.digests if name == LOCK or name.startswith("datasets/")}
    stated = {name for name in statement.materials if name == LOCK or name.startswith("datasets/")}
    for name in sorted(held | stated):
        if reference.digests.get(name) != statement.materials.get(name):
            yield f"{first}: {name}: is not what was verified"


# ------------------------------------------------------------------------ what was verified


def required_runs(
    lessons: list[Lesson], texts: Mapping[str, bytes]
) -> dict[tuple[str, str, str], dict[str, Any]]:
    """Runs of a full verification: their parameters by lesson, language and set.

    Parameters
    ----------
    lessons : list of Lesson
    texts : mapping of str to bytes
        ``datasets/NAME.csv`` of each dataset that parameters take their values from.
    """
    runs = {}
    for lesson in lessons:
        declared = Declarations(
            lesson.number,
            lesson.entry["short"],
            parse_declarations(
                lesson.entry.get("parameters", {}),
                lambda name: texts[f"datasets/{name}.csv"].decode("utf-8"),
            ),
        )
        sets = parameter_sets(declared.parameters.values(), lesson.entry.get("sets", ()))
        for lang in LANGUAGES:
            for name, values in {**sets, **{one: {} for one in EXERCISE_SETS}}.items():
                runs[lesson.stem, lang, name] = declared.check_all({**values, "lang": lang})
    return runs


def _report_problems(
    text: bytes, required: Mapping[tuple[str, str, str], Mapping[str, Any]]
) -> Iterator[str]:
    """Hold the records of a verification against the runs that it had to make."""
    report = json.loads(text)
    records = [Record(**run) for run in report["runs"]]
    found = Counter((record.lesson, record.lang, record.set) for record in records)
    for run in sorted(required.keys() - found.keys()):
        yield f"{' · '.join(run)}: was not run"
    for run, times in found.items():
        if run not in required:
            yield f"{' · '.join(run)}: is no run of this course"
        elif times > 1:
            yield f"{' · '.join(run)}: is there {times} times"
    for record in records:
        run = record.lesson, record.lang, record.set
        if record.status != "passed" or record.problems:
            yield f"{' · '.join(run)}: did not pass"
        elif run in required and record.parameters != json.loads(json.dumps(required[run])):
            yield f"{' · '.join(run)}: was run with other parameters"
        elif record.set in EXERCISE_SETS:
            wanted = "passed" if EXERCISE_SETS[record.set] else "not attempted"
            if {*record.tasks.values()} != {wanted}:
                yield f"{' · '.join(run)}: its tasks are not {wanted}"
        elif not record.results:
            yield f"{' · '.join(run)}: has no results"
    yield from compare_languages(records)
    if (report["passed"], report["failed"]) != (len(records), 0):
        yield "its numbers of runs are not those of its list"


# ---------------------------------------------------------------------- the library and the bill


def _wheel_problems(name: str, wheel: Contents, reference: Contents) -> Iterator[str]:
    """Hold a wheel against its own record, and against the sources in an archive."""
    try:
        for problem in _wheel_differences(wheel, reference):
            yield f"{name}: {problem}"
    except (*_BROKEN, InvalidRequirement, configparser.Error) as error:
        yield f"{name}: cannot be read: {error!r}"


def _wheel_differences(wheel: Contents, reference: Contents) -> Iterator[str]:
    project = tomllib.loads(reference.texts["pyproject.toml"].decode())
    target = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    places = {place: Path(place).name for place in target["packages"]}
    places |= target.get("force-include", {})
    metadata = f"{project['project']['name']}-{project['project']['version']}.dist-info"
    expected = {
        f"{metadata}/licenses/{one}": reference.digests[one]
        for one in project["project"]["license-files"]
    }
    for name, digest in reference.digests.items():
        for place, goal in places.items():
            if name == place or name.startswith(f"{place}/"):
                expected[goal + name.removeprefix(place)] = digest
    made = {f"{metadata}/{one}" for one in ("METADATA", "RECORD", "WHEEL", "entry_points.txt")}
    for name in sorted({*expected, *wheel.digests} - made):
        if name not in expected:
            yield f"{name}: is in no archive of the release"
        elif wheel.digests.get(name) != expected[name]:
            yield f"{name}: is not that of the archives"
    recorded = {
        row[0]: (row[1], row[2])
        for row in csv.reader(io.StringIO(wheel.texts[f"{metadata}/RECORD"].decode()))
    }
    for name in sorted({*recorded, *wheel.digests} - {f"{metadata}/RECORD"}):
        held = bytes.fromhex(wheel.digests.get(name, ""))
        word = base64.urlsafe_b64encode(held).rstrip(b"=").decode()
        if recorded.get(name) != (f"sha256={word}", str(wheel.sizes.get(name))):
            yield f"{name}: is not what RECORD says"
    yield from _metadata_differences(wheel, metadata, project["project"])


def _metadata_differences(
    wheel: Contents, metadata: str, project: Mapping[str, Any]
) -> Iterator[str]:
    """Hold what an installation does with a wheel against what ``pyproject.toml`` says."""
    stated = email.message_from_bytes(wheel.texts[f"{metadata}/METADATA"])
    needs = [Requirement(one) for one in stated.get_all("Requires-Dist", [])]
    own = f"{project['name']}["
    wanted = {str(Requirement(one)) for one in project.get("dependencies", ())}
    optional = {
        str(Requirement(one))
        for group in project.get("optional-dependencies", {}).values()
        for one in group
        if not one.startswith(own)
    }
    always = {str(need) for need in needs if "extra" not in str(need.marker)}
    sometimes = {
        str(need).partition(";")[0].strip() for need in needs if "extra" in str(need.marker)
    }
    if (
        (stated["Name"], stated["Version"]) != (project["name"], project["version"])
        or always != wanted
        or not sometimes <= optional
        or stated["Requires-Python"] != project.get("requires-python")
    ):
        yield "METADATA: is not what pyproject.toml says"
    entries = configparser.ConfigParser(delimiters=("=",))
    # Names keep their capitals; this is how configparser wants it said, its stub knows a method only.
    entries.optionxform = str  # type: ignore[method-assign,assignment]
    entries.read_string(wheel.texts.get(f"{metadata}/entry_points.txt", b"").decode())
    points = {"console_scripts": project.get("scripts", {}), **project.get("entry-points", {})}
    if {name: dict(entries[name]) for name in entries.sections()} != {
        name: point for name, point in points.items() if point
    }:
        yield "entry_points.txt: is not what pyproject.toml says"
    lines = wheel.texts[f"{metadata}/WHEEL"].decode().splitlines()
    if "Root-Is-Purelib: true" not in lines or "Tag: py3-none-any" not in lines:
        yield "WHEEL: is not that of a library in pure Python"


def _bill_problems(text: bytes, reference: Contents, statement: Statement) -> Iterator[str]:
    """Hold the bill of materials against the lock."""
    bill = json.loads(text)
    listed = {(one["name"], one["version"]) for one in bill["components"]}
    pinned = set(_PINNED.findall(reference.texts[LOCK].decode()))
    for name, version in sorted(listed ^ pinned):
        where = BILL if (name, version) in listed else LOCK
        yield f"{name} {version} is only in {where}"
    if bill["metadata"]["component"]["version"] != statement.version:
        yield f"is not of version {statement.version}"
