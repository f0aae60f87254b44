"""The datasets: what `load` gives and refuses, and each gate with something that it must catch."""

from __future__ import annotations

import copy
import importlib.util
import json
import os
import pickle
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import typer

from digigov import data, i18n
from digigov.course.data import gate as datasets
from digigov.course.data.relations.base import ARITHMETIC
from digigov.data import DatasetError, cite, load, read_package
from digigov.lesson import prepare

ROOT = Path(__file__).parents[3]
NAMES = [resource["name"] for resource in read_package(ROOT / "datasets")["resources"]]
PAIRS = [(name, lang) for name in NAMES for lang in ("en", "zh")]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A copy of the datasets that a test may break; `load` reads this one."""
    copied = tmp_path / "datasets"
    shutil.copytree(ROOT / "datasets", copied)
    monkeypatch.setenv(data.DATASETS_VARIABLE, str(copied))
    # What the lessons use is tested on its own.
    monkeypatch.setattr(datasets, "read_course", lambda: {"lessons": [{"datasets": NAMES}]})
    return copied


def replace(path: Path, old: str, new: str) -> None:
    """Replace text that occurs in a file, once."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {path.name}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")


def gates(folder: Path, *, file: str | None = None) -> set[str]:
    """Names of the gates that object."""
    found = datasets.check_datasets(folder)
    return {problem.gate for problem in found if not file or problem.file == f"datasets/{file}"}


# What load gives


@pytest.mark.parametrize(("name", "lang"), PAIRS)
def test_every_dataset_loads_in_both_languages_with_its_description(name, lang):
    frame = load(name, lang)

    assert len(frame) > 0
    assert not [column for column in frame if column.endswith("_en")]
    assert set(frame.attrs["labels"]) == set(frame.columns)
    assert frame.attrs["name"] == name
    resources = {one["name"]: one for one in read_package(ROOT / "datasets")["resources"]}
    assert resources[name]["accessed"] in frame.attrs["citation"]
    for column, labels in frame.attrs["categories"].items():
        assert set(frame[column].dropna()) <= set(labels)
        assert all(labels.values())


@pytest.mark.parametrize("name", NAMES)
def test_titles_labels_and_categories_are_chinese_in_the_chinese_edition(name):
    def is_chinese(text):
        return any("\u4e00" <= letter <= "\u9fff" for letter in text)

    attrs = load(name, "zh").attrs

    assert is_chinese(attrs["title"])
    assert is_chinese(attrs["citation"])
    # A few labels are the same in every language: %.
    labels = [*attrs["labels"].values()]
    labels += [label for column in attrs["categories"].values() for label in column.values()]
    assert [label for label in labels if not is_chinese(label) and len(label) > 1] == []


def test_a_pair_of_columns_becomes_one_in_the_language_of_the_lesson():
    english, chinese = load("provinces", "en"), load("provinces", "zh")

    assert english["name"].iloc[1] == "Beijing"
    assert chinese["name"].iloc[1] == "北京"
    assert list(english.columns) == list(chinese.columns)


def test_the_language_is_that_of_the_running_lesson():
    from digigov.i18n import set_language

    set_language("zh")

    assert load("claims")["statement"].iloc[0] == load("claims", "zh")["statement"].iloc[0]


def test_a_column_without_a_partner_keeps_its_name():
    assert "subject_zh" in load("claims", "en")


def test_numbers_are_numbers_and_a_missing_rank_is_missing():
    egdi = load("egdi")

    assert egdi.dtypes[["year", "egdi", "rank"]].astype(str).tolist() == [
        "int64",
        "float64",
        "Int64",
    ]
    assert egdi.query("iso3 == 'WLD'")["rank"].isna().all()
    china = egdi.query("iso3 == 'CHN' and year == 2022").squeeze()
    assert (china["rank"], china["egdi"]) == (43, 0.8119)


def test_a_frame_that_was_changed_is_clean_at_the_next_load():
    first = load("claims")
    first.loc[:, "value"] = 0
    first.attrs["title"] = "spoilt"
    with pytest.raises(TypeError, match="cannot be changed"):
        first.attrs["labels"]["value"] = "spoilt"
    with pytest.raises(TypeError, match="cannot be changed"):
        first.attrs["labels"].update(value="spoilt")

    again = load("claims")

    assert again["value"].max() > 1e9
    assert again.attrs["title"] != "spoilt"
    assert again.attrs["labels"]["value"] != "spoilt"


def test_names_of_a_frame_survive_being_copied_and_sent_to_another_process():
    names = load("claims").attrs["labels"]

    for copied in (copy.copy(names), copy.deepcopy(names), pickle.loads(pickle.dumps(names))):
        assert copied == names
    assert {**names, "value": "mine"} != names


def test_content_that_was_typed_once_is_not_again(folder, monkeypatch):
    first = load("claims")
    monkeypatch.setattr(data, "_typed", lambda *_: pytest.fail("typed again"))

    pd.testing.assert_frame_equal(load("claims"), first)


def test_a_change_of_the_file_or_its_description_is_noticed_after_a_load(folder):
    good, title = load("claims"), load("claims").attrs["title"]
    claims, package = folder / "claims.csv", folder / "datapackage.json"
    before = claims.stat()

    replace(claims, "1374000000", "1375000000")
    # As a tool that keeps times would leave it: same size, same time.
    os.utime(claims, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(DatasetError, match="content was changed"):
        load("claims")
    replace(claims, "1375000000", "1374000000")
    pd.testing.assert_frame_equal(load("claims"), good)
    replace(package, title, "Another title")
    assert load("claims").attrs["title"] == "Another title"


def test_what_was_prepared_before_a_fork_is_noticed_when_it_changes(folder, tmp_path, monkeypatch):
    messages = tmp_path / "locale"
    shutil.copytree(i18n.LOCALE_DIR, messages)
    monkeypatch.setattr(i18n, "LOCALE_DIR", messages)

    prepare()
    replace(folder / "claims.csv", "1374000000", "1375000000")
    replace(messages / "library.zh.po", "Right.", "Rightly.")

    with pytest.raises(DatasetError, match="content was changed"):
        load("claims")
    assert "Rightly." in i18n.catalogue("zh")
    i18n.catalogue.cache_clear()


def test_loading_needs_neither_frictionless_nor_the_course_builder():
    code = (
        "import sys; from digigov.data import load; load('claims'); "
        "sys.exit(any(name.split('.')[0] == 'frictionless' or name.startswith('digigov.course') "
        "for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_wheel_finds_the_datasets_inside_the_package(tmp_path, monkeypatch):
    bundled = tmp_path / "digigov" / "_project"
    shutil.copytree(ROOT / "datasets", bundled / "datasets")
    monkeypatch.setattr(data, "__file__", str(tmp_path / "digigov" / "data.py"))

    assert data.project_root() == bundled
    assert len(load("systems")) == 20


# Citations


def test_citations_name_publisher_title_date_and_link_of_each_source_once():
    table = load("internet").query("report_no == 51 and metric == 'users'")

    (citation,) = cite(table, "en")

    for part in ("Global Times", "2023-03-03", "(<https://www.globaltimes.cn", "2026-11-22"):
        assert part in citation


def test_several_ids_in_one_cell_are_several_citations():
    assert len(cite("nbs_pop_repo;census5", "zh")) == 2


def test_a_copy_on_another_host_is_cited_without_a_link():
    (citation,) = cite("guomai_20190807", "en")

    assert "http" not in citation
    assert "copy" in citation


def test_an_unknown_source_is_refused_with_a_suggestion():
    with pytest.raises(DatasetError, match=r"'census6' is not known.*'census5'"):
        cite(["census6"])


# What load refuses: what is wrong, where, and how to put it right


def test_an_unknown_dataset_is_refused_with_a_suggestion_and_the_list():
    with pytest.raises(DatasetError, match=r"'claim' is not known.*egdi.*Did you mean 'claims'"):
        load("claim")


def test_an_error_in_a_notebook_is_one_line_without_a_traceback():
    with pytest.raises(DatasetError) as caught:
        load("claim")

    (line,) = caught.value._render_traceback_()
    assert line.startswith("DatasetError: Dataset 'claim'")


def spoil_number(folder):
    replace(folder / "claims.csv", "1374000000", "1364000000")


def spoil_hash(folder):
    package = read_package(folder)
    package["resources"][0]["hash"] = "sha256:" + "0" * 64
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")


def spoil_type(folder):
    replace(folder / "claims.csv", "1374000000", "many")


def spoil_range(folder):
    replace(folder / "egdi.csv", "2022,0.8119,", "2022,8.119,")


def spoil_category(folder):
    replace(folder / "claims.csv", "persons,exact", "persons,precise")


def spoil_pattern(folder):
    replace(folder / "claims.csv", "C01", "K1")


def spoil_required(folder):
    replace(folder / "claims.csv", "card_holders,1374000000,,persons", "card_holders,1374000000,,")


def spoil_key(folder):
    replace(folder / "claims.csv", "C02", "C01")


def spoil_row(folder):
    replace(folder / "claims.csv", "Guangdong,count", "Guangdong")


def spoil_header(folder):
    replace(folder / "claims.csv", "qualifier", "qualifer")


def spoil_quote(folder):
    replace(folder / "claims.csv", "C05,21,national_platform,", 'C05,21,national_platform,"x"')


def spoil_encoding(folder):
    text = (folder / "claims.csv").read_text(encoding="utf-8")
    (folder / "claims.csv").write_bytes(text.encode("gb18030"))


def spoil_existence(folder):
    (folder / "claims.csv").unlink()


SPOILT = {
    spoil_number: ("claims", "was changed"),
    spoil_hash: ("claims", "was changed"),
    spoil_type: ("claims", "line 12, column value: 'many' is not allowed; expected a number"),
    spoil_range: ("egdi", "column egdi: '8.119' is not allowed; allowed: 0 to 1"),
    spoil_category: ("claims", "column qualifier: 'precise' is not allowed; allowed: exact, over"),
    spoil_pattern: ("claims", "line 2, column claim_id: 'K1' is not allowed"),
    spoil_required: ("claims", "line 12, column unit: '' is not allowed; a value is required"),
    spoil_key: ("claims", "line 3, column claim_id: 'C01' is not allowed; each value may occur"),
    spoil_row: ("claims", "line 14 has 13 cells; the header has 14"),
    spoil_header: ("claims", "missing qualifier; unexpected 'qualifer'"),
    spoil_quote: ("claims", "line 6 is not CSV"),
    spoil_encoding: ("claims", "line 2 is not UTF-8"),
    spoil_existence: ("claims", "the file is missing"),
}


@pytest.mark.parametrize("spoil", SPOILT, ids=lambda spoil: spoil.__name__)
def test_load_refuses_a_spoilt_file_and_says_how_to_restore_it(folder, spoil):
    name, expected = SPOILT[spoil]
    spoil(folder)

    with pytest.raises(DatasetError) as caught:
        load(name)

    message = str(caught.value)
    assert expected in message
    assert f"{name}.csv" in message
    assert f"git restore datasets/{name}.csv" in message


@pytest.mark.parametrize("spoil", SPOILT, ids=lambda spoil: spoil.__name__)
def test_frictionless_refuses_what_load_refuses(folder, spoil):
    name = SPOILT[spoil][0]
    spoil(folder)
    package = read_package(folder)
    # Only the file and what it refers to: validating all of them takes seconds.
    chosen = [one for one in package["resources"] if one["name"] in (name, "systems")]

    found = datasets.validated(folder, {**package, "resources": chosen})

    assert f"datasets/{name}.csv" in {problem.file for problem in found}


def test_a_repeated_key_of_several_columns_is_refused(folder):
    path = folder / "platform_series.csv"
    replace(
        path,
        "national_integrated_platform,registered_users,2020-05",
        "national_integrated_platform,registered_users,2020-03",
    )

    with pytest.raises(DatasetError, match="line 3 repeats the key entity, metric, period"):
        load("platform_series")


def test_a_repeated_key_with_empty_parts_is_refused(folder):
    path = folder / "province_capability.csv"
    replace(path, "level_count,2020,2019,,,,high", "level_count,2020,2019,,,,very_high")

    with pytest.raises(DatasetError, match="repeats the key record, edition, code, level"):
        load("province_capability")


def test_a_fraction_where_a_whole_number_belongs_is_refused(folder):
    replace(folder / "provinces.csv", "2189", "2189.5")

    with pytest.raises(DatasetError, match=r"'2189.5' is not allowed; expected a whole number"):
        load("provinces")


def test_a_missing_or_broken_description_is_refused(folder):
    (folder / "datapackage.json").write_text("{", encoding="utf-8")
    with pytest.raises(
        DatasetError, match=r"not valid JSON.*git restore datasets/datapackage.json"
    ):
        load("claims")
    (folder / "datapackage.json").unlink()
    with pytest.raises(DatasetError, match=r"missing.*git restore datasets/datapackage.json"):
        load("claims")


def test_without_a_clone_the_archive_restores_a_file(folder, tmp_path):
    spoil_existence(folder)
    with (
        data.course_at(tmp_path),
        pytest.raises(DatasetError, match=r"To restore .*: unpack the course's archive again"),
    ):
        load("claims")


# The gate of the build


def test_the_datasets_of_the_course_pass_every_gate():
    assert [str(problem) for problem in datasets.check_datasets()] == []


def test_nothing_generated_is_stale():
    assert datasets.stale() == []


def test_a_changed_number_fails_the_hash_gate(folder):
    spoil_number(folder)

    assert "hash" in gates(folder, file="claims.csv")


def test_a_changed_number_with_a_fresh_hash_fails_the_arithmetic(folder):
    spoil_number(folder)
    datasets.refresh_hashes(folder)
    (folder / "README.md").write_text(datasets.readme(folder), encoding="utf-8")

    assert gates(folder) == {"arithmetic"}


def test_an_unknown_source_fails(folder):
    replace(folder / "internet.csv", "cnnic38_ithome", "cnnic38_nobody")

    assert "sources" in gates(folder, file="internet.csv")


def test_a_source_that_no_row_rests_on_fails(folder):
    path = folder / "internet.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("cnnic38_ithome", "cnnic39_cernet"), encoding="utf-8")

    assert "sources" in gates(folder, file="sources.csv")


def test_a_link_to_a_copy_fails(folder):
    replace(folder / "sources.csv", "2019-08-07,,", "2019-08-07,https://example.org/copy,")

    assert "sources" in gates(folder, file="sources.csv")


def test_a_text_in_one_language_only_fails(folder):
    replace(folder / "claims.csv", "全国政务服务“一张网”面向的人口", "")

    # The schema notices first: the statement is required.
    assert "schema" in gates(folder, file="claims.csv")
    shutil.copy(ROOT / "datasets" / "claims.csv", folder / "claims.csv")
    replace(folder / "policies.csv", "只查到年份", "")
    replace(folder / "policies.csv", "“两网一站四库十二金”；", "")
    assert "languages" in gates(folder, file="policies.csv")


def test_a_description_in_one_language_only_fails_and_is_shown_in_it(folder, monkeypatch):
    package = read_package(folder)
    said = package["resources"][0]["title"]
    del package["resources"][0]["title_zh"]
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    found = [str(one) for one in datasets.check_datasets(folder)]
    assert [one for one in found if f"resources: title_zh is missing: {said!r}" in one], found
    monkeypatch.setenv(data.DATASETS_VARIABLE, str(folder))
    assert load(package["resources"][0]["name"], "zh").attrs["title"] == said


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("policies.csv", "2022-06-06", "2022-02-30"),
        ("policies.csv", "2022-06-06", "2022-13-06"),
        ("policies.csv", "2025-01-01", "2027-01-01"),
        ("internet.csv", "38,2016-06,users", "38,2016-16,users"),
        ("platform_series.csv", "yueshengshi,services,2018-05", "yueshengshi,services,2018-06"),
    ],
)
def test_an_impossible_date_fails(folder, file, old, new):
    replace(folder / file, old, new)

    assert "dates" in gates(folder, file=file)


def test_a_duplicate_key_fails(folder):
    spoil_key(folder)

    assert "schema" in gates(folder, file="claims.csv")


def test_a_reference_to_an_unknown_system_fails(folder):
    replace(folder / "systems.csv", "policy_framework,Policy", "institutions,Policy")

    assert gates(folder)


def test_a_file_that_is_not_described_fails(folder):
    (folder / "extra.csv").write_text("a\n1\n", encoding="utf-8")

    assert gates(folder) == {"package"}


def test_a_dataset_that_no_lesson_names_fails(folder, monkeypatch):
    lessons = {"lessons": [{"datasets": [name for name in NAMES if name != "policies"]}]}
    monkeypatch.setattr(datasets, "read_course", lambda: lessons)

    assert gates(folder, file="policies.csv") == {"unused"}


def test_a_stale_data_dictionary_fails_and_a_new_one_mends_it(folder):
    replace(folder / "README.md", "# Digital", "# Analogue")
    assert gates(folder) == {"stale"}

    (folder / "README.md").write_text(datasets.readme(folder), encoding="utf-8")
    assert gates(folder) == set()
    assert datasets.refresh_hashes(folder) == []


def test_the_data_dictionary_names_every_field_and_every_undetermined_licence():
    text = datasets.readme()

    for resource in read_package()["resources"]:
        for field in resource["schema"]["fields"]:
            assert f"| `{field['name']}` |" in text
    assert "undetermined" in text


def test_what_a_person_reads_names_no_path_of_one_machine():
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "datasets").iterdir())

    assert not re.search(r"(?<![\w/.:])(?:\.\./|/(?:home|root|tmp|usr|var)/)", text)


# Arithmetic: each relation notices something that breaks it

BREAKS = {
    "index_is_mean_of_components": ("egdi", "iso3 == 'CHN' and year == 2022", "tii", 0.8),
    "rank_follows_from_index": ("egdi", "iso3 == 'CHN' and year == 2022", "rank", 44),
    "world_row_is_mean_of_countries": ("egdi", "iso3 == 'WLD' and year == 2022", "hci", 0.71),
    "every_edition_has_every_member_state": ("egdi", "iso3 == 'CHN' and year == 2022", "hci", None),
    "provinces_and_servicemen_make_the_nation": (
        "provinces", "name_en == 'Tibet'", "pop_2022_10k", 400),
    "population_changes_smoothly": ("provinces", "name_en == 'Tibet'", "pop_2022_10k", 400),
    "gdp_revision_is_small": ("provinces", "name_en == 'Henan'", "gdp_2022_100m_yuan", 64000),
    "gdp_per_head_is_plausible": ("provinces", "name_en == 'Henan'", "gdp_2022_100m_yuan", 9999),
    "areas_make_the_country": ("provinces", "name_en == 'Tibet'", "area_km2", 1_350_000),
    "urban_share_rises_slowly": ("provinces", "name_en == 'Shanghai'", "urban_share_2022_pct", 88),
    "urban_share_coverage_is_explained": (
        "provinces", "name_en == 'Beijing'", "urban_share_2020_coverage", 0.9),
    "national_share_of_the_aged_is_the_mean": (
        "provinces", "name_en == 'Sichuan'", "aged65_share_2020_pct", 15.2),
    "national_penetration_is_that_of_the_survey": (
        "provinces", "code == '000000'", "internet_penetration_2022_pct", 75.5),
    "tiles_make_a_map": ("provinces", "name_en == 'Hainan'", "grid_col", 6),
    "residual_of_the_hotline_closes_the_sum": (
        "platform_series", "entity == 'beijing_12345' and metric == 'cases' and period == '2023'",
        "value", 21e6),
    "hotline_figures_fit_each_other": (
        "platform_series", "metric == 'complaints_cumulative_since_2019'", "value", 13e6),
    "levels_do_not_fall": (
        "platform_series", "entity == 'yueshengshi' and metric == 'services' and period == '2019-07'",
        "value", 1700),
    "mature_stocks_grow_slowly": (
        "platform_series", "entity == 'electronic_social_security_card' and period == '2023-12'",
        "value", 866e6),
    "coverage_is_holders_per_population": (
        "platform_series",
        "entity == 'social_security_card' and metric == 'holders' and period == '2017-05'",
        "value", 1.05e9),
    "market_entities_are_the_sum_of_their_kinds": (
        "platform_series", "metric == 'enterprises' and period == '2022-05'", "value", 52e6),
    "two_sources_of_one_figure_agree": (
        "platform_series", "entity == 'national_gov_service_platform' and period == '2020-12'",
        "value", 808e6),
    "ratios_in_words_hold": (
        "platform_series", "entity == 'suishenban' and metric == 'monthly_active_share'",
        "value", 32),
    "parts_stay_within_wholes": (
        "platform_series", "metric == 'zero_visit_services'", "value", 1700),
    "all_province_units_were_connected": (
        "platform_series", "metric == 'provincial_units_connected'", "value", 33),
    "settlements_across_provinces_fit_each_other": (
        "platform_series", "metric == 'advances_spared'", "value", 15.367e9),
    "percentages_stay_below_hundred": (
        "platform_series", "metric == 'township_coverage'", "value", 109),
    "users_and_penetration_give_the_population": (
        "internet", "period == '2024-12' and metric == 'users'", "value", 1.15e9),
    "town_and_country_make_the_whole": (
        "internet", "period == '2021-06' and group == 'rural'", "value", 300e6),
    "rural_users_fit_the_rural_population": (
        "internet", "period == '2023-12' and group == 'rural' and metric == 'users'",
        "value", 350e6),
    "shares_fit_the_counts": (
        "internet", "metric == 'share_of_users' and group == 'rural'", "value", 28),
    "use_of_the_internet_does_not_fall": (
        "internet", "period == '2022-06' and metric == 'penetration' and group == 'rural'",
        "value", 57),
    "elderly_population_grows_steadily": (
        "internet", "period == '2025-06' and metric == 'users' and group == '60plus'",
        "value", 177e6),
    "elderly_users_implied_by_a_share_go_on_growing": (
        "internet", "period == '2025-12' and metric == 'share_of_users'", "value", 14),
    "government_service_users_are_users": (
        "internet", "period == '2020-12' and metric == 'egov_service_users'", "value", 990e6),
    "reports_come_twice_a_year": ("internet", "period == '2020-03'", "report_no", 44),
    "harder_skills_are_rarer": ("internet", "group == 'student_users'", "value", 80),
    "level_counts_are_shares_of_all_units": (
        "province_capability", "edition == 2022 and level == 'high'", "n_units", 13),
    "scores_lie_within_their_level": (
        "province_capability", "province_en == 'Hebei' and edition == 2020", "score", 79),
    "named_units_agree_with_the_counts": (
        "province_capability", "province_en == 'Hebei' and edition == 2020", "level", "medium"),
    "ranks_follow_scores": (
        "province_capability", "province_en == 'Hebei' and edition == 2020", "score", 88),
    "data_are_of_the_year_before": ("province_capability", "edition == 2018", "data_year", 2018),
    "units_carry_their_names": (
        "province_capability", "province_en == 'Hebei'", "code", "140000"),
    "sections_make_the_totals": (
        "industry_classes", "scope_code == 'C' and level == 'class'", "n_classes", 610),
    "divisions_are_those_of_their_sections": (
        "industry_divisions", "code == 'C27'", "code", "B13"),
    "check_characters_follow_from_the_code": (
        "credit_codes", "body_en == 'Zhejiang University'", "code", "12100000470095016R"),
    "comparisons_are_about_figures": (
        "comparisons", "kind == 'conflict'", "compared_with", "internet/2020-12/users/town"),
    "what_is_said_of_figures_holds": (
        "platform_series", "metric == 'daily_uses'", "value", 90_000),
    "claims_on_the_index_are_in_the_table": ("claims", "claim_id == 'C19'", "value", 46),
    "claims_on_industry_are_in_the_classification": ("claims", "claim_id == 'C09'", "value", 701),
    "claims_on_the_card_fit_the_population": ("claims", "claim_id == 'C12'", "value", 97.6),
    "bounds_hold_and_are_close": ("claims", "claim_id == 'C06'", "value", 93),
    "claims_on_platforms_lie_between_neighbours": ("claims", "claim_id == 'C04'", "value", 87e9),
    "count_of_top_regions_does_not_fall": ("claims", "claim_id == 'C21'", "value", 15),
    "claims_agree_with_their_wording": ("claims", "claim_id == 'C25'", "value", 11),
    "claims_agree_with_their_system": ("claims", "claim_id == 'C16'", "value", 16),
    "part_of_the_course_follows_from_the_lesson": (
        "systems", "system == 'un_egdi'", "lesson", "08"),
    "documents_are_adopted_before_published": (
        "policies", "policy_id == 'P15'", "date_published", "2022-06-05"),
    "documents_named_are_as_many_as_claimed": (
        "policies", "policy_id == 'P20'", "named_position", 7),
    "a_document_refers_to_an_earlier_one": (
        "policies", "policy_id == 'P17'", "refers_to", "P18"),
    "document_numbers_fit_their_dates": (
        "policies", "policy_id == 'P15'", "doc_number", "国发〔2021〕14号"),
}  # fmt: skip  # a change a line, under its relation


@pytest.fixture(scope="module")
def tables():
    found, problems = datasets.read_tables(ROOT / "datasets", read_package(ROOT / "datasets"))
    assert not problems
    return found


def test_every_relation_has_a_case_that_breaks_it():
    assert set(BREAKS) == set(ARITHMETIC)


@pytest.mark.parametrize("name", BREAKS)
def test_a_relation_holds_and_notices_what_breaks_it(tables, name):
    dataset, rows, column, value = BREAKS[name]
    _about, relation = ARITHMETIC[name]
    broken = tables[dataset].copy()
    chosen = broken.query(rows).index
    assert len(chosen), "the case names no row"
    broken.loc[chosen, column] = pd.NA if value is None else value

    assert list(relation(tables)) == []
    assert list(relation({**tables, dataset: broken}))


# What is said about figures: (dataset, rows, column, value) that only the kind gives away
SAID = {
    "share": ("comparisons", "figure.str.contains('cases_by_phone')", "value", 90.72),
    "share of residents": ("provinces", "name_en == 'Guangdong'", "pop_2023_10k", 12_800),
    "growth": ("comparisons", "figure.str.contains('total/2022-05')", "value", 3.9),
    "growth, figure": (
        "internet",
        "period == '2020-12' and metric == 'egov_service_users'",
        "value",
        850e6,
    ),
    "increase": ("comparisons", "figure == 'internet/2025-06/penetration/rural'", "value", 1.7),
    "increase, derived": ("platform_series", "metric == 'cases_alternative'", "value", 7.2e6),
    "part": ("comparisons", "kind == 'part'", "value", 13_820_000),
    "below": ("internet", "period == '2025-12' and metric == 'egov_service_users'", "value", 973e6),
    "tie": ("comparisons", "figure == 'egdi/TLS/2020/rank'", "compared_with", "egdi/PER/2020/rank"),
    "restated": ("platform_series", "metric == 'departments_connected'", "value", 45),
    "restated share": ("provinces", "name_en == 'Henan'", "urban_share_2020_coverage", 1.0),
}


@pytest.mark.parametrize("kind", SAID)
def test_what_is_said_of_a_figure_is_held_against_it_by_its_kind(tables, kind):
    dataset, rows, column, value = SAID[kind]
    broken = tables[dataset].copy()
    (chosen,) = broken.query(rows).index
    broken.loc[chosen, column] = value
    _about, relation = ARITHMETIC["what_is_said_of_figures_holds"]

    assert len(list(relation({**tables, dataset: broken}))) == 1


@pytest.mark.parametrize(
    ("kind", "relation"),
    [
        ("misfit", "index_is_mean_of_components"),
        ("tie", "rank_follows_from_index"),
        ("conflict", "ranks_follow_scores"),
        ("conflict", "levels_do_not_fall"),
        ("restated", "urban_share_coverage_is_explained"),
    ],
)
def test_an_exception_holds_only_where_it_is_said(tables, kind, relation):
    without = tables["comparisons"].query("kind != @kind")
    _about, function = ARITHMETIC[relation]

    assert list(function({**tables, "comparisons": without}))


def test_a_share_that_was_recomputed_is_held_against_it(tables):
    other = tables["comparisons"].copy()
    other.loc[other["kind"] == "recomputed", "value"] = 12.5

    found = list(
        ARITHMETIC["national_share_of_the_aged_is_the_mean"][1]({**tables, "comparisons": other})
    )

    assert found == ["Jilin: 12.5 from its prefectures", "Hainan: 12.5 from its prefectures"]


@pytest.mark.parametrize(
    ("column", "kind", "value", "expected"),
    [
        ("figure", "below", "internet/2025-12/users/none", "figure .* is not a figure"),
        ("value", "growth", None, "below, conflict, tie alone have none"),
        ("value", "tie", 1, "below, conflict, tie alone have none"),
        ("compared_with", "share", None, "misfit, recomputed, restated alone have none"),
        ("compared_with", "restated", "internet/2020-12/users/all", "alone have none"),
    ],
)
def test_a_comparison_names_figures_and_has_what_its_kind_needs(
    tables, column, kind, value, expected
):
    broken = tables["comparisons"].copy()
    broken.loc[broken["kind"] == kind, column] = value

    found = list(ARITHMETIC["comparisons_are_about_figures"][1]({**tables, "comparisons": broken}))

    assert len(found) == (broken["kind"] == kind).sum()
    assert all(re.search(expected, line) for line in found)


def test_no_relation_reads_a_note(tables):
    silent = {
        name: table.drop(columns=[column for column in table if column.startswith("notes_")])
        for name, table in tables.items()
    }

    assert any(len(silent[name].columns) < len(tables[name].columns) for name in tables)
    assert datasets.check_arithmetic(silent) == []


def test_every_relation_says_in_a_sentence_what_has_to_be_true():
    for name, (dataset, function) in ARITHMETIC.items():
        assert dataset in NAMES
        assert function.__doc__.split("\n")[0].endswith("."), name


def test_source_that_was_read_before_it_was_published_is_named(tables):
    package = read_package(ROOT / "datasets")
    assert list(datasets._dates(package, tables)) == []
    sources = tables["sources"].copy()
    row = sources.index[sources["published"].notna()][0]
    sources.loc[row, "accessed"] = "1999-01-01"
    (problem,) = datasets._dates({"resources": []}, {**tables, "sources": sources})
    assert "accessed 1999-01-01, before it was published" in str(problem)


def test_a_row_that_a_relation_needs_is_missed(tables):
    without = tables["claims"].query("claim_id != 'C11'")

    found = datasets.check_arithmetic({**tables, "claims": without})

    assert any("missing" in problem.message for problem in found)


# The measurement


@pytest.fixture(scope="module")
def perturb():
    spec = importlib.util.spec_from_file_location("perturb", ROOT / "ci" / "perturb.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["perturb"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("text", "up", "down"),
    [("97.3", "107.0", "87.6"), ("3", "4", "2"), ("1374000000", "1511400000", "1236600000")],
)
def test_a_figure_moves_by_ten_per_cent_with_its_decimals_and_by_one_at_least(
    perturb, text, up, down
):
    assert (perturb.moved(text, 1), perturb.moved(text, -1)) == (up, down)


def test_the_measurement_fails_when_a_change_passes_the_hash_gate(perturb, folder, monkeypatch):
    assert perturb.main(dataset=["industry_classes"], cells=1, seed=1, listed=False) is None

    monkeypatch.setenv(data.DATASETS_VARIABLE, str(folder))
    monkeypatch.setattr(perturb, "hash_objects", lambda change: False)
    with pytest.raises(typer.Exit) as caught:
        perturb.main(dataset=["industry_classes"], cells=1, seed=1, listed=False)
    assert caught.value.exit_code == 1
