"""Every word of the interface, in Korean and English."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import get_args

from core.words.places import FIELDS, Lang, field
from pages.words import costs, figures, library, monitor, play, review
from pages.words.costs import CostWords
from pages.words.figures import FiguresWords
from pages.words.library import LibraryWords
from pages.words.monitor import MonitorWords
from pages.words.play import PlayWords
from pages.words.review import ReviewWords

LANGS: tuple[Lang, ...] = get_args(Lang)


@dataclass(frozen=True)
class Words(ReviewWords, LibraryWords, PlayWords, FiguresWords, CostWords, MonitorWords):
    """One language. `{…}` is filled where the words are drawn: by `fill`, or in JavaScript."""

    # shell
    language: str
    not_drawn: str
    draw_again: str
    edit: str
    monitor: str

    # opening a chapter
    start_title: str
    start_hint: str
    open_chapter: str
    open_button: str
    back_chapter: str
    back_edit: str
    paste: str
    upload: str
    samples: str
    paste_label: str
    upload_label: str
    sample_hint: str
    sample_sea_park: str
    sample_sea_park_hint: str
    sample_forest_library: str
    sample_forest_library_hint: str
    sample_space_post: str
    sample_space_post_hint: str
    not_opened: str
    lost_chapter: str
    lost_branch: str
    lost_edit: str
    edit_taken: str
    edit_discarded: str
    waiting_edit: str
    pasted_name: str
    body_name: str

    # header
    fact_turns: str
    fact_stocks: str
    fact_version: str
    fact_branch: str
    checks: str
    checks_none: str
    checks_repair: str
    level_game: str
    level_warn: str
    level_note: str
    copy_hint: str
    download: str
    undo_take: str
    undone_take: str
    redo_take: str
    redone_take: str
    taken: str
    taken_merged: str
    asked_conflicts: str
    take_breaks: str
    """Before the finding that taking this choice would add."""
    not_done: str

    # asking
    ask: str
    ask_on: str
    asking: str
    asking_on: str
    asking_new: str
    follow_drop: str
    follow_keep: str
    follow_shorter: str
    limits: str
    limits_locked: str
    limits_scoped: str
    limits_presets: str
    limits_texts: str
    limits_numbers: str
    limits_names: str
    limits_locks_hint: str
    limits_more: str
    limits_only: str
    limits_only_hint: str
    limits_pick: str
    limits_all: str
    limits_structure: str
    limits_stock: str
    examples: str
    no_model_title: str
    no_model: str
    no_model_how: str
    busy: str

    # a running edit
    running: str
    queued: str
    waiting: str
    in_line: str
    next_in_line: str
    arrived: str
    seconds: str
    tokens: str
    cached: str
    cost: str
    cancel: str
    cancel_key: str
    cancelling: str
    live_lost: str
    live_new: str

    # figures
    system: str
    process: str
    cpu: str
    memory: str
    active_edits: str
    figures: str
    live_on: str
    live_off: str
    monitor_title: str
    monitor_hint: str

    # the model's connection
    connection: str
    connection_hint: str
    connection_none: str
    connection_try: str
    connection_trying: str
    connection_tried: str
    connection_tried_now: str
    connection_known: str
    connection_keyless: str
    connection_set: str
    connection_server: str
    connection_cache: str
    connection_schema: str
    connection_usage: str
    takes_yes: str
    takes_no: str
    takes_depends: str
    check_address_name: str
    check_key_name: str
    check_model_name: str
    check_streaming_name: str
    check_format_name: str
    check_usage_name: str
    check_speed_name: str

    # tags
    tag_all: str
    tag_high: str
    tag_mid: str
    tag_low: str
    tag_none: str


KO = Words(
    **asdict(library.KO),
    **asdict(review.KO),
    **asdict(play.KO),
    **asdict(figures.KO),
    **asdict(costs.KO),
    **asdict(monitor.KO),
    language="언어",
    not_drawn="이 화면을 보여 주지 못했어요",
    draw_again="다시 보기",
    edit="편집",
    monitor="상태",
    start_title="어떤 챕터를 고칠까요?",
    start_hint="챕터를 열고 고칠 점을 말해 주세요. 받아들인 곳 말고는 한 글자도 바뀌지 않아요.",
    open_chapter="다른 챕터 열기",
    open_button="챕터 열기",
    back_chapter="이전 챕터로 돌아가기",
    back_edit="이전 수정안으로 돌아가기",
    paste="붙여넣기",
    upload="파일",
    samples="예시",
    paste_label="챕터 JSON (배열만, API 본문, 코드 블록 모두 괜찮아요)",
    upload_label="JSON 파일을 여기에 놓아 주세요 (2MB까지)",
    sample_hint="바로 고쳐 볼 수 있는 예시 챕터예요.",
    sample_sea_park="바다 놀이공원",
    sample_sea_park_hint="돌고래 쇼, 해파리 회전차, 조개 매점",
    sample_forest_library="숲속 도서관",
    sample_forest_library_hint="여우 이야기방, 부엉이 책방, 거북 서가",
    sample_space_post="우주 우체국",
    sample_space_post_hint="번개 로켓 편지, 별빛 소포, 느림보 엽서",
    not_opened="챕터를 열지 못했어요",
    lost_chapter="이 챕터는 서버에 남아 있지 않아요. 다시 열어 주세요.",
    lost_branch="그 갈래는 없어서 본 갈래를 열었어요.",
    lost_edit="이 편집은 끝나기 전에 끊겼어요. 요청을 다시 보내 주세요.",
    edit_taken="이 수정안은 이미 반영했어요.",
    edit_discarded="이 수정안은 이미 버렸거나 다음 수정안으로 이어졌어요.",
    waiting_edit="검토하던 수정안 이어서 보기",
    pasted_name="붙여 넣은 챕터",
    body_name="챕터 {id}",
    fact_turns="{n}턴",
    fact_stocks="종목 {names}",
    fact_version="{n}번 버전",
    fact_branch="갈래 {name}",
    checks="점검 {n}",
    checks_none="점검에서 나온 문제가 없어요.",
    checks_repair="바로 고치기",
    level_game="게임이 깨져요",
    level_warn="살펴보세요",
    level_note="참고",
    copy_hint="오른쪽 위 단추를 누르면 전체가 복사돼요.",
    download="내려받기",
    undo_take="되돌리기",
    undone_take="마지막 반영을 되돌렸어요.",
    redo_take="다시 반영",
    redone_take="되돌린 것을 다시 반영했어요.",
    taken="{n}곳을 반영했어요.",
    taken_merged="{n}곳을 반영했어요. 그사이 다른 사람이 고친 곳도 그대로 있어요.",
    asked_conflicts="그사이 같은 곳이 바뀌었어요. 어느 쪽을 남길지 골라 주세요.",
    take_breaks="이 변경들만 받으면 게임이 깨져요. 함께 받거나 함께 버려 주세요.",
    not_done="하지 못했어요",
    ask="예: 2턴 뉴스를 더 두근두근하게",
    ask_on="이 수정안에 이어서 말하기",
    asking="요청 방식",
    asking_on="이어서",
    asking_new="새로",
    follow_drop="두 번째는 빼 줘",
    follow_keep="1번만 남겨 줘",
    follow_shorter="{n}턴은 더 짧게",
    limits="잠금과 범위",
    limits_locked="잠금 {n}",
    limits_scoped="범위 {n}",
    limits_presets="잠금",
    limits_texts="글만 고치기",
    limits_numbers="숫자만 고치기",
    limits_names="이름만 잠그기",
    limits_locks_hint="잠근 곳은 누가 요청해도 바뀌지 않아요. 챕터와 함께 저장돼요.",
    limits_more="더 잠글 곳 고르기",
    limits_only="범위",
    limits_only_hint="고르면 다음 요청부터 그곳만 바뀌어요. "
    "이 탭에서만 쓰이고, 새로고침하면 풀려요.",
    limits_pick="턴, 종목, 항목",
    limits_all="전체",
    limits_structure="턴과 종목 수, 순서",
    limits_stock="{n}번 종목",
    examples="이렇게 말해 보세요",
    no_model_title="지금은 모델 없이 되는 편집만 할 수 있어요",
    no_model="이름이나 낱말 바꾸기, 가격 정하기, 위험 등급과 설명 맞추기, "
    "턴 지우기·옮기기·복사하기, 항목 비우기, 이전 가격 채우기는 바로 돼요.",
    no_model_how="글을 새로 쓰게 하려면 OPENAI_API_KEY(또는 OPENAI_BASE_URL)를 정하고 "
    "앱을 다시 시작해 주세요.",
    busy="앞의 편집이 끝난 뒤에 요청해 주세요.",
    running="고치는 중이에요",
    queued="차례를 기다리고 있어요",
    waiting="모델이 첫 글자를 쓰기를 기다려요",
    in_line="모델 차례를 기다려요. 앞에 {n}건 있어요",
    next_in_line="모델 차례를 기다려요. 바로 다음이에요",
    arrived="{n}곳 도착",
    seconds="{n}초",
    tokens="{n}토큰",
    cached="그중 {n}은 다시 읽지 않음",
    cost="비용 {n}",
    cancel="멈추기",
    cancel_key="Esc",
    cancelling="멈추는 중",
    live_lost="연결이 끊겨 다시 잇고 있어요. 편집은 계속되고 있어요.",
    live_new="새로 도착",
    system="시스템",
    process="이 앱",
    cpu="CPU",
    memory="메모리",
    active_edits="진행 중인 편집",
    figures="실시간 수치",
    live_on="실시간",
    live_off="연결이 끊겨 다시 잇고 있어요",
    monitor_title="상태",
    monitor_hint="1초마다 새로 와요. 탭이 가려지면 쉬어요.",
    connection="AI 연결",
    connection_hint="이 서버를 연 사람이 정한 설정이에요. 여기서는 시험만 할 수 있어요.",
    connection_none="AI 모델이 없어요. 아래 표에서 하나를 골라 .env에 적고 다시 켜 주세요.",
    connection_try="연결 시험하기",
    connection_trying="짧은 요청 하나를 보내 보고 있어요.",
    connection_tried="{n}분 전에 시험한 결과예요.",
    connection_tried_now="방금 시험한 결과예요.",
    connection_known="알려진 서버와 설정",
    connection_keyless="없음",
    connection_set="정해 둠",
    connection_server="서버",
    connection_cache="읽은 것 다시 쓰기",
    connection_schema="답의 형식",
    connection_usage="토큰 세기",
    takes_yes="돼요",
    takes_no="안 돼요",
    takes_depends="모델에 따라",
    check_address_name="주소",
    check_key_name="API 키",
    check_model_name="모델",
    check_streaming_name="쓰는 대로 받기",
    check_format_name="답의 형식",
    check_usage_name="토큰 세기",
    check_speed_name="속도",
    tag_all="모두",
    tag_high="고위험",
    tag_mid="중위험",
    tag_low="저위험",
    tag_none="없음",
)

EN = Words(
    **asdict(library.EN),
    **asdict(review.EN),
    **asdict(play.EN),
    **asdict(figures.EN),
    **asdict(costs.EN),
    **asdict(monitor.EN),
    language="Language",
    not_drawn="This page could not be shown",
    draw_again="Show it again",
    edit="Edit",
    monitor="Status",
    start_title="Which chapter shall we edit?",
    start_hint="Open a chapter and say what should change. Only what you take will differ, "
    "to the letter.",
    open_chapter="Open another",
    open_button="Open chapter",
    back_chapter="Back to the previous chapter",
    back_edit="Back to the previous proposal",
    paste="Paste",
    upload="File",
    samples="Samples",
    paste_label="Chapter JSON (a bare array, an API body or a code block)",
    upload_label="Drop a JSON file here (up to 2 MB)",
    sample_hint="Sample chapters that are ready to edit.",
    sample_sea_park="Sea park",
    sample_sea_park_hint="Dolphin show, jellyfish wheel, shell stand",
    sample_forest_library="Forest library",
    sample_forest_library_hint="Fox story room, owl bookshop, turtle shelf",
    sample_space_post="Space post office",
    sample_space_post_hint="Rocket letters, starlight parcels, slow postcards",
    not_opened="The chapter could not be opened",
    lost_chapter="The server no longer holds this chapter. Please open it again.",
    lost_branch="That branch does not exist, so the main branch is open.",
    lost_edit="This edit was cut off before it ended. Please send the request again.",
    edit_taken="This proposal has been taken already.",
    edit_discarded="This proposal was discarded, or went on as another one.",
    waiting_edit="Go on with the open proposal",
    pasted_name="Pasted chapter",
    body_name="Chapter {id}",
    fact_turns="{n}-turn chapter",
    fact_stocks="stocks {names}",
    fact_version="version {n}",
    fact_branch="branch {name}",
    checks="Checks {n}",
    checks_none="The checks found nothing.",
    checks_repair="Repair",
    level_game="Breaks the game",
    level_warn="Worth a look",
    level_note="Note",
    copy_hint="The button at the top right copies everything.",
    download="Download",
    undo_take="Undo",
    undone_take="The last taken edit is undone.",
    redo_take="Redo",
    redone_take="The undone edit is taken again.",
    taken="Places taken: {n}.",
    taken_merged="Places taken: {n}. What others changed meanwhile is kept too.",
    asked_conflicts="The same places were changed meanwhile. Please choose which side stays.",
    take_breaks="These changes alone would break the game. Take or drop them together.",
    not_done="That could not be done",
    ask="e.g. make turn 2's news thrilling",
    ask_on="Go on from this proposal",
    asking="How to ask",
    asking_on="Go on",
    asking_new="Anew",
    follow_drop="drop the second",
    follow_keep="keep only the first",
    follow_shorter="make turn {n} shorter",
    limits="Locks and scope",
    limits_locked="Locks {n}",
    limits_scoped="Scope {n}",
    limits_presets="Locks",
    limits_texts="Edit texts only",
    limits_numbers="Edit numbers only",
    limits_names="Lock names",
    limits_locks_hint="No request changes a locked place, whoever asks. Kept with the chapter.",
    limits_more="Places to lock",
    limits_only="Scope",
    limits_only_hint="When some are chosen, requests from now on change only these. "
    "For this tab alone, until it is reloaded.",
    limits_pick="Turns, stocks, fields",
    limits_all="Everything",
    limits_structure="Number and order of turns and stocks",
    limits_stock="Stock {n}",
    examples="Try saying",
    no_model_title="Only edits that need no model work now",
    no_model="Renaming a stock or word, setting prices, risk levels and descriptions, deleting, "
    "moving or repeating turns, emptying fields and filling missing prices before work at once.",
    no_model_how="To have text written, set OPENAI_API_KEY (or OPENAI_BASE_URL) "
    "and restart the app.",
    busy="Please wait until the running edit has ended.",
    running="Editing",
    queued="Waiting for a free place",
    waiting="Waiting for the model's first word",
    in_line="In line for the model: {n} before this",
    next_in_line="In line for the model: next",
    arrived="{n} arrived",
    seconds="{n} s",
    tokens="{n} tokens",
    cached="{n} of them read before",
    cost="cost {n}",
    cancel="Cancel",
    cancel_key="Esc",
    cancelling="Cancelling",
    live_lost="Connection lost, reconnecting. The edit goes on.",
    live_new="New",
    system="System",
    process="This app",
    cpu="CPU",
    memory="memory",
    active_edits="Running edits",
    figures="Live figures",
    live_on="Live",
    live_off="Connection lost, reconnecting",
    monitor_title="Status",
    monitor_hint="New every second. Rests while the tab is hidden.",
    connection="AI connection",
    connection_hint="As the operator of this server has set it. Here it can only be tested.",
    connection_none="No AI model is set. Put one of the table below into .env and start again.",
    connection_try="Test",
    connection_trying="Sending one short request.",
    connection_tried="Minutes since this test: {n}.",
    connection_tried_now="Tested just now.",
    connection_known="Known servers and how to set them",
    connection_keyless="none",
    connection_set="set",
    connection_server="Server",
    connection_cache="Cache key",
    connection_schema="Structured output",
    connection_usage="Counts tokens",
    takes_yes="yes",
    takes_no="no",
    takes_depends="by model",
    check_address_name="Address",
    check_key_name="Key",
    check_model_name="Model",
    check_streaming_name="Streaming",
    check_format_name="Structured output",
    check_usage_name="Counting tokens",
    check_speed_name="Speed",
    tag_all="all",
    tag_high="high risk",
    tag_mid="middle risk",
    tag_low="low risk",
    tag_none="nobody",
)

_BLANK = re.compile(r"\{(\w+)\}")
WORDS: Mapping[Lang, Words] = {"ko": KO, "en": EN}


def spoken(locale: str | None) -> Lang:
    """The language for a browser's locale; Korean when it names none."""
    return "en" if locale and not locale.lower().startswith("ko") else "ko"


def fill(sentence: str, **facts: object) -> str:
    """The sentence with its `{…}` filled. What a fact says is never read again."""
    return _BLANK.sub(lambda found: str(facts.get(found[1], "")), sentence)


def money(cost: float) -> str:
    """Cents from 1 on, below it all that a call costs."""
    return f"{cost:,.2f}" if cost >= 1 else f"{cost:.6f}".rstrip("0.") or "0"


def label(name: str, lang: Lang) -> str:
    """A field's words as they begin a line."""
    words = field(name, lang)
    return words[:1].upper() + words[1:]


def table(lang: Lang) -> dict[str, str]:
    """All words of a language by name, and the fields', for JavaScript."""
    return {name: label(name, lang) for name in FIELDS} | asdict(WORDS[lang])
