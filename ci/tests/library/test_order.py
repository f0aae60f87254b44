"""A notebook in the order in which people run it: each order leads on, or says what to do."""

from __future__ import annotations

import nbformat
import papermill
import pytest
from nbclient import NotebookClient
from papermill.exceptions import PapermillExecutionError

from digigov.course.lessons import find_lesson
from digigov.course.notebook import tags

LESSON = find_lesson("04")


class Kernel:
    """A kernel in which the cells of an exercise are run one by one, as a person does."""

    def __init__(self, lang):
        self.notebook = nbformat.read(LESSON.edition(lang, "exercises"), as_version=4)
        self.client = NotebookClient(self.notebook, timeout=120, allow_errors=True)
        code = [cell for cell in self.notebook.cells if cell.cell_type == "code"]
        self.parameters, self.begin, *self.tasks = code
        assert [tags(cell) for cell in code[:3]] == [["parameters"], ["begin"], ["task"]]

    def __enter__(self):
        self.running = self.client.setup_kernel()
        self.running.__enter__()
        return self

    def __exit__(self, *error):
        self.running.__exit__(*error)

    def run(self, cell):
        """What a cell shows: its text, or its error in one line."""
        cell.outputs = []
        self.client.execute_cell(cell, self.notebook.cells.index(cell))
        shown = []
        for output in cell.outputs:
            if output.output_type == "error":
                assert len(output.traceback) == 1, "a traceback instead of a line"
                shown += output.traceback
            else:
                shown.append(output.get("data", {}).get("text/plain", ""))
        return "\n".join(shown)

    def code(self, source):
        """What code of a learner's own shows."""
        cell = nbformat.v4.new_code_cell(source)
        self.notebook.cells.append(cell)
        return self.run(cell)

    def run_all(self):
        """What every cell shows, as far as the first error."""
        shown = []
        for cell in (self.parameters, self.begin, *self.tasks):
            shown.append(self.run(cell))
            if any(output.output_type == "error" for output in cell.outputs):
                break
        return shown


@pytest.fixture
def startup(tmp_path, monkeypatch):
    """A user's profile of IPython whose startup file sets names of its own."""
    folder = tmp_path / "profile_default" / "startup"
    folder.mkdir(parents=True)
    (folder / "00.py").write_text('DATA_DIR = "/data"\nminuts = 3\n', encoding="utf-8")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))


@pytest.mark.parametrize(("lang", "stub"), [("en", "Not attempted."), ("zh", "未作答。")])
def test_task_that_is_run_first_says_what_to_run_and_the_whole_notebook_then_runs(
    startup, lang, stub
):
    with Kernel(lang) as kernel:
        first = kernel.tasks[0]
        first.source = first.source.replace("...", "10**6", 1)
        said = kernel.run(first)
        assert "run the first two code cells" in said
        assert "请先运行本笔记本的前两个代码单元格" in said
        for _time in range(2):
            begun, answered, *others = kernel.run_all()[1:]
            assert begun == ""
            assert answered.startswith("✗")
            assert len(others) == len(kernel.tasks) - 1
            assert all(stub in shown for shown in others)
        assert kernel.code("DATA_DIR, minuts") == "('/data', 3)"


def test_name_that_a_task_needs_from_the_cells_above_is_asked_for_until_they_have_run():
    with Kernel("en") as kernel:
        first = kernel.tasks[0]
        first.source = first.source.replace("...", "no_such_name", 1)
        said = kernel.run(first)
        assert said.startswith("NameError: name 'no_such_name' is not defined · run the first two")
        first.source = first.source.replace("no_such_name", "...", 1)
        assert "Not attempted." in kernel.run_all()[2]


def test_misspelt_parameter_is_refused_in_a_used_kernel_and_checks_say_so_until_it_is_mended():
    with Kernel("en") as kernel:
        assert len(kernel.run_all()) == len(kernel.tasks) + 2
        right = kernel.parameters.source
        kernel.parameters.source = right.replace("share =", "shar =")
        refused = "lesson 04 (coverage): parameter 'shar' is not known; did you mean 'share'?"
        assert kernel.run_all()[-1] == f"ParameterError: {refused}"
        for said in (
            kernel.run(kernel.tasks[0]),
            kernel.code('from digigov import say\nsay("x")'),
            kernel.code("from digigov import record\nrecord(x=1)"),
            kernel.code("from digigov import verdict\nverdict([])"),
        ):
            assert said.startswith(f"ParameterError: {refused} · Correct the parameters cell")
        assert refused in kernel.run(kernel.begin)
        kernel.parameters.source = right.replace("share = 97.3", "share = 60")
        assert kernel.parameters.source != right
        assert len(kernel.run_all()) == len(kernel.tasks) + 2
        assert kernel.code("share") == "60.0"


def test_papermill_is_told_of_a_misspelt_parameter(tmp_path):
    with pytest.raises(PapermillExecutionError, match=r"'minuts' is not known.*'minutes'"):
        papermill.execute_notebook(
            str(find_lesson("14").edition("en")),
            str(tmp_path / "out.ipynb"),
            parameters={"minuts": 20},
            kernel_name="python3",
            progress_bar=False,
        )
