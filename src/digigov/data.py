"""The datasets of the course: read, checked against their schema and hash, in the reader's language.

Only pandas and the standard library are needed, so that a lesson also runs in a browser kernel.
The full validation of the data package (sources, arithmetic) is in `digigov.course.data.gate`.
"""

from __future__ import annotations

import csv
import difflib
import hashlib
import io
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pandas as pd

from digigov.i18n import LANGUAGES, SOURCE_LANGUAGE, _, get_language, language

DATASETS_VARIABLE = "DIGIGOV_DATASETS"
"""Environment variable that may point at another folder of datasets (tests of changed data)."""

PACKAGE_FILE = "datapackage.json"

# What a number looks like in these files; "1_000", "nan" or "0x1f" are slips, not numbers.
NUMBER_PATTERN = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"


class DatasetError(ValueError):
    """A dataset that cannot be used; the message says which, where, and how to put it right."""

    def _render_traceback_(self) -> list[str]:
        # IPython shows these lines instead of a traceback: the message is all that helps here.
        return [f"DatasetError: {self}"]


_root: Path | None = None


@contextmanager
def course_at(root: Path) -> Iterator[None]:
    """Take another folder for the course for a while, in every thread of this process.

    Parameters
    ----------
    root : Path
        What `project_root` gives meanwhile.
    """
    global _root
    before, _root = _root, root
    try:
        yield
    finally:
        _root = before


def project_root() -> Path:
    """Folder that holds ``datasets/`` and ``notebooks/``.

    The repository in an editable installation; the copy inside the package in a wheel.
    """
    if _root is not None:
        return _root
    bundled = Path(__file__).parent / "_project"
    return bundled if bundled.is_dir() else Path(__file__).parents[2]


def datasets_dir() -> Path:
    """Folder of the datasets; the environment variable ``DIGIGOV_DATASETS`` overrides it."""
    override = os.environ.get(DATASETS_VARIABLE)
    return Path(override) if override else project_root() / "datasets"


def read_package(folder: Path | None = None) -> dict[str, Any]:
    """Contents of ``datapackage.json``, the description of all datasets.

    Parameters
    ----------
    folder : Path, optional
        Folder of the datasets; `datasets_dir` by default.

    Raises
    ------
    DatasetError
        If the file is missing or is not JSON.
    """
    path = (folder or datasets_dir()) / PACKAGE_FILE
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DatasetError(
            _("{path} is missing; restore it: {command}").format(
                path=path, command=_restore_command(PACKAGE_FILE)
            )
        ) from None
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise DatasetError(
            _("{path} is not valid JSON ({error}); restore it: {command}").format(
                path=path, error=error, command=_restore_command(PACKAGE_FILE)
            )
        ) from None


def load(name: str, lang: str | None = None) -> pd.DataFrame:
    """One dataset of the course, checked and typed.

    Each call reads the file again and returns a frame of its own, which may be changed without
    consequences. What was checked and typed once is not again while the content is the same.

    Parameters
    ----------
    name : str
        Name of the dataset, such as ``"claims"``.
    lang : str, optional
        Language code; the language of the running lesson by default. Columns ``x_en``, ``x_zh``
        become one column ``x``: that of the language, or of the masters' if it has none.

    Returns
    -------
    DataFrame
        Rows in file order. ``attrs`` holds ``name``, ``title``, ``citation`` (short, for the
        caption of a chart), ``labels`` (column to label) and ``categories`` (column to the labels
        of its values), all in the language.

    Raises
    ------
    DatasetError
        If the dataset is unknown, missing, malformed, or not the published content.
    """
    with language(lang or get_language()):
        resource = _resource(name, read_package())
        path = datasets_dir() / resource["path"]
        table = _checked_once(path, _read(path), json.dumps(resource))
        return _in_language(table, resource, get_language())


@lru_cache(32)
def _checked_once(path: Path, content: bytes, resource: str) -> pd.DataFrame:
    """As `_checked`, once for each content and description in JSON; not to be changed."""
    return _checked(path, content, json.loads(resource))


def cite(rows: pd.DataFrame | str | Iterable[str], lang: str | None = None) -> list[str]:
    """Full citations, in Markdown, of the sources that rows rest on.

    Parameters
    ----------
    rows : DataFrame, str or iterable of str
        Rows with a column ``source_id``, or source ids; several ids in one string are separated
        by ``";"``.
    lang : str, optional
        Language code; the language of the running lesson by default.

    Returns
    -------
    list of str
        One citation a source, in order of first appearance: publisher, title, date, link if the
        page is fit for students, access date; whether only a copy was seen.

    Raises
    ------
    DatasetError
        If an id is not in the dataset ``sources``.
    """
    if isinstance(rows, pd.DataFrame):
        rows = rows["source_id"].dropna()
    ids = dict.fromkeys(
        source_id.strip()
        for entry in ([rows] if isinstance(rows, str) else rows)
        for source_id in entry.split(";")
    )
    with language(lang or get_language()):
        sources = load("sources").set_index("source_id")
        for source_id in ids:
            if source_id not in sources.index:
                raise _unknown(_("Source {name!r} is not known."), source_id, sources.index)
        languages = sources.attrs["categories"]["language"]
        return [_citation(sources.loc[source_id], languages) for source_id in ids]


def _citation(source: pd.Series, languages: Mapping[str, str]) -> str:
    title = source["title"]
    if pd.notna(source["url"]):
        title = f"[{title}](<{source['url']}>)"
    if source["language"] != get_language():
        title = _("{title} (in {language})").format(
            title=title, language=languages[source["language"]]
        )
    citation = source["publisher"] + _(": ") + title
    parts = [source["published"]] if pd.notna(source["published"]) else []
    parts.append(_("accessed {date}").format(date=source["accessed"]))
    if source["kind"] == "mirror":
        parts.append(_("read in a copy on another site, which is not linked"))
    for part in parts:
        citation = _("{citation}, {part}").format(citation=citation, part=part)
    return citation + _(".")


def _resource(name: str, package: Mapping[str, Any]) -> dict[str, Any]:
    """Description of the dataset `name` in the data package."""
    resources = {resource["name"]: resource for resource in package["resources"]}
    if name not in resources:
        message = _("Dataset {name!r} is not known; there are: {known}.")
        # Only the list is filled in here; the name may hold braces.
        message = message.replace("{known}", ", ".join(resources))
        raise _unknown(message, name, resources)
    return resources[name]


def _unknown(message: str, name: str, known: Iterable[str]) -> DatasetError:
    """Error about a name that is not known, with the name that was probably meant."""
    sentences = [message.format(name=name)]
    if close := difflib.get_close_matches(name, known, n=1):
        sentences.append(_("Did you mean {name!r}?").format(name=close[0]))
    return DatasetError(" ".join(sentences))


def _restore_command(file: str) -> str:
    """How to get a published file back: from git where there is a clone, else from what was unpacked."""
    if (project_root() / ".git").exists():
        return f"git restore datasets/{file}"
    return _("unpack the course's archive again")


def read_table(
    resource: Mapping[str, Any], folder: Path | None = None, *, verify_hash: bool = True
) -> pd.DataFrame:
    """Typed content of one dataset, with its columns as they stand in the file.

    Parameters
    ----------
    resource : mapping
        Description of the dataset in the data package.
    folder : Path, optional
        Folder of the datasets; `datasets_dir` by default.
    verify_hash : bool
        Whether the content has to be the published one.

    Raises
    ------
    DatasetError
        If the file is missing, malformed, breaks the schema, or was changed.
    """
    path = (folder or datasets_dir()) / resource["path"]
    return _checked(path, _read(path), resource, verify_hash=verify_hash)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        _refuse(path, _("the file is missing"))


def _checked(
    path: Path, content: bytes, resource: Mapping[str, Any], *, verify_hash: bool = True
) -> pd.DataFrame:
    frame = _typed(path, content, resource["schema"])
    # Last, because a broken cell is better reported by its line and column.
    digest = hashlib.sha256(content).hexdigest()
    if verify_hash and resource["hash"] != f"sha256:{digest}":
        _refuse(path, _("its content was changed (SHA-256 {digest}…)"), digest=digest[:12])
    return frame


def _refuse(path: Path, message: str, **values: Any) -> NoReturn:
    """Raise the error about a file: what is wrong, then how to put it right."""
    raise DatasetError(
        _("{path}: {problem}. To restore the published file: {command}").format(
            path=path if os.environ.get(DATASETS_VARIABLE) else f"datasets/{path.name}",
            problem=message.format(**values),
            command=_restore_command(path.name),
        )
    )


def _typed(path: Path, content: bytes, schema: Mapping[str, Any]) -> pd.DataFrame:
    """Columns with the types of the schema, every constraint checked."""
    names = [field["name"] for field in schema["fields"]]
    rows, lines = _parse(path, content, names)
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    frame = pd.DataFrame(
        {
            field["name"]: _typed_column(path, pd.Series(values, dtype="str"), lines, field)
            for field, values in zip(schema["fields"], columns, strict=True)
        }
    )
    key = schema.get("primaryKey", [])
    for unique in ([key] if key else []) + schema.get("uniqueKeys", []):
        repeated = frame.duplicated(unique).to_numpy()
        if repeated.any():
            row = int(repeated.argmax())
            _refuse(
                path,
                _("line {line} repeats the key {columns} = {value}"),
                line=lines[row],
                columns=", ".join(unique),
                value=", ".join(map(str, frame.loc[row, unique])),
            )
    return frame


def _parse(path: Path, content: bytes, names: Sequence[str]) -> tuple[list[list[str]], list[int]]:
    """Rows of a CSV file without its header, and the line in which each row ends."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        _refuse(
            path,
            _("line {line} is not UTF-8 text"),
            line=content[: error.start].count(b"\n") + 1,
        )
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows, lines = [], []
    try:
        header = next(reader, [])
        if header != list(names):
            _refuse(path, _("wrong columns: {difference}"), difference=_difference(header, names))
        for row in reader:
            if len(row) != len(names):
                _refuse(
                    path,
                    _("line {line} has {found} cells; the header has {expected}"),
                    line=reader.line_num,
                    found=len(row),
                    expected=len(names),
                )
            rows.append(row)
            lines.append(reader.line_num)
    except csv.Error as error:
        _refuse(path, _("line {line} is not CSV: {error}"), line=reader.line_num, error=error)
    return rows, lines


def _difference(found: Sequence[str], expected: Sequence[str]) -> str:
    """What a header lacks, has too much, or has in another order."""
    parts = []
    if missing := [name for name in expected if name not in found]:
        parts.append(_("missing {names}").format(names=", ".join(missing)))
    if unexpected := [name for name in found if name not in expected]:
        parts.append(_("unexpected {names}").format(names=", ".join(map(repr, unexpected))))
    return _("; ").join(parts) or _("expected in this order: {names}").format(
        names=", ".join(expected)
    )


def _typed_column(
    path: Path, text: pd.Series, lines: Sequence[int], field: Mapping[str, Any]
) -> pd.Series:
    """One column in its type; raises at the first cell that breaks a constraint."""
    constraints = field.get("constraints", {})
    missing = (text == "").to_numpy()

    def refuse_where(wrong: Any, allowed: str, **values: Any) -> None:
        wrong = np.asarray(wrong, dtype=bool)
        if wrong.any():
            row = int(wrong.argmax())
            _refuse(
                path,
                _("line {line}, column {column}: {value!r} is not allowed; {allowed}"),
                line=lines[row],
                column=field["name"],
                value=text.iloc[row],
                allowed=allowed.format(**values),
            )

    if constraints.get("required"):
        refuse_where(missing, _("a value is required"))
    if field["type"] == "string":
        typed = text.mask(missing)
        if "pattern" in constraints:
            wrong = ~text.str.fullmatch(constraints["pattern"]).to_numpy(dtype=bool) & ~missing
            refuse_where(wrong, _("allowed is the pattern {pattern}"), **constraints)
    else:
        numeric = text.str.fullmatch(NUMBER_PATTERN).to_numpy(dtype=bool)
        kind = _("a whole number") if field["type"] == "integer" else _("a number")
        refuse_where(~numeric & ~missing, _("expected {kind}"), kind=kind)
        typed = pd.to_numeric(text.mask(missing)).astype("float64")
        if field["type"] == "integer":
            refuse_where(typed.notna() & (typed % 1 != 0), _("expected {kind}"), kind=kind)
            typed = typed.astype("int64" if constraints.get("required") else "Int64")
        for bound, wrong in (
            ("minimum", lambda limit: (typed < limit).fillna(value=False)),
            ("maximum", lambda limit: (typed > limit).fillna(value=False)),
        ):
            if bound in constraints:
                refuse_where(wrong(constraints[bound]), _allowed_range(constraints))
    if categories := field.get("categories"):
        values = [category["value"] for category in categories]
        refuse_where(
            ~typed.isin(values).to_numpy() & ~missing,
            _("allowed: {values}"),
            values=", ".join(map(str, values)),
        )
    if constraints.get("unique"):
        refuse_where(typed.duplicated() & ~missing, _("each value may occur once"))
    return typed


def _allowed_range(constraints: Mapping[str, float]) -> str:
    if "minimum" not in constraints:
        return _("at most {maximum}").format(**constraints)
    if "maximum" not in constraints:
        return _("at least {minimum}").format(**constraints)
    return _("allowed: {minimum} to {maximum}").format(**constraints)


class _Names(dict):
    """Names of columns or values, which nobody changes.

    pandas copies the attrs of a frame, in depth, for each result of an operation. These are shared
    instead: in the lessons the copies took a tenth of the time.
    """

    def _refuse(self, *_arguments: Any, **_named: Any) -> NoReturn:
        raise TypeError("names that load() gave cannot be changed; change a copy: dict(names)")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __deepcopy__(self, _memo: Any) -> _Names:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self),)


def _in_language(frame: pd.DataFrame, resource: Mapping[str, Any], lang: str) -> pd.DataFrame:
    """The frame with one column for ``x_en``, ``x_zh`` and so on, and its description as attrs."""
    columns, labels, categories = {}, {}, {}
    for field in resource["schema"]["fields"]:
        base, _underscore, suffix = field["name"].rpartition("_")
        written = [code for code in LANGUAGES if f"{base}_{code}" in frame]
        translated = suffix in written and SOURCE_LANGUAGE in written and len(written) > 1
        if translated and suffix != (lang if lang in written else SOURCE_LANGUAGE):
            continue
        name = base if translated else field["name"]
        columns[name] = frame[field["name"]]
        labels[name] = _text(field, "title", lang)
        if "categories" in field:
            categories[name] = _Names(
                (category["value"], _text(category, "label", lang))
                for category in field["categories"]
            )
    localised = pd.DataFrame(columns, copy=True)
    localised.attrs = {
        "name": resource["name"],
        "title": _text(resource, "title", lang),
        "citation": _("{publishers} (accessed {date}; course dataset {name})").format(
            publishers=_text(resource, "attribution", lang),
            date=resource["accessed"],
            name=resource["name"],
        ),
        "labels": _Names(labels),
        "categories": _Names(categories),
    }
    return localised


def _text(description: Mapping[str, Any], key: str, lang: str) -> str:
    """Text of a property in a language: ``title_zh``, or the masters' ``title`` if there is none."""
    return description.get(f"{key}_{lang}", description[key])
