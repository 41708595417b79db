"""A provider is sent tokens for personal data; what comes back has the data again."""

import asyncio
import json
from contextlib import aclosing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.chapter import chapter as chapters
from core.chapter import personal, rules
from core.chapter.chapter import Chapter
from core.editing.masking import Cover, Masked, covered
from core.editing.model import Usage
from core.editing.prompt import CURRENT, Message, Prompt, ask, turn_changes
from core.editing.scope import Scope
from tests.conftest import SAMPLES
from tests.editing.scripted import Scripted, ended

PHONE, RESIDENT, EMAIL = "010-1234-5678", "900101-1234567", "po.po@naver.com"


def having(**texts: str) -> Chapter:
    array = json.loads((SAMPLES / "sea_park.json").read_text("utf-8"))
    array[1].update(texts)
    return chapters.read(json.dumps(array, ensure_ascii=False))


class Told(Scripted):
    """Its answers in pieces of a few characters, the way a model writes."""

    def __init__(self, *answers: list[dict], size: int) -> None:
        super().__init__(*answers)
        self._size = size

    async def stream(self, prompt, schema):
        async with aclosing(super().stream(prompt, schema)) as texts:
            async for text in texts:
                for start in range(0, len(text), self._size):
                    yield text[start : start + self._size]
        yield Usage(1, 1)


def sent(model: Scripted) -> str:
    return "\n".join(one.content for prompt in model.prompts for one in prompt.messages)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 1000])
def test_a_model_sees_tokens_and_the_chapter_gets_what_they_stand_for(size):
    chapter = having(news=f"표는 {PHONE}로 사요.", result=f"{EMAIL}에 편지가 왔어요.")
    model = Told(
        [{"op": "set", "at": "t2.news", "to": "신나는 표는 [PHONE_1]에서 바로 사요!"}], size=size
    )

    end = ended(chapter, f"2턴 뉴스를 더 신나게, {RESIDENT}는 빼고", Masked(model))

    assert end.outcome == "edited"
    after = end.proposal.applied.chapter
    assert after.turns[1].text("news") == f"신나는 표는 {PHONE}에서 바로 사요!"
    assert after.turns[1].text("result") == f"{EMAIL}에 편지가 왔어요."
    assert not personal.found(sent(model))
    assert "t2.news: 표는 [PHONE_1]로 사요." in sent(model)
    assert "[RESIDENT_1]는 빼고" in sent(model)


def test_a_rename_that_a_model_writes_names_the_data_by_its_token():
    chapter = having(news=f"표는 {PHONE}로 사요.")
    model = Scripted([{"op": "rename", "from": "[PHONE_1]", "to": "매표소"}])

    end = ended(chapter, f"{PHONE} 대신에 다른 말로 이름을 고쳐서 다시 써 줘", Masked(model))

    assert model.calls == 1
    assert end.proposal.applied.chapter.turns[1].text("news") == "표는 매표소로 사요."


def test_the_same_prompt_is_masked_in_the_same_way_and_its_key_stays():
    chapter = having(news=f"표는 {PHONE}로 사요.")
    prompt = ask(chapter, f"{EMAIL}도 알려 줘", scope=Scope())
    key = prompt.key
    models = Scripted(), Scripted()

    async def asked(model: Scripted) -> None:
        async for _ in Masked(model).stream(prompt, turn_changes("t2")):
            pass

    with asyncio.Runner() as runner:
        for model in models:
            runner.run(asked(model))

    assert models[0].prompts == models[1].prompts
    assert models[0].prompts[0].key != key
    assert prompt.key == key


def test_a_longer_prompt_keeps_the_beginning_that_a_server_has_read():
    first = Message("user", f"{PHONE} {EMAIL}")
    short, long = Prompt((first,)), Prompt((first, Message("user", "02-123-4567")))

    assert Cover(short).message(first) == Cover(long).message(first)


@pytest.mark.parametrize("sample", sorted(path.name for path in SAMPLES.glob("*.json")))
def test_a_prompt_without_personal_data_is_sent_as_it_is(sample):
    prompt = ask(chapters.read((SAMPLES / sample).read_bytes()), "더 신나게", scope=Scope())
    cover = Cover(prompt)

    assert tuple(map(cover.message, prompt.messages)) == prompt.messages
    assert cover.uncovered('{"changes":[') == '{"changes":['


def test_prices_and_instructions_are_never_masked():
    price = Message("user", "t1.s1.price: 9001011234567\nt1.s1.expectation: 9001011234567")
    cover = Cover(Prompt((price,)))

    assert cover.message(price).content.split("\n") == [
        "t1.s1.price: 9001011234567",
        "t1.s1.expectation: [RESIDENT_1]",
    ]
    assert not personal.found(CURRENT.instructions)


def test_a_token_that_the_chapter_has_as_its_own_words_stays_what_it_is():
    own = Message("user", f"[PHONE_1] [phone_2] {PHONE}")
    cover = Cover(Prompt((own,)))

    assert cover.message(own).content == "[PHONE_1] [phone_2] [PHONE_3]"
    assert cover.uncovered("[PHONE_1][PHONE_3][PHONE_4]") == f"[PHONE_1]{PHONE}[PHONE_4]"


def test_a_token_that_stands_for_nothing_gets_into_no_chapter():
    model = Scripted([{"op": "set", "at": "t2.news", "to": "표는 [PHONE_7]에서 바로 사요!"}])

    end = ended(having(), "2턴 뉴스를 더 신나게", Masked(model))

    assert end.proposal is None


def test_what_is_put_back_into_json_is_json():
    odd = 'po"po 골뱅이 naver점com'
    cover = Cover(Prompt((message := Message("user", f"{PHONE} {odd}"),)))
    told = cover.message(message).content

    back = json.loads(cover.uncovered(json.dumps({"to": told})) + cover.rest())

    assert back == {"to": f"{PHONE} {odd}"}


DATA = st.sampled_from([PHONE, RESIDENT, EMAIL, "강남구 역삼동 736-1", "[PHONE_1]", "["])


@given(
    st.lists(DATA | st.text(alphabet="가나 [_1]P", max_size=6), max_size=8).map(" ".join),
    st.integers(1, 9),
)
def test_whatever_was_covered_comes_back_in_any_pieces(text, size):
    cover = Cover(Prompt((message := Message("user", text),)))
    said = cover.message(message).content

    pieces = [cover.uncovered(said[n : n + size]) for n in range(0, len(said), size)]

    assert "".join([*pieces, cover.rest()]) == text


def test_how_much_was_covered_is_counted_once_for_the_same_data():
    chapter = having(news=f"표는 {PHONE}로 사요.", result=f"{PHONE}, {EMAIL}")

    assert covered(chapter, f"{PHONE}, {RESIDENT}") == {"phone": 1, "email": 1, "resident": 1}
    assert covered(having(), "더 신나게") == {}


def test_an_edit_without_a_model_does_as_it_is_told_and_says_so():
    end = ended(having(), f"돌고래 쇼를 {PHONE}로 바꿔 줘")

    assert end.outcome == "edited"
    after = end.proposal.applied.chapter
    assert PHONE in after.names
    assert "personal_data" in {one.rule for one in rules.added(end.proposal.chapter, after)}
