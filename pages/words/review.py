"""Words of the review: what came out of an edit, and the decisions on it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReviewWords:
    """One language."""

    # what came out
    outcome_edited: str
    outcome_question: str
    outcome_refused: str
    outcome_no_change: str
    outcome_failed: str
    outcome_cancelled: str
    outcome_conflict: str
    proof: str
    proof_hash: str
    found_added: str
    found_removed: str
    found_same: str
    found_none: str
    found_count: str
    found_new: str
    found_solved: str
    dropped: str
    missing: str
    missing_again: str
    suggested: str
    suggested_hint: str
    covered: str
    covered_hint: str
    suggested_structure: str
    suggested_take: str
    leftovers: str
    leftovers_done: str
    leftovers_hint: str
    leftover_yes: str
    leftover_no: str
    dismiss: str
    ask_again: str

    # review
    review: str
    chapter: str
    turn: str
    before: str
    before_now: str
    after: str
    coins: str
    nothing: str
    empty: str
    pending: str
    accepted: str
    rejected: str
    partly_n: str
    partly_left: str
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
    accept_left: str
    reject_left: str
    number_hint: str
    who_model: str
    who_instant: str
    who_rule: str
    who_writer: str
    why_writer: str
    pick_old: str
    pick_new: str
    pick_said: str
    write: str
    write_name: str
    write_shared: str
    write_save: str
    write_saving: str
    write_leave: str
    write_reset: str
    write_price: str
    write_slow: str
    write_done: str
    decisions_unsaved: str
    decisions_closed: str
    not_taken: str
    conflict: str
    conflict_base: str
    conflict_take: str
    conflict_keep: str
    conflicts_open: str
    conflict_number: str
    compare_bar: str
    compare_places: str
    compare_label: str
    compare_same: str
    row_label: str
    said: str
    take_all: str
    take_rest: str
    take_accepted: str
    take_some: str
    discard: str
    together: str
    together_hint: str
    every_turn: str
    also_opening: str
    also_carried: str
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
    keys_phrase: str
    keys_accept: str
    keys_reject: str
    keys_open: str
    keys_write: str
    keys_undo: str


KO = ReviewWords(
    outcome_edited="수정안이 왔어요",
    outcome_question="한 번 더 알려 주세요",
    outcome_refused="바꾸지 않았어요",
    outcome_no_change="바뀐 곳이 없어요",
    outcome_failed="편집을 마치지 못했어요",
    outcome_cancelled="멈췄어요",
    outcome_conflict="둘 다 고친 곳이 있어요",
    proof="{total}곳 중 {changed}곳만 바뀌고 나머지 {same}곳은 그대로예요.",
    proof_hash="원본 {before} → 수정안 {after} (SHA-256)",
    found_added="새로 생긴 문제 {n}",
    found_removed="해결된 문제 {n}",
    found_same="전부터 있던 문제 {n}",
    found_none="새로 생긴 문제 없음",
    found_count="새 문제 {n}",
    found_new="새 문제",
    found_solved="해결됨",
    dropped="걸러 낸 변경 {n}",
    missing="빠진 턴 {n}",
    missing_again="이 턴만 다시",
    suggested="이것도 제안했어요 {n}",
    covered="모델에는 가리고 보낸 개인 정보",
    covered_hint="가린 자리는 답에서 되돌려 놓았어요. 챕터의 글은 그대로예요.",
    suggested_hint="요청에 없던 변경이라 넣지 않았어요. 마음에 들면 검토에 더해 주세요.",
    suggested_structure="턴이나 종목의 구성을 바꿔요.",
    suggested_take="검토에 더하기",
    leftovers="줄여 부른 이름 {n}곳, 함께 바꿀까요?",
    leftovers_done="줄여 부른 이름 {n}곳에 모두 답했어요",
    leftovers_hint="같은 대상을 줄여 부른 말인지 확실하지 않아요. 고르지 않은 곳은 그대로 둬요.",
    leftover_yes="‘{word}’로 바꾸기",
    leftover_no="‘{word}’ 그대로",
    dismiss="닫기",
    ask_again="요청 고쳐 쓰기",
    review="수정안 검토",
    chapter="챕터",
    turn="{n}턴",
    before="원본",
    before_now="지금 챕터",
    after="수정안",
    coins="{n}냥",
    nothing="없음",
    empty="비어 있어요",
    pending="검토 전",
    accepted="수락",
    rejected="원본 유지",
    partly_n="{total}구절 중 {n}구절 수락",
    partly_left="{total}구절 중 {n}구절 남음",
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
    accept_left="남은 {n}건 모두 수락",
    reject_left="남은 {n}건 모두 원본 유지",
    number_hint="요청 칸에 ‘{n}번은 빼 줘’처럼 번호로 말할 수 있어요",
    who_model="모델",
    who_instant="바로",
    who_rule="규칙",
    who_writer="작가",
    why_writer="직접 고침",
    pick_old="원래 말 두기: {text}",
    pick_new="새 말 쓰기: {text}",
    pick_said="{total}구절 중 {at}번째 {state}. {left}건 남음",
    write="직접 고치기 (E)",
    write_name="{name} 직접 고치기",
    write_shared="모든 턴에 함께 적용돼요.",
    write_save="저장",
    write_saving="저장하는 중",
    write_leave="그만두기",
    write_reset="제안으로 되돌리기",
    write_price="0보다 큰 숫자로 적어 주세요.",
    write_slow="아직 저장되지 않았어요. 잠시 뒤에 다시 저장해 주세요.",
    write_done="{name} 저장했어요",
    decisions_unsaved="결정이 아직 저장되지 않았어요. 다시 보내는 중",
    decisions_closed="이미 반영했거나 버린 수정안이에요. 새로고침해 주세요.",
    not_taken="결정이 저장되지 않아 아직 반영하지 않았어요. 연결을 확인하고 다시 눌러 주세요.",
    conflict="둘 다 고친 곳",
    conflict_base="고치기 전에는",
    conflict_take="새 글로 (A)",
    conflict_keep="지금 글 그대로 (X)",
    conflicts_open="둘 다 고친 곳을 먼저 골라 주세요: {which}",
    conflict_number="{n}번",
    compare_bar="다른 곳 {n}",
    compare_places="{n}곳 다름",
    compare_label="{name}, 차이 {at}/{total}",
    compare_same="두 버전의 글이 같아요",
    row_label="{number}번 {name}, 변경 {at}/{total}, {state}",
    said="{name} {state}. {left}건 남음",
    take_all="모두 반영",
    take_rest="{n}건 빼고 반영",
    take_accepted="수락한 {n}건만 반영",
    take_some="{n}건만 반영",
    discard="버리기",
    together="함께 바뀌는 {n}곳",
    together_hint="함께 수락하거나 함께 원본을 유지해요",
    every_turn="{n}개 턴 모두",
    also_opening="다음 턴의 이전 가격도",
    also_carried="이전 가격 {n}곳도 맞춤",
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
    keys_phrase="구절",
    keys_accept="수락",
    keys_reject="원본 유지",
    keys_open="검토 전으로",
    keys_write="직접 고치기",
    keys_undo="결정 취소",
)

EN = ReviewWords(
    outcome_edited="The proposal is ready",
    outcome_question="Please say a little more",
    outcome_refused="Nothing was changed",
    outcome_no_change="Nothing to change",
    outcome_failed="The edit could not be finished",
    outcome_cancelled="Cancelled",
    outcome_conflict="Both sides changed the same place",
    proof="{changed} of {total} fields change, the other {same} stay identical.",
    proof_hash="original {before} → edit {after} (SHA-256)",
    found_added="New findings {n}",
    found_removed="Findings solved {n}",
    found_same="Earlier findings {n}",
    found_none="No new findings",
    found_count="New findings: {n}",
    found_new="new finding",
    found_solved="solved",
    dropped="Refused changes {n}",
    missing="Missing turns {n}",
    missing_again="Only this turn again",
    suggested="Also suggested {n}",
    covered="Not shown to the model",
    covered_hint="Tokens stood for it and were put back. The chapter stays as it was.",
    suggested_hint="Left out, for you did not ask for them. Add what you like to the review.",
    suggested_structure="Changes the turns or stocks themselves.",
    suggested_take="Add to the review",
    leftovers="Short names: {n} to answer",
    leftovers_done="Short names answered: {n}",
    leftovers_hint="They may mean something else. What you do not answer stays as it is.",
    leftover_yes="Change to “{word}”",
    leftover_no="Keep “{word}”",
    dismiss="Close",
    ask_again="Edit the request",
    review="Review of the edit",
    chapter="Chapter",
    turn="Turn {n}",
    before="Original",
    before_now="Present chapter",
    after="Edited",
    coins="{n}",
    nothing="nothing",
    empty="empty",
    pending="to review",
    accepted="accepted",
    rejected="original kept",
    partly_n="{n} of {total} phrases accepted",
    partly_left="{n} of {total} phrases to review",
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
    accept_left="Accept the {n} left",
    reject_left="Keep the original of the {n} left",
    number_hint="In a request you can name it: “drop {n}”",
    who_model="Model",
    who_instant="Instant",
    who_rule="Rule",
    who_writer="Writer",
    why_writer="own words",
    pick_old="Keep the old words: {text}",
    pick_new="Use the new words: {text}",
    pick_said="Phrase {at} of {total} {state}. {left} left",
    write="Write it yourself (E)",
    write_name="Write {name} yourself",
    write_shared="This counts for every turn.",
    write_save="Save",
    write_saving="Saving",
    write_leave="Leave",
    write_reset="Back to the proposal",
    write_price="Write a number above 0.",
    write_slow="Not saved yet. Please save again in a moment.",
    write_done="{name} saved",
    decisions_unsaved="Decisions not saved yet, sending again",
    decisions_closed="This edit was already taken or discarded. Please reload.",
    not_taken="Not taken: your decisions could not be saved. Check the connection and try again.",
    conflict="changed on both sides",
    conflict_base="Before both changes",
    conflict_take="Take the new one (A)",
    conflict_keep="Keep the present one (X)",
    conflicts_open="First decide what both sides changed: {which}",
    conflict_number="no. {n}",
    compare_bar="Differences: {n}",
    compare_places="{n} differ",
    compare_label="{name}, difference {at} of {total}",
    compare_same="Both versions read the same",
    row_label="{number}: {name}, change {at} of {total}, {state}",
    said="{name} {state}. {left} left",
    take_all="Take all",
    take_rest="Take all but {n}",
    take_accepted="Take {n} accepted",
    take_some="Take {n}",
    discard="Discard",
    together="{n} places together",
    together_hint="Accepted or kept together",
    every_turn="in all {n} turns",
    also_opening="and the next turn's price before",
    also_carried="{n} prices before follow",
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
    keys_phrase="phrases",
    keys_accept="accept",
    keys_reject="keep original",
    keys_open="undecided",
    keys_write="write",
    keys_undo="undo decision",
)
