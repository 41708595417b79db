"""Chapters are read strictly, whatever they are wrapped in, and written back byte for byte."""

import json
import math
import random
import re
from pathlib import Path
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import words
from core.chapter import rules, text
from core.chapter.chapter import Address, Chapter, read, with_array
from core.chapter.text import Json, Restructured
from core.errors import NoSuchPlace, Unreadable

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
NAMES = ("sea_park", "forest_library", "space_post")
MARK = "LEAFMARK"
"""Looks the same in every encoding and at every depth of escapes."""


def sample(name: str = "sea_park") -> str:
    return (SAMPLES / f"{name}.json").read_text("utf-8")


def literal(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def escaped(value: Json) -> str:
    return json.dumps(value, ensure_ascii=True)


WRAPPERS = {
    "bare": lambda array: array,
    "crowded": lambda array: json.dumps(json.loads(array), separators=(",", ":")),
    "escaped": lambda array: escaped(json.loads(array)),
    "metadata": lambda array: f'{{"metadata": {{"by": "나", "n": [1, 2]}}, "story_data": {array}}}',
    "api body": lambda array: f'{{"chapterId":"1111","story":{literal(array)},"editRequest":"?"}}',
    "api body, escaped": lambda array: escaped({"chapterId": "1111", "story": array}),
    "double encoded": literal,
    "double encoded, escaped": escaped,
    "double encoded, escaped inside": lambda array: literal(escaped(json.loads(array))),
    "escaped twice": lambda array: escaped(escaped(json.loads(array))),
    "three deep": lambda array: escaped(escaped({"story_data": json.loads(array)})),
    "escaped letters": lambda array: literal(array).replace("news", "\\u006eews"),
    "fence": lambda array: f"```json\n{array}\n```\n",
    "fence, tildes": lambda array: f"\n~~~~\n{array}\n~~~~",
    "fence around a string": lambda array: f"```\n{literal(array)}\n```",
    "windows lines": lambda array: array.replace("\n", "\r\n"),
    "space around": lambda array: f"\n\t {array} \r\n\n",
}
ENCODINGS = {
    "UTF-8": lambda whole: whole.encode(),
    "UTF-8 with a mark": lambda whole: b"\xef\xbb\xbf" + whole.encode(),
    "UTF-16, little": lambda whole: b"\xff\xfe" + whole.encode("utf-16-le"),
    "UTF-16, big": lambda whole: b"\xfe\xff" + whole.encode("utf-16-be"),
    "text": lambda whole: whole,
    "text with a mark": lambda whole: "\ufeff" + whole,
}
wrappers = pytest.mark.parametrize("wrapper", WRAPPERS)


def wrapped(wrapper: str, name: str = "sea_park") -> str:
    return WRAPPERS[wrapper](sample(name))


def refusal(raw: bytes | str) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read(raw)
    return caught.value


# -- open and export


@wrappers
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("name", NAMES)
def test_open_and_export_is_byte_identical(wrapper, encoding, name):
    whole = wrapped(wrapper, name)

    chapter = read(ENCODINGS[encoding](whole))

    assert chapter.array == json.loads(sample(name))
    assert chapter.text == whole
    assert text.write(chapter.source, json.loads(sample(name))) == whole
    assert with_array(chapter, chapter.array).hash == chapter.hash


def test_the_real_chapters_open_and_export_byte_identical(shared):
    paths = sorted((shared / "chapters/real").glob("*.json"))

    for path in paths:
        raw = path.read_bytes()
        chapter = read(raw)
        assert text.write(chapter.source, json.loads(json.dumps(chapter.array))).encode() == raw
    assert len(paths) == 12


def test_utf_16_without_a_mark_is_recognised():
    assert read(sample().encode("utf-16-le")).text == sample()
    assert read(sample().encode("utf-16-be")).text == sample()


def test_an_api_body_brings_its_request():
    source = read('{"chapterId": " 1111", "story": "[{}]", "editRequest": "짧게"}').source

    assert (source.chapter_id, source.request) == (" 1111", "짧게")


# -- one leaf changes, nothing else


def leaves(chapter: Chapter) -> list[Address]:
    return [at for at in chapter.fields() if at.field != "stocks"]


def holder(array: list[Json], at: Address) -> dict[str, Json]:
    turn = array[at.turn - 1]
    return turn["stocks"][at.stock - 1] if at.stock else turn


def with_leaf(chapter: Chapter, at: Address, value: Json) -> Chapter:
    array = json.loads(json.dumps(chapter.array))
    holder(array, at)[at.field] = value
    return with_array(chapter, array)


def around(whole: str) -> tuple[str, str]:
    """What stands before and after the marked leaf, without its quotes."""
    head, tail = whole.split(MARK)
    return head.rstrip('\\"'), tail.lstrip('\\"')


@wrappers
@pytest.mark.parametrize("seed", range(12))
def test_replacing_a_leaf_leaves_every_other_byte_alone(wrapper, seed):
    chapter = read(wrapped(wrapper, NAMES[seed % 3]))
    at = random.Random(seed).choice(leaves(chapter))
    old = chapter.value(at)

    after = with_leaf(chapter, at, MARK)

    head, tail = around(after.text)
    kept = len(head) + len(tail)
    assert chapter.text.startswith(head)
    assert chapter.text.endswith(tail)
    assert len(chapter.text) - kept <= 13 * len(str(old)) + 16
    assert with_leaf(after, at, old).text == chapter.text


@wrappers
@pytest.mark.parametrize("value", ['큰 "소식"\n\\', "🐬\u2028</script>", "", 7, 1.5, None, [], {}])
def test_any_value_put_in_reads_back_as_it_was(wrapper, value):
    chapter = read(wrapped(wrapper))

    after = with_leaf(chapter, Address(3, 2, "expectation"), value)

    assert after.value(Address(3, 2, "expectation")) == value
    assert after.array[:2] == chapter.array[:2]
    assert after.array[3:] == chapter.array[3:]


def test_a_chapter_in_escapes_stays_in_escapes():
    for wrapper in ("escaped", "double encoded, escaped", "escaped twice"):
        after = with_leaf(read(wrapped(wrapper)), Address(3, None, "news"), "새 소식 🐬")

        assert after.text.isascii()
        assert after.value(Address(3, None, "news")) == "새 소식 🐬"


def test_the_spelling_of_what_is_kept_survives():
    raw = '[{"turn_number":1.0,"a":1E2, "b":-0,"c":"\\u0041\\/","d":[1 ,2],"news":"x"}]'

    after = with_leaf(read(raw), Address(1, None, "news"), "y")

    assert after.text == raw.replace('"x"', '"y"')


def test_a_value_of_another_type_is_another_value():
    chapter = read('[{"turn_number": 1, "news": 1}]')

    assert with_leaf(chapter, Address(1, None, "news"), 1.0).text.endswith("1.0}]")
    assert with_leaf(chapter, Address(1, None, "news"), True).text.endswith("true}]")


# -- turns and keys come and go


@wrappers
@pytest.mark.parametrize("origins", [[0, 2, 3], [3, 1, 2, 0], [0, 1, 1, 2], [2], [6, 5, 4, 3, 2]])
def test_turns_move_with_all_their_bytes(wrapper, origins):
    chapter = read(wrapped(wrapper))
    turns = [chapter.array[origin] for origin in origins]

    after = with_array(chapter, Restructured(turns, origins))

    assert after.array == turns
    for origin, turn in enumerate(text_of_turns(chapter)):
        assert text_of_turns(after).count(turn) == origins.count(origin)


def text_of_turns(chapter: Chapter) -> list[str]:
    source = chapter.source
    spans = [source.spans[(*source.path, index)] for index in range(len(chapter.array))]
    return [source.inner[start:end] for start, end in spans]


@wrappers
def test_a_key_added_or_taken_out_moves_nothing_else(wrapper):
    chapter = read(wrapped(wrapper))
    array = json.loads(json.dumps(chapter.array))
    del array[2]["news_tag"]
    array[3]["stocks"][0]["note"] = "새 값"

    after = with_array(chapter, array)

    assert after.array == array
    assert list(after.array[3]["stocks"][0])[-1] == "note"
    assert with_array(after, [*array]).text == after.text
    del array[3]["stocks"][0]["note"]
    assert text_of_turns(with_array(after, array))[3] == text_of_turns(chapter)[3]


# -- strictness


FINE = [
    (
        '[1,-0,0.5,1e3,-1.25E-2, true,false,null,""]',
        [1, 0, 0.5, 1000.0, -0.0125, True, False, None, ""],
    ),
    ('{"":0,"a":{"b":[]}}', {"": 0, "a": {"b": []}}),
    (' \t\r\n["\\"\\\\\\/\\b\\f\\n\\r\\t"] ', ['"\\/\b\f\n\r\t']),
    ('["\\ud83d\\udc2c", "\\u0000", "\x7f\u2028"]', ["🐬", "\0", "\x7f\u2028"]),
    ('{"a":1,"A":2}', {"a": 1, "A": 2}),
    ("123456789012345", 123456789012345),
    ("-0.0", -0.0),
    ("[" * 32 + "]" * 32, json.loads("[" * 32 + "]" * 32)),
    ("1e-999", 0.0),
]
WRONG = {
    "cut_off": ["", " ", "[", "[1", "[1,", '{"a"', '{"a":', '{"a":1', '"abc', '["a', "[" * 30],
    "trailing_comma": ["[1,]", '{"a":1,}', "[[],]"],
    "double_comma": ["[1,,2]", "[,1]", '{"a":1,,"b":2}', "[,]", "{,}"],
    "separator": ["[1 2]", "[1:2]", '{"a":1 "b":2}', '["a" "b"]', "[1}", '{"a":1]', "[3[4]]"],
    "bare_quote": ['["a"b"]', '{"a":"b"c"}'],
    "colon": ['{"a" 1}', '{"a",1}', '{"a"}'],
    "key": ["{1:2}", "{a:1}", "{null:1}", "{[]:1}"],
    "single_quotes": ["['a']", "{'a':1}"],
    "comment": ["[1/*c*/]", "//c\n[1]", "/**/[1]", '{/*c*/"a":1}'],
    "text_after": ["[1]]", "{}{}", "[1]x", "1 2", "[] \ufeff", "nullx", "01", "-012", "1.5.1"],
    "text_before": ["abc", "*", "]", "}", "+1", ".5", "-", "－1", "１", "\xa0[1]", "tru"],
    "value": ["[abc]", "[+1]", "[.5]", "[-]", "[True]", "[nul]", "[０]", "[\x0b1]", "[\\u0031]"],
    "leading_zero": ["[01]", '{"a":012}', "[00]"],
    "not_a_number": ["[NaN]", "[Infinity]", "[-Infinity]", "NaN", "[+Infinity]"],
    "range": ["[1e999]", "[-1e400]", "1E309"],
    "digits": ["1234567890123456", "[-12345678901234567890]", "9" * 100_000],
    "depth": ["[" * 33 + "]" * 33, "[" * 100_000, '{"a":' * 100_000 + "1" + "}" * 100_000],
    "key_twice": ['{"a":1,"a":2}', '{"a":1,"\\u0061":2}', '[{"x":{"b":1,"b":1}}]'],
    "surrogate": [
        '["\\ud83d"]',
        '["\\udc2c"]',
        '{"\\ud83d":1}',
        '["\\udc2c\\ud83d"]',
        '"\\uD800x"',
    ],
    "bad_escape": ['["\\x41"]', '["\\u12"]', '["\\u12g4"]', '["\\a"]', '["\\\'"]', '["\\U0041"]'],
    "raw_newline": ['["a\nb"]', '["a\rb"]', '{"a\n":1}'],
    "control": ['["a\tb"]', '["\x00"]', '["\x1f"]', '{"\x08":1}'],
}


@pytest.mark.parametrize(("written", "value"), FINE)
def test_json_is_read_as_it_says(written, value):
    assert repr(text.parse(written)) == repr(value)


@pytest.mark.parametrize(
    ("rule", "written"), [(rule, written) for rule, many in WRONG.items() for written in many]
)
def test_what_is_not_strict_json_is_refused_by_name(rule, written):
    started = monotonic()
    with pytest.raises(Unreadable) as caught:
        text.parse(written)

    assert caught.value.rule == rule
    assert monotonic() - started < 1
    assert caught.value.facts["line"] >= 1
    assert caught.value.facts["column"] >= 1


def strict(written: str) -> Json:
    """The standard library with strict hooks, as a second opinion."""
    value = json.loads(
        written,
        parse_constant=_refused,
        object_pairs_hook=_once,
        parse_float=_finite,
        parse_int=_exact,
    )
    json.dumps(value, ensure_ascii=False).encode()
    return value


def _refused(constant: str) -> Json:
    raise ValueError(constant)


def _once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError(pairs)
    return dict(pairs)


def _exact(written: str) -> int:
    if len(written.lstrip("-")) > text.MAX_DIGITS:
        raise ValueError(written)
    return int(written)


def _finite(written: str) -> float:
    if not math.isfinite(float(written)):
        raise ValueError(written)
    return float(written)


def second_opinion(written: str) -> str:
    try:
        return repr(strict(written))
    except ValueError:
        return "refused"


def ours(written: str) -> str:
    try:
        return repr(text.parse(written))
    except Unreadable:
        return "refused"


_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**14), 10**14)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(_values, st.booleans(), st.sampled_from([None, 0, 1, "\t"]))
def test_all_json_reads_back_equal(value, plain, indent):
    written = json.dumps(value, ensure_ascii=plain, indent=indent)

    assert repr(text.parse(written)) == repr(value)


@given(
    st.sampled_from(
        [row[0] for row in FINE[:6]] + ['[{"news":"가\\n나","n":[1.5,-2]},{"a":null}]']
    ),
    st.integers(0, 60),
    st.integers(0, 2),
    st.sampled_from(["", *"[]{}\",:\\/0123eE+-.'# \n\tu", "null", "NaN", "\\ud83d", "가"]),
)
def test_damaged_json_is_read_or_refused_as_the_strict_standard_library_does(whole, at, cut, put):
    damaged = whole[:at] + put + whole[at + cut :]

    assert ours(damaged) == second_opinion(damaged)


# -- the place that a refusal names


@pytest.mark.parametrize(
    ("raw", "facts"),
    [
        ('[{"news":"가","a":NaN}]', {"line": 1, "column": 18, "at": "t1.a"}),
        ('[\n {"turn_number":1},\n {"news":"가"\n "x":1}]', {"line": 4, "column": 2, "at": "t2"}),
        ('{"story_data":[{"stocks":[{},{"name":1e999}]}]}', {"at": "t1.s2.name", "column": 38}),
        ('{"story":\n "[{\\"news\\":\\"가\\",\\n \\"a\\":01}]"}', {"line": 2, "at": "t1"}),
        ('```json\n[{"news":tru}]\n```', {"line": 2, "column": 10, "at": "t1.news"}),
        ('[{"news":"a"', {"line": 1, "column": 13}),
    ],
)
def test_a_refusal_names_the_place_in_what_was_pasted(raw, facts):
    found = refusal(raw).facts

    assert {name: found[name] for name in facts} == facts


def test_a_refusal_inside_a_string_points_into_the_string():
    inner = '[{"news": "가나다", "price": NaN}]'
    raw = '{"a": 1,\n "story": ' + escaped(inner) + "}"

    facts = refusal(raw).facts

    assert raw.split("\n")[1][facts["column"] - 1 :].startswith("NaN")
    assert (facts["line"], facts["at"]) == (2, "t1.price")


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (b"", "empty"),
        ("\ufeff \n", "empty"),
        (b" " * (2 * 1024 * 1024 + 1), "size"),
        ("가" * (700 * 1024), "size"),
        ('[{"news":"가"}]'.encode("cp949"), "encoding"),
        (b'["\xed\xa0\xbd"]', "encoding"),
        (b"\xff\xfe[\x00]", "encoding"),
        ('["\ud83d"]', "surrogate"),
        ("[]", "no_turns"),
        ("[1]", "not_turn"),
        ('[{}, "x"]', "not_turn"),
        ("{}", "not_array"),
        ("3", "not_array"),
        ("null", "not_array"),
        ('{"story_data": {}}', "not_array"),
        ('{"story": null}', "not_array"),
        ('"3"', "not_array"),
        ('""', "cut_off"),
        (escaped(escaped(escaped(escaped(escaped([{}]))))), "not_array"),
        ("```json\n[{}]\n", "text_before"),
    ],
)
def test_what_is_no_chapter_is_refused_by_name(raw, rule):
    assert refusal(raw).rule == rule


@pytest.mark.parametrize(
    "raw",
    [
        "`" * 500_000,
        "```\n" + " " * 500_000 + "x",
        "`" * 250_000 + "\n" + "`" * 250_000 + "x",
        " " * 500_000 + "x",
        '["' + "a" * 500_000,
        '"' + '\\"' * 250_000 + '"',
        "[" * 500_000,
        '{"story":' * 50_000,
    ],
    ids=lambda raw: raw[:12],
)
def test_large_nonsense_is_refused_at_once(raw):
    started = monotonic()

    refusal(raw)

    assert monotonic() - started < 1


@pytest.mark.parametrize(
    "part", ["가", "다", " ", "$^", "가a", "<a", "**", "[](", "돌고래 쇼가 10% "]
)
def test_an_endless_text_is_judged_at_once(part):
    chapter = with_leaf(read(sample()), Address(2, None, "news"), part * (200_000 // len(part)))
    started = monotonic()

    found = rules.findings(chapter)

    assert ("too_long", "t2.news") in {(finding.rule, finding.at) for finding in found}
    assert monotonic() - started < 1


# -- bad inputs that somebody did paste


def outcome(raw: bytes) -> tuple[str, dict[str, str]]:
    """The worst that is said about it, and all that is said, in both languages."""
    try:
        found = rules.findings(read(raw))
    except Unreadable as error:
        return "stop", {lang: words.error(error, lang) for lang in ("ko", "en")}
    worst = {"GAME": "game", "WARN": "warn"}.get(found[0].level if found else "", "ok")
    said = {lang: "\n".join(words.finding(f, lang) for f in found) for lang in ("ko", "en")}
    return worst, said


def bad_inputs() -> list[dict]:
    index = Path(__file__).resolve().parents[2].parent / "shared/badinputs/index.json"
    cases = json.loads(index.read_text("utf-8")) if index.is_file() else []
    return [case for case in cases if case["target"] == "story"]


@pytest.mark.parametrize("case", bad_inputs(), ids=lambda case: case["file"])
def test_a_bad_input_has_its_outcome_and_a_message_that_names_the_place(shared, case):
    raw = (shared / "badinputs" / case["file"]).read_bytes()
    started = monotonic()

    worst, said = outcome(raw)

    assert monotonic() - started < 1
    assert worst in (case["expect"], *case["or_expect"])
    for mentioned in case["message_mentions"] if worst != "ok" else ():
        assert re.search(mentioned, said["ko"]), said["ko"]
        assert re.search(mentioned, said["en"]), said["en"]


# -- addresses and views


@pytest.mark.parametrize(
    "written", ["t1", "t3.news", "t12.s2", "t3.s2.expectation", "s2.name", "s1"]
)
def test_an_address_reads_back_as_it_was_written(written):
    assert str(Address.parse(written)) == written


@pytest.mark.parametrize(
    "written",
    [
        *("", "news", "t0", "t01.news", "s0", "t1.", "t1s2", "t1.s2.", "s2.t1", "t-1", "t1.News"),
        *("t1.news.x", " t1", "t1\n", "t1.s2.name.x", "ｔ1", "t1234567", "t１"),
    ],
)
def test_what_is_not_an_address_is_refused(written):
    with pytest.raises(NoSuchPlace):
        Address.parse(written)


def test_a_chapter_shows_its_places():
    chapter = read(sample())

    assert chapter.names == ("돌고래 쇼", "해파리 회전차", "조개 매점")
    assert chapter.turns[1].stocks[0].price == chapter.turns[2].stocks[0].opening
    assert chapter.shared(2, "risk_level") == "중위험 균형형"
    assert len(list(chapter.fields())) == len(leaves(chapter)) == 7 * (4 + 3 * 6)
    assert all(chapter.value(at) == value for at, value in chapter.texts())


@pytest.mark.parametrize("written", ["t8.news", "t1.s4.name", "t1.nothing", "s1.name", "t1"])
def test_a_place_that_is_not_there_is_refused_by_name(written):
    with pytest.raises(NoSuchPlace) as caught:
        read(sample()).value(Address.parse(written))

    assert caught.value.facts["at"] == written


def test_what_is_missing_or_of_the_wrong_type_reads_as_nothing():
    chapter = read(
        '[{"news": 3, "stocks": [{"current_value": true, "name": null}, 4]}, {"stocks": {}}]'
    )
    first, second = chapter.turns[0].stocks

    assert (chapter.turns[0].text("news"), chapter.turns[1].stocks) == ("", ())
    assert (first.price, first.name, second.price) == (None, "", None)
    assert chapter.stock_count == 2
