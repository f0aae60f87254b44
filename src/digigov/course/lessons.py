"""The syllabus as data: the lessons that ``notebooks/course.yml`` lists, and their files."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

from digigov.course.errors import CourseError
from digigov.course.form import FILE, SCHEMA
from digigov.data import project_root
from digigov.i18n import LANGUAGES, TRANSLATIONS
from digigov.parameters import Declarations, Parameter, declarations, form_problems, read_course

KINDS = ("notebooks", "exercises")
"""Folders of the two notebooks of a lesson."""


STAND_INS: dict[Path, Path] = {}
"""For each notebook that somebody has edited, what its source gives; `editions.stand_in` fills it."""


@dataclass(frozen=True)
class Lesson:
    """One lesson of the course, as ``course.yml`` declares it."""

    entry: Mapping[str, Any]

    @property
    def number(self) -> str:
        """Two digits, as in file names."""
        return self.entry["number"]

    @property
    def slug(self) -> str:
        """Name without the number; also the name of its modules."""
        return self.entry["slug"]

    @property
    def stem(self) -> str:
        """File name without ending: ``04_coverage``."""
        return f"{self.number}_{self.slug}"

    @property
    def finished(self) -> bool:
        """Whether the lesson is written; the others are planned."""
        return "aims" in self.entry

    def title(self, lang: str) -> str:
        """Title in a language."""
        return self.entry["title"][lang]

    @property
    def declarations(self) -> Declarations:
        """Parameters of the lesson."""
        return declarations(self.number)

    def source(self, kind: str = "notebooks") -> Path:
        """Master of the lesson or of its exercise."""
        return project_root() / kind / "source" / f"{self.stem}.py"

    def translation(self, lang: str, kind: str = "notebooks") -> Path:
        """PO file beside the master."""
        return self.source(kind).with_name(f"{self.stem}.{lang}.po")

    def edition(self, lang: str, kind: str = "notebooks") -> Path:
        """Generated notebook; what stands in for it while somebody has edited it, see `STAND_INS`."""
        path = project_root() / kind / lang / f"{self.stem}.ipynb"
        return STAND_INS.get(path, path)

    def deck(self, lang: str) -> str:
        """File name of its slides."""
        return f"{self.stem}.{lang}.html"

    def files(self) -> dict[str, list[Path]]:
        """Where a lesson is written, by what stands there; what is generated comes last.

        Returns
        -------
        dict of str to list of Path
            Paths in the course; a file that a lesson can do without may be missing.
        """
        library = Path("src/digigov")
        masters = [path for kind in KINDS for path in self._masters(kind)]
        return {
            "title, aims, parameters, sets": [Path(FILE)],
            "text and code; translations": masters,
            "model": [library / "models" / f"{self.slug}.py"],
            "checks of the exercise": [library / "exercises" / f"{self.slug}.py"],
            "messages of model and checks": [
                library / "locale" / f"{self.slug}.{lang}.po" for lang in TRANSLATIONS
            ],
            "expected results": [Path("ci/expected") / f"{self.stem}.yml"],
            "wrong answers": [Path("ci/tests/misconceptions") / f"{self.slug}.py"],
            "tests of the model": [Path("ci/tests/models") / f"test_model_{self.slug}.py"],
            "data": [Path("datasets") / f"{name}.csv" for name in self.entry["datasets"]],
            "generated": [
                Path(kind) / lang / f"{self.stem}.ipynb" for kind in KINDS for lang in LANGUAGES
            ],
        }

    def _masters(self, kind: str) -> list[Path]:
        paths = [self.source(kind), *(self.translation(lang, kind) for lang in TRANSLATIONS)]
        return [path.relative_to(project_root()) for path in paths]

    def parameter_sets(self) -> dict[str, dict[str, Any]]:
        """As `parameter_sets` of the lesson's parameters."""
        return parameter_sets(self.declarations.parameters.values(), self.entry.get("sets", ()))


def parameter_sets(
    parameters: Iterable[Parameter], extra: Iterable[Mapping[str, Any]] = ()
) -> dict[str, dict[str, Any]]:
    """Sets of parameters that CI runs: name of the set to what it changes of the defaults.

    The default; each bound of each number; each value of each enumeration once, all
    parameters stepping through theirs together; and the sets that ``course.yml`` adds.
    """
    sets: dict[str, dict[str, Any]] = {"default": {}}
    columns = {}
    for parameter in parameters:
        if parameter.name in ("lang", "seed"):
            continue
        for bound in ("minimum", "maximum"):
            if bound in parameter.scalar and not parameter.is_array:
                value = parameter.scalar[bound]
                if value != parameter.default:
                    sets[f"{parameter.name}={value}"] = {parameter.name: value}
        columns[parameter.name] = list(_choices(parameter))
    for values in zip_longest(*columns.values()):
        chosen = {
            name: value for name, value in zip(columns, values, strict=True) if value is not None
        }
        if chosen:
            sets[",".join(f"{name}={_brief(value)}" for name, value in chosen.items())] = chosen
    sets |= {added["name"]: dict(added["parameters"]) for added in extra}
    return sets


def _choices(parameter: Parameter) -> Iterator[Any]:
    """Values of an enumeration that CI has to try, other than the default."""
    if parameter.examples:
        values = list(parameter.examples)
    elif parameter.schema["type"] == "boolean":
        values = [True, False]
    elif parameter.is_array:
        values = [[value] for value in parameter.scalar.get("enum", ())]
        if parameter.schema.get("minItems", 0) > 1:
            values = []
    else:
        values = parameter.schema.get("enum", [])
    return (value for value in values if value != parameter.default)


def _brief(value: Any) -> str:
    return "+".join(map(str, value)) if isinstance(value, list) else str(value)


@cache
def lessons() -> tuple[Lesson, ...]:
    """Every lesson of the syllabus, in order.

    Raises
    ------
    CourseError
        If ``course.yml`` is not of the form that each command relies on.
    """
    for problem in form_problems(read_course(), SCHEMA):
        raise CourseError(f"{project_root() / FILE}: {problem}")
    return tuple(Lesson(entry) for entry in read_course()["lessons"])


def finished_lessons() -> tuple[Lesson, ...]:
    """The lessons that are written."""
    return tuple(lesson for lesson in lessons() if lesson.finished)


def find_lesson(name: str) -> Lesson:
    """The finished lesson with a number, a slug, or a unique part of a slug or title.

    Raises
    ------
    CourseError
        If there is none, several, or it is not written yet.
    """
    wanted = name.strip().lower()
    number = wanted.zfill(2) if wanted.isdigit() else wanted
    exact = [lesson for lesson in lessons() if number in (lesson.number, lesson.slug, lesson.stem)]
    found = exact or [
        lesson
        for lesson in lessons()
        if wanted
        and any(wanted in text.lower() for text in (lesson.stem, *map(lesson.title, LANGUAGES)))
    ]
    if len(found) > 1 and len([lesson for lesson in found if lesson.finished]) == 1:
        found = [lesson for lesson in found if lesson.finished]
    if not found:
        close = difflib.get_close_matches(wanted, [lesson.slug for lesson in lessons()], n=1)
        raise CourseError(
            f"lesson {name!r} is not known; "
            + (f"did you mean {close[0]!r}?" if close else "'course list' shows all")
        )
    if len(found) > 1:
        raise CourseError(
            f"lesson {name!r} fits several: {', '.join(lesson.stem for lesson in found)}"
        )
    if not found[0].finished:
        written = ", ".join(lesson.stem for lesson in finished_lessons())
        raise CourseError(f"lesson {found[0].stem} is not written yet; written: {written}")
    return found[0]


def find_lessons(names: list[str]) -> tuple[Lesson, ...]:
    """The lessons named, each once and in the order of the course; all finished ones for none."""
    named = {find_lesson(name).number for name in names}
    return tuple(lesson for lesson in finished_lessons() if not names or lesson.number in named)
