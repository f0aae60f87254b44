"""Which files of the project a notebook opens while it is executed."""

from __future__ import annotations

import copy
import json
import re

from conftest import ROOT
from nbformat.v4 import new_code_cell

_WATCH = """
import sys
def _watch(event, arguments):
    if event == "open" and isinstance(arguments[0], str):
        _opened.add(arguments[0])
_opened = set()
sys.addaudithook(_watch)
"""
_TELL = """
import json, sys
loaded = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
print("OPENED" + json.dumps([*_opened, *filter(None, loaded)]))
"""
_IN_PART = re.compile(
    r"notebooks/course\.yml|datasets/datapackage\.json|src/digigov/locale/\w+\.\w+\.po"
)
"""Files that are read in part, where that part is an input of its own: see `Inputs`."""


def watched(notebook):
    """The notebook with a cell around it that keeps note."""
    notebook = copy.deepcopy(notebook)
    notebook.cells = [new_code_cell(_WATCH), *notebook.cells, new_code_cell(_TELL)]
    return notebook


def opened_files(notebook):
    """Takes the notes out of an executed notebook: what it opened, relative to the project."""
    told = notebook.cells.pop()
    del notebook.cells[0]
    (text,) = (output.text for output in told.outputs if output.get("text", "")[:6] == "OPENED")
    return {
        path.removeprefix(f"{ROOT}/")
        for path in json.loads(text.removeprefix("OPENED"))
        if path.startswith(f"{ROOT}/") and "/.venv/" not in path and "__pycache__" not in path
    }


def beyond(opened, inputs):
    """What was opened though it is not among the inputs of the run."""
    return {name for name in opened if name not in inputs and not _IN_PART.fullmatch(name)}
