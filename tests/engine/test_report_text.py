"""Values as people see them."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.verdicts import HOSTILE, TEXTS
from vrss_contract.report.text import LINES, block, count, difference, duration, short, visible


@pytest.mark.parametrize(
    ("char", "shown"),
    [
        ("\t", r"\t"),
        ("\n", r"\n"),
        ("\r", r"\r"),
        ("\x00", r"\x00"),
        ("\x1b", r"\x1b"),
        ("\x7f", r"\x7f"),
        ("\x9b", r"\x9b"),
        ("\xa0", r"\xa0"),
        ("\u200b", r"\u200b"),
        ("\u202e", r"\u202e"),
        ("\u2028", r"\u2028"),
        ("\ud800", r"\ud800"),
        ("\U000e0001", r"\U000e0001"),
    ],
)
def test_a_character_that_draws_nothing_is_shown_as_its_escape(char: str, shown: str) -> None:
    assert visible(f"a{char}b") == f"a{shown}b"


def test_letters_of_any_script_and_backslashes_stay_as_they_are() -> None:
    text = "E'\\t' \u00e9 \u65e5\u672c \U0001f600"

    assert visible(text) == text


@given(TEXTS)
def test_visible_text_is_printable_and_the_same_when_shown_again(text: str) -> None:
    shown = visible(text)

    assert shown.isprintable()
    assert visible(shown) == shown


def test_what_is_cut_from_a_line_is_counted() -> None:
    assert short("abcdefgh" * 200, 8) == "abcdefgh... (1,592 more characters)"


def test_a_line_at_the_limit_is_whole() -> None:
    assert short("abcdefgh", 8) == "abcdefgh"


def test_lines_left_out_of_a_block_are_counted() -> None:
    assert block("x\n" * (LINES + 1))[-2:] == ["x", "... (2 more lines)"]


def test_two_texts_of_many_lines_come_as_a_diff_with_line_ends_visible() -> None:
    diff = difference("a\nb\nc", "a\nb\r\nc")

    assert diff == ["--- expected", "+++ found", "@@ -1,3 +1,3 @@", " a", "-b", "+b\\r", " c"]


@pytest.mark.parametrize("pair", [("one", "two"), ("one\nline", "two"), ("a\nb", "a\nb")])
def test_texts_that_can_stand_as_they_are_come_without_a_diff(pair: tuple[str, str]) -> None:
    assert difference(*pair) == []


@given(TEXTS, TEXTS)
def test_a_diff_holds_visible_lines_only(expected: str, found: str) -> None:
    diff = difference(f"{expected}\n{HOSTILE}", f"{found}\n")

    assert all(line.isprintable() for line in diff)


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 clauses"), (1, "1 clause"), (1234, "1,234 clauses")]
)
def test_a_number_agrees_with_its_noun(number: int, words: str) -> None:
    assert count(number, "clause") == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 ms"), (0.34, "340 ms"), (2.34, "2.3 s"), (1234.5, "1,234.5 s")]
)
def test_a_time_reads_as_people_say_it(seconds: float, words: str) -> None:
    assert duration(seconds) == words
