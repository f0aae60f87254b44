"""Tamperings with a release, and what finds each: the check alone, a signature, or making it again.

Each is done by somebody who writes all hashes anew. What only a signature or the clone can find is
said so: then the check alone must be silent, or the table would claim too little.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from released import VERSION, commit_all, key_pair
from typer.testing import CliRunner

from digigov.course.cli import app
from digigov.course.errors import CourseError
from digigov.course.lessons import finished_lessons
from digigov.course.publish.release import archives, rebuild
from digigov.course.publish.release import write as release
from digigov.course.publish.release.archives import (
    SUMS,
    ArchiveError,
    read_zip,
    sha256,
    sums,
    write_archive,
)
from digigov.course.publish.release.check import (
    REPORT,
    SIGNATURE,
    STATEMENT,
    UNSIGNED,
    Statement,
    check_release,
    required_runs,
)
from digigov.course.publish.release.signatures import sign
from digigov.course.runs.run import matrix
from digigov.course.writing.guides import guide
from digigov.data import datasets_dir

NAME = f"digigov-{VERSION}"
LEARNER, INSTRUCTOR = f"{NAME}-learner-en.zip", f"{NAME}-instructor-zh.zip"
EDITIONS = [
    f"{NAME}-{one}-{lang}.zip" for one in ("learner", "instructor") for lang in ("en", "zh")
]
WHEEL, INFO = f"{NAME}-py3-none-any.whl", f"{NAME}.dist-info"
WHEN = 1_700_000_001


@pytest.fixture
def dist(released, tmp_path):
    """A copy of the release that a test may break."""
    return shutil.copytree(released.folder, tmp_path / "dist")


# ------------------------------------------------------------------------------------ how it is done


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_zip(path: Path, contents: dict[str, bytes]) -> None:
    """As `write_archive`, under any names and with no hashes of its own."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            entry = zipfile.ZipInfo(name, archives.zip_time(WHEN))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            archive.writestr(entry, content)


def edit(path: Path, changes: dict[str, bytes | None]) -> None:
    """Change files of an archive, with its inner hashes; None removes one."""
    held = {name.partition("/")[2]: text for name, text in members(path).items()}
    del held[SUMS]
    held = {name: text for name, text in {**held, **changes}.items() if text is not None}
    write_archive(path, held, WHEN)


def edit_wheel(path: Path, changes: dict[str, bytes]) -> None:
    """Change files of a wheel, with its record."""
    held = {**members(path), **changes}
    record = f"{INFO}/RECORD"
    lines = [
        f"{name},sha256={word.decode()},{len(text)}\n"
        for name, text in held.items()
        if name != record
        for word in [base64.urlsafe_b64encode(hashlib.sha256(text).digest()).rstrip(b"=")]
    ]
    write_zip(path, {**held, record: "".join([*lines, f"{record},,\n"]).encode()})


def edit_json(path: Path, change) -> None:
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def make_whole_again(folder: Path, **changes) -> None:
    """Write the statement and the hashes anew, as somebody would who changes a release."""
    (folder / SIGNATURE).unlink(missing_ok=True)
    digests = {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and path.name != SUMS
    }
    if STATEMENT in digests:
        del digests[STATEMENT]
        statement = Statement.parse((folder / STATEMENT).read_bytes())
        text = replace(statement, files=dict(digests), **changes).text()
        (folder / STATEMENT).write_text(text)
        digests[STATEMENT] = sha256(text.encode())
    (folder / SUMS).write_text(sums(digests))


def in_every_edition(folder: Path, name: str, text: bytes) -> None:
    for archive in EDITIONS:
        edit(folder / archive, {name: text})


# ------------------------------------------------------------------------------------ the tamperings


def remove(name):
    return lambda folder: (folder / name).unlink()


def write_text(name, text):
    def tamper(folder):
        (folder / name).write_text(text)

    return tamper


def in_report(change):
    def tamper(folder):
        edit_json(folder / REPORT, lambda report: change(report["runs"]))

    return tamper


def keep_default_records(runs):
    """As a store does under whose missing keys default records were copied."""
    first = {run["lang"]: run for run in runs if run["set"] == "default"}
    runs[:] = [first[run["lang"]] for run in runs]


def rewrite_default_records(runs):
    """The same by somebody who writes the labels and the parameters anew."""
    for run in runs:
        if run["results"]:
            run["results"] = {"twice": 4}


def fail_with_status_passed(runs):
    runs[0]["problems"] = ["no answer"]


def in_archive(archive, name, text):
    return lambda folder: edit(folder / archive, {name: text})


def code_everywhere(folder):
    in_every_edition(folder, "src/digigov/quantities.py", b"ONE = 2\n")
    edit_wheel(folder / WHEEL, {"digigov/quantities.py": b"ONE = 2\n"})


def module_everywhere(folder):
    in_every_edition(folder, "src/digigov/more.py", b"import os\n")
    edit_wheel(folder / WHEEL, {"digigov/more.py": b"import os\n"})


def changelog_everywhere(folder):
    text = (folder / "CHANGELOG.md").read_bytes().replace(b"All of it.", b"All of it, and more.")
    (folder / "CHANGELOG.md").write_bytes(text)
    in_every_edition(folder, "CHANGELOG.md", text)


def lock_everywhere(folder):
    text = members(folder / LEARNER)[f"{NAME}-learner-en/ci/locks/learner.txt"]
    text = text.replace(b"ab" * 32, b"cd" * 32)
    in_every_edition(folder, "ci/locks/learner.txt", text)
    statement = Statement.parse((folder / STATEMENT).read_bytes())
    return {"materials": {**statement.materials, "ci/locks/learner.txt": sha256(text)}}


def one_set_less_everywhere(folder):
    text = members(folder / LEARNER)[f"{NAME}-learner-en/notebooks/course.yml"]
    text = text.replace(b"maximum: 3, ", b"")
    in_every_edition(folder, "notebooks/course.yml", text)
    edit_wheel(folder / WHEEL, {"digigov/_project/notebooks/course.yml": text})

    def change(report):
        report["runs"] = [run for run in report["runs"] if run["set"] != "minutes=3"]
        report["passed"] = len(report["runs"])

    edit_json(folder / REPORT, change)


def no_lesson_everywhere(folder):
    in_every_edition(folder, "notebooks/course.yml", b"lessons: []\n")
    write_text(REPORT, '{"passed": 0, "failed": 0, "runs": []}')(folder)


def notebook_in_both(folder):
    for one in ("learner", "instructor"):
        edit(folder / f"{NAME}-{one}-zh.zip", {"notebooks/zh/01_one.ipynb": b'{"cells": []}\n'})


def alias_bomb(folder):
    text = b"a: &a [1, 1, 1, 1]\nb: &b [*a, *a, *a, *a]\nlessons: [*b, *b]\n"
    in_every_edition(folder, "notebooks/course.yml", text)


def page_without_inner_hash(folder):
    path = folder / f"{NAME}-site.zip"
    write_zip(path, {**members(path), f"{NAME}-site/index.html": b"<script>alert(1)</script>"})


def no_results(runs):
    for run in runs:
        run["results"] = {}


def module_without_record(folder):
    write_zip(folder / WHEEL, {**members(folder / WHEEL), "digigov/more.py": b"import os\n"})


def bytes_after(folder):
    with (folder / LEARNER).open("ab") as file:
        file.write(b"#!/bin/sh\n")


def bytes_before(folder):
    content = (folder / WHEEL).read_bytes()
    (folder / WHEEL).write_bytes(b"#!/bin/sh\n" + content)


def comment(folder):
    with zipfile.ZipFile(folder / LEARNER, "a") as archive:
        archive.comment = b"read me"


def outside(folder):
    held = members(folder / LEARNER)
    write_zip(folder / LEARNER, {**held, "digigov-1.2.3/run.sh": b"#!/bin/sh\n"})


def outside_by_a_name_inside(folder):
    """A check that cuts the folder's name off would take one for the other."""
    held = members(folder / LEARNER)
    write_zip(folder / LEARNER, {"README.md": b"read this\n", **held})


def above(folder):
    held = members(folder / LEARNER)
    write_zip(folder / LEARNER, {**held, f"{NAME}-learner-en/../run.sh": b"#!/bin/sh\n"})


def backslash(folder):
    held = members(folder / LEARNER)
    write_zip(folder / LEARNER, {**held, f"{NAME}-learner-en/..\\..\\run.bat": b"exit\n"})


def twice(folder):
    held = members(folder / LEARNER)
    name = f"{NAME}-learner-en/README.md"
    with (
        pytest.warns(UserWarning, match="Duplicate name"),
        zipfile.ZipFile(folder / LEARNER, "w") as archive,
    ):
        for one, text in [(name, b"read this\n"), *held.items()]:
            archive.writestr(zipfile.ZipInfo(one, archives.zip_time(WHEN)), text)


def twin(folder):
    held = members(folder / LEARNER)
    write_zip(folder / LEARNER, {**held, f"{NAME}-learner-en/readme.MD": b"read this\n"})


def link_inside(folder):
    held = members(folder / LEARNER)
    with zipfile.ZipFile(folder / LEARNER, "w") as archive:
        for name, text in held.items():
            entry = zipfile.ZipInfo(name, archives.zip_time(WHEN))
            entry.external_attr = (0o120777 if name.endswith("README.md") else 0o100644) << 16
            archive.writestr(entry, text)


def other_name_in_the_stream(folder):
    """Listed as README.md, and to a reader of the stream another file."""
    content = (folder / LEARNER).read_bytes()
    assert content.index(b"README.md") < content.rindex(b"README.md")
    (folder / LEARNER).write_bytes(content.replace(b"README.md", b"README.sh", 1))


def hidden(first):
    """A first or last member that is stored, not listed: only what reads the stream unpacks it."""

    def tamper(folder):
        script = [(f"{NAME}-learner-en/run.sh", b"#!/bin/sh\n")]
        held = [*members(folder / LEARNER).items()]
        held = script + held if first else held + script
        with zipfile.ZipFile(folder / LEARNER, "w") as archive:
            for name, text in held:
                archive.writestr(zipfile.ZipInfo(name, archives.zip_time(WHEN)), text)
            del archive.filelist[0 if first else -1]

    return tamper


def other_time(folder):
    held = {name.partition("/")[2]: text for name, text in members(folder / LEARNER).items()}
    del held[SUMS]
    write_archive(folder / LEARNER, held, 315_532_800)


def bomb(folder):
    """Two small members that are listed with the sizes of an archive of 1.5 GB."""
    path = folder / f"{NAME}-site.zip"
    write_zip(path, {f"{NAME}-site/{one}": b"0" * 1000 for one in "ab"})
    content = path.read_bytes()
    for mark, place in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        position = -1
        while (position := content.find(mark, position + 1)) >= 0:
            size = struct.pack("<L", 750_000_000)
            content = content[: position + place] + size + content[position + place + 4 :]
    path.write_bytes(content)


def pipe(folder):
    os.mkfifo(folder / "notes")


def link(folder):
    (folder / "LICENSE").rename(folder.parent / "LICENSE")
    (folder / "LICENSE").symlink_to(folder.parent / "LICENSE")


def link_to_folder(folder):
    (folder / "more").symlink_to("/etc")


def empty_folder(folder):
    (folder / "more").mkdir()


def escape(folder):
    (folder / "\x1b[2K\rno problems").write_text("hidden\n")


def commit(value):
    return lambda _folder: {"commit": value}


def time_of_commit(_folder):
    return {"when": -1}


TAMPERINGS = {
    # What the issue lists.
    "an edited changelog": (
        write_text("CHANGELOG.md", f"## {VERSION}\n\nNothing.\n"),
        r"CHANGELOG\.md: differs from that in digigov-1\.2\.3-learner-en\.zip",
    ),
    "an edited changelog, in every archive": (changelog_everywhere, None),
    "a commit of zeros": (commit("0" * 40), r"PROVENANCE\.json: is not the statement .*: no version or"),
    "another commit": (commit("1234567890" * 4), None),
    "no verification": (remove(REPORT), r"VERIFICATION\.json: is missing"),
    "an empty verification": (write_text(REPORT, ""), r"VERIFICATION\.json: cannot be read"),
    "a verification of nothing": (
        write_text(REPORT, '{"passed": 0, "failed": 0, "runs": []}'),
        r"VERIFICATION\.json: 01_one · en · default: was not run",
    ),
    "problems with status passed": (
        in_report(fail_with_status_passed), r"VERIFICATION\.json: 01_one · en · default: did not pass",
    ),
    "no Chinese archive": (remove(f"{NAME}-learner-zh.zip"), r"-learner-zh\.zip: is missing"),
    "no bill of materials": (remove("SBOM.cdx.json"), r"SBOM\.cdx\.json: is missing"),
    "no licence": (remove("LICENSE"), "LICENSE: is missing"),
    "a module in the wheel": (
        lambda folder: edit_wheel(folder / WHEEL, {"digigov/more.py": b"import os\n"}),
        r"\.whl: digigov/more\.py: is in no archive of the release",
    ),
    "a module in the wheel and every archive": (module_everywhere, None),
    "code edited in an archive": (
        in_archive(INSTRUCTOR, "src/digigov/quantities.py", b"ONE = 2\n"),
        r"-instructor-zh\.zip: src/digigov/quantities\.py: is not that of .*-learner-en\.zip",
    ),
    "code edited in the first archive": (
        in_archive(LEARNER, "src/digigov/quantities.py", b"ONE = 2\n"),
        r"\.whl: digigov/quantities\.py: is not that of the archives",
    ),
    "code edited everywhere": (code_everywhere, None),
    "a member outside": (outside, r"-learner-en\.zip: holds 'digigov-1\.2\.3/run\.sh', outside its own"),
    "a member outside by the name of one inside": (
        outside_by_a_name_inside,
        r"-learner-en\.zip: holds 'README\.md', outside its own folder",
    ),
    "a member twice": (twice, r"-learner-en\.zip: holds '.*README\.md' twice"),
    "a bomb": (bomb, r"-site\.zip: would unpack to 1,500,000,000 bytes; at most 1,000,000,000 are read"),
    "a pipe": (pipe, "notes: is neither a file nor a folder"),
    "a link": (link, "LICENSE: is a link"),
    "a link to a folder": (link_to_folder, "more: is a link"),
    "an empty folder": (empty_folder, "more: is an empty folder"),
    "a store of copied records": (
        in_report(keep_default_records), r"VERIFICATION\.json: 01_one · en · default: is there 6 times",
    ),
    "a store of copied records, labelled anew": (in_report(rewrite_default_records), None),
    # What else somebody might try.
    "a file more": (write_text(f"{NAME}-extra.zip", "PK"), r"-extra\.zip: does not belong to release"),
    "no statement": (remove(STATEMENT), r"PROVENANCE\.json: is missing"),
    "a time before zip": (time_of_commit, r"PROVENANCE\.json: is not the statement .*: no time of a"),
    "a run of other parameters": (
        in_report(lambda runs: runs[0]["parameters"].update(minutes=3)), "was run with other parameters",
    ),
    "a run that is none": (
        in_report(lambda runs: runs[0].update(set="minutes=2")), "minutes=2: is no run of this course",
    ),
    "a result of one edition": (
        in_report(lambda runs: runs[0]["results"].update(twice=5)), "results differ from the en edition",
    ),
    "a task that its stub solves": (
        in_report(lambda runs: runs[-1]["tasks"].update(count="passed")), "its tasks are not not attempted",
    ),
    "runs without results": (in_report(no_results), "01_one · en · default: has no results"),
    "numbers of other runs": (
        lambda folder: edit_json(folder / REPORT, lambda report: report.update(passed=694)),
        r"VERIFICATION\.json: its numbers of runs are not those of its list",
    ),
    "a set less everywhere": (one_set_less_everywhere, None),
    "a module in the wheel without a record": (module_without_record, "more.py: is not what RECORD says"),
    "a command in the wheel": (
        lambda folder: edit_wheel(
            folder / WHEEL,
            {f"{INFO}/entry_points.txt": b"[console_scripts]\ncourse = digigov.more:main\n"},
        ),
        r"\.whl: entry_points\.txt: is not what pyproject\.toml says",
    ),
    "a package more that the wheel asks for": (
        lambda folder: edit_wheel(
            folder / WHEEL,
            {
                f"{INFO}/METADATA": members(folder / WHEEL)[f"{INFO}/METADATA"].replace(
                    b"Requires-Dist: pandas", b"Requires-Dist: pandos\nRequires-Dist: pandas"
                )
            },
        ),
        r"\.whl: METADATA: is not what pyproject\.toml says",
    ),
    "a script that the wheel installs": (
        lambda folder: edit_wheel(folder / WHEEL, {f"{NAME}.data/scripts/course": b"#!/bin/sh\n"}),
        r"data/scripts/course: is in no archive",
    ),
    "another version in the bill": (
        lambda folder: edit_json(
            folder / "SBOM.cdx.json", lambda bill: bill["components"][0].update(version="3.1.2")
        ),
        r"SBOM\.cdx\.json: pandas 3\.1\.1 is only in ci/locks/learner\.txt",
    ),
    "a package of other bytes, in every lock": (lock_everywhere, None),
    "a lock of one archive": (
        in_archive(LEARNER, "ci/locks/learner.txt", b"pandas==3.1.1\n"),
        r"-learner-en\.zip: ci/locks/learner\.txt: is not what was verified",
    ),
    "other data": (
        in_archive(LEARNER, "datasets/claims.csv", b"claim_id,value\nC01,95\nC02,15\n"),
        r"-learner-en\.zip: datasets/claims\.csv: is not what was verified",
    ),
    "a lesson that another archive has otherwise": (
        in_archive(INSTRUCTOR, "notebooks/zh/01_one.ipynb", b'{"cells": []}\n'),
        r"-instructor-zh\.zip: notebooks/zh/01_one\.ipynb: is not that of .*-learner-zh\.zip",
    ),
    "a lesson in both archives": (notebook_in_both, None),
    "answers for learners": (
        in_archive(LEARNER, "instructor/notebooks/en/01_one.ipynb", b'{"notes": 1}\n'),
        r"-learner-en\.zip: instructor/notebooks/en/01_one\.ipynb: does not belong to it",
    ),
    "a lesson less": (
        in_archive(LEARNER, "exercises/en/01_one.ipynb", None), r"exercises/en/01_one\.ipynb: is missing",
    ),
    "slides of a lesson less": (
        in_archive(f"{NAME}-slides.zip", "01_one.zh.html", None), r"slides\.zip: 01_one\.zh\.html: is missing",
    ),
    "a script in a page, without its inner hash": (
        page_without_inner_hash, r"-site\.zip: index\.html: has changed",
    ),
    "a script in a page": (
        in_archive(f"{NAME}-site.zip", "index.html", b"<script>alert(1)</script>"), None,
    ),
    "a version in the citation": (
        in_archive(LEARNER, "CITATION.cff", b"cff-version: 1.2.0\nversion: 9.9.9\n"), "CITATION.cff says 9.9.9",
    ),
    "no lesson at all": (no_lesson_everywhere, "cannot be read: ValueError.*no lesson"),
    "aliases that multiply": (alias_bomb, "a YAML alias"),
    "bytes after an archive": (bytes_after, "holds bytes that belong to none of its members"),
    "bytes before a wheel": (bytes_before, "holds bytes that belong to none of its members"),
    "a comment": (comment, "holds bytes that belong to none of its members"),
    "a member that is not listed": (hidden(first=True), "is listed otherwise than it is stored"),
    "a last member that is not listed": (
        hidden(first=False), "holds bytes that belong to none of its members",
    ),
    "another name in the stream": (other_name_in_the_stream, "is listed otherwise than it is stored"),
    "a member above": (above, "a member that no file could be"),
    "a backslash": (backslash, "a member that no file could be"),
    "a twin in capitals": (twin, r"holds '.*readme\.MD' twice"),
    "a link in an archive": (link_inside, r"README\.md: is not a plain file"),
    "times of 1980": (other_time, r"-learner-en\.zip: holds files that are not of the time of the commit"),
    "a name that steers the terminal": (escape, r"\\x1b\[2K\\rno problems: does not belong"),
}  # fmt: skip  # a tampering a line, over what is said of it


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_found(released, dist, name):
    tamper, said = TAMPERINGS[name]
    make_whole_again(dist, **(tamper(dist) or {}))
    alone = check_release(dist)
    if said is None:
        # Nobody can see it who has only the release.
        assert alone.problems == []
        assert alone.notes == [UNSIGNED]
        assert next(rebuild.differences(dist, released.folder))
    else:
        assert any(re.search(said, problem) for problem in alone.problems), alone.problems
    signed = check_release(dist, released.signers).problems
    assert f"{SIGNATURE}: is missing, so nobody in {released.signers} made this release" in signed


@pytest.mark.parametrize("name", [name for name, (_tamper, said) in TAMPERINGS.items() if not said])
def test_tampering_behind_an_old_signature_is_found(released, dist, name):
    make_whole_again(dist, **(TAMPERINGS[name][0](dist) or {}))
    shutil.copyfile(released.folder / SIGNATURE, dist / SIGNATURE)
    for signers in (None, released.signers):
        (problem,) = check_release(dist, signers).problems
        assert problem.startswith(f"{SIGNATURE}: Signature verification failed")


def write_sums(folder):
    """Write the hashes anew, and not the statement."""
    digests = {path.name: sha256(path.read_bytes()) for path in folder.iterdir()}
    del digests[SUMS], digests[SIGNATURE]
    (folder / SUMS).write_text(sums(digests))


def test_file_that_the_statement_does_not_state_is_found(dist):
    in_archive(f"{NAME}-site.zip", "index.html", b"<script>alert(1)</script>")(dist)
    write_sums(dist)
    assert (
        f"{NAME}-site.zip: is not the file that {STATEMENT} states" in check_release(dist).problems
    )


def test_statement_that_says_more_than_a_release_says_is_found(dist):
    edit_json(dist / STATEMENT, lambda statement: statement["predicate"].update(audited=True))
    write_sums(dist)
    said = f"{STATEMENT}: is not the statement of a release: not in the form that a release has"
    assert said in check_release(dist).problems


# --------------------------------------------------------------------------------- the signature


def test_signature_says_who_made_a_release(released):
    found = check_release(released.folder, released.signers)
    assert (found.subject, found.problems) == (f"release {VERSION}", [])
    assert found.notes == [f"signed by maintainer, whose key is in {released.signers}"]


def test_lecturer_guide_checks_a_signature_before_the_course_is_installed(released, dist):
    text = guide("lecturer", "en")
    commands = re.findall(r"`((?:ssh-keygen|sha256sum) [^`]+)`", text)
    assert len(commands) == 2
    shutil.copyfile(released.signers, dist / "signers")
    for command in commands:
        subprocess.run(command, shell=True, cwd=dist, check=True)
    (dist / "LICENSE").write_text("other\n")
    done = [subprocess.run(one, shell=True, cwd=dist, check=False).returncode for one in commands]
    assert done[0] == 0 != done[1]


def test_key_that_nobody_vouches_for_is_said_to_be_that(released):
    found = check_release(released.folder)
    assert found.problems == []
    (note,) = found.notes
    assert re.fullmatch(
        r"signed with the key SHA256:\S+; whose it is, only --signers FILE .*", note
    )


def test_release_signed_by_somebody_else_is_found(released, dist, tmp_path):
    key, _public = key_pair(tmp_path / "other")
    code_everywhere(dist)
    make_whole_again(dist)
    (dist / SIGNATURE).write_bytes(sign((dist / SUMS).read_bytes(), key))
    assert check_release(dist).problems == []
    assert check_release(dist, released.signers).problems == [
        f"{SIGNATURE}: made by nobody in {released.signers}"
    ]


def test_signature_that_the_key_made_for_something_else_is_found(released, dist):
    done = subprocess.run(
        ["ssh-keygen", "-q", "-Y", "sign", "-f", released.key, "-n", "git"],
        input=(dist / SUMS).read_bytes(),
        capture_output=True,
        check=True,
    )
    (dist / SIGNATURE).write_bytes(done.stdout)
    for signers in (None, released.signers):
        (problem,) = check_release(dist, signers).problems
        assert problem.startswith(
            f"{SIGNATURE}: Couldn't verify signature: namespace does not match"
        )


def test_signer_who_may_only_sign_something_else_is_not_believed(released, dist, tmp_path):
    signers = tmp_path / "signers"
    signers.write_text(released.signers.read_text().replace("digigov-release,git", "git"))
    (problem,) = check_release(dist, signers).problems
    assert problem.startswith(f"{SIGNATURE}: ")


def test_signers_that_are_not_there_are_named(released):
    with pytest.raises(CourseError, match=r"--signers nowhere: there is no such file"):
        check_release(released.folder, Path("nowhere"))


# ------------------------------------------------------------------------------------ the folder


def test_every_file_with_a_byte_changed_is_named(dist):
    for path in sorted(dist.iterdir()):
        if path.name in (SUMS, SIGNATURE):
            continue
        before = path.read_bytes()
        content = bytearray(before)
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        assert check_release(dist).problems[0].startswith(f"{path.name}: has changed")
        path.write_bytes(before)
    assert check_release(dist).problems == []


def test_missing_and_foreign_files_are_named(dist):
    (dist / "LICENSE").rename(dist / "LIZENZ")
    assert check_release(dist).problems == [
        "LICENSE: is missing",
        "LIZENZ: does not belong to the release",
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("0" * 64 + "  ../../etc/passwd", "leads out of the folder"),
        ("0" * 64 + "  /etc/passwd", "leads out of the folder"),
        ("0" * 64 + "  LICENSE", "names 'LICENSE' twice"),
        ("LICENSE", "not a line of hash and name"),
    ],
)
def test_line_that_is_no_hash_of_the_release_is_named(dist, line, said):
    (dist / SUMS).write_text((dist / SUMS).read_text() + line + "\n")
    assert said in check_release(dist).problems[0]


def test_problems_of_another_version_come_with_the_version_that_looked(dist):
    (dist / "LICENSE").unlink()
    version = importlib.metadata.version("digigov")
    note = f"this is the check of version {version}; that of {VERSION} may differ"
    assert check_release(dist).notes[-1] == note


def test_folder_without_hashes_is_no_release(tmp_path):
    with pytest.raises(CourseError, match="is not a release: it has no file SHA256SUMS"):
        check_release(tmp_path)


def test_hashes_that_are_a_link_are_not_followed(dist):
    (dist / SUMS).rename(dist.parent / SUMS)
    (dist / SUMS).symlink_to(dist.parent / SUMS)
    with pytest.raises(CourseError, match="is not a release"):
        check_release(dist)


@pytest.fixture
def unpacked(released, tmp_path):
    """An archive as a learner has it who unpacked it."""
    with zipfile.ZipFile(released.folder / LEARNER) as archive:
        archive.extractall(tmp_path)
    return tmp_path / LEARNER.removesuffix(".zip")


def test_unpacked_archive_is_checked_file_by_file(unpacked):
    found = check_release(unpacked)
    assert (found.subject, found.problems, found.notes) == ("an unpacked archive", [], [UNSIGNED])
    (unpacked / "datasets" / "claims.csv").write_text("claim_id,value\nC01,95\n")
    (unpacked / "sub").mkdir()
    assert check_release(unpacked).problems == [
        "sub: is an empty folder",
        "datasets/claims.csv: has changed: SHA-256 is not that of SHA256SUMS",
    ]


def test_signers_of_an_unpacked_archive_are_not_asked(released, unpacked):
    with pytest.raises(CourseError, match="is no release, so nobody signed it"):
        check_release(unpacked, released.signers)


@pytest.mark.parametrize("kept", [WHEEL, STATEMENT, "SBOM.cdx.json", LEARNER])
def test_what_is_left_of_a_release_does_not_pass_for_an_unpacked_archive(dist, kept):
    for path in dist.iterdir():
        if path.name != kept:
            path.unlink()
    (dist / SUMS).write_text(sums({kept: sha256((dist / kept).read_bytes())}))
    assert check_release(dist).problems


def test_required_runs_are_those_of_the_full_verification():
    texts = {f"datasets/{path.name}": path.read_bytes() for path in datasets_dir().glob("*.csv")}
    assert required_runs(list(finished_lessons()), texts) == {
        (run.lesson.stem, run.lang, run.set_name): run.lesson.declarations.check_all(
            {**run.parameters, "lang": run.lang}
        )
        for run in matrix(finished_lessons(), sets="all")
    }


def test_check_needs_no_package_that_a_learner_lacks():
    words = (
        "import sys, digigov.course.cli, digigov.course.publish.release.check; print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    owners = importlib.metadata.packages_distributions()
    used = {owner for name in done.stdout.split() for owner in owners.get(name, ())}
    needs = [Requirement(text) for text in importlib.metadata.requires("digigov")]
    lacking = {need.name for need in needs if "extra" in str(need.marker)}
    assert lacking
    assert not {name.lower() for name in used} & lacking


# ------------------------------------------------------------------------------- bounded reading


def test_bomb_is_refused_before_anything_is_unpacked(dist, monkeypatch):
    bomb(dist)
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("it was unpacked"))
    with pytest.raises(ArchiveError, match="would unpack to"):
        read_zip(dist / f"{NAME}-site.zip", lambda _name: False)


@pytest.mark.parametrize("whole", [False, True])
def test_member_that_is_larger_than_it_is_listed_is_not_unpacked(tmp_path, whole):
    path = tmp_path / "small.zip"
    write_zip(path, {"zeros": bytes(50_000_000)})
    content = path.read_bytes().replace(struct.pack("<L", 50_000_000), struct.pack("<L", 100))
    path.write_bytes(content)
    tracemalloc.start()
    try:
        with pytest.raises(ArchiveError):
            read_zip(path, lambda _name: whole)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 10_000_000


def test_archive_of_too_many_members_is_refused_by_its_last_bytes(tmp_path, monkeypatch):
    path = tmp_path / "many.zip"
    write_zip(path, {str(number): b"" for number in range(5)})
    monkeypatch.setattr(archives, "MOST_MEMBERS", 4)
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_: pytest.fail("its list was read"))
    with pytest.raises(ArchiveError, match="has 5 members; at most 4 are read"):
        read_zip(path, lambda _name: False)


def test_text_that_is_too_long_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "long.zip"
    write_zip(path, {"course.yml": b"0" * 101})
    monkeypatch.setattr(archives, "LARGEST_TEXT", 100)
    with pytest.raises(ArchiveError, match=r"course\.yml: has 101 bytes"):
        read_zip(path, lambda _name: True)


def test_file_that_no_release_has_is_not_even_hashed(dist):
    with (dist / "huge").open("wb") as file:
        file.truncate(1 << 40)
    assert (
        "huge: has 1,099,511,627,776 bytes; no file of a release has"
        in check_release(dist).problems
    )
    (dist / "huge").unlink()


# ---------------------------------------------------------------------- made again from a clone


def statement_of(folder):
    return Statement.parse((folder / STATEMENT).read_bytes())


def against(released, folder, monkeypatch, signers=None):
    """As `check_against`, where making it again gives the release that was made first."""
    monkeypatch.setattr(rebuild, "release_again", lambda *_: released.folder)
    return rebuild.check_against(
        folder, released.course, statement_of(folder), 1, signers, lambda _stage: None
    )


def test_release_of_the_clone_is_said_to_be_that(released, monkeypatch):
    problems, notes = against(released, released.folder, monkeypatch)
    commit_of = statement_of(released.folder).commit
    assert problems == []
    assert notes == [
        f"{released.course} has no tag v{VERSION}",
        f"made from commit {commit_of}: byte by byte what the clone gives",
    ]


def test_what_the_clone_gives_otherwise_is_named(released, dist, monkeypatch):
    code_everywhere(dist)
    edit_json(dist / REPORT, lambda report: rewrite_default_records(report["runs"]))
    (dist / "LICENSE-CODE").unlink()
    make_whole_again(dist)
    problems, notes = against(released, dist, monkeypatch)
    archive = f"{NAME}-learner-en.zip: {NAME}-learner-en"
    assert "LICENSE-CODE: is missing; the clone gives it" in problems
    assert f"{archive}/src/digigov/quantities.py: is not that of the clone" in problems
    assert f"{WHEEL}: digigov/quantities.py: is not that of the clone" in problems
    assert f"{REPORT}: 01_one · en · minutes=1: is not that of the clone" in problems
    assert not any("byte by byte" in note for note in notes)


def test_archive_that_is_packed_otherwise_is_not_that_of_the_clone(released, dist):
    held = members(dist / LEARNER)
    with zipfile.ZipFile(dist / LEARNER, "w") as archive:
        for name, text in held.items():
            archive.writestr(zipfile.ZipInfo(name, archives.zip_time(WHEN)), text)
    make_whole_again(dist)
    assert list(rebuild.differences(dist, released.folder)) == [
        f"{LEARNER}: holds what the clone gives, but is packed otherwise"
    ]


def test_machine_that_makes_it_again_is_held_against_that_of_the_release(released, dist):
    statement = statement_of(dist)
    other = replace(statement, builder={**statement.builder, "python": "3.99.0", "pandas": "2"})
    here = statement.builder
    assert list(rebuild.machine_notes(other, released.folder)) == [
        f"made with pandas 2, again with {here['pandas']}",
        f"made with python 3.99.0, again with {here['python']}",
    ]


STUB = """
import os, pathlib, sys
words = sys.argv[1:]
out = pathlib.Path(words[words.index("--out") + 1])
out.mkdir()
(out / "words").write_text(" ".join(words[:2]) + f" {os.environ.get('DIGIGOV_DATASETS')}")
(out / "here").write_text(f"{pathlib.Path.cwd()} {__file__}")
"""


@pytest.fixture
def clone(tmp_path):
    """A clone whose own command only says how it was called, with a change that isn't committed."""
    root = tmp_path / "clone"
    command = root / "src" / "digigov" / "course" / "cli.py"
    command.parent.mkdir(parents=True)
    for package in (command.parent, command.parent.parent):
        (package / "__init__.py").touch()
    command.write_text(STUB)
    subprocess.run(["git", "init", "--quiet", root], check=True)
    commit_all(root)
    command.write_text("raise SystemExit('not committed')")
    return root


def test_release_is_made_again_by_the_code_of_its_commit(released, clone, tmp_path, monkeypatch):
    monkeypatch.setenv("DIGIGOV_DATASETS", "/nowhere")
    head = release.git(clone, "rev-parse", "HEAD").strip()
    statement = replace(statement_of(released.folder), commit=head)
    (tmp_path / "work").mkdir()
    again = rebuild.release_again(clone, statement, tmp_path / "work", 1, lambda _stage: None)
    assert (again / "words").read_text() == f"release {VERSION} None"
    place, code = (again / "here").read_text().split()
    assert Path(place) == tmp_path / "work" / "source"
    assert Path(code).is_relative_to(place)
    assert release.git(clone, "status", "--porcelain").strip() == "M src/digigov/course/cli.py"


def test_commit_that_the_clone_lacks_is_named(released, clone, tmp_path):
    with pytest.raises(CourseError, match=r"clone has no commit \w{40}; fetch it there"):
        rebuild.release_again(
            clone, statement_of(released.folder), tmp_path / "w", 1, lambda _: None
        )


def test_commit_that_gives_no_release_is_named_with_its_reason(released, clone, tmp_path):
    commit_all(clone)
    head = release.git(clone, "rev-parse", "HEAD").strip()
    statement = replace(statement_of(released.folder), commit=head)
    with pytest.raises(CourseError, match=rf"commit {head[:12]} gives no release: not committed"):
        rebuild.release_again(clone, statement, tmp_path / "w", 1, lambda _stage: None)


# ----------------------------------------------------------------------------------------- the tag


def tag(root, *words, key=None):
    settings = [
        "-c",
        "user.name=Test",
        "-c",
        "user.email=test@localhost",
        "-c",
        "tag.gpgSign=false",
    ]
    if key:
        settings += ["-c", "gpg.format=ssh", "-c", f"user.signingkey={key}"]
    subprocess.run(["git", *settings, "-C", root, "tag", *words], check=True)


@pytest.fixture
def tagged(released, tmp_path):
    """A clone in which a test may set tags."""
    return shutil.copytree(released.course, tmp_path / "tagged")


def test_tag_that_the_maintainer_signed_is_believed(released, tagged):
    tag(tagged, "-s", f"v{VERSION}", "-m", "signed", key=released.key)
    statement = statement_of(released.folder)
    assert rebuild.tag_findings(tagged, statement, released.signers) == (
        "",
        f"the tag v{VERSION} names this commit and is signed by maintainer",
    )
    problem, note = rebuild.tag_findings(tagged, statement, None)
    assert problem == ""
    assert "who set it, only --signers FILE can tell" in note


@pytest.mark.parametrize("kind", ["light", "annotated", "by another"])
def test_tag_that_the_maintainer_did_not_sign_is_found(released, tagged, tmp_path, kind):
    name = f"v{VERSION}"
    if kind == "by another":
        tag(tagged, "-s", name, "-m", "signed", key=key_pair(tmp_path / "other")[0])
    else:
        tag(tagged, *(["-a", "-m", "no key"] if kind == "annotated" else []), name)
    problem, _note = rebuild.tag_findings(tagged, statement_of(released.folder), released.signers)
    assert problem == f"{tagged}: the tag {name} is signed by nobody in {released.signers}"


ANY_KEY = r"""#!/bin/sh
cat > /dev/null # git writes what is signed, and fails if nobody reads it
case "$*" in
*--verify*)
  printf '\n[GNUPG:] NEWSIG\n[GNUPG:] GOODSIG 1 somebody\n[GNUPG:] TRUST_ULTIMATE 0 pgp\n' ;;
*)
  printf '\n[GNUPG:] SIG_CREATED \n' >&2
  printf -- '-----BEGIN PGP SIGNATURE-----\n\nx\n-----END PGP SIGNATURE-----\n' ;;
esac
"""


def test_tag_that_another_program_believes_is_not_believed(released, tagged, tmp_path):
    program = tmp_path / "gpg"
    program.write_text(ANY_KEY)
    program.chmod(0o755)
    for name in ("gpg.program", "gpg.openpgp.program"):
        release.git(tagged, "config", name, str(program))
    tag(tagged, "-s", f"v{VERSION}", "-m", "signed", "-u", "somebody")
    release.git(tagged, "verify-tag", f"v{VERSION}")
    problem, _note = rebuild.tag_findings(tagged, statement_of(released.folder), released.signers)
    assert problem == f"{tagged}: the tag v{VERSION} is signed by nobody in {released.signers}"


def test_tag_that_was_moved_is_found(released, tagged):
    (tagged / "README.md").write_text("newer\n")
    commit_all(tagged)
    tag(tagged, "-s", f"v{VERSION}", "-m", "signed", key=released.key)
    problem, _note = rebuild.tag_findings(tagged, statement_of(released.folder), released.signers)
    head = release.git(tagged, "rev-parse", "HEAD").strip()
    assert problem == f"{tagged}: the tag v{VERSION} names another commit, {head}"


# ------------------------------------------------------------------------------------- the command


def course(*words):
    result = CliRunner().invoke(app, ["release", *map(str, words)])
    return result.exit_code, result.output


def test_unsigned_release_is_said_to_be_that(dist):
    (dist / SIGNATURE).unlink()
    code, said = course("--check", dist)
    assert code == 0
    assert said.splitlines() == [f"  {UNSIGNED}", f"{dist}: release {VERSION}: no problems"]


@pytest.mark.parametrize("words", [(), ("--key", "id_ed25519")])
def test_release_is_signed_or_said_not_to_be(words, dist, monkeypatch):
    keys = []

    def write_release(_version, out, _jobs, _on_stage, key):
        keys.append(key)
        return [out / SUMS]

    monkeypatch.setattr(release, "write_release", write_release)
    code, said = course(VERSION, "--out", dist, *words)
    assert code == 0
    assert keys == ([Path(words[1])] if words else [None])
    assert (UNSIGNED in said) is not bool(words)


def test_problems_of_a_release_make_its_check_fail(dist, released):
    (dist / "LICENSE").unlink()
    code, said = course(
        "--check", dist, "--signers", released.signers, "--against", released.course
    )
    assert code == 1
    assert "✗ LICENSE: is missing" in said
    assert said.splitlines()[-1] == f"{dist}: release {VERSION}: 1 problem"


def test_check_against_a_clone_says_what_it_proves(released, monkeypatch):
    monkeypatch.setattr(rebuild, "release_again", lambda *_: released.folder)
    code, said = course("--check", released.folder, "--against", released.course)
    assert code == 0
    assert "byte by byte what the clone gives" in said


def test_unpacked_archive_is_not_made_again(unpacked, released):
    result = CliRunner().invoke(
        app, ["release", "--check", str(unpacked), "--against", str(released.course)]
    )
    assert isinstance(result.exception, CourseError)
    assert "only a release is made again" in str(result.exception)


@pytest.mark.parametrize(
    "words",
    [
        (),
        (VERSION, "--check", "dist"),
        (VERSION, "--against", "."),
        ("--check", "dist", "--key", "k"),
    ],
)
def test_options_that_do_not_go_together_are_refused(words):
    result = CliRunner().invoke(app, ["release", *words])
    assert isinstance(result.exception, CourseError)
