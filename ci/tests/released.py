"""A small course and a release of it, for the tests of releases: everything real but its lesson."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from types import SimpleNamespace

import yaml

from digigov.course.lessons import Lesson
from digigov.course.publish.release import write as release
from digigov.course.publish.release.check import PARTS, required_runs
from digigov.course.runs.run import EXERCISE_SETS, Record
from digigov.i18n import LANGUAGES

VERSION = "1.2.3"

FILES = {
    "pyproject.toml": f"""[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "digigov"
version = "{VERSION}"
requires-python = ">=3.11"
license = "MIT"
license-files = ["LICENSE", "LICENSE-CODE"]
dependencies = ["pandas>=3.1"]

[project.optional-dependencies]
build = ["jupytext>=1.19"]
test = ["digigov[build]", "pytest>=9"]

[project.scripts]
course = "digigov.course.cli:main"

[project.entry-points."papermill.engine"]
warm = "digigov.course.runs.engine:WarmEngine"

[tool.hatch.build.targets.wheel]
packages = ["src/digigov"]

[tool.hatch.build.targets.wheel.force-include]
"datasets" = "digigov/_project/datasets"
"notebooks/course.yml" = "digigov/_project/notebooks/course.yml"
""",
    "CITATION.cff": f"cff-version: 1.2.0\nversion: {VERSION}\n",
    "CHANGELOG.md": f"# Changelog\n\n## {VERSION}\n\nAll of it.\n\n## 1.2.2\n\nLess.\n",
    "LICENSE": "text\n",
    "LICENSE-CODE": "code\n",
    "environment.yml": "name: digigov\n",
    "ci/locks/learner.txt": "pandas==3.1.1 \\\n    --hash=sha256:" + "ab" * 32 + "\n",
    "datasets/claims.csv": "claim_id,value\nC01,85\nC02,15\n",
    "notebooks/course.yml": """lessons:
- number: "01"
  slug: one
  short: {en: one, zh: 一}
  aims: {en: [count], zh: [数]}
  parameters:
    minutes: {type: integer, minimum: 1, maximum: 3, default: 2, description: {en: m, zh: 分}}
    claim:
      type: string
      enum_from: {dataset: claims, column: claim_id}
      default: C01
      description: {en: claim, zh: 说法}
- number: "02"
  slug: planned
""",
    "src/digigov/__init__.py": "",
    "src/digigov/quantities.py": "ONE = 1\n",
    "notebooks/source/01_one.py": "# the answer is 7\n",
    **{
        f"{kind}/{lang}/01_one.ipynb": "{}\n"
        for kind in ("notebooks", "exercises")
        for lang in LANGUAGES
    },
}


def commit_all(root: Path) -> None:
    """Commit everything, always at one time."""
    settings = [
        "-c",
        "user.name=Test",
        "-c",
        "user.email=test@localhost",
        "-c",
        "commit.gpgsign=no",
    ]
    when = {"GIT_COMMITTER_DATE": "1700000001 +0000", "GIT_AUTHOR_DATE": "1700000001 +0000"}
    for words in (["add", "--all"], ["commit", "--quiet", "--message", "All"]):
        subprocess.run(
            ["git", *settings, "-C", root, *words], check=True, env={**os.environ, **when}
        )


def key_pair(path: Path) -> tuple[Path, str]:
    """A new SSH key; its file and its public half."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
    return path, " ".join(path.with_suffix(".pub").read_text().split()[:2])


def records() -> list[Record]:
    """What a full verification of the small course gives."""
    (lesson, _planned) = map(Lesson, yaml.safe_load(FILES["notebooks/course.yml"])["lessons"])
    texts = {name: text.encode() for name, text in FILES.items()}
    found = []
    for (stem, lang, name), parameters in required_runs([lesson], texts).items():
        record = Record(stem, lang, name, parameters, seconds=len(found), key="k", kept=True)
        if name in EXERCISE_SETS:
            record.tasks = {"count": "passed" if EXERCISE_SETS[name] else "not attempted"}
        else:
            record.results = {"twice": 2 * parameters["minutes"]}
        found.append(record)
    return found


def fake_course(monkeypatch, root: Path) -> None:
    """Let a release be one of the small course; its pages stand for what a lesson gives."""

    def write_part(folder: Path) -> None:
        for form in PARTS[folder.name]:
            for lang in LANGUAGES:
                page = folder / form.format(lang=lang, stem="01_one")
                page.parent.mkdir(parents=True, exist_ok=True)
                page.write_text("<p>字</p>")

    def write_notes(folder: Path, *_rest) -> tuple[()]:
        for kind in ("notebooks", "exercises"):
            for lang in LANGUAGES:
                path = folder / kind / lang / "01_one.ipynb"
                path.parent.mkdir(parents=True)
                path.write_text('{"notes": 1}\n')
        return ()

    monkeypatch.setattr(release, "project_root", lambda: root)
    monkeypatch.setattr(release, "execute_all", lambda *_: records())
    monkeypatch.setattr(release, "_parts", lambda *_: dict.fromkeys(PARTS, write_part))
    monkeypatch.setattr(release.instructor, "write_instructor", write_notes)
    monkeypatch.setattr(release.leaks, "leaks", lambda *_: [])


def write(out: Path, key: Path | None = None) -> list[Path]:
    """Write a release of the small course."""
    return release.write_release(VERSION, out, 1, lambda _stage: None, key)


def make_released(folder: Path, monkeypatch) -> SimpleNamespace:
    """The small course, a signed release of it, the key, and the file that names the signer."""
    course = folder / "course"
    for name, text in FILES.items():
        (course / name).parent.mkdir(parents=True, exist_ok=True)
        (course / name).write_text(text)
    subprocess.run(["git", "init", "--quiet", course], check=True)
    commit_all(course)
    fake_course(monkeypatch, course)
    key, public = key_pair(folder / "key")
    signers = folder / "signers"
    signers.write_text(f'maintainer namespaces="digigov-release,git" {public}\n')
    write(folder / "dist", key)
    return SimpleNamespace(course=course, folder=folder / "dist", key=key, signers=signers)
