"""What a run depends on: equal inputs, equal outcome, so a finished run need not be repeated.

The inputs of a run are the notebook, its parameters and how they are declared, the data files it
loads, the library code it can reach (by following imports) with the samples that its packages hold,
the translations it can say, every file of the rooms that execute and judge it with what these import,
and the packages of the lock.
Each is known by a hash of its content; the run's key is a hash of them all. That nothing is left out
is tested by watching which files a run opens.
"""

from __future__ import annotations

import ast
import contextlib
import importlib.metadata
import json
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import polib

import digigov
from digigov import LAZY, i18n
from digigov._syntax import parse
from digigov.course.files import digest
from digigov.course.lessons import Lesson
from digigov.course.runs.run import REFERENCE, Run
from digigov.data import datasets_dir, project_root, read_package

PACKAGE = Path(digigov.__file__).parent
"""Folder of the library."""

EXECUTING = ("digigov.course.runs", "digigov.course.gates")
"""Rooms whose every file executes or judges runs."""

GENERATING = "digigov.course.writing"
"""Room where an exercise with its solutions is made, which is not kept as a file."""

SAMPLES = "samples"
"""Folder of a package with the files that its modules read."""

DECLARED = ("number", "slug", "short", "parameters")
"""What a running lesson reads of its entry in ``course.yml``."""


class Inputs:
    """The inputs of runs, as the files are now; each file is read once.

    Make a new one where files may have changed.
    """

    def __init__(self) -> None:
        self._files: dict[Path, tuple[str, str]] = {}
        self._imports: dict[str, frozenset[str]] = {}
        self._shared: dict[tuple[str, ...], dict[str, str]] = {}
        self._catalogues: dict[str, dict[str, dict[str, str]]] = {}
        self._loaded: dict[str, list[tuple[str, str]]] = {}
        # Where a module is does not change while its inputs are gathered.
        self._module_file = cache(_module_file)
        self._packages = cache(self._packages_of)

    def of(self, run: Run) -> dict[str, str]:
        """Inputs of a run: name to hash.

        Parameters
        ----------
        run : Run

        Returns
        -------
        dict of str to str
            In a fixed order. Names are paths in the repository where the input is a file.
        """
        shared = (run.lesson.number, run.lang, run.kind, str(run.set_name == REFERENCE))
        if shared not in self._shared:
            self._shared[shared] = dict(sorted(self._of_notebook(run)))
        parameters = json.dumps(run.parameters, sort_keys=True, ensure_ascii=False)
        return {"parameters": digest(parameters), **self._shared[shared]}

    def key(self, run: Run) -> str:
        """Hash of all inputs of a run."""
        return digest(json.dumps(self.of(run)))

    def modules(self, lesson: Lesson) -> list[str]:
        """Modules that the notebooks of a lesson import, other than the library's own.

        Returns
        -------
        list of str
            For a process that is to import them before the notebooks do.
        """
        found = set()
        for lang in i18n.LANGUAGES:
            for kind in ("notebooks", "exercises"):
                found |= set(_imported_by_notebook(lesson.edition(lang, kind)))
        return sorted(found)

    def foreign_modules(self, lesson: Lesson) -> set[str]:
        """Top-level modules of others that a lesson and its exercise can reach.

        Parameters
        ----------
        lesson : Lesson

        Returns
        -------
        set of str
            Without Python's own.
        """
        names = {f"digigov.exercises.{lesson.slug}"}
        for kind in ("notebooks", "exercises"):
            names |= set(_imported_by_notebook(lesson.edition(i18n.SOURCE_LANGUAGE, kind)))
        reached = {*names}
        for module in self._reached(names):
            reached |= self._imports[module]
        tops = {name.partition(".")[0] for name in reached if name}
        return tops - set(sys.stdlib_module_names) - {PACKAGE.name, "__future__"}

    def _of_notebook(self, run: Run) -> Iterator[tuple[str, str]]:
        lesson = run.lesson
        edition = lesson.edition(run.lang, run.kind)
        yield self._file(edition)
        if run.set_name == REFERENCE:
            yield self._file(lesson.source(run.kind))
            if run.lang != i18n.SOURCE_LANGUAGE:
                yield self._file(lesson.translation(run.lang, run.kind))
            yield from self._code(_modules(GENERATING))
            yield "packages that generate", self._packages("build")
        declared = {name: lesson.entry.get(name) for name in DECLARED}
        yield "notebooks/course.yml", digest(json.dumps(declared, sort_keys=True))
        if lesson.number not in self._loaded:
            self._loaded[lesson.number] = list(self._data(lesson))
        yield from self._loaded[lesson.number]
        names = set(_imported_by_notebook(edition))
        if run.kind == "exercises":
            names.add(f"digigov.exercises.{lesson.slug}")
        yield from self._code(names)
        if run.lang != i18n.SOURCE_LANGUAGE:
            yield f"locale/{lesson.slug}.{run.lang}.po", self._messages(lesson.slug, run.lang)
        # What generates is reached from there, and has a part in the references alone.
        executing = [module for room in EXECUTING for module in _modules(room)]
        yield from self._code(executing, without=GENERATING)
        yield "packages", self._packages("learner")

    def _code(self, names: Iterable[str], without: str = "") -> Iterator[tuple[str, str]]:
        """Files of the modules that can be reached, with the samples that their packages hold."""
        for path in self._reached(names, without).values():
            yield self._file(path)
            if path.name == "__init__.py":
                yield from map(self._file, sorted((path.parent / SAMPLES).glob("*")))

    def _file(self, path: Path) -> tuple[str, str]:
        if path not in self._files:
            content = digest(path.read_bytes()) if path.is_file() else "missing"
            self._files[path] = (_name(path), content)
        return self._files[path]

    def _data(self, lesson: Lesson) -> Iterator[tuple[str, str]]:
        """Data files, each with its description; ``datasets`` lists them, and the linter holds it to that."""
        resources = {resource["name"]: resource for resource in read_package()["resources"]}
        sources = (
            schema.get("enum_from", {}).get("dataset")
            for declared in lesson.entry.get("parameters", {}).values()
            for schema in (declared, declared.get("items", {}))
        )
        for name in sorted({*lesson.entry["datasets"], *filter(None, sources)}):
            resource = resources.get(name, {})
            yield f"datapackage.json: {name}", digest(json.dumps(resource, sort_keys=True))
            yield self._file(datasets_dir() / resource.get("path", f"{name}.csv"))

    def _messages(self, slug: str, lang: str) -> str:
        """Hash of the translations that a lesson can show: the library's and its own."""
        if lang not in self._catalogues:
            # As `i18n.catalogue` merges them, but as the files are now.
            self._catalogues[lang] = {}
            for path in sorted(i18n.LOCALE_DIR.glob(f"*.{lang}.po")):
                with i18n.naming(path):
                    entries = polib.pofile(path).translated_entries()
                own = {entry.msgid: entry.msgstr for entry in entries}
                self._catalogues[lang][path.name.partition(".")[0]] = own
        catalogues = self._catalogues[lang]
        known = {name: text for one in catalogues.values() for name, text in one.items()}
        names = {*catalogues.get("library", ()), *catalogues.get(slug, ())}
        return digest(json.dumps({name: known[name] for name in sorted(names)}))

    def _reached(self, names: Iterable[str], without: str = "") -> dict[str, Path]:
        """Modules of the library that can be reached from some modules, themselves included; their files.

        What can be reached by way of the package `without` alone is left out.
        """
        reached: dict[str, Path] = {}
        waiting = [name for name in names if _is_ours(name)]
        while waiting:
            name = waiting.pop()
            name = LAZY.get(name.removeprefix(f"{PACKAGE.name}."), name)
            # Importing a module imports the packages that hold it.
            parents = [name.rpartition(".")[0]] if "." in name else []
            if without and f"{name}.".startswith(f"{without}."):
                continue
            path = self._module_file(name)
            if name in reached or path is None:
                waiting += [parent for parent in parents if parent not in reached]
                continue
            reached[name] = path
            if name not in self._imports:
                inside = f"{name}.__init__" if path.name == "__init__.py" else name
                self._imports[name] = _imports_of(path.read_text(encoding="utf-8"), inside)
            waiting += [*parents, *filter(_is_ours, self._imports[name])]
        return dict(sorted(reached.items()))

    def _packages_of(self, lock: str) -> str:
        """Hash of the interpreter, a lock and the installed version of each package in it."""
        path = project_root() / "ci" / "locks" / f"{lock}.txt"
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        names = sorted(set(re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE)))
        found = names or [one.metadata["Name"] for one in importlib.metadata.distributions()]
        return digest(sys.version, text, *map(_version, found))


def _version(name: str) -> str:
    try:
        return f"{name} {importlib.metadata.version(name)}"
    except importlib.metadata.PackageNotFoundError:
        return f"{name}: not installed"  # for another platform, or another Python


def _name(path: Path) -> str:
    for folder, prefix in ((PACKAGE.parent, "src"), (datasets_dir(), "datasets")):
        if path.is_relative_to(folder):
            return f"{prefix}/{path.relative_to(folder).as_posix()}"
    root = project_root()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] == PACKAGE.name


def _modules(room: str) -> list[str]:
    """Names of all modules of a package, itself included."""
    paths = sorted(PACKAGE.parent.joinpath(*room.split(".")).rglob("*.py"))
    parts = (path.relative_to(PACKAGE.parent).with_suffix("").parts for path in paths)
    return [".".join(names).removesuffix(".__init__") for names in parts]


def _module_file(name: str) -> Path | None:
    """Source of a module of the library; None if the name is not that of a module."""
    path = PACKAGE.parent.joinpath(*name.split("."))
    candidates = (path / "__init__.py", path.with_suffix(".py"))
    return next((one for one in candidates if one.is_file()), None)


def _imported_by_notebook(path: Path) -> Iterator[str]:
    """Names that the code cells of a notebook import, wherever they stand."""
    if not path.exists():
        return
    try:
        cells = json.loads(path.read_bytes())["cells"]
    except (ValueError, KeyError, TypeError):
        return  # the run of what is no notebook says so
    for cell in cells:
        if cell["cell_type"] == "code":
            source = "".join(cell["source"])
            if "import" not in source:
                continue  # most cells; parsing is what takes the time
            # Magics are not Python; they import nothing of ours.
            lines = (line for line in source.splitlines() if not re.match(r"\s*[%!]", line))
            with contextlib.suppress(SyntaxError):  # the cell fails where it runs
                yield from _imports(parse("\n".join(lines)), "__main__")


@cache
def _imports_of(source: str, module: str) -> frozenset[str]:
    """What `_imports` finds in a source, which takes most of the time and depends on it alone."""
    return frozenset(_imports(parse(source), module))


def _imports(tree: ast.AST, module: str) -> Iterator[str]:
    """Names that a module imports, anywhere in it; a name in it may be a module of its own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = ".".join([*module.split(".")[: -node.level], *filter(None, [base])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Names of the inputs that differ."""
    names: dict[str, Any] = {**before, **after}
    return [name for name in names if before.get(name) != after.get(name)]
