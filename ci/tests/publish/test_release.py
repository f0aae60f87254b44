"""Releases: made from runs executed for them, equal when made again, and checked by whoever has one."""

from __future__ import annotations

import json
import shutil
import subprocess
from itertools import product
from pathlib import Path
from unittest.mock import create_autospec

import pytest
from conftest import ROOT
from released import VERSION, commit_all, fake_course, key_pair, write

from digigov.course.errors import CourseError
from digigov.course.lessons import finished_lessons
from digigov.course.publish.release import write as release
from digigov.course.publish.release.archives import read_zip, zip_time
from digigov.course.publish.release.check import LOCK, PARTS, REPORT, Statement, check_release
from digigov.course.runs.run import Outcome, Record, matrix
from digigov.data import DATASETS_VARIABLE
from digigov.places import PlaceError
from digigov.temporary import PREFIX


@pytest.fixture
def tree(released, tmp_path, monkeypatch):
    """A committed course with one lesson, whose runs all pass; its wheel and bill are at hand."""
    root = shutil.copytree(released.course, tmp_path / "course")
    fake_course(monkeypatch, root)
    (wheel,) = released.folder.glob("*.whl")
    monkeypatch.setattr(release, "_write_package", lambda _tree, to: shutil.copy2(wheel, to))
    monkeypatch.setattr(
        release, "_write_bill", lambda _tree, to: shutil.copy2(released.folder / to.name, to)
    )
    return root


def test_package_is_written_where_the_release_is_wherever_the_tool_runs(
    tree, tmp_path, monkeypatch
):
    places = []
    monkeypatch.setattr(release, "_write_package", lambda _tree, to: places.append(to))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CourseError, match="has no package"):
        write(Path("dist"))
    assert [place.is_absolute() for place in places] == [True]
    assert not Path("dist").exists()


def test_two_releases_of_one_tree_are_equal_byte_for_byte(released, tree, tmp_path):
    write(tmp_path / "elsewhere" / "second", released.key)
    names = sorted(path.name for path in released.folder.iterdir())
    assert [path.name for path in sorted((tmp_path / "elsewhere" / "second").iterdir())] == names
    for name in names:
        again = (tmp_path / "elsewhere" / "second" / name).read_bytes()
        assert again == (released.folder / name).read_bytes(), name


def test_release_holds_an_archive_of_each_edition_and_the_means_to_check_it(released):
    assert {path.name for path in released.folder.iterdir()} == {
        *(
            f"digigov-{VERSION}-{edition}-{lang}.zip"
            for edition, lang in product(("learner", "instructor"), ("en", "zh"))
        ),
        *(f"digigov-{VERSION}-{part}.zip" for part in ("site", "slides", "classroom")),
        f"digigov-{VERSION}-py3-none-any.whl",
        "CHANGELOG.md",
        "CITATION.cff",
        "LICENSE",
        "LICENSE-CODE",
        "SBOM.cdx.json",
        "PROVENANCE.json",
        "VERIFICATION.json",
        "SHA256SUMS",
        "SHA256SUMS.sig",
    }
    held = read_zip(released.folder / f"digigov-{VERSION}-learner-zh.zip", lambda _name: False)
    names = {name.partition("/")[2] for name in held.digests}
    assert {"notebooks/zh/01_one.ipynb", "exercises/zh/01_one.ipynb", "README.md"} <= names
    assert not any(name.startswith(("notebooks/en", "notebooks/source")) for name in names)


def test_every_file_of_an_archive_has_the_time_of_the_commit(released):
    when = int(release.git(released.course, "log", "-1", "--format=%ct"))
    for path in released.folder.iterdir():
        if path.suffix in (".zip", ".whl"):
            assert read_zip(path, lambda _name: False).times == {zip_time(when)}, path.name


def test_statement_names_the_commit_the_locks_the_data_and_the_builder(released):
    statement = Statement.parse((released.folder / "PROVENANCE.json").read_bytes())
    assert statement.commit == release.git(released.course, "rev-parse", "HEAD").strip()
    assert statement.materials.keys() == {LOCK, "datasets/claims.csv"}
    assert {"python", "platform", "pandas"} <= statement.builder.keys()
    assert statement.files.keys() == {path.name for path in released.folder.iterdir()} - {
        "PROVENANCE.json",
        "SHA256SUMS",
        "SHA256SUMS.sig",
    }


def test_verification_says_nothing_of_the_machine(released):
    for run in json.loads((released.folder / REPORT).read_text())["runs"]:
        assert run.keys() == {
            "lesson",
            "lang",
            "set",
            "parameters",
            "status",
            "tasks",
            "results",
            "problems",
        }


def test_release_is_made_from_runs_executed_for_it(monkeypatch, tmp_path):
    asked = []

    class Executed:
        records = ()

        def __init__(self, runs, jobs, *, store):
            asked.append((runs, jobs, store))

        def outcomes(self):
            yield from ()

    monkeypatch.setattr(release, "Executor", Executed)
    store = release.Store(tmp_path / "runs")
    assert release.execute_all(2, store, lambda _stage: None) == ()
    ((runs, jobs, used),) = asked
    assert (jobs, used) == (2, store)
    assert [run.label for run in runs] == [
        run.label for run in matrix(finished_lessons(), sets="all")
    ]


def test_store_that_somebody_kept_has_no_part_in_a_release(tree, tmp_path, monkeypatch):
    seen = []

    def execute(jobs, store, on_stage):
        seen.append((store.folder, [path.name for path in store.folder.iterdir()]))
        raise CourseError("far enough")

    monkeypatch.setattr(release, "execute_all", execute)
    with pytest.raises(CourseError, match="far enough"):
        write(tmp_path / "dist")
    ((folder, held),) = seen
    assert folder.parent.parent == tmp_path
    assert folder.parent.name.startswith(PREFIX)
    assert held == [".digigov.json"]  # whose it is


def test_release_removes_what_a_killed_one_left_beside_it(tree, monkeypatch):
    def execute(_jobs, _store, _on_stage):
        raise CourseError("far enough")

    monkeypatch.setattr(release, "execute_all", execute)
    shutil.copy2(ROOT / ".gitignore", tree)
    commit_all(tree)
    left = tree / f"{PREFIX}left" / "release" / "digigov.zip"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half")
    with pytest.raises(CourseError, match="far enough"):
        write(tree / "dist")
    assert list(tree.glob(f"{PREFIX}*")) == []


def test_first_run_that_fails_ends_a_release(monkeypatch, tmp_path):
    class Failing:
        def __init__(self, runs, _jobs, *, store):
            self.run = runs[0]

        def outcomes(self):
            record = Record("01_statistic", "en", "default", {})
            record.fail("no answer")
            yield Outcome(self.run, record)
            pytest.fail("it went on")

    monkeypatch.setattr(release, "Executor", Failing)
    with pytest.raises(CourseError, match="01_statistic · en · default failed: no answer"):
        release.execute_all(1, release.Store(tmp_path), lambda _stage: None)


def test_editions_that_differ_in_a_result_end_a_release(monkeypatch, tmp_path):
    class Differing:
        def __init__(self, *_arguments, **_options):
            self.records = [
                Record("01_one", lang, "default", {}, results={"share": value})
                for lang, value in (("en", 1), ("zh", 2))
            ]

        def outcomes(self):
            yield from ()

    monkeypatch.setattr(release, "Executor", Differing)
    with pytest.raises(CourseError, match="differ from the en edition: share"):
        release.execute_all(1, release.Store(tmp_path), lambda _stage: None)


def test_each_part_is_written_by_the_function_that_writes_it(monkeypatch, tmp_path):
    written = {
        "slides": (release.slides, "write_slides"),
        "site": (release.site, "write_site"),
        "classroom": (release.classroom, "write_classroom"),
    }
    assert written.keys() == PARTS.keys()
    parts = release._parts(2, release.Store(tmp_path / "runs"))
    for part, (module, name) in written.items():
        # Refuses a call that the function itself would refuse.
        writer = create_autospec(getattr(module, name))
        monkeypatch.setattr(module, name, writer)
        parts[part](tmp_path / part)
        writer.assert_called_once()
        assert tmp_path / part in writer.call_args.args


def test_what_git_does_not_track_is_not_released(tree, tmp_path):
    (tree / "datasets" / "left.csv").write_text("of no commit\n")
    with pytest.raises(CourseError, match=r"not committed: datasets/left\.csv"):
        write(tmp_path / "dist")
    (tree / ".gitignore").write_text("left.csv\n")
    commit_all(tree)
    write(tmp_path / "dist")
    for path in (tmp_path / "dist").glob("*-learner-*.zip"):
        held = read_zip(path, lambda _name: False).digests
        assert not any("left.csv" in name for name in held)


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        ("pyproject.toml", VERSION, "9.9.9", "pyproject.toml says 9.9.9"),
        ("CITATION.cff", VERSION, "9.9.9", "CITATION.cff says 9.9.9"),
        ("CHANGELOG.md", VERSION, "9.9.9", "CHANGELOG.md has no section '## 1.2.3'"),
        ("CHANGELOG.md", "All of it.", "", "CHANGELOG.md says nothing under '## 1.2.3'"),
    ],
)
def test_version_that_a_file_contradicts_is_refused(tree, tmp_path, name, before, after, said):
    path = tree / name
    path.write_text(path.read_text().replace(before, after))
    with pytest.raises(CourseError, match=said.replace(".", r"\.")):
        write(tmp_path / "dist")
    assert not (tmp_path / "dist").exists()


@pytest.mark.parametrize("version", ["1.2", "v1.2.3", "", "1.2.3-final"])
def test_what_is_no_version_is_refused(tree, version):
    with pytest.raises(CourseError, match=r"not of the form 1\.2\.3"):
        release.check_version(version, tree)


def test_data_from_elsewhere_are_not_released(tree, tmp_path, monkeypatch):
    monkeypatch.setenv(DATASETS_VARIABLE, str(tmp_path))
    with pytest.raises(CourseError, match="DIGIGOV_DATASETS is set"):
        write(tmp_path / "dist")


def test_tag_of_another_commit_refuses_a_release(tree, tmp_path):
    release.git(tree, "tag", f"v{VERSION}")
    (tree / "README.md").write_text("newer\n")
    commit_all(tree)
    with pytest.raises(CourseError, match=r"the tag v1\.2\.3 names commit \w{12}, and this is"):
        write(tmp_path / "dist")


def test_folder_that_holds_something_else_is_left_alone(tree, tmp_path):
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "thesis.tex").write_text("mine")
    with pytest.raises(PlaceError, match="holds something that is not a release"):
        write(tmp_path / "dist")
    assert (tmp_path / "dist" / "thesis.tex").read_text() == "mine"


# ------------------------------------------------------------------------------------------ keys


def test_key_that_is_not_there_is_refused_before_anything_is_executed(tree, tmp_path, monkeypatch):
    monkeypatch.setattr(release, "execute_all", lambda *_: pytest.fail("it was executed"))
    with pytest.raises(CourseError, match=r"--key .*nowhere: there is no such key"):
        write(tmp_path / "dist", tmp_path / "nowhere")


def test_file_that_is_no_key_is_refused_before_anything_is_executed(tree, tmp_path, monkeypatch):
    monkeypatch.setattr(release, "execute_all", lambda *_: pytest.fail("it was executed"))
    (tmp_path / "diary").write_text("dear diary\n")
    with pytest.raises(CourseError, match=r"--key .*diary: ssh-keygen cannot sign with it: "):
        write(tmp_path / "dist", tmp_path / "diary")


@pytest.mark.parametrize("place", ["committed", "released"])
def test_key_that_would_be_published_is_refused(tree, tmp_path, place):
    if place == "committed":
        key, _public = key_pair(tree / "key")
        commit_all(tree)
    else:
        (tmp_path / "dist").mkdir()
        key, _public = key_pair(tmp_path / "dist" / "key")
        (tmp_path / "dist" / "SHA256SUMS").touch()
    with pytest.raises(CourseError, match="does not belong to what is published"):
        write(tmp_path / "dist", key)


def test_signing_says_what_to_install(tree, released, tmp_path, monkeypatch):
    def run(command, **options):
        if command[0] == "ssh-keygen":
            raise FileNotFoundError
        return usual(command, **options)

    usual = subprocess.run
    monkeypatch.setattr(subprocess, "run", run)
    said = r"need ssh-keygen, .* install OpenSSH \(Debian, Ubuntu: openssh-client\)"
    with pytest.raises(CourseError, match=said):
        write(tmp_path / "dist", released.key)
    with pytest.raises(CourseError, match=said):
        check_release(released.folder)


def test_release_without_git_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CourseError, match=r"needs git, .*\(Debian, Ubuntu: git\)"):
        release.find_tree(tmp_path)


def test_archives_have_a_page_to_start_from_in_their_language():
    assert "Twenty lessons" in release.start_page("en", "learner", VERSION)
    assert "二十课" in release.start_page("zh", "learner", VERSION)
    assert "instructor/" not in release.start_page("en", "learner", VERSION)
    assert "`instructor/`" in release.start_page("zh", "instructor", VERSION)
