"""Digital Government by the Numbers: what the lessons import."""

from __future__ import annotations

import importlib
from typing import Any

import digigov._jsonschema  # noqa: F401  # isort: skip - before altair, which imports it the slow way
from digigov.charts import show
from digigov.data import load
from digigov.lesson import begin, check, record, say, verdict

__all__ = ["begin", "check", "extract_claims", "load", "record", "say", "show", "verdict"]

LAZY = {"extract_claims": "digigov.text"}
"""Names that are imported at first use, because few lessons need what they bring with them."""


def __getattr__(name: str) -> Any:
    if name in LAZY:
        return getattr(importlib.import_module(LAZY[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
