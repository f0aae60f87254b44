"""A gate on images: every character is drawn, and by the font that the text asks for first."""

from __future__ import annotations

import subprocess
import unicodedata
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from nbformat import NotebookNode

from digigov.course.notebook import bundles_of, description_of

CJK_PACKAGES = "fonts-noto-cjk (57 MB) or fonts-wqy-microhei (2 MB)"


def check_glyphs(nb_or_svgs: NotebookNode | Mapping[str, str] | Iterable[str]) -> list[str]:
    """Find characters in charts that the first installed font of their stack cannot draw.

    vl-convert takes the whole text with such a character from any font of the machine that has it, so
    the image differs from machine to machine, or draws an empty box and says nothing.

    Parameters
    ----------
    nb_or_svgs : NotebookNode, mapping or iterable of str
        An executed notebook, SVG images by name, or SVG images.

    Returns
    -------
    list of str
        One problem each; empty if there is none.
    """
    problems: dict[str, None] = {}
    for chart, svg in _named_svgs(nb_or_svgs):
        for stack, text in _texts(svg):
            first = next((family for family in stack if glyphs_of(family)), None)
            glyphs = glyphs_of(first) if first else frozenset()
            for character in dict.fromkeys(text):
                if unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Zs"):
                    continue
                if ord(character) in glyphs:
                    continue
                if _is_chinese(character) and ord("中") not in glyphs:
                    problem = (
                        f"no font with Chinese characters is installed ({', '.join(stack)}): "
                        f"install the Debian package {CJK_PACKAGES}"
                    )
                else:
                    name = unicodedata.name(character, "no name")
                    problem = (
                        f"{chart}: no glyph for {character!r} (U+{ord(character):04X} {name}) in "
                        f"{first or 'no installed font'}; the text is {text[:40]!r}"
                    )
                problems[problem] = None
    return list(problems)


def _is_chinese(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _named_svgs(
    nb_or_svgs: NotebookNode | Mapping[str, str] | Iterable[str],
) -> Iterator[tuple[str, str]]:
    if isinstance(nb_or_svgs, NotebookNode):
        for number, data in bundles_of(nb_or_svgs):
            if "image/svg+xml" in data:
                yield (
                    f"cell {number}, chart {description_of(data)[:50]!r}",
                    "".join(data["image/svg+xml"]),
                )
    elif isinstance(nb_or_svgs, Mapping):
        yield from nb_or_svgs.items()
    else:
        for number, svg in enumerate(nb_or_svgs, start=1):
            yield f"chart {number}", svg


def _texts(svg: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Texts of an image, each with the families that it asks for."""
    for element in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"):
        stack = element.get("font-family", "sans-serif").split(",")
        yield tuple(family.strip(" '\"") for family in stack), "".join(element.itertext())


@cache
def glyphs_of(family: str) -> frozenset[int]:
    """Code points that a font family can draw; empty if the family is not installed.

    Parameters
    ----------
    family : str
        Name of a family, or ``sans-serif``.

    Raises
    ------
    RuntimeError
        If fontconfig is not installed.
    """
    from fontTools.ttLib import TTFont

    pattern = family if family == "sans-serif" else f"{family}:style=Regular"
    try:
        found = subprocess.run(
            ["fc-match", "--format=%{file}\t%{index}\t%{family}", pattern],
            capture_output=True,
            check=True,
            text=True,
        ).stdout
    except FileNotFoundError as error:
        raise RuntimeError(
            "fc-match is not installed, so fonts cannot be checked: "
            "install the Debian package fontconfig"
        ) from error
    file, index, names = found.split("\t")
    if family != "sans-serif" and family not in names.split(","):
        return frozenset()
    # The upper half of fontconfig's index numbers the instances of a variable font.
    with TTFont(file, fontNumber=int(index) & 0xFFFF, lazy=True) as font:
        return frozenset(font.getBestCmap())
