"""A chapter on paper says what the chapter says; its prices open in a spreadsheet as numbers."""

import csv
import io
import json
import math
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import words
from core.chapter import changes, prose
from core.chapter import chapter as chapters
from core.chapter.chapter import Chapter
from core.chapter.ops import DeleteTurn, Group, Price, Rename, Set
from core.errors import Unavailable, WriterError
from core.play import classroom, game
from core.play.classroom import Classroom
from core.store import sheet

HOSTILE = [
    '#panic("x") #let a = 1',
    "$ sum_1 $ *굵게* _기울임_ `코드` = 제목",
    "\\u{41} \\ <label> @ref // 지움 /* 지움 */",
    "<script>alert(1)</script>",
    '"}); #import "x.typ"',
    "https://example.org/그림.png",
]
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


# -- what a PDF says, read back from its bytes


PLAIN = rb"\\.|[^\\()]"
NESTED = rb"(?:%b|\((?:%b|\((?:%b)*\))*\))*" % (PLAIN, PLAIN, PLAIN)
SAID = re.compile(rb"/(f\d+) [\d.]+ Tf|\((%b)\)|(?<!<)<([0-9A-Fa-f]+)>" % NESTED, re.DOTALL)
"""A font, or a string in either form: brackets in pairs need no escape."""


class Paper:
    """The text of every page."""

    def __init__(self, written: bytes) -> None:
        found = re.findall(rb"(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj", written, re.DOTALL)
        self._objects = {int(number): body for number, body in found}
        pages = [body for body in self._objects.values() if re.search(rb"/Type\s*/Page\b", body)]
        self.pages = [self._page(page) for page in pages]

    @property
    def text(self) -> str:
        """Without spaces, for lines and columns break where they like."""
        return "".join(self.pages)

    def _page(self, page: bytes) -> str:
        fonts = {name: self._letters(int(n)) for name, n in self._fonts(page)}
        said, font = "", dict[bytes, str]()
        for name, literal, digits in SAID.findall(self._stream(page, rb"Contents")):
            font = fonts.get(name, font)
            if not name:
                said += _decoded(bytes.fromhex(digits.decode()) or _unescaped(literal), font)
        return "".join(said.split())

    def _fonts(self, page: bytes) -> list[tuple[bytes, bytes]]:
        named = re.search(rb"/Resources (\d+) 0 R", page)
        held = self._objects[int(named[1])] if named else page
        return re.findall(rb"/(f\d+) (\d+) 0 R", held)

    def _letters(self, number: int) -> dict[bytes, str]:
        """What each code of a font reads as."""
        table = self._stream(self._objects[number], rb"ToUnicode")
        pairs = re.findall(rb"<([0-9A-F]+)> <([0-9A-F]+)>\n", table.partition(b"endcodespace")[2])
        return {_hex(code): _hex(text).decode("utf-16-be") for code, text in pairs}

    def _stream(self, holder: bytes, key: bytes) -> bytes:
        found = re.search(rb"/" + key + rb" (\d+) 0 R", holder)
        assert found, key
        data = self._objects[int(found[1])].partition(b"stream\n")[2]
        return zlib.decompressobj().decompress(data)


def _hex(digits: bytes) -> bytes:
    return bytes.fromhex(digits.decode())


def _unescaped(literal: bytes) -> bytes:
    plain = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
    return re.sub(
        rb"\\([0-7]{1,3}|.)",
        lambda m: bytes([int(m[1], 8)]) if m[1].isdigit() else plain.get(m[1], m[1]),
        literal,
        flags=re.DOTALL,
    )


def _decoded(codes: bytes, font: dict[bytes, str]) -> str:
    width = max(map(len, font), default=1)
    return "".join(font.get(codes[n : n + width], "") for n in range(0, len(codes), width))


def joined(text: str) -> str:
    return "".join(text.split())


@pytest.fixture(scope="module", autouse=True)
def _fonts() -> None:
    try:
        sheet._fonts()
    except Unavailable:
        pytest.skip("no font with Hangul is installed here")


@pytest.fixture
def chapter(sea_park: str) -> Chapter:
    return chapters.read(sea_park)


def edited(chapter: Chapter, *ops) -> Chapter:
    return changes.apply(chapter, [Group("g1", ops, "writer", "asked")]).chapter


def retold(chapter: Chapter, change) -> Chapter:
    array = json.loads(json.dumps(chapter.array))
    change(array)
    return chapters.read(json.dumps(array, ensure_ascii=False))


def room(chapter: Chapter) -> Classroom:
    return classroom.classroom(game.board(chapter), game.START)


def paper(chapter: Chapter, name: str = "바다 놀이공원", **more) -> Paper:
    return Paper(sheet.pdf(chapter, name, more.pop("lang", "ko"), **more))


# -- the sheet


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_sheet_says_all_that_a_player_sees_on_one_page(chapter, lang):
    found = paper(chapter, lang=lang)

    assert len(found.pages) == 1
    assert joined("바다 놀이공원") in found.text
    for screen in game.screens(chapter):
        assert joined(screen.news) in found.text
        assert joined(screen.result) in found.text
        for card, move in zip(screen.cards, screen.moves, strict=True):
            assert joined(card.expectation) in found.text
            sign = "▲" if move > 0 else "▼" if move < 0 else "―"
            shown = f"{card.price}→{card.price + move}{sign}{abs(move) or ''}"
            assert shown in found.text
    assert chapter.hash[:8] in found.text


def test_the_sheet_leaves_out_what_no_player_sees_of_the_turns(chapter):
    marked = retold(chapter, lambda array: array[0].update(result="보이지않는결과"))

    assert "보이지않는결과" not in paper(marked).text


def test_equal_chapters_make_equal_bytes(chapter, sea_park):
    first = sheet.pdf(chapter, "바다", "ko", classroom=room(chapter))

    assert first == sheet.pdf(chapters.read(sea_park), "바다", "ko", classroom=room(chapter))
    assert first.startswith(b"%PDF-")
    assert b"/CreationDate" not in first


def test_the_class_stands_beside_the_chart(chapter):
    seen = room(chapter)

    found = paper(chapter, classroom=seen).text

    for group in seen.groups:
        row = joined(words.sentence(f"kind_{group.kind}", {}, "ko")) + f"{round(group.median):,}"
        assert row in found
    assert f"씨앗{seen.seed}" in found
    assert "씨앗" not in paper(chapter).text


def test_an_edit_is_shown_with_what_it_was(chapter):
    after = edited(
        chapter,
        Set(op="set", at="t2.news", to="내일은 파도가 아주 높대요."),
        Price(op="price", at="t4.s1", to=99),
        Rename.model_validate({"op": "rename", "from": chapter.names[0], "to": "물개 공연"}),
    )
    was = chapter.turns[3].stocks[0].price

    now = room(after)
    then = replace(now, median=now.median - 900)

    found = paper(after, before=chapter, classroom=now, classroom_before=then).text

    assert joined("내일은 파도가 잔잔하고 햇볕이 포근하대요 아주 높대요") in found
    assert f"{was}99→116▲17" in found
    assert "돌고래쇼물개공연" in found
    assert f"모두{round(then.median):,}{round(now.median):,}" in found


def test_a_chapter_beside_itself_has_no_marks(chapter, sea_park):
    pen = sheet._Pen("ko", emoji=True)
    same = chapters.read(sea_park)
    old = sheet._Old(same, sheet._led(same, chapter))

    told = sheet._Sheet(chapter, pen, old).told("바다")

    assert '"old"' not in json.dumps(told)
    assert '"new"' not in json.dumps(told)
    assert all(line["ghost"] == [] for line in told["chart"]["lines"])


def test_turns_that_shifted_are_held_against_themselves(chapter):
    shorter = edited(chapter, DeleteTurn(op="delete_turn", at="t3"))

    found = paper(shorter, before=chapter).text

    assert "바꾸기전에는7턴이었어요" in found
    assert joined(chapter.turns[2].text("news")) not in found
    assert joined(chapter.turns[4].text("news")) in found


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_writer_types_stays_text(chapter, text):
    def put(array):
        array[1]["news"] = array[2]["result"] = text
        for turn in array:
            turn["stocks"][0]["name"] = text

    found = paper(retold(chapter, put), name=text)

    shown = joined(text)
    assert found.text.count(shown) >= 5


def test_hidden_letters_are_spelled_out(chapter):
    hidden = retold(chapter, lambda array: array[1].update(news="돌\u200b고래\u202e쇼"))

    assert "돌[U+200B]고래[U+202E]쇼" in paper(hidden).text


def test_an_emoji_is_drawn_or_left_out_and_never_half_of_it():
    told = "🧙‍♂️ 마법사가 왔어요 ✨ 1️⃣등"

    assert sheet._Pen("ko", emoji=True).text(told) == told
    assert sheet._Pen("ko", emoji=False).text(told) == "마법사가 왔어요 등"


def test_a_chapter_of_emoji_is_written(chapter):
    def put(array):
        for turn in array:
            turn["news"] = "🧙‍♂️👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿🇰🇷👍🏽✌🏽☔️1️⃣❤️ 끝말"
            turn["stocks"][1]["name"] = "🎪"

    assert paper(retold(chapter, put)).text.count("끝말") == 6


@settings(max_examples=30)
@given(name=TEXTS, news=TEXTS, stock=TEXTS, was=TEXTS)
def test_any_text_makes_a_sheet(sea_park, name, news, stock, was):
    def put(array, told):
        array[1]["news"] = told
        array[2]["news_tag"] = told
        for turn in array:
            turn["stocks"][2]["name"] = stock

    chapter = chapters.read(sea_park)
    before, after = (retold(chapter, lambda a, t=t: put(a, t)) for t in (was, news))

    assert paper(after, name, before=before).pages


def test_a_long_chapter_repeats_its_heads_and_numbers_its_pages(chapter):
    many = retold(chapter, lambda array: array.__imul__(14))

    found = paper(many)

    assert len(found.pages) > 3
    assert all("뉴스→턴이끝나면" in page for page in found.pages)
    assert all(page.endswith(f"{n}/{len(found.pages)}") for n, page in enumerate(found.pages, 1))
    assert "97턴" in found.text


@pytest.mark.parametrize(("words_each", "least", "most"), [(4, 120, 120), (200, 20, 80)])
def test_what_has_no_room_is_counted(chapter, words_each, least, most):
    def put(array):
        array *= 30
        for turn in array:
            turn["news"] = turn["result"] = "가나다라마 " * words_each

    pen = sheet._Pen("ko", emoji=True)
    told = sheet._Sheet(retold(chapter, put), pen, None).told("바다")

    assert least <= len(told["rows"]) <= most
    assert told["more"] == pen.say("sheet_more", count=209 - len(told["rows"]))
    assert ("…" in told["rows"][0]["news"][0][1]) == (words_each > 100)


def test_what_was_left_out_is_said_on_the_sheet(chapter):
    found = paper(retold(chapter, lambda array: array.__imul__(20))).text

    assert "120턴" in found
    assert "이종이에담지못한턴이19개더있어요" in found


@pytest.mark.parametrize(
    "break_",
    [
        lambda array: array.__delitem__(slice(1, None)),
        lambda array: array[2].update(stocks=None),
        lambda array: array[2].update(stocks=[]),
        lambda array: array[3]["stocks"].pop(),
        lambda array: array[3]["stocks"][1].update(current_value="104"),
        lambda array: array[3]["stocks"][1].update(current_value=-5),
        lambda array: [turn["stocks"].append(turn["stocks"][0]) for turn in array],
        lambda array: [turn.update(stocks=[]) for turn in array],
        lambda array: [stock.update(current_value=1e300) for stock in array[2]["stocks"]],
    ],
)
def test_a_chapter_that_cannot_be_played_says_why(chapter, break_):
    broken = retold(chapter, break_)
    try:
        game.board(broken)
    except WriterError as problem:
        why = joined(words.error(problem, "ko", broken.names))
    else:
        why = ""

    for before in (None, chapter):
        found = paper(broken, before=before).text
        assert why in found
        assert paper(chapter, before=broken).pages


def test_every_bad_input_that_can_be_read_makes_a_sheet_and_a_table(shared):
    for path in sorted(shared.glob("badinputs/*.json")):
        try:
            chapter = chapters.read(path.read_bytes())
        except WriterError:
            continue
        assert paper(chapter).pages, path
        assert sheet.prices_csv(chapter), path


def test_real_chapters_take_two_pages_at_most(shared):
    for path in sorted(shared.glob("chapters/real/*.json")):
        chapter = chapters.read(path.read_bytes())

        found = paper(chapter, path.stem)

        assert len(found.pages) <= 2, path
        for turn in chapter.turns[:-1]:
            assert joined(turn.text("news")) in found.text, path


def test_without_a_font_it_says_what_to_install(chapter, monkeypatch):
    monkeypatch.setattr(sheet, "FONTS", ("No Such Font",))
    sheet._fonts.cache_clear()

    with pytest.raises(Unavailable) as caught:
        sheet.pdf(chapter, "바다", "ko")

    assert "fonts-noto-cjk" in words.error(caught.value, "ko")
    monkeypatch.undo()
    assert sheet.pdf(chapter, "바다", "ko")


# -- the chart


@given(st.integers(-(10**15), 0), st.floats(0, 1e15))
def test_ticks_are_even_few_and_hold_all_prices(least, most):
    ticks = sheet._ticks(least, most)
    steps = [later - earlier for earlier, later in pairwise(ticks)]

    assert ticks[0] <= least
    assert ticks[-1] >= most
    assert 2 <= len(ticks) <= 7
    assert all(math.isclose(step, steps[0]) for step in steps)


@given(st.lists(st.none() | st.floats(0, 1), max_size=3))
def test_names_beside_the_lines_never_overlap(ends):
    found = sheet._apart(ends)
    known = sorted(end for end in found if end is not None)

    assert [end is None for end in found] == [end is None for end in ends]
    assert all(b - a > sheet._NAMES_APART - 1e-9 for a, b in pairwise(known))
    assert all(end <= 1 for end in known)


def test_a_line_breaks_where_a_price_is_missing():
    scale = sheet._Scale(4, 0, 100)

    assert scale.pieces([50, 0, None, 100]) == [[(0.0, 0.5), (1 / 3, 0.0)], [(1.0, 1.0)]]
    assert scale.end([50, 100, None]) == 1.0
    assert scale.end([None]) is None


@pytest.mark.parametrize(
    ("number", "said"),
    [
        *((100, "100"), (100.0, "100"), (1234, "1,234"), (99.5, "99.5"), (0.25, "0.25")),
        *((-5, "-5"), (10**15, "1e+15"), (1e300, "1e+300"), (None, "–")),
    ],
)
def test_coins_are_written_as_people_write_them(number, said):
    assert sheet._figure(number) == said


# -- the table


def rows(chapter: Chapter, *lang) -> list[list[str]]:
    written = sheet.prices_csv(chapter, *lang)
    assert written.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline="")))


def test_the_table_has_a_row_a_turn_and_a_column_a_stock(chapter):
    heads, *turns = rows(chapter)

    assert heads == ["턴", *chapter.names]
    assert turns == [
        [str(turn.position), *(str(stock.price) for stock in turn.stocks)] for turn in chapter.turns
    ]
    assert rows(chapter, "en")[0][0] == "Turn"


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", " \t=1", "\r\n=1"])
def test_a_name_is_never_a_formula(chapter, name):
    heads = rows(retold(chapter, lambda array: array[0]["stocks"][1].update(name=name)))[0]

    assert heads[2] == "'" + name.strip()


@given(st.lists(TEXTS, min_size=3, max_size=3))
def test_any_name_stays_in_its_cell(sea_park, names):
    def put(array):
        for turn in array:
            for stock, name in zip(turn["stocks"], names, strict=True):
                stock["name"] = name

    found = rows(retold(chapters.read(sea_park), put))

    assert [len(row) for row in found] == [4] * 8
    assert found[0][1:] == [head(number, name) for number, name in enumerate(names, 1)]


def head(number: int, name: str) -> str:
    line = " ".join(prose.visible(name).split())
    return "'" * line.startswith(sheet.FORMULA) + line or f"{number}번 종목"


def test_what_is_no_price_is_an_empty_cell(chapter):
    def put(array):
        array[2]["stocks"][0]["current_value"] = "104"
        array[3]["stocks"] = []

    found = rows(retold(chapter, put))

    assert found[3][1] == ""
    assert found[4] == ["4"]
    assert found[5][1] == "116"


def test_a_table_grows_with_what_there_is_and_not_with_turns_times_stocks():
    wide = [{"stocks": [{}] * 500}, *({"stocks": []} for _ in range(500))]

    assert len(sheet.prices_csv(chapters.read(json.dumps(wide)))) < 8000


def texts(told: object) -> Iterator[str]:
    """Every string in what the template is given."""
    if isinstance(told, str):
        yield told
    elif isinstance(told, dict):
        yield from (text for value in told.values() for text in texts(value))
    elif isinstance(told, list | tuple):
        yield from (text for value in told for text in texts(value))


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_sheet_uses_only_sentences_that_exist(chapter, lang):
    told = sheet._Sheet(chapter, sheet._Pen(lang, emoji=True), None).told("바다")
    told = [told, sheet._room(sheet._Pen(lang, emoji=True), room(chapter), None)]

    assert not [text for text in texts(told) if re.search(r"(?:sheet|kind)_\w+|\{", text)]
