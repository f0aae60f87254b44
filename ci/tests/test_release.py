"""Releases: refused unless everything is committed and verified, equal when made again, checkable."""

from __future__ import annotations

import json
import subprocess
import zipfile
from pathlib import Path

import pytest

from digigov.course import release
from digigov.course.manifest import CourseError
from digigov.course.runs import Record
from digigov.course.store import Store

VERSION = "1.2.3"


def git(root, *words):
    name = ["-c", "user.name=Test", "-c", "user.email=test@localhost"]
    subprocess.run(["git", *name, "-C", str(root), *words], check=True, capture_output=True)


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A committed course with two pages of everything, whose runs all passed."""
    root = tmp_path / "course"
    files = {
        "pyproject.toml": f'[project]\nname = "digigov"\nversion = "{VERSION}"\n',
        "CITATION.cff": f"cff-version: 1.2.0\nversion: {VERSION}\n",
        "CHANGELOG.md": f"# Changelog\n\n## {VERSION}\n\nAll of it.\n",
        "LICENSE": "text\n",
        "LICENSE-CODE": "code\n",
        "environment.yml": "name: digigov\n",
        "ci/locks/learner.txt": "pandas==3.1.1\n",
        "datasets/claims.csv": "claim_id,value\nC01,85\n",
        "notebooks/course.yml": "lessons: []\n",
        "src/digigov/__init__.py": "",
        "notebooks/source/01_one.py": "# the answer is 7\n",
        **{f"notebooks/{lang}/01_one.ipynb": "{}\n" for lang in ("en", "zh")},
        **{f"exercises/{lang}/01_one.ipynb": "{}\n" for lang in ("en", "zh")},
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    git(tmp_path, "init", "--quiet", str(root))
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "All")

    def write_part(folder: Path) -> None:
        folder.mkdir(parents=True)
        (folder / "index.html").write_text(f"<p>{folder.name}</p>")
        (folder / "字.html").write_text("<p>字</p>")

    monkeypatch.setattr(release, "project_root", lambda: root)
    monkeypatch.setattr(release, "_parts", lambda *_: {"site": write_part, "slides": write_part})
    monkeypatch.setattr(
        release, "_write_package", lambda _tree, to: (to / f"digigov-{VERSION}-py3.whl").touch()
    )
    monkeypatch.setattr(release, "_write_bill", lambda _tree, path: path.write_text("{}\n"))

    def write_notes(folder, *_rest):
        for lang in ("en", "zh"):
            path = folder / "notebooks" / lang / "01_one.ipynb"
            path.parent.mkdir(parents=True)
            path.write_text("{}\n")

    monkeypatch.setattr(release.instructor, "write_instructor", write_notes)
    monkeypatch.setattr(release.leaks, "leaks", lambda *_: [])
    monkeypatch.setattr(release, "verified", lambda _store: [Record("01_one", "en", "default", {})])
    return root


def write(out):
    return release.write_release(VERSION, out, 1, Store(out.parent / "store"), lambda _stage: None)


def test_package_is_written_where_the_release_is_wherever_the_tool_runs(
    tree, tmp_path, monkeypatch
):
    places = []
    monkeypatch.setattr(release, "_write_package", lambda _tree, to: places.append(to))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CourseError, match="has no package"):
        release.write_release(
            VERSION, Path("dist"), 1, Store(tmp_path / "store"), lambda _stage: None
        )
    assert [place.is_absolute() for place in places] == [True]
    assert not Path("dist").exists()


def test_two_releases_of_one_tree_are_equal_byte_for_byte(tree, tmp_path):
    first, second = write(tmp_path / "first"), write(tmp_path / "elsewhere" / "second")
    assert [path.name for path in first] == [path.name for path in second]
    assert all(a.read_bytes() == b.read_bytes() for a, b in zip(first, second, strict=True))
    assert release.check_release(tmp_path / "first") == []


def test_release_holds_an_archive_of_each_edition_and_the_means_to_check_it(tree, tmp_path):
    names = {path.name for path in write(tmp_path / "dist")}
    assert names == {
        *(
            f"digigov-{VERSION}-{edition}-{lang}.zip"
            for edition in ("learner", "instructor")
            for lang in ("en", "zh")
        ),
        f"digigov-{VERSION}-site.zip", f"digigov-{VERSION}-slides.zip",
        f"digigov-{VERSION}-py3.whl", "CHANGELOG.md", "CITATION.cff", "LICENSE", "LICENSE-CODE",
        "SBOM.cdx.json", "SHA256SUMS", "VERIFICATION.json",
    }  # fmt: skip
    with zipfile.ZipFile(tmp_path / "dist" / f"digigov-{VERSION}-learner-zh.zip") as archive:
        held = {name.partition("/")[2] for name in archive.namelist()}
    assert {"notebooks/zh/01_one.ipynb", "exercises/zh/01_one.ipynb", "README.md"} <= held
    assert not any(name.startswith(("notebooks/en", "notebooks/source")) for name in held)


def test_what_git_does_not_track_is_not_released(tree, tmp_path):
    (tree / "datasets" / "left.csv").write_text("of no commit\n")
    with pytest.raises(CourseError, match=r"not committed: datasets/left\.csv"):
        write(tmp_path / "dist")
    (tree / ".gitignore").write_text("left.csv\n")
    git(tree, "add", "--all")
    git(tree, "commit", "--quiet", "--message", "Ignore")
    write(tmp_path / "dist")
    with zipfile.ZipFile(tmp_path / "dist" / f"digigov-{VERSION}-learner-en.zip") as archive:
        assert not any("left.csv" in name for name in archive.namelist())


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("pyproject.toml", "pyproject.toml says 9.9.9"),
        ("CITATION.cff", "CITATION.cff says 9.9.9"),
        ("CHANGELOG.md", "CHANGELOG.md has no section '## 1.2.3'"),
    ],
)
def test_version_that_a_file_contradicts_is_refused(tree, tmp_path, name, said):
    path = tree / name
    path.write_text(path.read_text().replace(VERSION, "9.9.9"))
    with pytest.raises(CourseError, match=said.replace(".", r"\.")):
        write(tmp_path / "dist")
    assert not (tmp_path / "dist").exists()


@pytest.mark.parametrize("version", ["1.2", "v1.2.3", "", "1.2.3-final"])
def test_what_is_no_version_is_refused(tree, version):
    with pytest.raises(CourseError, match=r"not of the form 1\.2\.3"):
        release.check_version(version, tree)


def test_folder_that_holds_something_else_is_left_alone(tree, tmp_path):
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "thesis.tex").write_text("mine")
    with pytest.raises(CourseError, match="holds something that is not a release"):
        write(tmp_path / "dist")
    assert (tmp_path / "dist" / "thesis.tex").read_text() == "mine"


def test_runs_that_nobody_verified_refuse_a_release(tmp_path):
    with pytest.raises(
        CourseError, match=r"\d+ of \d+ runs are not verified for exactly this tree"
    ):
        release.verified(Store(tmp_path))


def test_run_that_failed_refuses_a_release(tmp_path, monkeypatch):
    failing = Record("01_statistic", "en", "default", {}, status="failed", problems=["no answer"])
    monkeypatch.setattr(Store, "read", lambda _self, _key: failing)
    with pytest.raises(CourseError, match=r"runs failed, the first is .*no answer"):
        release.verified(Store(tmp_path))


def change_a_byte(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_every_file_with_a_byte_changed_is_named(tree, tmp_path):
    for path in write(tmp_path / "dist"):
        if not path.stat().st_size or path.name == "SHA256SUMS":
            continue
        before = path.read_bytes()
        change_a_byte(path)
        assert release.check_release(path.parent)[0].startswith(f"{path.name}: has changed")
        path.write_bytes(before)
    assert release.check_release(tmp_path / "dist") == []


def test_missing_and_foreign_files_are_named(tree, tmp_path):
    write(tmp_path / "dist")
    (tmp_path / "dist" / "LICENSE").rename(tmp_path / "dist" / "LIZENZ")
    assert release.check_release(tmp_path / "dist") == [
        "LICENSE: is missing",
        "LIZENZ: does not belong to the release",
    ]


def test_unpacked_archive_is_checked_file_by_file(tree, tmp_path):
    write(tmp_path / "dist")
    name = f"digigov-{VERSION}-learner-en"
    with zipfile.ZipFile(tmp_path / "dist" / f"{name}.zip") as archive:
        archive.extractall(tmp_path)
    assert release.check_release(tmp_path / name) == []
    change_a_byte(tmp_path / name / "datasets" / "claims.csv")
    (problem,) = release.check_release(tmp_path / name)
    assert problem.startswith("datasets/claims.csv: has changed")


def make_whole_again(folder):
    """As somebody would who changes a release and its hashes with it."""
    contents = release._contents(folder)
    del contents["SHA256SUMS"]
    (folder / "SHA256SUMS").write_text(release._sums(contents))


def test_data_other_than_what_was_verified_is_found_behind_new_hashes(tree, tmp_path):
    write(tmp_path / "dist")
    path = tmp_path / "dist" / f"digigov-{VERSION}-instructor-en.zip"
    with zipfile.ZipFile(path) as archive:
        contents = {
            name.partition("/")[2]: archive.read(name)
            for name in archive.namelist()
            if not name.endswith("SHA256SUMS")
        }
    contents["datasets/claims.csv"] = b"claim_id,value\nC01,95\n"
    release.write_archive(path, contents, 1_700_000_000)
    make_whole_again(path.parent)
    assert release.check_release(path.parent) == [
        f"{path.name}: datasets/claims.csv: is not the data that was verified"
    ]


def test_report_with_a_failed_run_is_found_behind_new_hashes(tree, tmp_path):
    write(tmp_path / "dist")
    path = tmp_path / "dist" / "VERIFICATION.json"
    report = json.loads(path.read_text())
    report["runs"][0]["status"] = "failed"
    path.write_text(json.dumps(report))
    make_whole_again(path.parent)
    assert release.check_release(path.parent) == ["VERIFICATION.json: not every run passed"]


def test_name_that_leads_out_of_a_release_is_refused(tree, tmp_path):
    write(tmp_path / "dist")
    sums = tmp_path / "dist" / "SHA256SUMS"
    sums.write_text(sums.read_text() + "0" * 64 + "  ../../etc/passwd\n")
    assert "leads out of the folder" in release.check_release(tmp_path / "dist")[0]


def test_folder_without_hashes_is_no_release(tmp_path):
    with pytest.raises(CourseError, match="is not a release: it has no file SHA256SUMS"):
        release.check_release(tmp_path)


def test_archives_have_a_page_to_start_from_in_their_language():
    assert "Twenty lessons" in release.start_page("en", "learner", VERSION)
    assert "二十课" in release.start_page("zh", "learner", VERSION)
    assert "instructor/" not in release.start_page("en", "learner", VERSION)
    assert "`instructor/`" in release.start_page("zh", "instructor", VERSION)
