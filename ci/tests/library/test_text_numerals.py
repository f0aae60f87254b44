"""Numerals: what they are worth, and where the libraries that read them are right and wrong."""

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digigov.text import numerals, read_numeral, repair
from digigov.text.repair import to_script

whole = st.integers(0, 10**12 - 1)


@given(whole)
def test_numeral_in_characters_round_trips(number):
    assert read_numeral(cn2an.an2cn(number, "low")).low == number


@given(whole)
def test_numeral_in_formal_characters_round_trips(number):
    assert read_numeral(cn2an.an2cn(number, "up")).low == number


@given(whole)
def test_digits_with_separators_round_trip(number):
    assert read_numeral(f"{number:,}").low == number
    assert read_numeral(str(number)).low == number


@given(
    st.integers(1, 10**7),
    st.integers(0, 3),
    st.sampled_from([("万", 10**4), ("亿", 10**8), ("万亿", 10**12)]),
)
def test_decimal_with_a_scale_is_exact(digits, decimals, scale):
    text, factor = scale
    written = f"{digits / 10**decimals:.{decimals}f}"
    assert read_numeral(written + text).low == pytest.approx(
        digits * factor / 10**decimals, rel=1e-15
    )


@given(st.integers(1, 8), st.sampled_from(["十", "百", "千", "万", "百万", "亿"]))
def test_two_digits_side_by_side_are_a_range(low, scale):
    digits = "零一二三四五六七八九"
    found = read_numeral(digits[low] + digits[low + 1] + scale)
    unit = read_numeral(scale).low
    assert (found.low, found.high) == (low * unit, (low + 1) * unit)


@pytest.mark.parametrize(
    ("text", "low", "high", "over"),
    [
        ("十四亿多", 1.4e9, 1.4e9, True),
        ("五千一百多万", 5.1e7, 5.1e7, True),
        ("七百余万", 7e6, 7e6, True),
        ("十几万", 1e5, 1e5, True),
        ("数十万", 1e5, 1e5, True),
        ("1.2万亿", 1.2e12, 1.2e12, False),
        ("3万5千", 35_000, 35_000, False),
        ("三五百", 300, 500, False),
        ("两三百万", 2e6, 3e6, False),
        ("一点五亿", 1.5e8, 1.5e8, False),
        ("百万", 1e6, 1e6, False),
        ("半", 0.5, 0.5, False),
        ("二〇二二", 2022, 2022, False),
        ("壹仟贰佰", 1200, 1200, False),
    ],
)
def test_numeral_is_read(text, low, high, over):
    found = read_numeral(text)
    assert (found.low, found.high, found.over) == (low, high, over)


@pytest.mark.parametrize("text", ["", "点", "万里", "3万5亿", "abc", "1.2.3", "七八个"])
def test_what_is_no_numeral_is_none(text):
    assert read_numeral(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十四亿", 1_400_000_000),
        ("两千一百七十", 2170),
        ("13.74亿", 1_374_000_000),
        ("3万5千", 35_000),
    ],
)
def test_cn2an_is_right_where_the_course_relies_on_it_or_could(text, value):
    assert cn2an.cn2an(text, "smart") == value == read_numeral(text).low


@pytest.mark.parametrize(
    "text", ["1.2万亿", "十几万", "七百余万", "2,170", "百万", "半", "一点五亿", "三五百"]
)
def test_cn2an_refuses_what_the_course_reads_itself(text):
    with pytest.raises(ValueError):
        cn2an.cn2an(text, "smart")
    assert read_numeral(text) is not None


@pytest.mark.parametrize(("text", "wrong"), [("两三", 23), ("三五", 35), ("七八", 78)])
def test_cn2an_reads_a_range_as_one_number(text, wrong):
    assert cn2an.cn2an(text, "smart") == wrong
    assert read_numeral(text).high < 10


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("乾淨", "干净"),
        ("乾隆", "乾隆"),
        ("頭髮", "头发"),
        ("發展", "发展"),
        ("後來", "后来"),
        ("皇后", "皇后"),
        ("著名", "著名"),
        ("複雜", "复杂"),
    ],
)
def test_opencc_converts_by_words(traditional, simplified):
    assert to_script(traditional, "simplified") == simplified


def test_opencc_is_wrong_without_a_word_to_go_by():
    # 看着 in simplified characters: 著 is kept where no word of the dictionary decides.
    assert to_script("看著", "simplified") == "看著"


def test_reading_inside_a_word_would_mislead_opencc():
    """Hence annotations are removed before the script is converted."""
    assert to_script("乾(qián)隆", "simplified") == "干(qián)隆"
    assert repair("乾(qián)隆").text == "乾隆"


ROLES = {
    "截至2022年底，用户10亿": [("2022", "date"), ("10亿", "claim")],
    "第三，推进“一网通办”": [("三", "ordinal"), ("一", "label")],
    "云政办〔2022〕18号": [("2022", "name"), ("18", "name")],
    "12345热线受理3万件": [("12345", "name"), ("3万", "claim")],
    "5G基站5万个": [("5", "name"), ("5万", "claim")],
    "排名第43位": [("43", "claim")],
    "坚持两个维护": [("两", "label")],
    "覆盖三个省": [("三", "claim")],
    "提供24小时服务": [("24", "name")],
    "须在24小时内办结": [("24", "claim")],
}


@pytest.mark.parametrize("text", ROLES)
def test_every_numeral_has_its_role(text):
    found = numerals(text)
    assert list(zip(found["numeral"], found["role"], strict=True)) == ROLES[text]
