"""Making a release once more from a clone of the repository, and comparing the two."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from digigov.course.errors import CourseError
from digigov.course.files import SUMS
from digigov.course.publish.release.archives import ArchiveError, read_zip, sha256
from digigov.course.publish.release.check import REPORT, SIGNATURE, STATEMENT, Statement
from digigov.course.publish.release.write import git, tagged_commit
from digigov.course.runs.run import Record
from digigov.data import DATASETS_VARIABLE
from digigov.temporary import temporary_folder

NAMED_AT_MOST = 5


def tag_findings(clone: Path, statement: Statement, signers: Path | None) -> tuple[str, str]:
    """Hold a release against the tag of its version.

    Parameters
    ----------
    clone : Path
        Clone of the repository.
    statement : Statement
        What the release says of its making.
    signers : Path, optional
        Who may sign a tag: a name and a public key a line, as OpenSSH reads it.

    Returns
    -------
    str, str
        What is wrong, and what is worth knowing; either may be empty.
    """
    name = f"v{statement.version}"
    tagged = tagged_commit(clone, statement.version)
    if tagged is None:
        return "", f"{clone} has no tag {name}"
    if tagged != statement.commit:
        return f"{clone}: the tag {name} names another commit, {tagged}", ""
    if signers is None:
        return "", f"the tag {name} names this commit; who set it, only --signers FILE can tell"
    settings = {
        "gpg.format": "ssh",
        "gpg.ssh.program": "ssh-keygen",
        # A signature of another kind would be believed by whichever keys that program knows.
        "gpg.program": "false",
        "gpg.openpgp.program": "false",
        "gpg.x509.program": "false",
        "gpg.ssh.allowedSignersFile": str(signers.absolute()),
    }
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    done = subprocess.run(
        ["git", "-C", str(clone), *options, "verify-tag", name],
        capture_output=True,
        text=True,
        check=False,
    )
    who = done.stderr.partition('Good "git" signature for ')[2].partition(" with ")[0]
    if done.returncode or not who:
        return f"{clone}: the tag {name} is signed by nobody in {signers}", ""
    return "", f"the tag {name} names this commit and is signed by {who}"


def release_again(
    clone: Path, statement: Statement, folder: Path, jobs: int, on_stage: Callable[[str], None]
) -> Path:
    """Make a release once more, by the code of its commit and with the packages installed here.

    Parameters
    ----------
    clone : Path
        Clone of the repository; what is not committed there has no part in it.
    statement : Statement
        What the release says of its making.
    folder : Path
        An empty folder for all of this.
    jobs : int
        Number of runs at a time.
    on_stage : callable
        Called with the name of each stage before it begins.

    Returns
    -------
    Path
        Folder of the new release.

    Raises
    ------
    CourseError
        If the clone lacks the commit, or the commit gives no release.
    """
    source, again = folder / "source", folder / "again"
    on_stage("copying the clone")
    # Not by hard links: so git holds each object against its hash.
    words = ["clone", "--quiet", "--no-local", "--no-checkout", "-c", "core.autocrlf=false"]
    git(clone, *words, str(clone.absolute()), str(source))
    try:
        git(source, "checkout", "--quiet", "--detach", statement.commit)
    except CourseError:
        raise CourseError(f"{clone} has no commit {statement.commit}; fetch it there") from None
    on_stage(f"executing and writing everything again, from commit {statement.commit[:12]}")
    command = [sys.executable, "-m", "digigov.course.cli", "release", statement.version]
    variables = {**os.environ, "PYTHONPATH": str(source / "src")}
    variables.pop(DATASETS_VARIABLE, None)
    done = subprocess.run(
        [*command, "--out", str(again), "--jobs", str(jobs)],
        cwd=source,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise CourseError(f"commit {statement.commit[:12]} gives no release: {' '.join(said)}")
    return again


def differences(made: Path, again: Path) -> Iterator[str]:
    """Compare two releases byte by byte, all but the signature and the machines that made them.

    Parameters
    ----------
    made, again : Path
        Folder of the release, and of one made from the clone.

    Yields
    ------
    str
        One difference each, with the name of the file.
    """
    first, second = ({path.name: path for path in one.iterdir()} for one in (made, again))
    for name in sorted({*first, *second} - {SUMS, SIGNATURE, STATEMENT}):
        if name not in second:
            yield f"{name}: the clone gives no such file"
        elif name not in first:
            yield f"{name}: is missing; the clone gives it"
        elif first[name].read_bytes() != second[name].read_bytes():
            yield from _inside(name, first[name], second[name])
    one, other = (
        dataclasses.replace(Statement.parse(each[STATEMENT].read_bytes()), files={}, builder={})
        for each in (first, second)
    )
    for field in dataclasses.fields(one):
        if getattr(one, field.name) != getattr(other, field.name):
            yield f"{STATEMENT}: {field.name} is not that of the clone"


def machine_notes(statement: Statement, again: Path) -> Iterator[str]:
    """What differs between the machine of a release and this one, where it was made again."""
    here = Statement.parse((again / STATEMENT).read_bytes()).builder
    for name in sorted({*here, *statement.builder}):
        there = statement.builder.get(name, "none")
        if there != here.get(name, "none"):
            yield f"made with {name} {there}, again with {here.get(name, 'none')}"


def _inside(name: str, first: Path, second: Path) -> Iterator[str]:
    """What differs in a file."""
    if name == REPORT:
        parts = [_records(path) for path in (first, second)]
    elif name.endswith((".zip", ".whl")):
        try:
            parts = [read_zip(path, lambda _name: False).digests for path in (first, second)]
        except ArchiveError as error:
            yield f"{name}: {error}"
            return
    else:
        yield f"{name}: is not that of the clone"
        return
    one, other = parts
    differ = [part for part in sorted({*one, *other}) if one.get(part) != other.get(part)]
    for part in differ[:NAMED_AT_MOST]:
        word = "is not that of the clone" if part in one and part in other else ""
        word = word or ("the clone gives none" if part in one else "is missing; the clone gives it")
        yield f"{name}: {part}: {word}"
    if len(differ) > NAMED_AT_MOST:
        yield f"{name}: {len(differ) - NAMED_AT_MOST} more differ"
    if not differ:
        yield f"{name}: holds what the clone gives, but is packed otherwise"


def _records(path: Path) -> dict[str, str]:
    """Hash of each record of a verification, by the label of its run."""
    runs = [Record(**run) for run in json.loads(path.read_bytes())["runs"]]
    return {f"{run.lesson} · {run.lang} · {run.set}": sha256(repr(run).encode()) for run in runs}


def check_against(
    folder: Path,
    clone: Path,
    statement: Statement,
    jobs: int,
    signers: Path | None,
    on_stage: Callable[[str], None],
) -> tuple[list[str], list[str]]:
    """Find whether a release was made from the commit that it states.

    Parameters
    ----------
    folder : Path
        A release without problems of its own.
    clone : Path
        Clone of the repository.
    statement : Statement
        What the release says of its making.
    jobs : int
        Number of runs at a time.
    signers : Path, optional
        Who may sign a tag.
    on_stage : callable
        Called with the name of each stage before it begins.

    Returns
    -------
    list of str, list of str
        Problems and notes.

    Raises
    ------
    CourseError
        If the clone lacks the commit, or the commit gives no release.
    """
    problem, note = tag_findings(clone, statement, signers)
    problems, notes = [problem] if problem else [], [note] if note else []
    with temporary_folder() as temporary:
        again = release_again(clone, statement, temporary, jobs, on_stage)
        found = list(differences(folder, again))
        notes += machine_notes(statement, again)
    if not found:
        notes.append(f"made from commit {statement.commit}: byte by byte what the clone gives")
    return problems + found, notes
