"""jsonschema, without what makes it slow to import.

Its optional package rfc3987_syntax, which JupyterLab brings along, compiles a grammar at import: most
of a second in every process. Without it jsonschema leaves out one format check ("iri") that no
parameter, chart or notebook needs.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

_SLOW = "rfc3987_syntax"


def _import_jsonschema() -> Any:
    if _SLOW in sys.modules:
        return import_module("jsonschema")
    sys.modules[_SLOW] = None  # type: ignore[assignment]  # import raises ImportError
    try:
        return import_module("jsonschema")
    finally:
        del sys.modules[_SLOW]


Draft202012Validator = _import_jsonschema().Draft202012Validator
