"""Places that the course writes to: it knows what it wrote by its hash, and nothing else is lost.

A folder that a command fills carries a mark, ``.digigov.json``: the kind of folder, and the hashes
of what was written to each name. A file that is missing from it, or not equal to it, is somebody's:
it is named and nothing is written, unless a person says ``--force``. What no command is about to
write is never touched.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from digigov.temporary import temporary_folder

MARK = ".digigov.json"
"""Name of the file by which a folder is known to be filled by the course."""

WORK = ".new-"
"""What the name of a folder begins with in which a command works before anything is replaced."""

OWN_FOLDERS = ("ci", "datasets", "docs", "exercises", "notebooks", "src")
"""Folders of a clone of the course that no command fills."""

NAMED = 5
"""Files that a refusal names."""


class PlaceError(Exception):
    """A place that a command cannot write to without losing what a person made."""


def fingerprint(content: bytes) -> str:
    """SHA-256 of a file's content, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def check_outside_courses(folder: Path) -> None:
    """Make sure that a folder is neither a clone of the course nor one of its sources.

    Raises
    ------
    PlaceError
        If it is, in whichever clone, or if one is inside it.
    """
    place = folder.resolve()
    for root in (place, *place.parents):
        if (root / "notebooks" / "course.yml").is_file():
            inside = place.relative_to(root).parts
            if not inside or inside[0] in (*OWN_FOLDERS, ".git", ".venv"):
                raise PlaceError(f"{folder} holds the course itself; choose another place")
    with contextlib.suppress(OSError):
        for one in place.iterdir():
            if (one / "notebooks" / "course.yml").is_file():
                raise PlaceError(f"{folder} holds the course itself; choose another place")


class Place:
    """A folder that a command fills.

    Parameters
    ----------
    folder : Path
        Made when something is written.
    kind : str
        What fills it; a folder that another command filled is refused.
    force : bool, optional
        Whether files that somebody else made, or changed, may be replaced. They are never removed.
        None where nobody is asked: then no refusal speaks of ``--force``.
    say : callable
        Called with a line for each of those.
    mark : Path, optional
        Where the hashes are kept, if not in the folder: then it need not be empty at first.
    allowed : callable
        Whether a folder without a mark is one from before folders were marked.
    """

    def __init__(
        self,
        folder: Path,
        kind: str,
        *,
        force: bool | None = None,
        say: Callable[[str], object] = lambda _line: None,
        mark: Path | None = None,
        allowed: Callable[[], bool] = lambda: False,
    ) -> None:
        self.folder, self.kind, self.force, self.say = folder, kind, force, say
        self.shared, self.allowed = mark is not None, allowed
        self.mark = mark or folder / MARK

    def written(self) -> dict[str, list[str]]:
        """Name of each file that was written, with the hashes of its last two contents.

        Two, because a mark is written before its files: whatever ends the process, both are known.
        """
        try:
            if self.mark.is_symlink() or not self.mark.is_file():
                return {}
            found = json.loads(self.mark.read_text(encoding="utf-8"))
            if found["kind"] != self.kind:
                return {}
            return {
                name: [str(one) for one in two]
                for name, two in found["files"].items()
                if not Path(name).is_absolute() and ".." not in Path(name).parts
            }
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}

    def foreign(self, names: Iterable[str] | None = None) -> list[str]:
        """Those of some names under which something stands that this command did not write.

        Parameters
        ----------
        names : iterable of str, optional
            All that were ever written, if not given.
        """
        written = self.written()
        return [
            name
            for name in (written if names is None else dict.fromkeys(names))
            if not self._is_own(name, written)
        ]

    def _is_own(self, name: str, written: dict[str, list[str]]) -> bool:
        """Whether nothing is there, or what this command wrote; a link is always somebody's."""
        path = self.folder
        for part in Path(name).parts:
            path = path / part
            if path.is_symlink():
                return False
            if path.is_file() and path != self.folder / name:
                return False
        if not path.exists():
            return True
        return path.is_file() and fingerprint(path.read_bytes()) in written.get(name, ())

    def check(self, names: Iterable[str] | None = None) -> None:
        """Make sure, before any work is done, that the folder can be filled and nothing is lost.

        Parameters
        ----------
        names : iterable of str, optional
            What will be written, as far as it is known; else all that was written before.

        Raises
        ------
        PlaceError
            If it is no folder, the course itself, not writable, neither empty nor marked, or holds
            something else under one of the names.
        """
        self.check_folder()
        held = []
        if self.folder.exists():
            held = [one.name for one in self.folder.iterdir() if not one.name.startswith(WORK)]
        if held and not self.shared and not (self.force or self._is_marked() or self.allowed()):
            raise PlaceError(
                f"{self.folder} holds {_some(sorted(held))}, and `{self.kind}` never wrote to it; "
                "choose an empty folder"
                + (", or write into this one with --force" if self.force is not None else "")
            )
        self.refuse(self.foreign(names))

    def refuse(self, foreign: list[str]) -> None:
        """Stop at files that this command did not write, or, with ``--force``, say each.

        Raises
        ------
        PlaceError
        """
        if foreign and not self.force:
            raise PlaceError(
                f"not as `{self.kind}` wrote it: {_some([str(self.folder / one) for one in foreign])}"
                "; move it elsewhere, or "
                + ("choose another folder" if self.force is None else "replace it with --force")
            )

    def _is_marked(self) -> bool:
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
            return (
                not self.mark.is_symlink()
                and json.loads(self.mark.read_text(encoding="utf-8"))["kind"] == self.kind
            )
        return False

    def check_folder(self) -> None:
        """Make sure that the folder is one, takes files, and is not the course itself.

        Raises
        ------
        PlaceError
        """
        try:
            if not self.shared:
                check_outside_courses(self.folder)
            if self.folder.is_symlink() and not self.folder.exists():
                raise PlaceError(f"cannot write to {self.folder}: it is a link to nothing")
            if self.folder.exists() and not self.folder.is_dir():
                raise PlaceError(f"cannot write to {self.folder}: it is not a folder")
            place = self.folder.absolute()
            while not place.exists():
                place = place.parent
            with tempfile.TemporaryFile(dir=place):
                pass
        except OSError as error:
            raise PlaceError(f"cannot write to {self.folder}: {error.strerror}") from None

    def record(self, new: dict[str, str], gone: Iterable[str] = ()) -> None:
        """Note the hashes of what is about to be written, and forget what is gone.

        Raises
        ------
        PlaceError
            If the mark cannot be written.
        """
        files = self.written()
        for name in gone:
            files.pop(name, None)
        for name, content in new.items():
            files[name] = [*[one for one in files.get(name, ()) if one != content], content][-2:]
        text = json.dumps({"kind": self.kind, "files": files}, ensure_ascii=False, indent=0)
        temporary = None
        try:
            self.mark.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(
                "w", encoding="utf-8", dir=self.mark.parent, prefix=WORK, delete=False
            ) as file:
                temporary = Path(file.name)
                file.write(text)
            temporary.chmod(0o644)
            temporary.replace(self.mark)
        except OSError as error:
            if temporary:
                temporary.unlink(missing_ok=True)
            raise PlaceError(f"{self.mark}: cannot be written: {error.strerror}") from None

    @contextlib.contextmanager
    def filling(self, *, whole: bool = False) -> Iterator[Path]:
        """A folder to work in, whose files are put in place when all of them are written.

        Parameters
        ----------
        whole : bool
            Whether what was written before, and is not any more, is removed; never what a person
            changed.

        Raises
        ------
        PlaceError
            If something else stands in the place of a file; then nothing was replaced.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with temporary_folder(self.folder, WORK) as new:
            yield new
            self.put(new, whole=whole)

    def put(self, new: Path, *, whole: bool = False) -> None:
        """Move the files of a folder into this one; see `filling`."""
        files = {
            path.relative_to(new).as_posix(): path
            for path in sorted(new.rglob("*"))
            if path.is_file()
        }
        foreign = self.foreign(files)
        self.refuse(foreign)
        if folders := [name for name in foreign if (self.folder / name).is_dir()]:
            raise PlaceError(f"folders stand in the place of files: {_some(folders)}")
        for name in foreign:
            self.say(f"replaced {self.folder / name}, which `{self.kind}` had not written")
        before = self.written()
        self.record({name: fingerprint(path.read_bytes()) for name, path in files.items()})
        for name, path in files.items():
            target = self.folder / name
            self._make_way(Path(name))
            path.replace(target)
        if whole:
            stale = [name for name in before if name not in files]
            for name in stale:
                if self._is_own(name, before):
                    self.remove(name)
                else:
                    self.say(f"left {self.folder / name}, which was changed")
            self.record({}, stale)

    def _make_way(self, name: Path) -> None:
        """Make the folder of a file; a link in its place is replaced, never followed."""
        for parent in reversed(name.parents):
            place = self.folder / parent
            if parent != Path() and (place.is_symlink() or place.is_file()):
                place.unlink()
            place.mkdir(exist_ok=True)

    def remove(self, name: str) -> None:
        """Remove a file, and the folders that it leaves empty."""
        path = self.folder / name
        path.unlink(missing_ok=True)
        for parent in path.parents:
            if parent == self.folder:
                break
            with contextlib.suppress(OSError):
                parent.rmdir()


def _some(names: list[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
