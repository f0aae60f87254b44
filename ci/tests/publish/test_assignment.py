"""Exercises with nbgrader itself, in an environment of its own: points, hints, and no solutions."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess

import nbformat
import pytest
from misconceptions import coverage as known

from digigov.course.errors import CourseError
from digigov.course.files import write_atomically
from digigov.course.lessons import find_lesson, finished_lessons
from digigov.course.notebook import tags
from digigov.course.publish import environments
from digigov.course.publish.assignment import assignment_files, assignment_name, assignment_notebook
from digigov.i18n import LANGUAGES
from digigov.lesson import WrongAnswerError, begin, grade
from digigov.places import Place, PlaceError

LESSON = find_lesson("04")
NAME = assignment_name(LESSON, "en")
TASKS = list(known.REFERENCE)
STUDENTS = ("reference", "stub", "wrong")


def test_every_exercise_becomes_an_assignment_with_a_point_for_each_task():
    for lesson in finished_lessons():
        for lang in LANGUAGES:
            notebook = assignment_notebook(lesson, lang)
            marks = [c.metadata["nbgrader"] for c in notebook.cells if "nbgrader" in c.metadata]
            exercise = nbformat.read(lesson.edition(lang, "exercises"), as_version=4)
            tasks = sum("task" in tags(cell) for cell in exercise.cells)
            assert sum(mark.get("points", 0) for mark in marks) == tasks >= 3
            assert sum(mark["solution"] for mark in marks) == tasks
            assert len({mark["grade_id"] for mark in marks}) == len(marks) == 2 * tasks + 2


def test_grading_a_wrong_answer_raises_the_hint_of_its_check():
    begin("04", {"lang": "en"}, edition="en")
    with pytest.raises(WrongAnswerError, match="That is the printed figure itself"):
        grade("highest_count", 1_374_000_000)
    with pytest.raises(WrongAnswerError, match="Replace the dots"):
        grade("highest_count", ...)
    assert grade("highest_count", 1_374_500_000).status == "passed"


def test_what_somebody_else_wrote_is_not_overwritten(tmp_path):
    files = assignment_files(LESSON, ["en"])
    place = Place(tmp_path, "course assignment")
    place.check(files)
    with place.filling() as new:
        for name, text in files.items():
            write_atomically(new / name, text)
    (tmp_path / "source" / NAME / "mine.ipynb").write_text("{}")
    place.check(files)  # questions of one's own stand beside it
    for name in files:
        (tmp_path / name).write_text("mine")
    with pytest.raises(PlaceError) as error:
        place.check(files)
    assert all(name in str(error.value) for name in files)


def test_unknown_environment_is_refused(tmp_path):
    with pytest.raises(CourseError, match="known: classroom, nbgrader"):
        environments.environment("conda", tmp_path)


# Each command in a process of its own, as if typed, but forked from one that has imported nbgrader:
# that takes seconds, and there are a dozen commands.
COMMANDS = """
import json, os, sys, tempfile
import nbgrader.apps, nbgrader.converters
from nbgrader.apps.nbgraderapp import main
for line in sys.stdin:
    folder, words = json.loads(line)
    with tempfile.TemporaryFile("w+") as said:
        if not (child := os.fork()):
            os.chdir(folder)
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
            sys.argv = ["nbgrader", *words]
            main()
            sys.exit()
        _child, status = os.waitpid(child, 0)
        said.seek(0)
        print(json.dumps([os.waitstatus_to_exitcode(status), said.read()]), flush=True)
"""


def cell_of(notebook, grade_id):
    marks = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]
    return marks.index(grade_id)


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A course in which three students handed in, and everything was graded."""
    root = tmp_path_factory.mktemp("nbgrader")
    course, exchange = root / "course", root / "exchange"
    exchange.mkdir()
    exchange.chmod(0o777)
    programs = environments.environment("nbgrader")
    home = root / "home"
    variables = {
        **os.environ,
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(home),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
    }
    for name in ("PYTHONPATH", "VIRTUAL_ENV"):
        variables.pop(name, None)
    home.mkdir()
    server = subprocess.Popen(
        [str(programs / "python"), "-c", COMMANDS],
        env=variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def start(*words, cwd=course):
        """Have nbgrader's command run; its exit code and what it says."""
        words = [*words, f"--Exchange.root={exchange}", "--CourseDirectory.course_id=digigov"]
        server.stdin.write(json.dumps([str(cwd), words]) + "\n")
        server.stdin.flush()
        return json.loads(server.stdout.readline())

    ran = []

    def nbgrader(*words, **options):
        ran.append(" ".join(["nbgrader", *words]))
        code, said = start(*words, **options)
        assert code == 0, said[-3000:]
        return said

    for name, text in assignment_files(LESSON, ["en"]).items():
        write_atomically(course / name, text)
    nbgrader("generate_assignment", NAME)
    nbgrader("release_assignment", NAME)
    source = nbformat.read(course / "source" / NAME / "04_coverage.ipynb", as_version=4)
    released = nbformat.read(course / "release" / NAME / "04_coverage.ipynb", as_version=4)
    solutions = {
        cell.metadata["nbgrader"]["grade_id"]: cell.source
        for cell in source.cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }
    answers = {
        "reference": solutions,
        "stub": {},
        "wrong": {**solutions, "highest_count": "highest_count = count"},
    }
    for student in STUDENTS:
        handed = nbformat.from_dict(released)
        for cell in handed.cells:
            mark = cell.metadata.get("nbgrader", {}).get("grade_id")
            cell.source = answers[student].get(mark, cell.source)
        if student == "wrong":
            # A test that is gone is put back, and costs no point.
            del handed.cells[cell_of(handed, f"test_{TASKS[-1]}")]
        folder = root / student / NAME
        folder.mkdir(parents=True)
        nbformat.write(handed, folder / "04_coverage.ipynb")
        nbgrader("submit", NAME, f"--student={student}", cwd=folder.parent)
    listed = nbgrader("list", "--inbound")
    nbgrader("collect", NAME)
    nbgrader("autograde", NAME)
    nbgrader("generate_feedback", NAME)
    nbgrader("export", f"--to={root / 'grades.csv'}")
    with (root / "grades.csv").open() as file:
        grades = {row["student_id"]: row for row in csv.DictReader(file)}
    validated = {
        student: start("validate", str(root / student / NAME / "04_coverage.ipynb"), cwd=root)[1]
        for student in ("reference", "stub")
    }
    server.stdin.close()
    server.wait()
    yield {
        "course": course,
        "ran": ran,
        "grades": grades,
        "listed": listed,
        "released": released,
        "validated": validated,
    }
    shutil.rmtree(root)


def test_reference_gets_every_point_the_stub_none_and_a_wrong_answer_costs_its_own(graded):
    scores = {student: float(row["score"]) for student, row in graded["grades"].items()}
    assert scores == {"reference": len(TASKS), "stub": 0, "wrong": len(TASKS) - 1}
    assert {float(row["max_score"]) for row in graded["grades"].values()} == {len(TASKS)}


def test_commands_of_its_own_instructions_work(graded):
    written = re.findall(
        r"^nbgrader \w+ \S+$", (graded["course"] / "README.md").read_text("utf-8"), re.M
    )
    assert len(written) == 3 * len(LANGUAGES)
    assert set(written) <= set(graded["ran"])


def test_submissions_went_through_the_exchange(graded):
    assert all(student in graded["listed"] for student in STUDENTS)


def test_what_is_released_holds_no_solution_and_the_stub_of_the_course(graded):
    sources = {
        cell.metadata.get("nbgrader", {}).get("grade_id"): cell.source
        for cell in graded["released"].cells
    }
    for name in TASKS:
        assert sources[name].strip() == f"{name} = ..."
    assert "SOLUTION" not in "".join(sources.values())


def test_feedback_holds_the_hint(graded):
    page = graded["course"] / "feedback" / "wrong" / NAME / "04_coverage.html"
    assert "Which larger counts are still rounded down to it?" in page.read_text("utf-8")


def test_nbgrader_validates_the_reference_and_says_what_the_stub_lacks(graded):
    said = graded["validated"]
    assert "Success! Your notebook passes all the tests." in said["reference"]
    assert "Replace the dots with your answer" in said["stub"]
