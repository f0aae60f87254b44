"""The browser classroom: a JupyterLite site in which lessons run with no installation.

Python and the compiled packages come from one wheel that is pinned by its hash and fetched once;
pure packages are packed from this environment, so they have the versions of the lock. Nothing is
asked of any other host when the site is open.
"""

from __future__ import annotations

import base64
import hashlib
import html
import http.server
import importlib.metadata
import json
import mimetypes
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from pathlib import Path, PurePosixPath
from typing import Any

import nbformat
from nbformat.v4 import new_markdown_cell
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from digigov.course.errors import CourseError
from digigov.course.files import write_atomically
from digigov.course.lessons import KINDS, Lesson, finished_lessons
from digigov.course.publish.environments import environment
from digigov.course.runs.inputs import Inputs
from digigov.course.writing.generated import generate
from digigov.data import project_root
from digigov.i18n import LANGUAGES, SOURCE_LANGUAGE, _, conventions, language
from digigov.parameters import read_course
from digigov.temporary import temporary_folder

PINS = Path("ci/locks/browser.txt")
"""Wheels that the build fetches, with hashes, as pip reads them."""

CARRIER, CARRIED = "open_webui", "open_webui/frontend/pyodide/"
"""The wheel that carries Pyodide, and where in it."""

CORE = ("pyodide.asm.mjs", "pyodide.asm.wasm", "pyodide.mjs", "python_stdlib.zip")
COMPILED = ("micropip", "numpy", "pandas", "python-dateutil", "pytz", "scipy", "six")
"""Packages that are taken from the carrier as they are."""

KERNEL_EXTENSION = "share/jupyter/labextensions/@jupyterlite/pyodide-kernel-extension/static/pypi"
PRELOADED = ("micropip", "piplite", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython")
"""What the kernel needs before it runs a cell."""

PACKED = (
    "altair",
    "attrs",
    "comm",
    "ipython",
    "jedi",
    "networkx",
    "polib",
    "pyyaml",
    "simpy",
    "tzdata",
)
"""Pure packages that are packed from this environment, with all that they need."""

FETCHED = {"jsonschema": ("attrs", "pyrsistent"), "pyrsistent": ()}
"""Pure packages in an older version than the lock's, because the newer one needs Rust."""

OURS = ("altair", "networkx", "numpy", "pandas", "polib", "pyyaml", "scipy", "simpy", "tzdata")
"""What the course's library needs in the browser."""

OPTIONAL = frozenset({"vl_convert", "IPython"})
"""Modules that lessons do without, or that the kernel itself is."""

BROWSER = {
    "extra": "",
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_machine": "wasm32",
    "platform_python_implementation": "CPython",
    "platform_system": "Emscripten",
    "python_full_version": "3.14.0",
    "python_version": "3.14",
    "sys_platform": "emscripten",
}
"""What the markers of requirements see there."""

DAY_ONE = (1980, 1, 1, 0, 0, 0)
"""The time on every file of an archive."""

SETTINGS = "@jupyterlite/pyodide-kernel-extension:kernel"


# ------------------------------------------------------------------------------- what can run


def missing_modules(lesson: Lesson) -> list[str]:
    """Modules that a lesson or its exercise can reach and the classroom does not have.

    Parameters
    ----------
    lesson : Lesson

    Returns
    -------
    list of str
        Empty if the lesson runs in a browser.
    """
    available = {_module_of(name) for name in (*packed(), *FETCHED, *COMPILED)} | OPTIONAL
    return sorted(Inputs().foreign_modules(lesson) - available)


@cache
def packed() -> dict[str, tuple[str, ...]]:
    """Pure packages of the classroom from this environment, with what each needs.

    Raises
    ------
    CourseError
        If one is not installed.
    """
    elsewhere = {*FETCHED, *COMPILED}
    found: dict[str, tuple[str, ...]] = {}
    waiting = [*PACKED]
    while waiting:
        name = waiting.pop()
        if name in found or name in elsewhere:
            continue
        try:
            wanted = map(Requirement, importlib.metadata.requires(name) or ())
        except importlib.metadata.PackageNotFoundError:
            raise CourseError(
                f"package {name} is not installed; `bash ci/run` installs it"
            ) from None
        needed = {
            canonicalize_name(one.name)
            for one in wanted
            if one.marker is None or one.marker.evaluate(BROWSER)
        }
        found[name] = tuple(sorted(needed))
        waiting += needed
    return dict(sorted(found.items()))


def _module_of(package: str) -> str:
    return {"pyyaml": "yaml", "python-dateutil": "dateutil"}.get(package, package.replace("-", "_"))


def classroom_notebook(lesson: Lesson, lang: str, kind: str) -> str:
    """A notebook of the classroom: the learner's, with a word on top if it cannot run there."""
    text = generate(lesson, lang, kind)  # not the file, which somebody may have answered
    missing = missing_modules(lesson)
    if not missing:
        return text
    notebook = nbformat.reads(text, as_version=4)
    with language(lang):
        word = _(
            "> **This lesson cannot run in the browser:** it needs {modules}, which has no form "
            "for it. Read it here, and run it in JupyterLab: `bash ci/run`, then "
            "`.venv/bin/course lab`."
        ).format(modules=_(", ").join(f"`{name}`" for name in missing))
    notebook.cells.insert(0, new_markdown_cell(word, id="classroom"))
    return nbformat.writes(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


# ------------------------------------------------------------------------------------- wheels


def write_wheel(
    folder: Path, name: str, version: str, contents: Mapping[str, bytes], metadata: bytes
) -> Path:
    """Write a pure wheel that depends on nothing but its contents.

    Parameters
    ----------
    folder : Path
    name, version : str
    contents : mapping of str to bytes
        Path inside the wheel to content, without the wheel's own metadata.
    metadata : bytes
        The file ``METADATA``.

    Returns
    -------
    Path
    """
    stem = f"{re.sub('[-_.]+', '_', name)}-{version}"
    info = f"{stem}.dist-info"
    tag = "Wheel-Version: 1.0\nGenerator: course classroom\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files = {**contents, f"{info}/METADATA": metadata, f"{info}/WHEEL": tag.encode()}
    record = "".join(
        f"{one},sha256={base64.urlsafe_b64encode(hashlib.sha256(files[one]).digest()).rstrip(b'=').decode()},"
        f"{len(files[one])}\n"
        for one in sorted(files)
    )
    files[f"{info}/RECORD"] = (record + f"{info}/RECORD,,\n").encode()
    path = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in sorted(files):
            entry = zipfile.ZipInfo(one, date_time=DAY_ONE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, files[one])
    return path


def pack_installed(name: str, folder: Path) -> Path:
    """Pack an installed package as a pure wheel, without what was compiled for this machine."""
    distribution = importlib.metadata.distribution(name)
    contents = {}
    for file in distribution.files or ():
        place = PurePosixPath(file)
        skipped = {"__pycache__", "tests", ".."} & {*place.parts}
        if skipped or place.suffix in (".so", ".pyd", ".pyc", ".pth"):
            continue
        if place.parts[0].endswith((".dist-info", ".data")):
            continue
        contents[place.as_posix()] = file.read_binary()
    metadata = (distribution.read_text("METADATA") or "").encode()
    return write_wheel(folder, name, distribution.version, contents, metadata)


def fetch(folder: Path) -> list[Path]:
    """Wheels of `PINS`, fetched once and held against their hashes each time.

    Parameters
    ----------
    folder : Path
        Where they are kept.

    Raises
    ------
    CourseError
        If one cannot be fetched, or is not the one that was pinned.
    """
    pins = project_root() / PINS
    if not pins.is_file():
        raise CourseError(f"{pins} is missing; a clone of the repository has it")
    wanted = dict(re.findall(r"^([\w-]+)==\S+ --hash=sha256:(\w{64})$", pins.read_text(), re.M))
    folder.mkdir(parents=True, exist_ok=True)
    found = {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in folder.glob("*.whl")}
    if not set(wanted.values()) <= found.keys():
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--disable-pip-version-check", "--only-binary", ":all:", "--require-hashes"]
        command += ["--requirement", str(pins), "--dest", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            said = done.stderr.strip().splitlines()[-1:]
            raise CourseError(
                f"the wheels of {PINS} could not be fetched; is the network there? "
                f"pip said: {' '.join(said)}"
            )
        found = {hashlib.sha256(one.read_bytes()).hexdigest(): one for one in folder.glob("*.whl")}
    return [found[digest] for digest in wanted.values()]


def _lock_entry(path: Path, depends: Iterable[str]) -> dict[str, Any]:
    """What Pyodide has to know of a wheel."""
    name, version = path.name.split("-")[:2]
    with zipfile.ZipFile(path) as archive:
        tops = {
            PurePosixPath(one).parts[0].removesuffix(".py")
            for one in archive.namelist()
            if ".dist-info/" not in one
        }
    return {
        "name": name.replace("_", "-").lower(),
        "version": version,
        "file_name": path.name,
        "install_dir": "site",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": sorted(top for top in tops if top.isidentifier()),
        "depends": sorted(depends),
        "unvendored_tests": False,
    }


def write_pyodide(folder: Path, kept: Path, programs: Path) -> None:
    """Write Python for the browser with all packages that the classroom has.

    Parameters
    ----------
    folder : Path
        Gets Pyodide, wheels and the list of them.
    kept : Path
        Where fetched wheels are kept.
    programs : Path
        Of the environment of JupyterLite, which carries the kernel's own wheels.
    """
    folder.mkdir(parents=True)
    fetched = {path.name.split("-")[0]: path for path in fetch(kept)}
    with zipfile.ZipFile(fetched[CARRIER]) as carrier:
        original = json.loads(carrier.read(f"{CARRIED}pyodide-lock.json"))
        packages = {}
        for name in COMPILED:
            packages[name] = original["packages"][name]
            packages[name]["depends"] = [
                one for one in packages[name]["depends"] if one in COMPILED
            ]
        for name in (*CORE, *(packages[one]["file_name"] for one in COMPILED)):
            (folder / name).write_bytes(carrier.read(f"{CARRIED}{name}"))
    for name, depends in packed().items():
        packages[name] = _lock_entry(pack_installed(name, folder), depends)
    for name, depends in FETCHED.items():
        path = shutil.copy(fetched[name], folder)
        packages[name] = _lock_entry(Path(path), depends)
    extras = {"ipykernel": ("pyodide-kernel",), "piplite": (), "pyodide-kernel": ("ipython",)}
    for name, depends in extras.items():
        source = programs.parent / KERNEL_EXTENSION
        (wheel,) = source.glob(f"{name.replace('-', '_')}-*.whl")
        packages[name] = _lock_entry(Path(shutil.copy(wheel, folder)), depends)
    packages["digigov"] = _lock_entry(_own_wheel(folder), OURS)
    lock = {**original, "packages": dict(sorted(packages.items()))}
    write_atomically(folder / "pyodide-lock.json", json.dumps(lock, indent=1) + "\n")


def _own_wheel(folder: Path) -> Path:
    with tempfile.TemporaryDirectory() as temporary:
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", temporary]
        done = subprocess.run(
            command,
            cwd=project_root(),
            capture_output=True,
            text=True,
            check=False,
            env={
                **os.environ,
                "SOURCE_DATE_EPOCH": os.environ.get("SOURCE_DATE_EPOCH", "315532800"),
            },
        )
        if done.returncode:
            said = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
            raise CourseError(f"the course's library could not be packed: {' '.join(said)}")
        (wheel,) = Path(temporary).glob("*.whl")
        return Path(shutil.copy(wheel, folder))


# --------------------------------------------------------------------------------------- site


def write_classroom(folder: Path, on_stage: Callable[[str], None] = lambda _stage: None) -> None:
    """Write the browser classroom of both languages.

    Parameters
    ----------
    folder : Path
        Missing, or empty.
    on_stage : callable
        Called with the name of each stage before it begins.

    Raises
    ------
    CourseError
        If a wheel cannot be fetched.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    on_stage("environment of JupyterLite")
    programs = environment("classroom")
    # JupyterLite is built in a folder of its own, where a relative path would mean another place.
    parent = folder.parent.resolve()
    with temporary_folder(parent) as temporary:
        work, site = temporary / "work", temporary / "site"
        contents = work / "contents"
        for lesson in finished_lessons():
            for kind in KINDS:
                for lang in LANGUAGES:
                    write_atomically(
                        contents / kind / lang / f"{lesson.stem}.ipynb",
                        classroom_notebook(lesson, lang, kind),
                    )
        settings = {
            "pyodideUrl": "./static/pyodide/pyodide.mjs",
            "disablePyPIFallback": True,
            "loadPyodideOptions": {"packages": [*PRELOADED]},
        }
        config = {
            "jupyter-lite-schema-version": 0,
            # Whoever looks after the classroom can drive it from the browser's console.
            "jupyter-config-data": {
                "exposeAppInBrowser": True,
                "litePluginSettings": {SETTINGS: settings},
            },
        }
        write_atomically(work / "jupyter-lite.json", json.dumps(config))
        on_stage("JupyterLite")
        _build_lite(programs, work, contents, site)
        on_stage("Python and packages for the browser")
        kept = project_root() / "build" / "cache" / "classroom"
        write_pyodide(site / "static" / "pyodide", kept, programs)
        for lang in LANGUAGES:
            write_atomically(site / f"start.{lang}.html", start_page(lang))
        site.rename(folder)


def _build_lite(programs: Path, work: Path, contents: Path, site: Path) -> None:
    command = [str(programs / "jupyter"), "lite", "build", "--lite-dir", str(work)]
    command += ["--output-dir", str(site), "--contents", str(contents), "--no-sourcemaps"]
    command += ["--apps", "lab", "--apps", "notebooks"]
    variables = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    variables.setdefault("SOURCE_DATE_EPOCH", str(int(time.time())))  # files show their age
    done = subprocess.run(
        command, cwd=work, env=variables, capture_output=True, text=True, check=False
    )
    if done.returncode:
        # It ends with what its packages warn of; what failed is said before.
        lines = f"{done.stderr}\n{done.stdout}".strip().splitlines()
        said = [line for line in lines if re.match(r"\w+Error: ", line)] or lines
        raise CourseError(f"JupyterLite could not be built: {said[-1]}")


def start_page(lang: str) -> str:
    """The page that leads to every lesson of the classroom, in a language."""
    course = read_course()
    with language(lang):
        parts = []
        for number, title in course["parts"].items():
            rows = [
                _start_row(lesson, lang)
                for lesson in finished_lessons()
                if lesson.entry["part"] == number
            ]
            parts.append(f"<h2>{html.escape(title[lang])}</h2>\n<ul>\n{''.join(rows)}</ul>\n")
        others = " · ".join(
            f'<a href="start.{other}.html" lang="{other}">{conventions(other).name}</a>'
            for other in LANGUAGES
            if other != lang
        )
        intro = _(
            "Lessons run in this browser: nothing is installed, and nothing leaves your machine. "
            "The first cell takes a while, because Python is started."
        )
        disk = _(
            "This page was opened from disk, where a browser lets nothing run. "
            "`course classroom --serve` opens it as it has to be."
        ).replace("`", "")
        title = html.escape(course["title"][lang])
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n"
        "body{font:1.05rem/1.6 'Noto Sans CJK SC','Noto Sans SC',sans-serif;max-width:46rem;"
        "margin:2rem auto;padding:0 1rem;color:#1f2933}\n"
        "li{margin:.3rem 0}.no{color:#4b5563}#disk{border-left:4px solid #9a3412;padding-left:1rem}\n"
        f"</style>\n</head>\n<body>\n<main>\n<p>{others}</p>\n<h1>{title}</h1>\n<p>{intro}</p>\n"
        f'<p id="disk" hidden>{disk}</p>\n{"".join(parts)}</main>\n'
        '<script>if(location.protocol==="file:")document.getElementById("disk").hidden=false'
        "</script>\n</body>\n</html>\n"
    )


def _start_row(lesson: Lesson, lang: str) -> str:
    def link(kind: str, text: str) -> str:
        path = f"{kind}/{lang}/{lesson.stem}.ipynb"
        return f'<a href="lab/index.html?path={path}">{html.escape(text)}</a>'

    exercise, unable = _("exercise"), _("to read; does not run in a browser")
    row = link("notebooks", f"{lesson.number} · {lesson.title(lang)}")
    row += f" · {link('exercises', exercise)}"
    if missing_modules(lesson):
        row += f' <span class="no">({html.escape(unable)})</span>'
    return f"<li>{row}</li>\n"


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files quietly, with the types that a browser insists on."""

    extensions_map = mimetypes.types_map | {
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
        ".whl": "application/zip",
        "": "application/octet-stream",
    }

    def log_message(self, *_words: Any) -> None:
        """Say nothing: a class reads the terminal."""


def server(folder: Path, port: int) -> http.server.ThreadingHTTPServer:
    """A server of the classroom for this machine alone.

    Raises
    ------
    CourseError
        If there is no classroom, or the port is taken.
    """
    if not (folder / f"start.{SOURCE_LANGUAGE}.html").is_file():
        raise CourseError(f"{folder} is not a classroom; course classroom writes one")
    try:
        return http.server.ThreadingHTTPServer(
            ("127.0.0.1", port), partial(_Handler, directory=str(folder))
        )
    except OSError as error:
        raise CourseError(f"port {port} cannot be used: {error.strerror}") from None
