"""The answer schemas in the engines that servers compile them with: as strict in each of them."""

import asyncio
import json
import random
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from pydantic import ValidationError

from bench.sim_llm import answers
from core.chapter import chapter as chapters
from core.chapter.ops import ChangeList
from core.chapter.text import Json
from core.editing import prompt
from core.editing.prompt import CHAPTER_CHANGES, Schema, turn_changes
from core.editing.scope import Scope
from tests.servers import engines

SCRIPT = Path(engines.__file__)
SCHEMAS = {schema.name: schema for schema in (CHAPTER_CHANGES, turn_changes("t3"))}
WORDS = (
    "새 소식이 왔어요!",
    "",
    'He said "hi"',
    "a\\b",
    "탭\t줄\n끝",
    "🎈👩‍🚀",
    "\u2028 {[,]}",
    "0.5%",
)
KEYWORDS = {"type", "properties", "required", "additionalProperties", "items"}
KEYWORDS |= {"anyOf", "enum", "pattern"}

Text = dict[str, object]


# -- good answers


def an_op(luck: random.Random) -> Text:
    turn, stock = f"t{luck.randint(1, 120)}", f"s{luck.randint(1, 9)}"
    word, coins = lambda: luck.choice(WORDS), lambda: luck.choice([1, 75, 120.5, 99999])
    prices = [{"price": coins(), "expectation": word()} for _ in range(luck.randint(0, 3))]
    places = [f"{turn}.{luck.choice(prompt._FIELDS[:4])}", f"{turn}.{stock}.expectation"]
    places += [f"{stock}.{field}" for field in ("name", "risk_level", "description")]
    new_turn = {"result": word(), "news": word(), "news_tag": word(), "stocks": prices}
    new_stock = {"name": "배", "risk_level": word(), "description": word(), "turns": prices}
    fields = luck.sample(prompt._FIELDS, luck.randint(0, 5))
    return luck.choice(
        [
            {"op": "set", "at": luck.choice(places), "to": word()},
            {"op": "price", "at": f"{turn}.{stock}", "to": coins()},
            {"op": "rename", "from": "쇼", "to": "공연"},
            {"op": "rewrite", "at": turn, "fields": fields, "brief": word()},
            {"op": "add_turn", "after": luck.randint(0, 20), "turn": new_turn},
            {"op": "delete_turn", "at": turn},
            {"op": "move_turn", "at": turn, "after": luck.randint(0, 20)},
            {"op": "add_stock", "stock": new_stock},
            {"op": "delete_stock", "at": stock},
        ]
    )


def in_turn(luck: random.Random) -> Text:
    places = [f"t3.{field}" for field in prompt._FIELDS[:4]] + ["t3.s1.expectation"]
    return {"op": "set", "at": luck.choice(places), "to": luck.choice(WORDS)}


def made(schema: Schema, seed: int) -> Text:
    luck = random.Random(seed)
    one = in_turn if schema.name == "turn_changes" else an_op
    ops = [one(luck) for _ in range(luck.randint(1, 6))]
    return {"changes": ops, "reply": luck.choice(WORDS)}


def simulated(schema: Schema, story: str) -> Iterator[str]:
    """What the simulated model answers to what this program asks."""
    chapter = chapters.read(story)
    for wish in (
        "3턴 뉴스를 바꿔줘",
        "모든 결과",
        "전부 새로",
        "「바다」를 「산」으로",
        "3턴 사건",
        "?",
    ):
        asked = prompt.ask(chapter, wish, scope=Scope())
        if schema.name == "turn_changes":
            plan = prompt.Rewrite(op="rewrite", at="t3", fields=("news", "result"), brief=wish)
            asked = prompt.ask_turn(asked, (plan,), plan)
        messages = [{"role": one.role, "content": one.content} for one in asked.messages]
        with asyncio.Runner() as runner:
            yield runner.run(answers.chapter_changes({"model": "sim", "messages": messages}))


def good(schema: Schema, story: str) -> list[str]:
    texts = ['{"changes":[],"reply":""}', *simulated(schema, story)]
    for seed in range(60):
        separators = (",", ":") if seed % 2 else (", ", ": ")
        # Not as ASCII: two engines have no escapes for letters that need none.
        texts.append(json.dumps(made(schema, seed), ensure_ascii=False, separators=separators))
    return texts


# -- malformed ones


def bad_places(schema: Schema) -> list[str]:
    wrong = ["", "t3", "t0.news", "t03.news", "t3.newss", " t3.news", "t3.news ", "t3.news\n"]
    wrong += ["t3.price", "t3.s0.expectation", "t3.s10.expectation", "t3.s1.name", "T3.news"]
    wrong += ["t3.news.to", "t３.news", "xt3.news", "t3_news", "t-3.news", "*"]
    return wrong + (["t4.news", "s1.name"] if schema.name == "turn_changes" else ["s10.name"])


def compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def answer(*ops: object, **more: object) -> str:
    return compact({"changes": list(ops), "reply": "x", **more})


SET = {"op": "set", "at": "t3.news", "to": "가"}
GOOD = answer(SET)
BROKEN_ALIKE = {
    "an unknown op": answer({**SET, "op": "sett"}),
    "an op of ours": answer({"op": "carry", "at": "t3.s1"}),
    "no op": answer({"at": "t3.news", "to": "가"}),
    "an extra key in a change": answer({**SET, "why": "x"}),
    "an extra key in the answer": answer(SET, note="x"),
    "no text": answer({"op": "set", "at": "t3.news"}),
    "no reply": compact({"changes": [SET]}),
    "no changes": compact({"reply": "x"}),
    "nothing at all": "{}",
    "text after the object": GOOD + " 다 했어요.",
    "a second object": GOOD + GOOD,
    "text before the object": "네! " + GOOD,
    "a code fence": f"```json\n{GOOD}\n```",
    "a bare list": compact([SET]),
    "a change that is a text": answer("t3.news"),
    "a change in a list": answer([SET]),
    "changes that are one change": compact({"changes": SET, "reply": "x"}),
    "null for changes": compact({"changes": None, "reply": "x"}),
    "null for a text": answer({**SET, "to": None}),
    "a number for a text": answer({**SET, "to": 3}),
    "a list for a text": answer({**SET, "to": ["가"]}),
    "a number for the reply": compact({"changes": [], "reply": 1}),
    "an unclosed answer": GOOD[:-1],
    "an unclosed text": GOOD[: GOOD.index("가")],
    "a trailing comma": GOOD.replace("}]", "},]"),
    "single quotes": GOOD.replace('"', "'"),
    "a comment": GOOD.replace("[", "[/* x */"),
    "a bare line break in a text": GOOD.replace("가", "가\n나"),
    "an escape that JSON does not know": GOOD.replace("가", "\\x41"),
    "an unfinished escape": GOOD.replace("가", "\\u12"),
    "a key twice": GOOD.replace('"to":', '"to":"나","to":'),
    "an empty answer": "",
    "a refusal": "죄송하지만 도와드릴 수 없어요.",
}
PRICE = answer({"op": "price", "at": "t3.s1", "to": 120})
BROKEN_CHAPTER = {
    **{f"the price {bad}": PRICE.replace("120", bad) for bad in ("NaN", "Infinity", "-Infinity")},
    **{f"the price {bad}": PRICE.replace("120", bad) for bad in ("0x10", "012", "1.", "+5", "1_0")},
    "a price in quotes": PRICE.replace("120", '"120"'),
    "a price of a text": PRICE.replace("t3.s1", "t3.news"),
    "a turn after one and a half": answer({"op": "move_turn", "at": "t3", "after": 1.5}),
    "an unknown field": answer({"op": "rewrite", "at": "t3", "fields": ["prices"], "brief": ""}),
    "a stock as a turn": answer({"op": "delete_turn", "at": "s1"}),
    "a new stock without a name": answer(
        {"op": "add_stock", "stock": {"risk_level": "", "description": "", "turns": []}}
    ),
    "a new price with more": answer(
        {
            "op": "add_turn",
            "after": 1,
            "turn": {
                "result": "",
                "news": "",
                "news_tag": "",
                "stocks": [{"price": 1, "expectation": "", "before_value": 2}],
            },
        }
    ),
}
BROKEN_TURN = {
    "another op": answer({"op": "delete_turn", "at": "t3"}),
    "a price": PRICE,
    "a plan": answer({"op": "rewrite", "at": "t3", "fields": ["news"], "brief": ""}),
}


def broken(schema: Schema) -> Mapping[str, str]:
    own = BROKEN_TURN if schema.name == "turn_changes" else BROKEN_CHAPTER
    places = {f"the place {at!r}": answer({**SET, "at": at}) for at in bad_places(schema)}
    return {**BROKEN_ALIKE, **own, **places}


# -- the engines


@pytest.fixture(scope="module")
def verdicts(servers_python: Path, sea_park: str) -> Callable[[str, str], Mapping[str, bool]]:
    """For an engine and a schema: which texts it lets through. Each is compiled once."""
    known: dict[tuple[str, str], Mapping[str, bool]] = {}

    def verdict(engine: str, name: str) -> Mapping[str, bool]:
        if (engine, name) not in known:
            schema = SCHEMAS[name]
            texts = [*good(schema, sea_park), *broken(schema).values()]
            known[engine, name] = asked(servers_python, engine, schema, texts)
        return known[engine, name]

    return verdict


def asked(python: Path, engine: str, schema: Schema, texts: list[str]) -> Mapping[str, bool]:
    question = json.dumps({"schema": schema.body, "texts": texts})
    command = [python, SCRIPT, engine]
    ran = subprocess.run(
        command, input=question, capture_output=True, check=False, text=True, timeout=120
    )
    if "ModuleNotFoundError" in ran.stderr:
        pytest.skip(f"{engine} could not be installed here: {ran.stderr.splitlines()[-1]}")
    assert not ran.returncode, ran.stderr
    answered = json.loads(ran.stdout)
    assert answered["seconds"] < 30, "a server would let its first writer wait"
    return dict(zip(texts, answered["accepted"], strict=True))


EVERY = pytest.mark.parametrize("name", SCHEMAS)


@EVERY
@pytest.mark.parametrize("engine", engines.ENGINES)
def test_an_engine_lets_every_good_answer_through(verdicts, engine, name, sea_park) -> None:
    found = verdicts(engine, name)

    assert [text for text in good(SCHEMAS[name], sea_park) if not found[text]] == []


@EVERY
@pytest.mark.parametrize("engine", engines.ENGINES)
def test_an_engine_refuses_every_malformed_answer(verdicts, engine, name) -> None:
    found = verdicts(engine, name)

    assert [what for what, text in broken(SCHEMAS[name]).items() if found[text]] == []


# -- what needs no engine


@EVERY
def test_what_is_good_here_is_good_for_the_first_gate(name, sea_park) -> None:
    for text in good(SCHEMAS[name], sea_park):
        ChangeList.model_validate_json(text)


@pytest.mark.parametrize("text", BROKEN_ALIKE.values(), ids=BROKEN_ALIKE)
def test_what_is_malformed_here_is_no_change_list(text) -> None:
    if text == BROKEN_ALIKE["a key twice"]:
        return
    with pytest.raises(ValidationError):
        ChangeList.model_validate_json(text)


def parts(schema: Json) -> Iterator[Mapping[str, Json]]:
    """A schema and all schemas within it."""
    assert isinstance(schema, dict)
    yield schema
    for within in (*schema.get("properties", {}).values(), *schema.get("anyOf", [])):
        yield from parts(within)
    if "items" in schema:
        yield from parts(schema["items"])


def depth(schema: Json) -> int:
    assert isinstance(schema, dict)
    below = [*schema.get("properties", {}).values(), *schema.get("anyOf", [])]
    below += [schema["items"]] if "items" in schema else []
    return (schema["type"] == "object" if "type" in schema else 0) + max(
        map(depth, below), default=0
    )


@EVERY
def test_a_schema_keeps_to_what_strict_mode_knows(name) -> None:
    """OpenAI: a root that is an object, everything required, nothing else, few keywords."""
    body = SCHEMAS[name].body

    assert body["type"] == "object"
    assert depth(dict(body)) <= 5
    for part in parts(dict(body)):
        assert set(part) <= KEYWORDS
        if part.get("type") == "object":
            assert part["additionalProperties"] is False
            assert part["required"] == list(part["properties"])


@EVERY
def test_every_pattern_is_one_that_all_engines_read_alike(name) -> None:
    """Anchored at both ends, ASCII, no class escapes, no look-around, no counted repeats."""
    patterns = [part["pattern"] for part in parts(dict(SCHEMAS[name].body)) if "pattern" in part]

    assert patterns
    for pattern in patterns:
        assert pattern.startswith("^")
        assert pattern.endswith("$")
        assert re.fullmatch(r"[A-Za-z0-9_^$|()*\[\]\\.-]+", pattern)
        assert set(re.findall(r"\\(.)", pattern)) <= {"."}
