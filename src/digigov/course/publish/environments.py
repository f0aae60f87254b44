"""Which packages a command needs, and environments for tools that must not stand beside JupyterLab."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import subprocess
import sys
import venv
from pathlib import Path

from packaging.requirements import Requirement

import digigov
from digigov.course.errors import CourseError
from digigov.course.files import write_atomically
from digigov.data import project_root

GROUPS = ("classroom", "nbgrader")
"""Optional groups of pyproject.toml that have an environment of their own."""

STAMP = "course-setup"


def check_packages(*groups: str) -> None:
    """Make sure that optional packages are installed, before any work that needs them.

    Parameters
    ----------
    *groups : str
        Optional groups of ``pyproject.toml``.

    Raises
    ------
    CourseError
        If a package of one of them is missing, with the command that installs it.
    """
    missing = []
    for text in importlib.metadata.requires("digigov") or ():
        requirement = Requirement(text)
        marker = requirement.marker
        # Without an extra the marker speaks of the system, and all learners have the package.
        if marker is None or marker.evaluate({"extra": ""}):
            continue
        if any(marker.evaluate({"extra": group}) for group in groups):
            missing += [] if _installed(requirement.name) else [requirement.name]
    if missing:
        lock = "build" if set(groups) <= {"build"} else "test"
        raise CourseError(
            f"this needs packages that are not installed: {', '.join(missing)}; in a clone of the "
            f"course: python -m pip install --require-hashes -r ci/locks/{lock}.txt"
        )


def _installed(package: str) -> bool:
    try:
        importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def environment(group: str, folder: Path | None = None) -> Path:
    """Folder of the programs of an environment, which is made if it is not there or out of date.

    It holds the packages of its lock, and the course's library as it stands here. Plain pip
    installs it, so that a reader's mirror and certificates are used.

    Parameters
    ----------
    group : str
        One of `GROUPS`.
    folder : Path, optional
        Where environments stand; ``build/cache/environments`` of the project by default.

    Returns
    -------
    Path
        Its ``bin`` (on Windows ``Scripts``); ``python`` is in it.

    Raises
    ------
    CourseError
        If the group is not known, or its packages cannot be installed.
    """
    if group not in GROUPS:
        raise CourseError(f"environment {group!r} is not known; known: {', '.join(GROUPS)}")
    root = project_root()
    lock = root / "ci" / "locks" / f"{group}.txt"
    if not lock.is_file():
        raise CourseError(f"{lock} is missing; a clone of the repository has it")
    home = (folder or root / "build" / "cache" / "environments") / group
    programs = home / ("Scripts" if os.name == "nt" else "bin")
    # Equal means that nothing changed; a copied folder does not match, as its programs would not.
    parts = (str(home), sys.version, lock.read_text(encoding="utf-8"))
    wanted = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    stamp = home / STAMP
    if stamp.is_file() and stamp.read_text(encoding="utf-8").strip() == wanted:
        return programs
    # Neither a pip of its own nor compiled modules: most of them are never imported, and the others
    # are compiled when they are. It halves the work.
    venv.create(home, clear=True, with_pip=False)
    command = [sys.executable, "-m", "pip", "--python", str(home), "install", "--quiet"]
    command += ["--no-compile", "--disable-pip-version-check"]
    command += ["--require-hashes", "--requirement", str(lock)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise CourseError(
            f"the packages of {lock.name} could not be installed; is the network there? "
            f"pip said: {' '.join(last)}"
        )
    # The course's own library, as it is here; an installation would need the network once more.
    (site_packages,) = home.glob("[Ll]ib/**/site-packages")
    write_atomically(site_packages / "digigov.pth", f"{Path(digigov.__file__).parents[1]}\n")
    # Written when all is done: what was interrupted is not trusted.
    write_atomically(stamp, wanted + "\n")
    return programs
