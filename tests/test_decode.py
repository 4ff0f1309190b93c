"""Bytes to text: every encoding comes back exactly, and what is no text is refused."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.loading.decode import decode, is_blank
from index.model import LoadError

LABELS = [
    "规章",
    "行政规范性文件",
    "本年处理决定数量",
    "自 然 人",
    "总计",
    "0",
    "6181",
    "|",
    "\t",
    "\n",
]
LABELS += [
    "（一）予以公开",
    "石鼓镇",
    "2022年",
    "收费0.092万元；",
    "—",
    "\r\n",
    "危及“三安全一稳定”",
]
reports = st.lists(st.sampled_from(LABELS), min_size=20).map("".join)
ENCODINGS = ["utf-8", "gb18030", "utf-16-le", "utf-16-be", "utf-8-sig"]
SAMPLE = "示例镇2022年政府信息公开工作年度报告\n一、总体情况\n收到申请4件。\n" * 5


@settings(deadline=None, max_examples=60)
@given(reports, st.sampled_from(ENCODINGS))
def test_every_encoding_comes_back_exactly(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)).text == text


@settings(deadline=None, max_examples=60)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])), st.sampled_from(ENCODINGS[:4]))
def test_a_byte_order_mark_settles_any_text(text: str, encoding: str) -> None:
    assert decode("\ufeff".encode(encoding) + text.encode(encoding)).text == text


@settings(deadline=None, max_examples=100)
@given(st.binary(min_size=64, max_size=400))
def test_a_reading_holds_every_byte(data: bytes) -> None:
    try:
        text, encoding, damaged = decode(data)
    except LoadError:
        return
    assert damaged or text.encode(encoding) in (data, data[2:], data[3:], data[4:])


@pytest.mark.parametrize("size", [64, 500, 5000])
def test_random_bytes_are_refused(size: int) -> None:
    noise = random.Random(size)
    for _ in range(20):
        with pytest.raises(LoadError, match=r"不是文字|无法确定"):
            decode(noise.randbytes(size))


def test_utf8_under_a_wrong_charset_label_is_read_as_utf8() -> None:
    assert decode(SAMPLE.encode(), "gb2312").text == SAMPLE


def test_declared_big5_is_read() -> None:
    text = "示範鎮年度報告\n主動公開政府資訊，總計四件。\n" * 5
    assert decode(text.encode("big5"), "big5").text == text


def test_one_broken_byte_is_kept_visible_and_counted() -> None:
    data = SAMPLE.encode()
    decoded = decode(data.replace(b"4", b"\xff", 1))
    assert decoded.damaged == 1
    assert decoded.text == SAMPLE.replace("4", "\ufffd", 1)


def test_a_broken_byte_in_gb18030_leaves_the_other_lines_whole() -> None:
    lines = SAMPLE.encode("gb18030").split(b"\n")
    decoded = decode(b"\n".join([lines[0], b"\xff" + lines[1], *lines[2:]]))
    assert decoded.damaged
    assert decoded.text.split("\n")[2:] == SAMPLE.split("\n")[2:]


def test_a_text_cut_inside_a_character_is_counted_as_damaged() -> None:
    decoded = decode(SAMPLE.encode()[:-3])
    assert decoded.text == SAMPLE[:-2] + "\ufffd" and decoded.damaged == 1


def test_many_broken_bytes_are_refused() -> None:
    data = SAMPLE.encode("gb18030")
    with pytest.raises(LoadError, match="请"):
        decode(b"\xff".join(data[i : i + 10] for i in range(0, len(data), 10)))


def test_nul_bytes_in_utf8_text_are_binary() -> None:
    with pytest.raises(LoadError, match="不是文字"):
        decode(SAMPLE.encode() + b"\0\0\0")


def test_zero_width_text_is_blank() -> None:
    assert is_blank(" \u3000\u200b\ufeff\n") and not is_blank(" 镇 ")
