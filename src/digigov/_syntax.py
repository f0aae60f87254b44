"""Python's own parser, undisturbed by the garbage collector.

Up to 3.11.7 and 3.12.0 a finalizer that parses while `ast.parse` makes its nodes (a warning about a
coroutine that was never awaited prints a traceback, which parses) ends that call with SystemError:
"AST constructor recursion depth mismatch" (python/cpython#106905).
"""

from __future__ import annotations

import ast
import gc
from threading import Lock
from typing import Literal, overload

_parsing = Lock()


@overload
def parse(source: str, mode: Literal["exec"] = "exec") -> ast.Module: ...
@overload
def parse(source: str, mode: Literal["eval"]) -> ast.Expression: ...
def parse(source: str, mode: Literal["exec", "eval"] = "exec") -> ast.mod:
    """Syntax tree of a text, as `ast.parse` gives it; no garbage is collected meanwhile.

    Parameters
    ----------
    source : str
    mode : {"exec", "eval"}

    Raises
    ------
    SyntaxError
        If it is not Python.
    """
    with _parsing:
        collects = gc.isenabled()
        gc.disable()
        try:
            return ast.parse(source, mode=mode)
        finally:
            if collects:
                gc.enable()
