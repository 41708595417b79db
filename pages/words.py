"""Every word of the interface, in Korean and English."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import get_args

from core.words.places import FIELDS, Lang, field

LANGS: tuple[Lang, ...] = get_args(Lang)


@dataclass(frozen=True, slots=True)
class Words:
    """One language. `{…}` is filled where the words are drawn: by `fill`, or in JavaScript."""

    # shell
    language: str
    edit: str
    monitor: str

    # opening a chapter
    start_title: str
    start_hint: str
    open_chapter: str
    open_button: str
    back_chapter: str
    back_edit: str
    back_request: str
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
    lost_edit: str
    pasted_name: str
    body_name: str

    # header
    fact_turns: str
    fact_stocks: str
    fact_versions: str
    checks: str
    checks_none: str
    checks_repair: str
    level_game: str
    level_warn: str
    level_note: str
    copy: str
    copy_hint: str
    download: str
    undo_take: str
    undone_take: str
    redo_take: str
    redone_take: str
    taken: str
    take_breaks: str
    """Before the finding that taking this choice would add."""
    not_done: str

    # asking
    ask: str
    examples: str
    no_model_title: str
    no_model: str
    no_model_how: str
    busy: str

    # a running edit
    running: str
    queued: str
    waiting: str
    arrived: str
    seconds: str
    tokens: str
    cost: str
    cancel: str
    cancel_key: str
    cancelling: str
    live_lost: str
    live_new: str

    # what came out
    outcome_edited: str
    outcome_question: str
    outcome_refused: str
    outcome_no_change: str
    outcome_failed: str
    outcome_cancelled: str
    proof: str
    proof_hash: str
    found_added: str
    found_removed: str
    found_same: str
    found_none: str
    dropped: str
    leftovers: str
    leftovers_hint: str
    dismiss: str
    ask_again: str

    # review
    review: str
    chapter: str
    turn: str
    before: str
    after: str
    coins: str
    nothing: str
    empty: str
    pending: str
    accepted: str
    rejected: str
    left: str
    all_reviewed: str
    turn_left: str
    turn_done: str
    unchanged: str
    same_fields: str
    show_all: str
    show_left: str
    side_by_side: str
    inline: str
    toolbar: str
    filter: str
    layout: str
    undo: str
    redo: str
    undone: str
    redone: str
    previous: str
    next: str
    accept: str
    reject: str
    accept_name: str
    reject_name: str
    accept_turn: str
    reject_turn: str
    row_label: str
    said: str
    take_all: str
    take_rest: str
    take_accepted: str
    discard: str
    together: str
    together_hint: str
    every_turn: str
    also_opening: str
    also_carried: str
    because_rule: str
    turn_added: str
    turn_removed: str
    turn_moved: str
    turn_copied: str
    turns_arranged: str
    stock_added: str
    stock_removed: str
    whole_chapter: str
    stock: str
    price_up: str
    price_down: str
    added_sign: str
    removed_sign: str
    keys_move: str
    keys_accept: str
    keys_reject: str
    keys_undo: str

    # figures
    system: str
    process: str
    cpu: str
    memory: str
    active_edits: str
    finished_edits: str
    system_cpu: str
    system_memory: str
    process_cpu: str
    process_memory: str
    figures: str
    live_on: str
    live_off: str
    monitor_title: str
    monitor_hint: str
    last_minutes: str

    # tags
    tag_all: str
    tag_high: str
    tag_mid: str
    tag_low: str
    tag_none: str


KO = Words(
    language="언어",
    edit="편집",
    monitor="상태",
    start_title="어떤 챕터를 고칠까요?",
    start_hint="챕터를 열고 고칠 점을 말해 주세요. 받아들인 곳 말고는 한 글자도 바뀌지 않아요.",
    open_chapter="다른 챕터 열기",
    open_button="챕터 열기",
    back_chapter="이전 챕터로 돌아가기",
    back_edit="이전 수정안으로 돌아가기",
    back_request="이전 요청 다시 쓰기",
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
    lost_edit="이 편집은 서버에 남아 있지 않아요. 다시 요청해 주세요.",
    pasted_name="붙여 넣은 챕터",
    body_name="챕터 {id}",
    fact_turns="{n}턴",
    fact_stocks="종목 {names}",
    fact_versions="{n}번 반영함",
    checks="점검 {n}",
    checks_none="점검에서 나온 문제가 없어요.",
    checks_repair="바로 고치기",
    level_game="게임이 깨져요",
    level_warn="살펴보세요",
    level_note="참고",
    copy="복사",
    copy_hint="오른쪽 위 단추를 누르면 전체가 복사돼요.",
    download="내려받기",
    undo_take="되돌리기",
    undone_take="마지막 반영을 되돌렸어요.",
    redo_take="다시 반영",
    redone_take="되돌린 것을 다시 반영했어요.",
    taken="{n}곳을 반영했어요.",
    take_breaks="이 변경들만 받으면 게임이 깨져요. 함께 받거나 함께 버려 주세요.",
    not_done="하지 못했어요",
    ask="예: 2턴 뉴스를 더 두근두근하게",
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
    arrived="{n}곳 도착",
    seconds="{n}초",
    tokens="{n}토큰",
    cost="비용 {n}",
    cancel="멈추기",
    cancel_key="Esc",
    cancelling="멈추는 중",
    live_lost="연결이 끊겨 다시 잇고 있어요. 편집은 계속되고 있어요.",
    live_new="새로 도착",
    outcome_edited="수정안이 왔어요",
    outcome_question="한 번 더 알려 주세요",
    outcome_refused="바꾸지 않았어요",
    outcome_no_change="바뀐 곳이 없어요",
    outcome_failed="편집을 마치지 못했어요",
    outcome_cancelled="멈췄어요",
    proof="{total}곳 중 {changed}곳만 바뀌고 나머지 {same}곳은 그대로예요.",
    proof_hash="원본 {before} → 수정안 {after} (SHA-256)",
    found_added="새로 생긴 문제 {n}",
    found_removed="해결된 문제 {n}",
    found_same="전부터 있던 문제 {n}",
    found_none="새로 생긴 문제 없음",
    dropped="걸러 낸 변경 {n}",
    leftovers="줄여 부른 이름 {n}",
    leftovers_hint="같은 대상인지 확실하지 않아 그대로 두었어요. 바꾸려면 요청에 적어 주세요.",
    dismiss="닫기",
    ask_again="요청 고쳐 쓰기",
    review="수정안 검토",
    chapter="챕터",
    turn="{n}턴",
    before="원본",
    after="수정안",
    coins="{n}냥",
    nothing="없음",
    empty="비어 있어요",
    pending="검토 전",
    accepted="수락",
    rejected="원본 유지",
    left="{n}건 중 {left}건 남음",
    all_reviewed="{n}건 모두 검토했어요",
    turn_left="{n}곳 남음",
    turn_done="{n}곳 완료",
    unchanged="그대로",
    same_fields="바뀌지 않은 항목 {n}개",
    show_all="전체",
    show_left="남은 것",
    side_by_side="나란히",
    inline="한 줄로",
    toolbar="검토 도구",
    filter="보기 범위",
    layout="보기 방식",
    undo="결정 취소",
    redo="결정 다시 하기",
    undone="결정을 취소했어요",
    redone="결정을 다시 했어요",
    previous="앞의 남은 변경",
    next="다음 남은 변경",
    accept="수락 (A)",
    reject="원본 유지 (X)",
    accept_name="{name} 수락",
    reject_name="{name} 원본 유지",
    accept_turn="{name} 모두 수락",
    reject_turn="{name} 모두 원본 유지",
    row_label="{name}, 변경 {at}/{total}, {state}",
    said="{name} {state}. {left}건 남음",
    take_all="모두 반영",
    take_rest="{n}건 빼고 반영",
    take_accepted="수락한 {n}건만 반영",
    discard="버리기",
    together="함께 바뀌는 {n}곳",
    together_hint="함께 수락하거나 함께 원본을 유지해요",
    every_turn="{n}개 턴 모두",
    also_opening="다음 턴의 이전 가격도",
    also_carried="이전 가격 {n}곳도 맞춤",
    because_rule="맞춰서 바뀜",
    turn_added="새로 생기는 턴",
    turn_removed="없어지는 턴",
    turn_moved="{was}턴의 사건이 {now}턴으로",
    turn_copied="한 번 더 나오는 턴",
    turns_arranged="턴 순서 되돌리기",
    stock_added="새 종목",
    stock_removed="없어지는 종목",
    whole_chapter="챕터 전체",
    stock="종목",
    price_up="{n} 오름",
    price_down="{n} 내림",
    added_sign="추가:",
    removed_sign="삭제:",
    keys_move="다음 / 이전",
    keys_accept="수락",
    keys_reject="원본 유지",
    keys_undo="결정 취소",
    system="시스템",
    process="이 앱",
    cpu="CPU",
    memory="메모리",
    active_edits="진행 중인 편집",
    finished_edits="끝난 편집",
    system_cpu="시스템 CPU",
    system_memory="시스템 메모리",
    process_cpu="이 앱 CPU",
    process_memory="이 앱 메모리",
    figures="실시간 수치",
    live_on="실시간",
    live_off="연결이 끊겨 다시 잇고 있어요",
    monitor_title="상태",
    monitor_hint="1초마다 새로 와요. 탭이 가려지면 쉬어요.",
    last_minutes="최근 2분",
    tag_all="모두",
    tag_high="고위험",
    tag_mid="중위험",
    tag_low="저위험",
    tag_none="없음",
)

EN = Words(
    language="Language",
    edit="Edit",
    monitor="Status",
    start_title="Which chapter shall we edit?",
    start_hint="Open a chapter and say what should change. Only what you take will differ, "
    "to the letter.",
    open_chapter="Open another",
    open_button="Open chapter",
    back_chapter="Back to the previous chapter",
    back_edit="Back to the previous proposal",
    back_request="Ask the previous request again",
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
    lost_edit="The server no longer holds this edit. Please ask again.",
    pasted_name="Pasted chapter",
    body_name="Chapter {id}",
    fact_turns="{n}-turn chapter",
    fact_stocks="stocks {names}",
    fact_versions="edits taken: {n}",
    checks="Checks {n}",
    checks_none="The checks found nothing.",
    checks_repair="Repair",
    level_game="Breaks the game",
    level_warn="Worth a look",
    level_note="Note",
    copy="Copy",
    copy_hint="The button at the top right copies everything.",
    download="Download",
    undo_take="Undo",
    undone_take="The last taken edit is undone.",
    redo_take="Redo",
    redone_take="The undone edit is taken again.",
    taken="Places taken: {n}.",
    take_breaks="These changes alone would break the game. Take or drop them together.",
    not_done="That could not be done",
    ask="e.g. make turn 2's news thrilling",
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
    arrived="{n} arrived",
    seconds="{n} s",
    tokens="{n} tokens",
    cost="cost {n}",
    cancel="Cancel",
    cancel_key="Esc",
    cancelling="Cancelling",
    live_lost="Connection lost, reconnecting. The edit goes on.",
    live_new="New",
    outcome_edited="The proposal is ready",
    outcome_question="Please say a little more",
    outcome_refused="Nothing was changed",
    outcome_no_change="Nothing to change",
    outcome_failed="The edit could not be finished",
    outcome_cancelled="Cancelled",
    proof="{changed} of {total} fields change, the other {same} stay identical.",
    proof_hash="original {before} → edit {after} (SHA-256)",
    found_added="New findings {n}",
    found_removed="Findings solved {n}",
    found_same="Earlier findings {n}",
    found_none="No new findings",
    dropped="Refused changes {n}",
    leftovers="Short names left {n}",
    leftovers_hint="They may mean something else, so they stayed. Ask again to change them.",
    dismiss="Close",
    ask_again="Edit the request",
    review="Review of the edit",
    chapter="Chapter",
    turn="Turn {n}",
    before="Original",
    after="Edited",
    coins="{n}",
    nothing="nothing",
    empty="empty",
    pending="to review",
    accepted="accepted",
    rejected="original kept",
    left="{left} of {n} to review",
    all_reviewed="All reviewed ({n})",
    turn_left="{n} left",
    turn_done="{n} done",
    unchanged="unchanged",
    same_fields="{n} unchanged fields",
    show_all="All",
    show_left="Open",
    side_by_side="Side by side",
    inline="Inline",
    toolbar="Review tools",
    filter="Show",
    layout="Layout",
    undo="Undo decision",
    redo="Redo decision",
    undone="Decision undone",
    redone="Decision redone",
    previous="Previous open change",
    next="Next open change",
    accept="Accept (A)",
    reject="Keep original (X)",
    accept_name="Accept {name}",
    reject_name="Keep original of {name}",
    accept_turn="Accept all of {name}",
    reject_turn="Keep original of all in {name}",
    row_label="{name}, change {at} of {total}, {state}",
    said="{name} {state}. {left} left",
    take_all="Take all",
    take_rest="Take all but {n}",
    take_accepted="Take {n} accepted",
    discard="Discard",
    together="{n} places together",
    together_hint="Accepted or kept together",
    every_turn="in all {n} turns",
    also_opening="and the next turn's price before",
    also_carried="{n} prices before follow",
    because_rule="follows another change",
    turn_added="New turn",
    turn_removed="Removed turn",
    turn_moved="The event of turn {was} moves to turn {now}",
    turn_copied="Repeated turn",
    turns_arranged="Turns put back",
    stock_added="New stock",
    stock_removed="Removed stock",
    whole_chapter="Whole chapter",
    stock="Stock",
    price_up="up {n}",
    price_down="down {n}",
    added_sign="added:",
    removed_sign="removed:",
    keys_move="next / previous",
    keys_accept="accept",
    keys_reject="keep original",
    keys_undo="undo decision",
    system="System",
    process="This app",
    cpu="CPU",
    memory="memory",
    active_edits="Running edits",
    finished_edits="Finished edits",
    system_cpu="System CPU",
    system_memory="System memory",
    process_cpu="This app's CPU",
    process_memory="This app's memory",
    figures="Live figures",
    live_on="Live",
    live_off="Connection lost, reconnecting",
    monitor_title="Status",
    monitor_hint="New every second. Rests while the tab is hidden.",
    last_minutes="last 2 minutes",
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


def label(name: str, lang: Lang) -> str:
    """A field's words as they begin a line."""
    words = field(name, lang)
    return words[:1].upper() + words[1:]


def table(lang: Lang) -> dict[str, str]:
    """All words of a language by name, and the fields', for JavaScript."""
    return {name: label(name, lang) for name in FIELDS} | asdict(WORDS[lang])
