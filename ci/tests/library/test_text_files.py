"""Texts in files: encodings, and what is refused with which words."""

import os
import stat
import subprocess
import sys

import pytest

import digigov
from digigov import extract_claims
from digigov.i18n import language
from digigov.text import TextError, files, read_text

LINE = "截至2022年底，全省政务服务平台实名用户超过4200万人，总使用量近36亿人次，服务应用不断创新。"
TRADITIONAL = (
    "截至2022年底，全省政務服務平臺實名用戶超過4200萬人，總使用量近36億人次，服務應用不斷創新。"
)


def refused(function, *arguments):
    with pytest.raises(TextError) as caught:
        function(*arguments)
    return str(caught.value)


@pytest.fixture
def file(tmp_path):
    def write(content):
        path = tmp_path / "text.txt"
        path.write_bytes(content)
        return path

    return write


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("gbk", "gb18030"),
        ("gb18030", "gb18030"),
    ],
)
def test_encoding_is_found_and_told(file, encoding, told):
    found = read_text(file((LINE + "\r\n" + LINE).encode(encoding)))
    assert (found.text, found.encoding, found.lost) == (LINE + "\n" + LINE, told, 0)
    assert len(extract_claims(found.text)) == 4


def test_big5_is_found(file):
    found = read_text(file(TRADITIONAL.encode("big5")))
    assert (found.text, found.encoding) == (TRADITIONAL, "big5")


def test_file_with_lost_bytes_is_read_and_the_loss_counted(file):
    content = bytearray("\n".join([LINE] * 20).encode("gbk"))
    del content[30]
    found = read_text(file(bytes(content)))
    assert found.encoding == "gbk"
    assert found.lost >= 1
    assert len(extract_claims(found.text)) >= 38


def test_mark_at_the_start_of_a_text_is_no_character():
    assert len(extract_claims("\ufeff" + LINE)) == 2


@pytest.mark.parametrize("content", [b"", b" \r\n\t\n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_empty_file_is_refused(file, content):
    path = file(content)
    assert refused(read_text, path) == f"{path} is empty"


def test_nothing_of_a_file_that_is_refused_is_quoted(file):
    path = file(b"root:x:0:0:root:/root:/bin/bash")
    assert refused(read_text, path) == f"{path} holds no Chinese characters"
    path = file("秘密の言葉です。".encode())
    assert "秘密" not in refused(read_text, path)


def test_japanese_is_not_taken_for_chinese(file):
    path = file("これは2022年の調査です。利用者は10億人を超えた。".encode())
    assert "is Japanese, not Chinese" in refused(read_text, path)
    assert "is Japanese, not Chinese" in refused(
        extract_claims, "日本語のテキストを読みます。" * 10
    )


def test_picture_is_refused(file):
    assert "is not a text in" in refused(
        read_text, file(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
    )


def test_missing_file_is_refused_with_the_folder_that_was_searched(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert refused(read_text, "article.txt") == f"article.txt does not exist (looked in {tmp_path})"


def test_folder_is_refused(tmp_path):
    assert refused(read_text, tmp_path) == f"{tmp_path} is a folder; name a text file in it"


def test_a_device_without_an_end_is_refused_unread():
    assert refused(read_text, "/dev/zero").endswith("but a device or a pipe")


def test_a_pipe_that_nobody_writes_to_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert refused(read_text, tmp_path / "pipe").endswith("but a device or a pipe")


def test_a_file_that_grows_while_it_is_read_is_read_up_to_the_limit(file, monkeypatch):
    monkeypatch.setattr(files, "LARGEST", 10)
    path = file("全市500万人".encode())
    monkeypatch.setattr(files.os, "fstat", lambda _file: os.stat_result([stat.S_IFREG] + [0] * 9))
    assert refused(read_text, path).endswith("11 bytes; at most 10 are read")


def test_a_name_that_no_file_can_have_is_refused(tmp_path):
    assert "cannot be read" in refused(read_text, f"{tmp_path}/a\0b")


def test_too_large_file_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(50_000_001)
    assert "50,000,001 bytes; at most 50,000,000 are read" in refused(read_text, path)


def test_refusals_speak_chinese():
    with language("zh"):
        assert refused(extract_claims, "") == "text是空的"


@pytest.mark.parametrize("text", ["", "  \n\n", "\ufeff\u3000"])
def test_empty_text_is_refused(text):
    assert refused(extract_claims, text) == "text is empty"


@pytest.mark.parametrize(
    "text",
    [
        (LINE * 5).encode("utf-8").decode("gbk", errors="replace"),
        (LINE * 5).encode("gbk").decode("big5", errors="replace"),
    ],
)
def test_text_in_a_wrong_encoding_is_refused(text):
    assert "are everyday Chinese: it was decoded in a wrong encoding" in refused(
        extract_claims, text
    )


def test_text_in_latin_letters_is_refused():
    mojibake = LINE.encode("gbk").decode("latin-1")
    assert "holds no Chinese characters" in refused(extract_claims, mojibake)


@pytest.mark.parametrize("text", [None, b"bytes", 7])
def test_what_is_no_text_is_refused(text):
    with pytest.raises(TypeError, match=r"not str; digigov\.text\.read_text\(\) reads a file"):
        extract_claims(text)


def test_chinese_text_without_figures_has_no_claims():
    table = extract_claims("各地区百花齐放，统筹推进数字化建设。")
    assert table.empty
    assert table["value"].dtype == "float64"


@pytest.mark.parametrize("separator", ["\n", ""], ids=["lines", "one line"])
def test_work_grows_with_the_length_and_not_faster(separator):
    def calls(copies):
        made = 0

        def count(_frame, event, _argument):
            nonlocal made
            made += event in ("call", "c_call")

        sys.setprofile(count)
        try:
            claims = extract_claims((LINE + separator) * copies)
        finally:
            sys.setprofile(None)
        assert len(claims) == 2 * copies
        return made

    calls(1)  # imports
    assert 4 * calls(50) >= calls(200)


def test_five_megabytes_do_not_hang(file):
    copies = 5_000_000 // len((LINE + "\n").encode())
    path = file(((LINE + "\n") * copies).encode())
    assert len(extract_claims(read_text(path).text)) == 2 * copies


def test_extraction_is_imported_at_first_use_only():
    code = (
        "import sys, digigov\n"
        "assert not {'digigov.text', 'opencc', 'rjieba', 'cn2an'} & set(sys.modules)\n"
        "assert digigov.extract_claims('用户10亿人')['value'].item() == 1e9\n"
        "assert 'digigov.text' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_other_names_of_the_package_are_still_unknown():
    with pytest.raises(AttributeError, match="no attribute 'extract_claim'"):
        _ = digigov.extract_claim
