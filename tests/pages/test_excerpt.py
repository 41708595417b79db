"""The place where a text stops being a chapter is shown with its line."""

from pages.parts.excerpt import AROUND, excerpt


def test_the_caret_stands_below_the_letter():
    line, caret = excerpt('[\n  {"a": 1,, "b": 2}]', 2, 11).split("\n")

    assert line[caret.index("^")] == ","


def test_a_hangul_letter_is_as_wide_as_two():
    line, caret = excerpt("가나x", 1, 3).split("\n")

    assert (line, caret) == ("가나x", "\u3000\u3000^")


def test_a_long_line_is_cut_on_both_sides():
    line, caret = excerpt("x" * 5000 + "!" + "y" * 5000, 1, 5001).split("\n")

    assert line[0] == line[-1] == "…"
    assert line[caret.index("^")] == "!"
    assert len(line) <= 2 * AROUND + 2


def test_the_caret_may_stand_behind_the_end():
    assert excerpt("[1", 1, 3) == "[1\n  ^"


def test_hidden_letters_are_shown_as_dots():
    assert excerpt("a\u200bb\u202ec\x00", 1, 1).split("\n")[0] == "a·b·c·"


def test_there_is_nothing_to_show_of_a_line_that_is_not_there():
    assert excerpt("[", 2, 1) == ""
    assert excerpt("[", 0, 1) == ""
