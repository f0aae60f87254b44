"""What a person made is never lost: every option of a command that names a place, in every kind of place."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from digigov.course import cli
from digigov.course.files import write_atomically
from digigov.course.publish.release.write import BILL, REPORT, SUMS, check_place
from digigov.course.runs.report import check_report, write_report
from digigov.course.runs.run import Record
from digigov.course.runs.store import Store
from digigov.data import course_at
from digigov.models.capstone import FILES, export_place
from digigov.places import MARK, WORK, Place, PlaceError, fingerprint
from digigov.temporary import fcntl


def filled(command):
    return lambda folder: cli._place(folder, command, False).check()


PLACES = {
    **{
        f"{command.split()[0]} {option}": filled(command)
        for command, option in (
            ("run", "out"),
            ("site", "out"),
            ("instructor", "out"),
            ("classroom", "out"),
            ("assignment", "out"),
            ("slides", "out"),
        )
    },
    "run --each": filled("run --each"),
    "verify store": Store,
    "release out": check_place,
}
"""Options that name a folder which the course fills, and what looks at it before work begins."""

FILES_NAMED = {"verify report": lambda path: check_report(path, False, print)}
READ_ONLY = {"release check", "release against", "release key", "release signers"}
"""Options that name a place which is only read."""


def test_every_option_that_names_a_place_is_in_the_tables_above():
    named = {
        f"{command.name} {option}"
        for command in cli.app.registered_commands
        for option, kind in get_type_hints(command.callback).items()
        if kind is Path or Path in get_args(kind)
    }
    assert named - READ_ONLY == (PLACES.keys() | FILES_NAMED.keys()) - {"run --each"}


def theirs(tmp_path):
    folder = tmp_path / "home"
    for name in (
        ".ssh/id_ed25519",
        "thesis.docx",
        "SHA256SUMS",
        "start.en.html",
        "_static/vega.js",
    ):
        write_atomically(folder / name, f"mine: {name}")
    return folder


def a_file(tmp_path):
    path = tmp_path / "diary.txt"
    path.write_text("mine")
    return path


def a_link_to_a_folder(tmp_path):
    link = tmp_path / "link"
    link.symlink_to(theirs(tmp_path), target_is_directory=True)
    return link


def a_link_to_nothing(tmp_path):
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "gone")
    return link


def a_clone(tmp_path):
    folder = tmp_path / "clone"
    for name in ("notebooks/course.yml", "notebooks/en/04_coverage.ipynb", "datasets/claims.csv"):
        write_atomically(folder / name, "theirs")
    return folder


def the_current_folder(tmp_path):
    os.chdir(a_clone(tmp_path))
    return Path()


def the_parent(tmp_path):
    return a_clone(tmp_path).parent


def sources_of_a_clone(tmp_path):
    return a_clone(tmp_path) / "notebooks" / "en"


def a_new_folder_among_sources(tmp_path):
    return a_clone(tmp_path) / "datasets" / "new"


def a_folder_of_another_command(tmp_path):
    write_atomically(tmp_path / MARK, json.dumps({"kind": "course other", "files": {}}))
    return tmp_path


def a_pipe(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    return tmp_path / "pipe"


def a_folder_below_a_file(tmp_path):
    return a_file(tmp_path) / "below"


WRONG = (
    theirs, a_file, a_link_to_a_folder, a_link_to_nothing, a_clone, the_current_folder, the_parent,
    sources_of_a_clone, a_new_folder_among_sources, a_folder_of_another_command, a_pipe,
    a_folder_below_a_file,
)  # fmt: skip  # places side by side


def contents(folder):
    return {
        path.relative_to(folder): path.read_bytes() if path.is_file() else b""
        for path in folder.rglob("*")
    }


@pytest.mark.parametrize("option", PLACES)
@pytest.mark.parametrize("place", WRONG, ids=lambda place: place.__name__)
def test_a_wrong_place_is_refused_in_a_line_and_nothing_in_it_changes(
    option, place, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    folder = place(tmp_path)
    before = contents(tmp_path)
    with pytest.raises(PlaceError) as error:
        PLACES[option](folder)
    assert "\n" not in str(error.value)
    assert contents(tmp_path) == before
    if "--force" in str(error.value):
        assert option != "verify store"
        cli._place(folder, option.removesuffix(" out"), True).check()


def test_a_command_and_its_series_share_a_folder(tmp_path):
    for command, folder in (("run --each", tmp_path / "04_coverage"), ("run", tmp_path)):
        place = cli._place(folder, command, False)
        place.check()
        with place.filling() as new:
            (new / "index.html").write_text("x")


@pytest.mark.parametrize("option", PLACES)
def test_an_empty_or_missing_folder_is_taken(option, tmp_path):
    PLACES[option](tmp_path / "new" / "folder")
    (tmp_path / "empty").mkdir()
    PLACES[option](tmp_path / "empty")


def refused_as_nobody(folder, uid):
    """Whether a folder is refused to a user without rights; root may write everywhere."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    try:
        os.setuid(uid)
        Place(folder, "course site").check()
    except PlaceError as error:
        os._exit(0 if "Permission denied" in str(error) else 2)
    except BaseException:
        os._exit(3)
    os._exit(1)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_a_folder_of_somebody_else_is_refused(tmp_path):
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(0o755)
    assert refused_as_nobody(tmp_path, 65534)


def full_disk(folder, tmp_path, size="64k", options=""):
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}{options}", "tmpfs", str(folder)],
        check=False,
        capture_output=True,
    )
    if done.returncode:
        pytest.skip("mounting a file system is not allowed here")
    return folder


@pytest.fixture
def disk(tmp_path):
    folder = tmp_path / "disk"
    yield folder
    subprocess.run(["umount", str(folder)], check=False, capture_output=True)


@pytest.mark.parametrize("option", PLACES)
def test_a_read_only_folder_is_refused(option, disk, tmp_path):
    full_disk(disk, tmp_path, options=",ro")
    with pytest.raises(PlaceError, match="Read-only file system"):
        PLACES[option](disk)


def test_a_disk_that_fills_while_an_edition_is_written_loses_nothing(disk, tmp_path):
    place = Place(full_disk(disk, tmp_path), "course site")
    place.check()
    with place.filling() as new:
        (new / "index.html").write_text("first")
    with pytest.raises(OSError, match="No space left"), place.filling() as new:
        (new / "index.html").write_text("second")
        (new / "big").write_bytes(b"x" * 100_000)
    assert {path.name for path in disk.iterdir()} == {MARK, "index.html"}
    assert (disk / "index.html").read_text() == "first"


@pytest.mark.skipif(fcntl is None, reason="Windows has no locks that end by kill")
def test_what_a_killed_command_left_in_its_folder_goes_with_the_next(tmp_path):
    place = cli._place(tmp_path / "site", "site", False)
    place.check()
    with place.filling() as held:
        left = place.folder / f"{WORK}left"
        left.mkdir()
        (left / "index.html").write_text("half")
        with place.filling() as new:
            assert {one.name for one in place.folder.iterdir()} == {held.name, new.name}
    assert [one.name for one in place.folder.iterdir()] == [MARK]


# ------------------------------------------------------------------------ what was written before


@pytest.fixture
def site(tmp_path):
    """A folder that was filled, with a person's file beside what was written."""
    place = Place(tmp_path / "site", "course site", force=False)
    place.check()
    with place.filling() as new:
        for name in ("en/index.html", "en/gone.html", "index.html"):
            write_atomically(new / name, "first")
    (place.folder / "notes.txt").write_text("mine")
    return place


def fill(place, *names, whole=True):
    place.check()
    with place.filling(whole=whole) as new:
        for name in names:
            write_atomically(new / name, "second")


def test_what_was_written_is_replaced_or_removed_and_the_rest_is_left(site):
    fill(site, "en/index.html", "index.html")
    assert (site.folder / "en/index.html").read_text() == "second"
    assert not (site.folder / "en/gone.html").exists()
    assert (site.folder / "notes.txt").read_text() == "mine"
    fill(site, "index.html")
    assert not (site.folder / "en").exists()


def test_a_changed_file_is_named_and_nothing_is_written(site):
    (site.folder / "en/index.html").write_text("edited")
    before = contents(site.folder)
    with pytest.raises(PlaceError, match=r"en/index\.html; move it elsewhere, or .* --force"):
        fill(site, "en/index.html", "index.html")
    assert contents(site.folder) == before


def test_a_changed_file_that_is_not_to_be_written_stands_in_nobodys_way(site):
    (site.folder / "en/index.html").write_text("edited")
    site.check(["index.html"])


def test_force_replaces_a_changed_file_and_says_so(site):
    said = []
    (site.folder / "en/index.html").write_text("edited")
    (site.folder / "en/gone.html").write_text("edited")
    fill(Place(site.folder, site.kind, force=True, say=said.append), "en/index.html")
    assert (site.folder / "en/index.html").read_text() == "second"
    assert (site.folder / "en/gone.html").read_text() == "edited"
    assert [line.partition(" ")[0] for line in said] == ["replaced", "left"]


def test_a_link_in_the_place_of_a_folder_is_not_followed(site, tmp_path):
    other = tmp_path / "other"
    shutil.move(site.folder / "en", other)
    (site.folder / "en").symlink_to(other, target_is_directory=True)
    before = contents(other)
    with pytest.raises(PlaceError):
        fill(site, "en/index.html")
    fill(Place(site.folder, site.kind, force=True), "en/index.html")
    assert contents(other) == before


def test_a_mark_that_leads_out_of_its_folder_removes_nothing(site, tmp_path):
    outside = tmp_path / "thesis"
    outside.write_text("mine")
    mark = json.loads(site.mark.read_text())
    mark["files"]["../thesis"] = [fingerprint(b"mine")]
    site.mark.write_text(json.dumps(mark))
    fill(site, "index.html")
    assert outside.read_text() == "mine"


# ------------------------------------------------------------------------------ files of their own


@pytest.fixture
def course_root(tmp_path):
    with course_at(tmp_path / "course"):
        yield


@pytest.mark.parametrize(
    "place", [a_file, theirs, a_link_to_nothing, a_pipe, a_folder_below_a_file]
)
def test_a_report_replaces_nothing_but_a_report(place, tmp_path, course_root):
    path = place(tmp_path)
    before = contents(tmp_path)
    with pytest.raises(PlaceError):
        check_report(path, False, print)
    assert contents(tmp_path) == before


def test_a_report_is_written_again_unless_it_was_changed(tmp_path, course_root):
    path = tmp_path / "report.json"
    for seconds in (1.0, 2.0):
        check_report(path, False, print)
        write_report([Record("04", "en", "default", {}, seconds)], path)
    path.write_text("mine")
    with pytest.raises(PlaceError, match=r"report\.json"):
        check_report(path, False, print)


def test_a_report_is_written_though_the_course_is_on_a_read_only_disk(disk, tmp_path):
    full_disk(disk, tmp_path, options=",ro")
    path = tmp_path / "report.json"
    with course_at(disk):
        check_report(path, False, print)
        write_report([Record("04", "en", "default", {})], path)
        assert json.loads(path.read_text())[0]["lesson"] == "04"
        with pytest.raises(PlaceError, match="--force"):
            check_report(path, False, print)


def test_an_audit_replaces_no_table_of_somebody_else(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    export_place(tmp_path).check(FILES)
    (tmp_path / "audit.csv").write_text("mine")
    with pytest.raises(
        PlaceError, match=r"audit\.csv; move it elsewhere, or choose another folder"
    ):
        export_place(tmp_path).check(FILES)


def test_a_release_is_replaced_only_as_it_was_written(tmp_path):
    for name in (REPORT, BILL):
        (tmp_path / name).write_text(name)
    sums = "".join(f"{fingerprint(name.encode())}  {name}\n" for name in (REPORT, BILL))
    (tmp_path / SUMS).write_text(sums)
    check_place(tmp_path)
    (tmp_path / "thesis.docx").write_text("mine")
    with pytest.raises(PlaceError, match=r"thesis\.docx"):
        check_place(tmp_path)
    (tmp_path / "thesis.docx").unlink()
    (tmp_path / BILL).write_text("edited")
    with pytest.raises(PlaceError, match=BILL):
        check_place(tmp_path)


# ------------------------------------------------------------------------------------- the store


def test_a_store_removes_old_entries_and_nothing_else(tmp_path):
    store = Store(tmp_path)
    old = tmp_path / "ab" / ("c" * 62)
    for path in (old, tmp_path / "ab" / "thesis.docx", tmp_path / "Documents" / "a.jpg"):
        write_atomically(path, "x")
        os.utime(path, (0, 0))
    store.remember({})
    assert not old.exists()
    assert (tmp_path / "ab" / "thesis.docx").exists()
    assert (tmp_path / "Documents" / "a.jpg").exists()


@pytest.mark.parametrize("text", ["[]", "3", '{"a": 1}', '{"a": {"key": "x"}}', "\x00"])
def test_a_store_with_a_foreign_history_has_none(text, tmp_path):
    store = Store(tmp_path)
    (tmp_path / "history.json").write_text(text)
    assert (store.last_keys(), store.durations()) == ({}, {})


def test_a_store_from_before_there_were_marks_is_one(tmp_path):
    (tmp_path / "ab").mkdir()
    (tmp_path / "history.json").write_text('{"04": {"key": "ab", "seconds": 1}}')
    Store(tmp_path)
    assert (tmp_path / MARK).is_file()
