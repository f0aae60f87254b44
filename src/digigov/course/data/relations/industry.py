"""Relations of the classification of industries and of the social credit codes."""

from __future__ import annotations

from collections.abc import Iterator

from digigov.course.data.relations.base import Tables, one_value, relation

# Industry classes


@relation("industry_classes")
def sections_make_the_totals(tables: Tables) -> Iterator[str]:
    """Sums of sections are the sums of their sections; the official list has one class more."""
    wide = tables["industry_classes"].pivot_table(
        index="scope_code", columns="level", values="n_classes"
    )
    sections = wide[wide.index.str.fullmatch("[A-T]")]
    levels = ["division", "group", "class"]
    sums = {"ALL_counted": list(sections.index)}
    sums |= {code: code.split("+") for code in wide.index if "+" in code}
    for code, parts in sums.items():
        for level in levels:
            if sections.loc[parts, level].sum() != wide[level][code]:
                yield f"{level} of {code}: {wide[level][code]:.0f}, sum {sections.loc[parts, level].sum():.0f}"
    official = wide.loc["ALL_official"]
    if official["section"] != len(sections):
        yield f"{official['section']:.0f} sections, {len(sections)} listed"
    expected = wide.loc["ALL_counted", levels] + [0, 0, 1]
    if not (official[levels] == expected).all():
        yield f"official {official[levels].tolist()}, counted {wide.loc['ALL_counted', levels].tolist()}"
    title = tables["sources"].set_index("source_id")["title_en"]["js_gbt4754"]
    if f"{'/'.join(f'{official[level]:.0f}' for level in ['section', *levels])}" not in title:
        yield "the official totals are not those in the title of their source"
    for code, row in sections.iterrows():
        if not row["division"] <= row["group"] <= row["class"]:
            yield f"section {code} has fewer parts at a finer level"


@relation("industry_divisions")
def divisions_are_those_of_their_sections(tables: Tables) -> Iterator[str]:
    """Each section has as many divisions as were counted, with consecutive codes."""
    codes = tables["industry_divisions"]["code"]
    for section, numbers in codes.str[1:].astype(int).groupby(codes.str[0]):
        where = {"scope_code": section, "level": "division"}
        expected = one_value(tables["industry_classes"], "n_classes", **where)
        if len(numbers) != expected:
            yield f"section {section}: {len(numbers)} divisions, {expected:.0f} counted"
        if numbers.tolist() != list(range(numbers.min(), numbers.min() + len(numbers))):
            yield f"section {section}: the codes leave a gap or are out of order"


# Credit codes


@relation("credit_codes")
def check_characters_follow_from_the_code(tables: Tables) -> Iterator[str]:
    """Both check characters of a code follow from its other characters (GB 32100, GB 11714)."""
    for row, code in tables["credit_codes"]["code"].items():
        # The older standard counts every letter; the newer one leaves out I, O, S, V and Z.
        subject = sum(
            int(c, 36) * w for c, w in zip(code[8:16], (3, 7, 9, 10, 5, 8, 4, 2), strict=True)
        )
        if "0X987654321"[subject % 11] != code[16]:
            yield f"line {row + 2}: {code}, character 17"
        values = ["0123456789ABCDEFGHJKLMNPQRTUWXY".index(character) for character in code]
        if (
            sum(value * 3**place for place, value in enumerate(values[:17])) % 31
            != -values[17] % 31
        ):
            yield f"line {row + 2}: {code}, character 18"
