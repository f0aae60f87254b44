"""Fonts that charts are laid out with.

vl-convert opens the file of a font again for every character that it measures. In a file with all
the characters of Chinese, Japanese and Korean that is most of the work of drawing. So what draws
hundreds of charts first makes a small copy, with the characters of this course that the font has. It
holds the same glyphs, and a chart with a character that it lacks is laid out with the font itself: the
renderer would take all of that text, not the one character, from any font of the machine. So the image
is the same.
"""

from __future__ import annotations

import contextlib
import importlib.util
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from digigov.charts import FONT_STACK
from digigov.course.files import digest
from digigov.data import project_root
from digigov.temporary import temporary_folder

SMALL = "Digigov Chart Sans"
"""Family of the small copies."""

FOLDER = project_root() / "build" / "cache" / "fonts"

HELD = "characters.txt"
"""File beside the copies: the characters that each of them has, for who has no fontTools."""

LATIN = "".join(map(chr, (*range(0x20, 0x250), *range(0x370, 0x400), *range(0x2000, 0x2300))))
"""Latin and Greek letters, punctuation, arrows and mathematical signs."""


class Face(NamedTuple):
    """A style of a family, in a file that may hold several faces."""

    file: str
    number: int


def faces(family: str) -> list[Face]:
    """The faces of a family.

    Parameters
    ----------
    family : str
        As fontconfig names it.

    Returns
    -------
    list of Face
        Empty if the family, or fontconfig, is not installed. A variable font has none: what is
        copied from it is not what is drawn.
    """
    command = ["fc-list", family, "--format=%{file}\t%{index}\n"]
    try:
        listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        return []
    found = (line.split("\t") for line in sorted(listed.splitlines()))
    # The upper half of fontconfig's index numbers the instances of a variable font.
    return [Face(file, int(index)) for file, index in found if 0 <= int(index) <= 0xFFFF]


def characters() -> str:
    """The characters of the course's translations and data, and of Latin text."""
    root = project_root()
    found = set(LATIN)
    for pattern in ("*/source/*.po", "src/digigov/locale/*.po", "datasets/*.csv"):
        for path in root.glob(pattern):
            found |= set(path.read_text("utf-8"))
    return "".join(sorted(found))


def make_small_copies() -> None:
    """Make the small copies of the first font of `FONT_STACK`, if it is installed.

    Copies of another state of the font, the course or this file are removed. A folder that takes no files
    costs time, not an image.
    """
    with contextlib.suppress(OSError):
        _make()


def _make() -> None:
    found = faces(FONT_STACK[0])
    place = _place(found)
    # Who runs lessons has not installed what builds the course.
    if not found or place.exists() or not importlib.util.find_spec("fontTools"):
        return
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("[!.]*"):
        if old != place:
            shutil.rmtree(old, ignore_errors=True)
    text = characters()
    with temporary_folder(FOLDER) as folder:
        copies = folder / "copies"
        copies.mkdir()
        kept = set(map(ord, text))
        for face in found:
            with TTFont(face.file, fontNumber=face.number, lazy=True) as font:
                subsetter = Subsetter(Options(layout_features=["*"], hinting=False))
                subsetter.populate(text=text)
                subsetter.subset(font)
                kept &= font.getBestCmap().keys()
                for record in font["name"].names:
                    record.string = record.toUnicode().replace(FONT_STACK[0], SMALL)
                font.save(copies / f"{Path(face.file).stem}-{face.number}.otf")
        (copies / HELD).write_text("".join(map(chr, sorted(kept))), "utf-8")
        try:
            copies.rename(place)
        except OSError:
            # Another process made them meanwhile.
            if not place.exists():
                raise
    for known in (small_family, held):
        known.cache_clear()


def family_for(text: str) -> str | None:
    """Family of the small copies, if they hold every character of a text; else None.

    Parameters
    ----------
    text : str
        All that a chart shows, and more may stand in it.
    """
    return small_family() if held() >= set(text) else None


@cache
def held() -> frozenset[str]:
    """The characters that every small copy has; none if there are no copies."""
    place = _place(faces(FONT_STACK[0]))
    with contextlib.suppress(FileNotFoundError):
        return frozenset((place / HELD).read_text("utf-8"))
    return frozenset()


@cache
def small_family() -> str | None:
    """Family of the small copies, which vl-convert knows from now on; None if there are none."""
    found = faces(FONT_STACK[0])
    place = _place(found)
    if not found or not place.exists():
        return None
    import vl_convert

    vl_convert.register_font_directory(str(place.resolve()))
    return SMALL


def _place(found: Sequence[Face]) -> Path:
    states = (Path(face.file).stat() for face in found)
    files = [
        f"{face} {one.st_size} {one.st_mtime_ns}" for face, one in zip(found, states, strict=True)
    ]
    return FOLDER / digest(*files, characters(), Path(__file__).read_text("utf-8"))[:16]
