"""Chinese government text: read it, repair it, take the figures out of it."""

from digigov.text.claims import extract_claims, numerals
from digigov.text.files import TextError, TextFile, read_text
from digigov.text.numerals import read_numeral
from digigov.text.repair import repair

__all__ = [
    "TextError",
    "TextFile",
    "extract_claims",
    "numerals",
    "read_numeral",
    "read_text",
    "repair",
]
