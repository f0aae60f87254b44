"""Chinese text in a file: which encoding it is in, and whether it is Chinese at all."""

from __future__ import annotations

import codecs
from pathlib import Path

from digigov.i18n import _
from digigov.text.repair import common_share, han_count

LARGEST = 50_000_000
"""Bytes; a text for this course is a few thousand."""

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SAMPLE = 200_000


class TextError(ValueError):
    """A text that cannot be used; the message says which, why, and what would do."""

    def _render_traceback_(self) -> list[str]:
        # IPython shows these lines instead of a traceback: the message is all that helps here.
        return [f"TextError: {self}"]


def read_text(path: str | Path) -> str:
    """Read a Chinese text whose encoding is not known.

    A byte-order mark decides. Without one the text is UTF-8 if it is valid UTF-8; else it is
    whichever of GB18030, Big5 and UTF-16 makes most of it common characters. A file in which
    bytes were lost is not valid in any encoding: it is read as GBK, with U+FFFD for what does not
    fit, and `repair` puts right what can be.

    Parameters
    ----------
    path : str or Path
        A text file of at most 50 MB. ``~`` is the home folder.

    Returns
    -------
    str
        The text, with ``\\n`` at the ends of lines.

    Raises
    ------
    TextError
        If the path does not exist or is a folder, or the file is empty, too large, not text, or
        holds no Chinese.
    """
    path = Path(path).expanduser()
    if path.is_dir():
        raise TextError(_("{path} is a folder; name a text file in it").format(path=path))
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise TextError(
                _("{path} has {size:,} bytes; at most {largest:,} are read").format(
                    path=path, size=size, largest=LARGEST
                )
            )
        content = path.read_bytes()
    except FileNotFoundError:
        raise TextError(
            _("{path} does not exist (looked in {folder})").format(path=path, folder=Path.cwd())
        ) from None
    except OSError as error:
        raise TextError(
            _("{path} cannot be read: {reason}").format(path=path, reason=error.strerror)
        ) from None
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise TextError(_("{path} is empty").format(path=path))
    text = decode(content)
    if text is None:
        raise TextError(
            _("{path} is not a text in UTF-8, UTF-16, GB18030 or Big5").format(path=path)
        )
    if not han_count(text):
        raise TextError(
            _("{path} holds no Chinese characters; its text begins {start!r}").format(
                path=path, start=text.strip()[:30]
            )
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def decode(content: bytes) -> str | None:
    """Text of bytes in an unknown Chinese encoding; None if they are not text."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    if b"\x00" not in content:
        try:
            return content.decode("utf-8")
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
        candidates.append((common_share(text[:SAMPLE]), text))
    damaged = content.decode("gbk", errors="replace")
    if b"\x00" not in content:
        # A lost byte: as good as intact text, but only if nothing intact is better.
        candidates.append((common_share(damaged[:SAMPLE]) - 0.02, damaged))
    share, text = max(candidates, default=(0, None))
    return text if share > 0.3 else None
