"""Parsing that a finalizer of somebody else's cannot disturb."""

from __future__ import annotations

import ast
import gc

import pytest

from digigov._syntax import parse

CODE = "\n".join(f"def f{number}(a):\n    return a + {number}" for number in range(500))


class Parses:
    """Parses when it is collected, as the traceback of a warning does; only a collection finds it."""

    def __init__(self):
        self.me = self

    def __del__(self):
        ast.parse("a + b")


@pytest.fixture
def garbage():
    """Leave garbage that is collected while some nodes have been made."""
    before = gc.get_threshold()
    gc.disable()
    gc.collect()
    for _ in range(50):
        Parses()
    gc.set_threshold(1000)
    gc.enable()
    yield
    gc.set_threshold(*before)


def test_finalizer_that_parses_does_not_end_another_parse(garbage):
    # On Python 3.11.0 to 3.11.7, ast.parse(CODE) raises SystemError here.
    assert len(parse(CODE).body) == 500
    assert gc.isenabled()


def test_collection_goes_on_after_a_syntax_error_and_stays_off_where_it_was(garbage):
    with pytest.raises(SyntaxError):
        parse("def")
    assert gc.isenabled()
    gc.disable()
    parse("a")
    assert not gc.isenabled()
    gc.enable()
