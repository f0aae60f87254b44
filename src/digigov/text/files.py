"""Chinese text in a file: which encoding it is in, and whether it is Chinese at all."""

from __future__ import annotations

import codecs
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from digigov.i18n import _
from digigov.text.repair import LOST, common_share, han_count

LARGEST = 50_000_000
"""Bytes; a text for this course is a few thousand."""

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SAMPLE = 200_000
DECODED = 0.3
"""Least share of everyday characters in a text, however damaged, that was decoded rightly."""
READABLE = 0.6
"""The same after repair."""
ENOUGH = 40
"""Chinese characters from which on that share says something."""

_KANA = re.compile(r"[\u3041-\u30fa]")
MOST_KANA = 0.3
"""Kana for each Chinese character; lost bytes leave a few in a Chinese text, a Japanese one has more
kana than characters."""


class TextError(ValueError):
    """A text that cannot be used; the message says which, why, and what would do."""

    def _render_traceback_(self) -> list[str]:
        # IPython shows these lines instead of a traceback: the message is all that helps here.
        return [f"TextError: {self}"]


@dataclass(frozen=True)
class TextFile:
    """A text that was read, and how.

    Parameters
    ----------
    text : str
        With ``\\n`` at the ends of lines and no byte-order mark.
    encoding : str
        The encoding it was in, as Python calls it; ``utf-8-sig`` and ``utf-16`` had a byte-order mark.
    lost : int
        How many of its characters could not be decoded and are U+FFFD.
    """

    text: str
    encoding: str
    lost: int


def read_text(path: str | Path) -> TextFile:
    """Read a Chinese text whose encoding is not known.

    A byte-order mark decides. Without one the text is UTF-8 if it is valid UTF-8; else it is
    whichever of GB18030, Big5 and UTF-16 makes most of it common characters. A file in which
    bytes were lost is not valid in any encoding: it is read as GBK, with U+FFFD for what does not
    fit, and `repair` puts right what can be.

    Parameters
    ----------
    path : str or Path
        A regular file of at most `LARGEST` bytes. ``~`` is the home folder.

    Returns
    -------
    TextFile
        The text and the encoding that it was in.

    Raises
    ------
    TextError
        If the path does not exist or is no regular file, or the file is empty, too large, not
        text, or holds no Chinese. It quotes nothing of a file that it refuses.
    """
    path = Path(path).expanduser()
    if path.is_dir():
        raise TextError(_("{path} is a folder; name a text file in it").format(path=path))
    content = _bounded(path)
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise TextError(_("{path} is empty").format(path=path))
    decoded = decode(content)
    if decoded is None:
        raise TextError(
            _("{path} is not a text in UTF-8, UTF-16, GB18030 or Big5").format(path=path)
        )
    text, encoding = decoded
    check_chinese(text, str(path))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return TextFile(text, encoding, text.count(LOST))


def _bounded(path: Path) -> bytes:
    """Content of a regular file that is not too large.

    Judged by what was opened, and read up to the limit: a pipe would wait for its other end, and
    some files have no end, or say that they have 0 bytes.
    """
    try:
        # Without O_NONBLOCK, opening a pipe waits already; Windows has neither.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as file:
            state = os.fstat(descriptor)
            if not stat.S_ISREG(state.st_mode):
                raise TextError(
                    _("{path} is not a file with a text, but a device or a pipe").format(path=path)
                )
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        message = _("{path} does not exist")
        if not path.is_absolute():
            message = _("{path} does not exist (looked in {folder})")
        raise TextError(message.format(path=path, folder=Path.cwd())) from None
    except (OSError, ValueError) as error:
        if isinstance(error, TextError):
            raise
        # ValueError: a name with a NUL character.
        reason = getattr(error, "strerror", None) or error
        raise TextError(
            _("{path} cannot be read: {reason}").format(path=path, reason=reason)
        ) from None
    if len(content) > LARGEST:
        raise TextError(
            _("{path} has {size:,} bytes; at most {largest:,} are read").format(
                path=path, size=max(state.st_size, len(content)), largest=LARGEST
            )
        )
    return content


def check_chinese(text: str, name: str) -> None:
    """Refuse a text from which nothing could be extracted, and say why.

    Parameters
    ----------
    text : str
    name : str
        What the message calls it.

    Raises
    ------
    TextError
        If it is blank, holds no Chinese characters, or is Japanese.
    """
    if not text.strip("\ufeff\u200b \t\r\n\u3000\x00"):
        raise TextError(_("{path} is empty").format(path=name))
    if not han_count(text):
        raise TextError(_("{path} holds no Chinese characters").format(path=name))
    sample = text[:SAMPLE]
    if len(_KANA.findall(sample)) > MOST_KANA * han_count(sample):
        raise TextError(_("{path} is Japanese, not Chinese").format(path=name))


def check_readable(text: str, name: str) -> None:
    """Refuse a text that was decoded in a wrong encoding: Chinese characters that nobody uses.

    Parameters
    ----------
    text : str
        After repair; lost bytes make rare characters too.
    name : str
        What the message calls it.

    Raises
    ------
    TextError
        If hardly any of its characters are everyday Chinese.
    """
    sample = text[:SAMPLE]
    share = common_share(sample)
    if share < READABLE and han_count(sample) >= ENOUGH:
        raise TextError(
            _(
                "only {share:.0%} of the characters of {path} are everyday Chinese: it was decoded in a "
                "wrong encoding (digigov.text.read_text finds the right one), or it is not Chinese"
            ).format(share=share, path=name)
        )


def decode(content: bytes) -> tuple[str, str] | None:
    """Text of bytes in an unknown Chinese encoding, and that encoding; None if they are not text."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace"), encoding
    if b"\x00" not in content:
        try:
            return content.decode("utf-8"), "utf-8"
        except UnicodeDecodeError:
            pass
    candidates = []
    for encoding in ("gb18030", "big5", "utf-16-le", "utf-16-be"):
        if (b"\x00" in content) != encoding.startswith("utf-16"):
            continue
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        candidates.append((common_share(text[:SAMPLE]), text, encoding))
    damaged = content.decode("gbk", errors="replace")
    if b"\x00" not in content:
        # A lost byte: as good as intact text, but only if nothing intact is better.
        candidates.append((common_share(damaged[:SAMPLE]) - 0.02, damaged, "gbk"))
    share, text, encoding = max(candidates, default=(0.0, "", ""))
    return (text, encoding) if share > DECODED else None
