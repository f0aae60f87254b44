"""Zip archives that depend on nothing but their contents, and reading such as others made.

A zip archive lists its members at its end, and says each again where it begins. What reads the list
and what reads the stream can be shown different things, and a little archive can unpack to more than
a disk holds. `read_zip` takes only archives of which every byte is accounted for, within limits.
"""

from __future__ import annotations

import hashlib
import re
import stat
import struct
import time
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from digigov.course.files import SUM_LINE, SUMS

MOST_MEMBERS = 20_000
MOST_UNPACKED = 1_000_000_000
"""Bytes of all members together; the largest archive of a release, the classroom, has a tenth."""
LARGEST_TEXT = 20_000_000
"""Bytes of a file that is read as a whole, not only hashed."""

_END = struct.Struct("<4s4H2LH")
"""End of a zip archive: mark, numbers of disks, members here, members, size and place of their list,
length of a comment."""
_STORED_AS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_TEXT_IS_UTF8 = 0x800


class ArchiveError(Exception):
    """An archive that no release would hold; the message says why."""


@dataclass
class Contents:
    """What an archive holds.

    Attributes
    ----------
    digests : dict of str to str
        SHA-256 of each member, in hexadecimal.
    sizes : dict of str to int
        Bytes of each member.
    times : set of tuple
        Times of the members, without seconds of odd number, which zip cannot say.
    texts : dict of str to bytes
        Those members that were asked for.
    """

    digests: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    times: set[tuple[int, ...]] = field(default_factory=set)
    texts: dict[str, bytes] = field(default_factory=dict)


def write_archive(path: Path, contents: Mapping[str, bytes], when: int) -> None:
    """Write a zip archive that depends on nothing but its contents and a time.

    Parameters
    ----------
    path : Path
    contents : mapping of str to bytes
        Name inside the archive to content; a file of their hashes is added.
    when : int
        Time on every file, in seconds since 1970.
    """
    digests = {name: sha256(content) for name, content in contents.items()}
    everything = {**contents, SUMS: sums(digests).encode()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(everything):
            entry = zipfile.ZipInfo(f"{path.stem}/{name}", date_time=zip_time(when))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, also where it is made on another
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, everything[name])


def zip_time(when: int) -> tuple[int, int, int, int, int, int]:
    """A time, in seconds since 1970, as a zip archive says it: UTC in steps of two seconds."""
    year, month, day, hour, minute, second = time.gmtime(when)[:6]
    return year, month, day, hour, minute, second // 2 * 2


def sha256(content: bytes) -> str:
    """Hash of a content, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def sums(digests: Mapping[str, str]) -> str:
    """Hashes in the form that ``sha256sum -c`` reads."""
    return "".join(f"{digests[name]}  {name}\n" for name in sorted(digests))


def differences(digests: Mapping[str, str], stated: bytes) -> list[str]:
    """Hold hashes of files against a file of hashes.

    Parameters
    ----------
    digests : mapping of str to str
        Name to SHA-256.
    stated : bytes
        The file of hashes, which has none of its own.

    Returns
    -------
    list of str
        One difference each, with the name of the file.
    """
    problems, expected = [], {}
    for line in stated.decode("utf-8", "replace").splitlines():
        found = SUM_LINE.fullmatch(line)
        if not found:
            problems.append(f"{SUMS}: not a line of hash and name: {line[:200]!r}")
        elif PurePosixPath(found[2]).is_absolute() or ".." in PurePosixPath(found[2]).parts:
            problems.append(f"{SUMS}: a name that leads out of the folder: {found[2]!r}")
        elif found[2] in expected:
            problems.append(f"{SUMS}: names {found[2]!r} twice")
        else:
            expected[found[2]] = found[1]
    for name, digest in expected.items():
        if name not in digests:
            problems.append(f"{name}: is missing")
        elif digests[name] != digest:
            problems.append(f"{name}: has changed: SHA-256 is not that of {SUMS}")
    extra = sorted(digests.keys() - expected.keys())
    return problems + [f"{name}: does not belong to the release" for name in extra]


def read_zip(path: Path, keep: Callable[[str], bool]) -> Contents:
    """Read an archive that somebody else may have made.

    Nothing is unpacked before its size is known to be within limits, and nothing is held in memory
    but what is asked for.

    Parameters
    ----------
    path : Path
    keep : callable
        Whether the text of a member is wanted.

    Returns
    -------
    Contents

    Raises
    ------
    ArchiveError
        If it cannot be read, holds too much, or holds bytes or names that a release has no use for.
    """
    try:
        with path.open("rb") as file:
            _check_end(file, path.stat().st_size)
            with zipfile.ZipFile(file) as archive:
                members = archive.infolist()
                _check_names([member.filename for member in members])
                _check_sizes(members, keep)
                _check_bytes(file, members, archive.start_dir)
                return _read(archive, members, keep)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, struct.error) as error:
        raise ArchiveError(f"cannot be read: {error}") from None


def _check_end(file: IO[bytes], size: int) -> None:
    """Make sure that the archive ends with the list of its members, which is not too long."""
    file.seek(max(0, size - _END.size))
    mark, *_disks, members, length, place, comment = _END.unpack(file.read(_END.size))
    if mark != b"PK\5\6" or comment or place + length + _END.size != size:
        raise ArchiveError("holds bytes that belong to none of its members")
    if members > MOST_MEMBERS or length > LARGEST_TEXT:
        raise ArchiveError(f"has {members:,} members; at most {MOST_MEMBERS:,} are read")


def _check_names(names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        parts = name.split("/")
        if {"", ".", ".."}.intersection(parts) or re.search(r"[\\:\x00-\x1f\x7f]", name):
            raise ArchiveError(f"a member that no file could be: {name!r}")
        # One file where a disk does not tell capitals, or forms of an accent.
        one = unicodedata.normalize("NFC", name).casefold()
        if one in seen:
            raise ArchiveError(f"holds {name!r} twice")
        seen.add(one)


def _check_sizes(members: Iterable[zipfile.ZipInfo], keep: Callable[[str], bool]) -> None:
    total = sum(member.file_size for member in members)
    if total > MOST_UNPACKED:
        raise ArchiveError(f"would unpack to {total:,} bytes; at most {MOST_UNPACKED:,} are read")
    for member in members:
        if member.file_size > LARGEST_TEXT and keep(member.filename):
            raise ArchiveError(f"{member.filename}: has {member.file_size:,} bytes")


def _check_bytes(file: IO[bytes], members: Iterable[zipfile.ZipInfo], end: int) -> None:
    """Make sure that members are plain files, and stand one after the other with nothing between."""
    position = 0
    for member in sorted(members, key=lambda member: member.header_offset):
        if stat.S_IFMT(member.external_attr >> 16) not in (0, stat.S_IFREG):
            raise ArchiveError(f"{member.filename}: is not a plain file")
        if member.flag_bits & ~_TEXT_IS_UTF8 or member.compress_type not in _STORED_AS:
            raise ArchiveError(f"{member.filename}: is encrypted, or packed in an unusual way")
        header = member.FileHeader()
        file.seek(member.header_offset)
        if member.header_offset != position or file.read(len(header)) != header:
            raise ArchiveError(f"{member.filename}: is listed otherwise than it is stored")
        position += len(header) + member.compress_size
    if position != end:
        raise ArchiveError("holds bytes that belong to none of its members")


def _read(
    archive: zipfile.ZipFile, members: Iterable[zipfile.ZipInfo], keep: Callable[[str], bool]
) -> Contents:
    contents = Contents()
    for member in members:
        name = member.filename
        digest, size, text = hashlib.sha256(), 0, bytearray()
        with archive.open(member) as stream:
            # In steps: asked for everything, zipfile unpacks more than the size that is listed.
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
                size += len(chunk)
                if keep(name):
                    text += chunk
        if size != member.file_size:
            raise ArchiveError(f"{name}: has {size:,} bytes where {member.file_size:,} are listed")
        contents.digests[name], contents.sizes[name] = digest.hexdigest(), size
        if keep(name):
            contents.texts[name] = bytes(text)
        contents.times.add(member.date_time)
    return contents
