"""The gate of the datasets: schema, hashes, sources, dates, use, and arithmetic on the content.

Also what is generated from their description: the hashes, and the data dictionary.
"""

from __future__ import annotations

import hashlib
import json
from calendar import monthrange
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pandas as pd

from digigov.course.data.relations import check_arithmetic
from digigov.course.data.relations.base import Tables, problem
from digigov.course.errors import Problem
from digigov.course.files import write_atomically
from digigov.data import PACKAGE_FILE, DatasetError, datasets_dir, read_package, read_table
from digigov.i18n import SOURCE_LANGUAGE, TRANSLATIONS
from digigov.parameters import read_course

README_FILE = "README.md"


# --------------------------------------------------------------------------------------------------
# The gate


def check_datasets(folder: Path | None = None) -> list[Problem]:
    """Everything that is wrong with the datasets.

    Parameters
    ----------
    folder : Path, optional
        Folder of the datasets; that of the course by default.

    Returns
    -------
    list of Problem
        Empty if every file agrees with ``datapackage.json``, every source is known and used,
        every date is possible, every file is used, and every relation of `ARITHMETIC` holds.
    """
    folder = folder or datasets_dir()
    package = read_package(folder)
    problems = [*_undescribed_files(folder, package), *validated(folder, package)]
    tables, unreadable = read_tables(folder, package)
    # A file that cannot be read at all is reported once; the other gates need all tables.
    if unreadable:
        found = {problem.file for problem in problems}
        return problems + [problem for problem in unreadable if problem.file not in found]
    problems += _untranslated(package)
    problems += _incomplete_pairs(package, tables)
    problems += _sources(package, tables)
    problems += _dates(package, tables)
    problems += _unused(package)
    problems += check_arithmetic(tables)
    problems += [problem(README_FILE, "stale", reason) for reason in _stale_readme(folder)]
    return problems


def read_tables(folder: Path, package: Mapping[str, Any]) -> tuple[Tables, list[Problem]]:
    """All datasets, whatever their hash, and a problem for each that breaks its schema."""
    tables, problems = {}, []
    for resource in package["resources"]:
        try:
            tables[resource["name"]] = read_table(resource, folder, verify_hash=False)
        except DatasetError as error:
            problems.append(problem(resource["path"], "schema", str(error)))
    return tables, problems


def _undescribed_files(folder: Path, package: Mapping[str, Any]) -> Iterator[Problem]:
    known = {PACKAGE_FILE, README_FILE, *(resource["path"] for resource in package["resources"])}
    for path in sorted(folder.iterdir()):
        if path.name not in known:
            yield problem(path.name, "package", f"is not described in {PACKAGE_FILE}")


def validated(folder: Path, package: Mapping[str, Any]) -> Iterator[Problem]:
    """Problems that Frictionless finds: metadata, hash, schema, keys between tables."""
    from frictionless import Package, system

    descriptor = deepcopy(dict(package))
    for resource in descriptor["resources"]:
        for field in resource["schema"]["fields"]:
            # Frictionless 5 does not enforce the categories of Data Package v2.
            if categories := field.pop("categories", None):
                values = [category["value"] for category in categories]
                field.setdefault("constraints", {})["enum"] = values
    with system.use_context(trusted=True):
        report = Package.from_descriptor(descriptor, basepath=str(folder)).validate()
    for error in report.errors:
        yield problem(PACKAGE_FILE, error.type, error.message)
    for task in report.tasks:
        for error in task.errors:
            gate = {"hash-count": "hash", "byte-count": "hash"}.get(error.type, "schema")
            yield problem(Path(task.place).name, gate, f"{error.type}: {error.message}")


def _untranslated(package: Mapping[str, Any]) -> Iterator[Problem]:
    """Texts of the description that others of their kind have in a language, and they have not."""
    texts = [(place, key, node) for place, node in _nodes(package, "") for key in node]
    kinds = {
        (place, key.removesuffix(f"_{lang}"))
        for place, key, _node in texts
        for lang in TRANSLATIONS
        if key.endswith(f"_{lang}")
    }
    for place, key, node in texts:
        for lang in TRANSLATIONS if (place, key) in kinds else ():
            if f"{key}_{lang}" not in node:
                yield problem(
                    PACKAGE_FILE, "languages", f"{place}: {key}_{lang} is missing: {node[key]!r}"
                )


def _nodes(node: Any, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each object in something nested, with the keys that lead to it."""
    if isinstance(node, dict):
        yield place or "the package", node
        for key, inner in node.items():
            yield from _nodes(inner, f"{place} {key}".strip())
    elif isinstance(node, list):
        for inner in node:
            yield from _nodes(inner, place)


def _incomplete_pairs(package: Mapping[str, Any], tables: Tables) -> Iterator[Problem]:
    """Cells that are filled in one language only."""
    for resource in package["resources"]:
        table = tables[resource["name"]]
        for column in table.filter(regex=rf"_{SOURCE_LANGUAGE}$"):
            base = column.removesuffix(SOURCE_LANGUAGE)
            for other in (f"{base}{lang}" for lang in TRANSLATIONS if f"{base}{lang}" in table):
                for row in table.index[table[column].isna() != table[other].isna()]:
                    yield problem(
                        resource["path"],
                        "languages",
                        f"line {row + 2}: {column} and {other} have to be filled or empty together",
                    )


def _sources(package: Mapping[str, Any], tables: Tables) -> Iterator[Problem]:
    """Sources that are unknown, and sources whose role is not what they are used for."""
    sources = tables["sources"].set_index("source_id")
    cited = {
        source["sourceId"]
        for resource in package["resources"]
        for source in resource["sources"]
        if "sourceId" in source
    }
    for resource in package["resources"]:
        table = tables[resource["name"]]
        if resource["name"] == "sources" or "source_id" not in table:
            continue
        for row, ids in table["source_id"].str.split(";").items():
            cited.update(ids)
            for unknown in (one for one in ids if one not in sources.index):
                yield problem(
                    resource["path"], "sources", f"line {row + 2}: source {unknown!r} is not known"
                )
    for unused in sources.index[sources["role"].eq("data") & ~sources.index.isin(cited)]:
        yield problem(
            "sources.csv", "sources", f"{unused}: no row rests on it, yet its role is data"
        )
    for used in sources.index[sources["role"].ne("data") & sources.index.isin(cited)]:
        yield problem(
            "sources.csv", "sources", f"{used}: rows rest on it, so its role has to be data"
        )
    unexplained = sources["role"].ne("data") & sources[f"notes_{SOURCE_LANGUAGE}"].isna()
    for unused in sources.index[unexplained]:
        yield problem("sources.csv", "sources", f"{unused}: the notes have to say what it is for")
    for linked in sources.index[sources["kind"].eq("mirror") & sources["url"].notna()]:
        yield problem("sources.csv", "sources", f"{linked}: a copy on another host is not linked")


def _dates(package: Mapping[str, Any], tables: Tables) -> Iterator[Problem]:
    """Dates that no calendar has, and figures from the future."""
    accessed = tables["sources"].set_index("source_id")["accessed"]
    for resource in package["resources"]:
        table = tables[resource["name"]]
        for field in resource["schema"]["fields"]:
            if not field.get("constraints", {}).get("pattern", "").startswith(r"\d{4}"):
                continue
            for row, date in table[field["name"]].dropna().items():
                if (reason := _impossible(date, resource["accessed"])) and not (
                    "metric" in table and _is_expectation(table["metric"][row])
                ):
                    yield problem(
                        resource["path"],
                        "dates",
                        f"line {row + 2}, column {field['name']}: {date} {reason}",
                    )
        if "period" in table:
            yield from _told_before_it_happened(resource, table, tables["sources"])
    for source_id, date in accessed.items():
        published = tables["sources"].set_index("source_id")["published"][source_id]
        if pd.notna(published) and published > date:
            yield problem(
                "sources.csv", "dates", f"{source_id}: accessed {date}, before it was published"
            )


def _impossible(date: str, accessed: str) -> str | None:
    year, month, day = (int(part) for part in (date + "-01-01").split("-")[:3])
    if not (1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        return "is not a date"
    if year < 1990:
        return "is before the time that the course is about"
    return f"is after the access date {accessed}" if date > accessed else None


def _is_expectation(metric: str) -> bool:
    return metric.endswith(("_forecast", "_target"))


def _told_before_it_happened(
    resource: Mapping[str, Any], table: pd.DataFrame, sources: pd.DataFrame
) -> Iterator[Problem]:
    """Figures for a period that had not begun when their source was published."""
    published = sources.set_index("source_id")["published"]
    for row, (period, ids, metric) in table[["period", "source_id", "metric"]].iterrows():
        dates = published.reindex(ids.split(";")).dropna()
        if _is_expectation(metric) or len(dates) < len(ids.split(";")):
            continue
        if dates.max()[: len(period)] < period[: len(dates.max())]:
            yield problem(
                resource["path"],
                "dates",
                f"line {row + 2}: the source was published in {dates.max()}, before {period}",
            )


def _unused(package: Mapping[str, Any]) -> Iterator[Problem]:
    """Datasets that no lesson names, no other dataset refers to, and the arithmetic does not ask."""
    used = {name for lesson in read_course()["lessons"] for name in lesson.get("datasets", ())}
    used |= {one["name"] for one in package["resources"] if one.get("asked_by") == "arithmetic"}
    for resource in package["resources"]:
        schema = resource["schema"]
        used.update(key["reference"]["resource"] for key in schema.get("foreignKeys", ()))
        if any(field["name"] == "source_id" for field in schema["fields"]):
            used.add("sources")
    for resource in package["resources"]:
        if resource["name"] not in used:
            yield problem(resource["path"], "unused", "no lesson of notebooks/course.yml names it")


# --------------------------------------------------------------------------------------------------
# What is generated: hashes and the data dictionary


def stale(folder: Path | None = None) -> list[str]:
    """One line for each hash, size or page that `course build` would change."""
    folder = folder or datasets_dir()
    lines = [
        f"datasets/{PACKAGE_FILE}: hash or size of {resource['path']} is not that of the file"
        for resource in read_package(folder)["resources"]
        if (resource["hash"], resource["bytes"]) != _fingerprint(folder / resource["path"])
    ]
    return lines + [f"datasets/{README_FILE} {reason}" for reason in _stale_readme(folder)]


def refresh_hashes(folder: Path | None = None) -> list[Path]:
    """Write hash and size of each file into ``datapackage.json``; the rest is kept by hand."""
    folder = folder or datasets_dir()
    package = read_package(folder)
    for resource in package["resources"]:
        resource["hash"], resource["bytes"] = _fingerprint(folder / resource["path"])
    return _write(folder / PACKAGE_FILE, json.dumps(package, ensure_ascii=False, indent=2) + "\n")


def _fingerprint(path: Path) -> tuple[str, int]:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise DatasetError(f"{path}: the file is missing") from None
    return f"sha256:{hashlib.sha256(content).hexdigest()}", len(content)


def _write(path: Path, text: str) -> list[Path]:
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return []
    write_atomically(path, text)
    return [path]


def _stale_readme(folder: Path) -> Iterator[str]:
    path = folder / README_FILE
    if not path.exists():
        yield "is missing"
    elif path.read_text(encoding="utf-8") != readme(folder):
        yield "does not match datapackage.json"


def readme(folder: Path | None = None) -> str:
    """Text of the data dictionary."""
    folder = folder or datasets_dir()
    package = read_package(folder)
    tables, problems = read_tables(folder, package)
    if problems:
        raise DatasetError(problems[0].message)
    sources = tables["sources"].set_index("source_id")
    kinds = _labels(package, "sources", "kind")
    overview = [
        f"| [{resource['name']}](#{resource['name']}) | {resource['title']} "
        f"| {len(tables[resource['name']])} | {resource['nature']} |"
        for resource in package["resources"]
    ]
    parts = [
        f"# {package['title']}",
        "Generated from `datapackage.json` by `course build`; edit that file, not this one.",
        package["description"],
        "Licence of the compilation: "
        + ", ".join(f"[{one['title']}]({one['path']})" for one in package["licenses"])
        + ". Each dataset says what is known about the terms of its sources; where a licence is "
        "undetermined it says so.",
        "A pair of columns `x_en`, `x_zh` holds the same text in both languages; "
        "`digigov.load` gives one column `x` in the language of the lesson. "
        "An empty cell is a missing value.",
        "\n".join(["| dataset | content | rows | |", "| --- | --- | ---: | --- |", *overview]),
    ]
    for resource in package["resources"]:
        parts += _dictionary(resource, tables[resource["name"]], sources, kinds)
    return "\n\n".join(parts) + "\n"


def _labels(package: Mapping[str, Any], dataset: str, column: str) -> dict[str, str]:
    resource = next(one for one in package["resources"] if one["name"] == dataset)
    field = next(one for one in resource["schema"]["fields"] if one["name"] == column)
    return {category["value"]: category["label"] for category in field["categories"]}


def _dictionary(
    resource: Mapping[str, Any],
    table: pd.DataFrame,
    sources: pd.DataFrame,
    kinds: Mapping[str, str],
) -> list[str]:
    """Blocks of the data dictionary about one dataset."""
    schema = resource["schema"]
    rows = [
        f"| `{field['name']}` | {field['type']} | {field.get('unit', '')} "
        f"| {field['description']}{_allowed(field)} |".replace("  |", " |")
        for field in schema["fields"]
    ]
    facts = [
        f"**File** `{resource['path']}`, {len(table)} rows, {resource['nature']}, "
        f"accessed {resource['accessed']}.",
        f"**Licence and terms.** {resource['terms']}",
    ]
    if key := schema.get("primaryKey"):
        facts[0] += f" Key: {', '.join(f'`{column}`' for column in key)}."
    if "source_id" in table and resource["name"] != "sources":
        ids = sorted({one for entry in table["source_id"] for one in entry.split(";")})
        counts = sources["kind"].reindex(ids).value_counts()
        said = ", ".join(f"{number} {kinds[kind]}" for kind, number in counts.items())
        facts.append(f"**Sources** ({len(ids)}, in column `source_id`): {said}.")
    else:
        named = "; ".join(one["title"] for one in resource["sources"])
        facts.append(f"**Source.** {named}.")
    titles = [resource[key] for lang in TRANSLATIONS if (key := f"title_{lang}") in resource]
    blocks = [
        f"## {resource['name']}",
        " · ".join([f"**{resource['title']}**", *titles]),
        resource["description"],
        *facts,
    ]
    if caveats := resource.get("caveats"):
        blocks += ["**Before use**", "\n".join(f"- {caveat['text']}" for caveat in caveats)]
    return [
        *blocks,
        "\n".join(["| field | type | unit | description |", "| --- | --- | --- | --- |", *rows]),
    ]


def _allowed(field: Mapping[str, Any]) -> str:
    categories = field.get("categories", ())
    if not categories:
        return ""
    values = ", ".join(f"`{category['value']}`" for category in categories[:12])
    return f": {values}" + (f" and {len(categories) - 12} more" if len(categories) > 12 else "")
