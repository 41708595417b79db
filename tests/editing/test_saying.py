"""Decisions said in words: what is read as one, and what never is."""

import pytest

from core.editing import instant, saying

A, R = "accepted", "rejected"


def said(request: str, count: int = 3) -> tuple[dict[int, str], str] | None:
    found = saying.read(request, count)
    return (dict(found.verdicts), found.rest) if found else None


@pytest.mark.parametrize(
    ("request_", "verdicts"),
    [
        # one is refused
        ("두 번째 빼줘", {2: R}),
        ("두번째 빼 줘", {2: R}),
        ("두 번째는 빼주세요", {2: R}),
        ("2번은 취소", {2: R}),
        ("2번 취소해줘", {2: R}),
        ("2번째 취소해 주세요.", {2: R}),
        ("2번 거절", {2: R}),
        ("2번은 안 할래요", {2: R}),
        ("2번은 싫어요", {2: R}),
        ("2번은 별로예요", {2: R}),
        ("2번은 필요 없어요", {2: R}),
        ("2번은 마음에 안 들어요", {2: R}),
        ("2번 변경은 빼줘", {2: R}),
        ("2번 제안은 취소해줘", {2: R}),
        ("두 번째 거는 원래대로 해줘", {2: R}),
        ("두 번째 것은 되돌려줘", {2: R}),
        ("둘째는 빼자", {2: R}),
        ("#2 빼줘", {2: R}),
        ("2번을 지워줘", {2: R}),
        ("2번 삭제", {2: R}),
        ("2번은 없애 주세요", {2: R}),
        ("2번만 빼줘", {2: R}),
        ("2번은 적용하지 마", {2: R}),
        ("2번은 바꾸지 마세요", {2: R}),
        ("2번은 빼고 싶어요", {2: R}),
        ("첫 번째 거 빼줘", {1: R}),
        ("첫번째는 무시해줘", {1: R}),
        ("마지막 거 빼줘", {3: R}),
        ("마지막은 취소", {3: R}),
        ("마지막 변경은 취소해줘", {3: R}),
        ("음, 2번은 좀 빼줘", {2: R}),
        ("undo the second", {2: R}),
        ("Undo the second one, please.", {2: R}),
        ("drop the second change", {2: R}),
        ("drop #2", {2: R}),
        ("drop number two", {2: R}),
        ("그 두 번째 빼줘", {2: R}),
        ("2번째것 빼", {2: R}),
        ("2번이 별로야", {2: R}),
        ("reject number 2", {2: R}),
        ("remove change 2", {2: R}),
        ("I don't want the second one", {2: R}),
        ("the second is not good", {2: R}),
        ("skip the last one", {3: R}),
        ("no to 2", {2: R}),
        ("can you undo the 2nd?", {2: R}),
        # several are refused
        ("1, 3번 빼줘", {1: R, 3: R}),
        ("1번, 3번은 빼줘", {1: R, 3: R}),
        ("1번이랑 3번 빼줘", {1: R, 3: R}),
        ("1번과 3번을 취소해줘", {1: R, 3: R}),
        ("1번 하고 3번은 빼줘", {1: R, 3: R}),
        ("첫 번째와 세 번째는 빼줘", {1: R, 3: R}),
        ("1~2번 취소", {1: R, 2: R}),
        ("1번부터 3번까지 빼줘", {1: R, 2: R, 3: R}),
        ("처음 두 개는 빼줘", {1: R, 2: R}),
        ("마지막 두 개는 취소", {2: R, 3: R}),
        ("drop 2 and 3", {2: R, 3: R}),
        ("drop 1, 2 and 3", {1: R, 2: R, 3: R}),
        ("reject the first and the last", {1: R, 3: R}),
        ("drop the last two", {2: R, 3: R}),
        ("undo changes 1-2", {1: R, 2: R}),
        # one is accepted
        ("3번 좋아요", {3: A}),
        ("3번은 괜찮아", {3: A}),
        ("3번은 받아줘", {3: A}),
        ("3번 적용해줘", {3: A}),
        ("세 번째는 승인", {3: A}),
        ("3번은 남겨줘", {3: A}),
        ("3번은 다시 넣어줘", {3: A}),
        ("3번은 살려줘", {3: A}),
        ("2번은 빼지 마세요", {2: A}),
        ("2번은 취소하지 말아줘", {2: A}),
        ("accept the third", {3: A}),
        ("keep the third one", {3: A}),
        ("I like the third", {3: A}),
        ("the third looks good", {3: A}),
        ("number 3 is fine", {3: A}),
        ("1 and 3 are good", {1: A, 3: A}),
        ("don't drop the third", {3: A}),
        # only these
        ("3번만 남겨줘", {1: R, 2: R, 3: A}),
        ("3번만 적용해줘", {1: R, 2: R, 3: A}),
        ("3번만 해줘", {1: R, 2: R, 3: A}),
        ("세 번째만 남기자", {1: R, 2: R, 3: A}),
        ("세 번째 것만 받을게요", {1: R, 2: R, 3: A}),
        ("3번 변경만 남겨 주세요", {1: R, 2: R, 3: A}),
        ("1번이랑 3번만 남겨줘", {1: A, 2: R, 3: A}),
        ("1번, 3번만 남겨줘", {1: A, 2: R, 3: A}),
        ("다 빼고 1번만", {1: A, 2: R, 3: R}),
        ("다 빼고 1번만 남겨줘", {1: A, 2: R, 3: R}),
        ("3번만 두고 다 빼줘", {1: R, 2: R, 3: A}),
        ("1번 빼고 다 빼줘", {1: A, 2: R, 3: R}),
        ("1번 말고는 다 취소", {1: A, 2: R, 3: R}),
        ("1번을 제외한 나머지는 취소", {1: A, 2: R, 3: R}),
        ("keep only the third", {1: R, 2: R, 3: A}),
        ("only keep the third", {1: R, 2: R, 3: A}),
        ("keep the third only", {1: R, 2: R, 3: A}),
        ("only the third", {1: R, 2: R, 3: A}),
        ("just keep 1 and 3", {1: A, 2: R, 3: A}),
        ("only 1 and 3", {1: A, 2: R, 3: A}),
        ("drop everything except the first", {1: A, 2: R, 3: R}),
        ("drop all but 1 and 2", {1: A, 2: A, 3: R}),
        # all of them
        ("모두 좋아", {1: A, 2: A, 3: A}),
        ("다 좋아요!", {1: A, 2: A, 3: A}),
        ("전부 적용해 주세요", {1: A, 2: A, 3: A}),
        ("좋아요", {1: A, 2: A, 3: A}),
        ("네, 좋아요.", {1: A, 2: A, 3: A}),
        ("적용해줘", {1: A, 2: A, 3: A}),
        ("셋 다 좋아", {1: A, 2: A, 3: A}),
        ("모두 취소해줘", {1: R, 2: R, 3: R}),
        ("전부 되돌려줘", {1: R, 2: R, 3: R}),
        ("다 빼줘", {1: R, 2: R, 3: R}),
        ("취소", {1: R, 2: R, 3: R}),
        ("accept all", {1: A, 2: A, 3: A}),
        ("accept all of them", {1: A, 2: A, 3: A}),
        ("looks good", {1: A, 2: A, 3: A}),
        ("It all looks good!", {1: A, 2: A, 3: A}),
        ("reject everything", {1: R, 2: R, 3: R}),
        ("cancel that", {1: R, 2: R, 3: R}),
        # all but some
        ("2번 빼고 다 좋아", {1: A, 2: R, 3: A}),
        ("2번만 빼고 다 좋아요", {1: A, 2: R, 3: A}),
        ("다 좋은데 2번은 빼줘", {1: A, 2: R, 3: A}),
        ("모두 좋은데 2번만 빼 주세요", {1: A, 2: R, 3: A}),
        ("1번은 좋고 나머지는 빼줘", {1: A, 2: R, 3: R}),
        ("2번은 빼고 나머지는 적용해줘", {1: A, 2: R, 3: A}),
        ("accept all except 2", {1: A, 2: R, 3: A}),
        ("2번 뺀 나머지 적용", {1: A, 2: R, 3: A}),
        ("2번 제외하고 모두 적용", {1: A, 2: R, 3: A}),
        ("마지막 것만 빼고 다 적용", {1: A, 2: A, 3: R}),
        ("이대로 적용해줘", {1: A, 2: A, 3: A}),
        ("그대로 적용", {1: A, 2: A, 3: A}),
        ("I only want the third", {1: R, 2: R, 3: A}),
        ("keep everything but the second", {1: A, 2: R, 3: A}),
        ("all but the second are good", {1: A, 2: R, 3: A}),
        ("accept the first and drop the rest", {1: A, 2: R, 3: R}),
        # several wishes
        ("1번은 좋고 2번은 빼줘", {1: A, 2: R}),
        ("2번은 빼고 3번은 받아줘", {2: R, 3: A}),
        ("1번은 적용, 2번은 취소", {1: A, 2: R}),
        ("1번 말고 2번 빼줘", {2: R}),
        ("undo the second and keep the third", {2: R, 3: A}),
        ("keep 2 but drop 3", {2: A, 3: R}),
        ("drop 2, keep 3", {2: R, 3: A}),
    ],
)
def test_what_is_said_is_decided(request_, verdicts):
    assert said(request_) == (verdicts, "")


@pytest.mark.parametrize(
    ("request_", "verdicts", "rest"),
    [
        ("두 번째는 빼고 세 번째는 더 부드럽게", {2: R}, "세 번째는 더 부드럽게"),
        ("두 번째는 빼고 세 번째는 더 부드럽게 해줘.", {2: R}, "세 번째는 더 부드럽게 해줘."),
        ("2번은 취소하고 3턴 뉴스를 더 짧게 해줘", {2: R}, "3턴 뉴스를 더 짧게 해줘"),
        ("1번은 더 짧게 하고 2번은 빼줘", {2: R}, "1번은 더 짧게"),
        ("다 좋은데 2번은 더 짧게", {1: A, 3: A}, "2번은 더 짧게"),
        ("1번만 남기고 2번은 더 밝게 써줘", {1: A, 3: R}, "2번은 더 밝게 써줘"),
        ("2번은 빼줘. 그리고 악당 이름을 늑대로 바꿔줘", {2: R}, "악당 이름을 늑대로 바꿔줘"),
        ("2번은 빼고 나머지는 더 짧게", {2: R}, "나머지는 더 짧게"),
        ("drop 2 and make the third softer", {2: R}, "make the third softer"),
        ("accept all, but make 2 shorter", {1: A, 3: A}, "make 2 shorter"),
        ("undo the second. Make turn 3 funnier", {2: R}, "Make turn 3 funnier"),
    ],
)
def test_what_is_asked_beside_a_decision_is_left_for_the_model(request_, verdicts, rest):
    assert said(request_) == (verdicts, rest)


@pytest.mark.parametrize(
    "request_",
    [
        "2턴을 지워줘",
        "2턴 빼줘",
        "두 번째 턴을 지워줘",
        "두 번째 턴 뉴스를 더 짧게",
        "첫 번째 턴은 빼줘",
        "마지막 턴만 남겨줘",
        "마지막 턴을 빼줘",
        "2번째 턴 취소",
        "3번 종목 이름을 바꿔줘",
        "3번 종목을 빼줘",
        "3번 종목만 남겨줘",
        "두 번째 종목은 없애줘",
        "두 번째 문장을 빼줘",
        "뉴스에서 두 번째 문장은 빼줘",
        "마지막 문장만 남겨줘",
        "첫 번째 단어를 지워줘",
        "두 번째 뉴스를 취소해줘",
        "2번 더 반복해줘",
        "두 번 빼줘",
        "한 번 더 짧게 해줘",
        "가격을 2배로 올려줘",
        "가격을 10 내려줘",
        "느낌표를 다 빼줘",
        "이모지를 모두 빼줘",
        "모든 턴에서 숫자를 빼줘",
        "모든 뉴스를 지워줘",
        "모두 좋아하는 이야기로 바꿔줘",
        "모두 좋아하게 만들어줘",
        "다 같이 웃는 장면으로 바꿔줘",
        "다시 써줘",
        "좋아요, 3턴 뉴스를 더 짧게 해줘",
        "취소하고 3턴 뉴스를 더 짧게 해줘",
        "2번은 더 부드럽게",
        "두 번째는 더 짧게 해줘",
        "2번은 왜 바꿨어?",
        "2번 빼면 어떻게 돼?",
        "2번은 좋아 보이는데 더 짧게",
        "2번 빼고 다 더 짧게 해줘",
        "2번 말고 다른 이름으로 바꿔줘",
        "2번 돼지를 빼줘",
        "2번 방패를 지워줘",
        "2번은 '빼줘'라고 써줘",
        "‘2번 빼줘’를 ‘3번 남겨줘’로 바꿔줘",
        "이번 턴은 빼줘",
        "이번에는 취소해줘요 악당이",
        "3턴 뉴스를 취소 소식으로 바꿔줘",
        "결과를 전부 긍정적으로",
        "나머지 턴도 똑같이 해줘",
        "나머지는 더 짧게 해줘",
        "1등만 남는 이야기로",
        "돌고래 쇼를 빼줘",
        "돌고래 쇼만 남겨줘",
        "되돌려줘",
        "음",
        "네",
        "",
        "1",
        "2번",
        "두 번째",
        "undo the second turn",
        "drop turn 2",
        "delete turn 3",
        "delete the last turn",
        "remove the second stock",
        "drop the second sentence",
        "remove the first word of the news",
        "keep the third turn's news short",
        "drop 2 and 3 turns",
        "make the second softer",
        "make all news shorter",
        "keep all names",
        "use the second name everywhere",
        "raise all prices by 10%",
        "drop all prices by 10%",
        "cut the prices of all stocks",
        "don't drop the price",
        "the first news should be funnier",
        "take the children to the first turn",
        "all good things come to an end: put that in turn 2",
        "only change turn 3",
        "keep it short",
        "undo",
        "undo it",
        "not so sad",
        "why the second?",
        "accept the challenge should be the news of turn 1",
    ],
)
def test_what_is_no_decision_is_never_read_as_one(request_):
    assert said(request_) is None


@pytest.mark.parametrize(
    ("request_", "verdicts"),
    [
        ("나머지는 취소", {1: R, 3: R}),
        ("나머지는 다 좋아", {1: A, 3: A}),
        ("drop the rest", {1: R, 3: R}),
        ("1번은 좋고 나머지는 빼줘", {1: A, 2: R, 3: R}),
        ("모두 취소", {1: R, 2: R, 3: R}),
    ],
)
def test_the_rest_are_those_not_named_or_else_not_decided_yet(request_, verdicts):
    assert saying.read(request_, 3, {2}).verdicts == verdicts


@pytest.mark.parametrize(
    ("request_", "number"),
    [
        ("5번 빼줘", 5),
        ("다섯 번째는 취소", 5),
        ("drop #7", 7),
        ("2번과 9번은 빼줘", 9),
        ("0번 취소", 0),
    ],
)
def test_a_number_that_no_change_has_decides_nothing(request_, number):
    found = saying.read(request_, 3)

    assert (found.verdicts, found.missing) == ({}, number)


@pytest.mark.parametrize(
    ("request_", "found"),
    [
        ("세 번째는 더 부드럽게", [3]),
        ("2번이랑 3번을 더 짧게", [2, 3]),
        ("make the second softer", [2]),
        ("2번 종목 이름을 바꿔줘", []),
        ("두 번째 턴 뉴스를 더 짧게", []),
        ("3턴 뉴스를 더 짧게", []),
        ("9번을 더 짧게", []),
        ("the second turn", []),
    ],
)
def test_a_request_speaks_of_changes_by_their_number(request_, found):
    assert [number for number, _ in saying.numbers(request_, 3)] == found


def test_no_example_of_an_instant_edit_is_a_decision():
    for request in (*instant.EXAMPLES["ko"], *instant.EXAMPLES["en"]):
        assert said(request, 4) is None


def test_a_long_or_odd_request_is_read_in_no_time():
    for text in ("2번 빼줘 " * 1000, "두 번째 " * 400, "빼고" * 900, "1,2,3," * 300, "a " * 990):
        saying.read(text, 3)
