"""PO files: read, and brought up to date with what they translate."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import polib

from digigov.course.errors import CourseError
from digigov.course.files import unreadable, write_atomically
from digigov.course.writing.masters import Message
from digigov.i18n import naming

FUZZY_RATIO = 0.6


def read_po(path: Path) -> polib.POFile:
    """The PO file at a path.

    Raises
    ------
    CourseError
        If it is missing or broken; the message has its path and the line.
    """
    try:
        with naming(path):
            path.read_text("utf-8")  # polib takes a folder for a text
            return polib.pofile(str(path), wrapwidth=0)
    except FileNotFoundError:
        raise CourseError(
            f"{path}: the translation is missing; 'course messages' makes it"
        ) from None
    except OSError as error:
        raise CourseError(unreadable(path, error)) from None


def read_translations(path: Path) -> dict[str, str]:
    """Translated messages of a PO file; empty where it does not exist yet."""
    if not path.exists():
        return {}
    return {entry.msgid: entry.msgstr for entry in read_po(path).translated_entries()}


def update(path: Path, wanted: Iterable[Message], lang: str) -> Counter[str]:
    """Bring a PO file up to date with its master, keeping what is still right.

    A message whose wording changed keeps the translation of the most similar message that has
    gone, marked fuzzy, with the old wording beside it.

    Returns
    -------
    Counter
        How many messages were kept, are fuzzy, new, or removed.
    """
    wanted = list(wanted)
    before = read_po(path) if path.exists() else polib.POFile(wrapwidth=0)
    old = {entry.msgid: entry for entry in before if not entry.obsolete}
    retired = {entry.msgid: entry for entry in before.obsolete_entries()}
    gone = {
        msgid: entry
        for msgid, entry in old.items()
        if msgid not in {message.text for message in wanted} and entry.msgstr
    }
    new = polib.POFile(wrapwidth=0)
    new.header = before.header
    new.metadata = {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": lang,
        **before.metadata,
    }
    new.metadata_is_fuzzy = before.metadata_is_fuzzy
    counts: Counter[str] = Counter()
    for message in wanted:
        entry = polib.POEntry(msgid=message.text, comment=message.where)
        if message.text in old:
            entry = old[message.text]  # with what a translator noted
            entry.comment, entry.occurrences = message.where, []
            counts["fuzzy" if entry.fuzzy else "kept" if entry.msgstr else "new"] += 1
        elif similar := difflib.get_close_matches(message.text, gone, n=1, cutoff=FUZZY_RATIO):
            source = gone.pop(similar[0])
            entry.msgstr, entry.tcomment = source.msgstr, source.tcomment
            entry.previous_msgid = similar[0]
            entry.flags = ["fuzzy"]
            counts["fuzzy"] += 1
        elif message.text in retired:
            entry = retired.pop(message.text)
            entry.obsolete, entry.comment = 0, message.where
            counts["kept"] += 1
        else:
            counts["new"] += 1
        new.append(entry)
    counts["removed"] = len(set(old) - {message.text for message in wanted})
    # A translation that nothing took over is kept at the end, as gettext's own tools keep it.
    for entry in gone.values():
        entry.obsolete, entry.comment, entry.occurrences = 1, "", []
        retired.setdefault(entry.msgid, entry)
    for message in wanted:
        retired.pop(message.text, None)
    for entry in retired.values():
        new.append(entry)
    write_atomically(path, str(new).rstrip("\n") + "\n")
    return counts
