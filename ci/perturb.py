"""Measures the gates of the datasets: does changing one figure by ten per cent turn CI red?

Every value of `claims`, and twenty random numeric cells of each other table, are moved up and down
by ten per cent, one at a time, in a temporary copy. Two questions are asked of each change:

- does the hash gate refuse it (it has to, always)?
- with the hash brought up to date, as if the change had been meant: does the content give it
  away? The content checks are in `CONTENT_CHECKS`, asked in order until one objects.

    python ci/perturb.py
    python ci/perturb.py --dataset claims --list
"""

from __future__ import annotations

import csv
import io
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from digigov.course.data.gate import read_tables, refresh_hashes
from digigov.course.data.relations import check_arithmetic
from digigov.course.lessons import finished_lessons
from digigov.course.runs.executor import Executor
from digigov.course.runs.run import matrix
from digigov.data import DATASETS_VARIABLE, DatasetError, datasets_dir, load, read_package
from digigov.i18n import SOURCE_LANGUAGE

console = Console()


@dataclass(frozen=True)
class Change:
    """One cell of one dataset, and what it is changed to."""

    dataset: str
    path: str
    row: int
    column: str
    before: str
    after: str
    key: str

    def __str__(self) -> str:
        return f"{self.dataset}, {self.key}, {self.column}: {self.before} → {self.after}"


def changes(
    folder: Path, package: Mapping[str, Any], cells: int, rng: random.Random
) -> Iterator[Change]:
    """Both changes of each cell that is measured: all claims, a sample of every other table."""
    for resource in package["resources"]:
        name, fields = resource["name"], resource["schema"]["fields"]
        numeric = [field for field in fields if field["type"] != "string"]
        if name == "claims":
            numeric = [field for field in numeric if field["name"] == "value"]
        rows = list(csv.DictReader(io.StringIO((folder / resource["path"]).read_text("utf-8"))))
        # Ten per cent of zero is no change.
        candidates = [
            (row, field["name"])
            for row in range(len(rows))
            for field in numeric
            if rows[row][field["name"]] and float(rows[row][field["name"]])
        ]
        if name != "claims":
            candidates = rng.sample(candidates, min(cells, len(candidates)))
        key = resource["schema"].get("primaryKey") or ["edition", "code", "level"]
        for row, column in candidates:
            before = rows[row][column]
            for sign in (1, -1):
                yield Change(
                    name,
                    resource["path"],
                    row,
                    column,
                    before,
                    moved(before, sign),
                    " ".join(filter(None, (rows[row].get(part) for part in key))),
                )


def moved(text: str, sign: int) -> str:
    """The number ten per cent away, with as many decimals; at least one unit of its last digit."""
    decimals = len(text.partition(".")[2])
    step = max(round(abs(float(text)) / 10, decimals), 10.0**-decimals)
    return f"{float(text) + sign * step:.{decimals}f}"


def apply(change: Change, folder: Path) -> None:
    """Write the change into a copy of the datasets."""
    path = folder / change.path
    header, *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
    rows[change.row][header.index(change.column)] = change.after
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def hash_objects(change: Change) -> bool:
    """Whether `load` refuses the changed file; ``DIGIGOV_DATASETS`` names the copy."""
    try:
        load(change.dataset)
    except DatasetError:
        return True
    return False


def schema_objects(folder: Path, change: Change) -> bool:
    """Whether the changed figure breaks the schema: out of range, a repeated key."""
    return bool(read_tables(folder, read_package(folder))[1])


def arithmetic_objects(folder: Path, change: Change) -> bool:
    """Whether a relation between the figures no longer holds."""
    return bool(check_arithmetic(read_tables(folder, read_package(folder))[0]))


ContentCheck = Callable[[Path, Change], bool]


def lessons_object(folder: Path, change: Change) -> bool:
    """Whether a lesson that uses the dataset fails at its default parameters."""
    using = [one for one in finished_lessons() if change.dataset in one.entry["datasets"]]
    records = Executor(matrix(using, [SOURCE_LANGUAGE]), jobs=2).execute()
    return any(record.status != "passed" for record in records)


CONTENT_CHECKS: dict[str, ContentCheck] = {
    "schema": schema_objects,
    "arithmetic": arithmetic_objects,
    "lessons": lessons_object,
}
"""Checks that look at a folder of datasets whose hashes are up to date, cheap ones first: functions
of the folder and the change that return whether they object."""


def measure(found: list[Change], published: Path) -> dict[Change, tuple[bool, str | None]]:
    """For each change: whether the hash gate refuses it, and the content check that objects."""
    results = {}
    with (
        tempfile.TemporaryDirectory(prefix="digigov-perturb-") as name,
        Progress(console=console, transient=True) as progress,
    ):
        folder = Path(name) / "datasets"
        shutil.copytree(published, folder)
        os.environ[DATASETS_VARIABLE] = str(folder)
        package = (folder / "datapackage.json").read_bytes()
        for change in progress.track(found, description="changing one figure at a time"):
            content = (folder / change.path).read_bytes()
            apply(change, folder)
            refused = hash_objects(change)
            refresh_hashes(folder)
            objecting = (name for name, check in CONTENT_CHECKS.items() if check(folder, change))
            results[change] = refused, next(objecting, None)
            (folder / change.path).write_bytes(content)
            (folder / "datapackage.json").write_bytes(package)
    return results


def report(results: Mapping[Change, tuple[bool, str | None]], *, listed: bool) -> None:
    """Print the share of the changes that each gate catches, by dataset."""
    table = Table("dataset", "changes", "hash gate", *CONTENT_CHECKS, "any content check")
    for column in table.columns[1:]:
        column.justify = "right"
    datasets = dict.fromkeys(change.dataset for change in results)
    for name in [*datasets, "all"]:
        chosen = [result for change, result in results.items() if name in (change.dataset, "all")]
        caught = [sum(by == check for _refused, by in chosen) for check in CONTENT_CHECKS]
        table.add_row(
            name,
            str(len(chosen)),
            f"{sum(refused for refused, _by in chosen) / len(chosen):.0%}",
            *map(str, caught),
            f"{sum(caught) / len(chosen):.0%}",
            end_section=name == list(datasets)[-1],
        )
    console.print(table)
    if listed:
        for change in (change for change, (_refused, by) in results.items() if by is None):
            console.print(f"not seen in the content: {change}", highlight=False, soft_wrap=True)


def main(
    dataset: Annotated[
        list[str] | None, typer.Option(help="Only this dataset; may be repeated.")
    ] = None,
    cells: Annotated[int, typer.Option(min=1, help="Cells of each table but claims.")] = 20,
    seed: Annotated[int, typer.Option(help="Seed of the sample.")] = 20231122,
    listed: Annotated[
        bool, typer.Option("--list", help="Also list what the content does not give away.")
    ] = False,
) -> None:
    """Change one figure at a time by ten per cent and report which gates notice."""
    published = datasets_dir()
    package = read_package(published)
    known = [resource["name"] for resource in package["resources"]]
    if unknown := set(dataset or ()) - set(known):
        console.print(f"perturb: {', '.join(unknown)} is not known; datasets: {', '.join(known)}")
        raise typer.Exit(2)
    found = [
        change
        for change in changes(published, package, cells, random.Random(seed))
        if not dataset or change.dataset in dataset
    ]
    if not found:
        console.print("perturb: these datasets have no numeric cells")
        raise typer.Exit(2)
    results = measure(found, published)
    report(results, listed=listed)
    missed = [change for change, (refused, _by) in results.items() if not refused]
    if missed:
        for change in missed:
            console.print(f"the hash gate let it pass: {change}", style="red")
        raise typer.Exit(1)


if __name__ == "__main__":
    sys.exit(typer.run(main))
