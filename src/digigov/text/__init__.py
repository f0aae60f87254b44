"""Chinese government text: read it, repair it, take the figures out of it."""

from digigov.text.claims import extract_claims
from digigov.text.files import TextError, read_text
from digigov.text.numerals import read_numeral
from digigov.text.repair import repair

__all__ = ["TextError", "extract_claims", "read_numeral", "read_text", "repair"]
