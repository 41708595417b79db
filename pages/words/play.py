"""Words of the preview: the game's screen, played by hand, and the changes that are on."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PlayWords:
    """One language."""

    # the page
    preview: str
    preview_none: str
    preview_running: str
    preview_build: str
    preview_build_current: str
    preview_build_old: str
    preview_start: str
    preview_edit: str

    # files
    preview_files: str
    preview_files_hint: str
    preview_files_pending: str
    preview_pdf: str
    preview_csv: str
    preview_json: str

    # lessons
    lessons: str
    lessons_hint: str
    lessons_own: str
    lessons_left: str
    lessons_measure: str
    lessons_op: str
    lessons_at_least: str
    lessons_at_most: str
    lessons_right: str
    lessons_number: str
    lessons_coins: str
    lessons_percent: str
    lessons_new: str
    lessons_add: str
    lessons_remove: str

    # pending changes
    play_pending: str
    play_ticks: str
    play_all_on: str
    play_all_off: str
    play_accept: str
    play_see_turn: str
    play_not_seen: str
    play_not_drawn: str
    play_not_heard: str
    play_retry: str
    play_economy: str
    play_economy_written: str
    play_economy_generator: str
    play_verdict: str

    # tabs
    play_tabs: str
    play_tab_screen: str
    play_tab_chart: str
    play_tab_class: str
    play_tab_economy: str
    play_tab_reading: str

    # around the screen
    play_before: str
    play_after: str
    play_turns: str
    play_earlier: str
    play_later: str
    play_changed: str
    play_device: str
    play_tablet: str
    play_phone: str
    play_broken: str
    play_no_turn: str
    play_result_of: str
    play_overflow: str
    play_cut: str
    play_long: str
    play_unseen: str
    play_keys_turn: str
    play_keys_ends: str

    # the screen
    play_turn_of: str
    play_points: str
    play_news: str
    play_no_news: str
    play_price: str
    play_up: str
    play_down: str
    play_still: str
    play_sell: str
    play_buy: str
    play_buy_most: str
    play_most: str
    play_held: str
    play_held_of: str
    play_average: str
    play_total: str
    play_end_turn: str
    play_at_end: str
    play_no_result: str
    play_next: str
    play_see_end: str
    play_over: str
    play_over_short: str
    play_kept: str
    play_kept_none: str
    play_end_chart: str
    play_from_one: str

    # played by hand
    play_hand: str
    play_hand_hint: str
    play_trades: str
    play_final: str
    play_both_finals: str
    play_same_trades: str
    play_refused: str
    play_refused_before: str
    play_refused_after: str
    play_take_back: str
    play_clear: str


KO = PlayWords(
    preview="게임 화면",
    preview_none="챕터를 열면 아이가 보는 화면 그대로 여기에서 볼 수 있어요.",
    preview_running="편집이 끝나면 바뀔 곳을 여기에서 켜고 꺼 볼 수 있어요.",
    preview_build="어느 게임으로 볼까요",
    preview_build_current="지금 게임",
    preview_build_old="2025년 6월 게임",
    preview_start="시작 {n}냥",
    preview_edit="편집으로",
    preview_files="자료 받기",
    preview_files_hint="지금 화면에 보이는 챕터 그대로 담아요.",
    preview_files_pending="켠 변경 {n}개를 반영한 모습으로 담아요. 챕터는 바뀌지 않아요.",
    preview_pdf="회의용 PDF",
    preview_csv="가격표 CSV",
    preview_json="학급 실험 JSON",
    lessons="가르칠 점",
    lessons_hint="이 챕터가 가르치는 것을 정해 두면, 편집이 그것을 뒤집을 때 알려 드려요.",
    lessons_own="직접 정한 것",
    lessons_left="누가",
    lessons_measure="무엇이",
    lessons_op="이상인지 이하인지",
    lessons_at_least="이상",
    lessons_at_most="이하",
    lessons_right="무엇과 견주어",
    lessons_number="정한 수",
    lessons_coins="냥",
    lessons_percent="비율 (%)",
    lessons_new="새로 정하기",
    lessons_add="더하기",
    lessons_remove="빼기",
    play_pending="바뀔 곳",
    play_ticks="바뀔 곳 {n}곳 가운데 {on}곳을 켰어요",
    play_all_on="모두 켜기",
    play_all_off="모두 끄기",
    play_accept="켠 변경 {n}곳 수락하고 반영",
    play_see_turn="{n}턴 화면 보기",
    play_not_seen="플레이어에게는 보이지 않는 글이에요",
    play_not_drawn="새로 그리지 못했어요. 아래는 바로 앞의 모습이에요.",
    play_not_heard="서버에서 답이 오지 않았어요. 잠시 뒤에 다시 눌러 주세요.",
    play_retry="다시 그리기",
    play_economy="어떤 챕터로 볼까요",
    play_economy_written="손으로 쓴 챕터",
    play_economy_generator="생성기로 만든 챕터",
    play_verdict="한눈에 보기",
    play_tabs="미리보기",
    play_tab_screen="게임 화면",
    play_tab_chart="주가",
    play_tab_class="학급 실험",
    play_tab_economy="경제표",
    play_tab_reading="글 재기",
    play_before="지금",
    play_after="바뀐 뒤",
    play_turns="턴 고르기",
    play_earlier="앞으로",
    play_later="다음으로",
    play_changed="바뀌는 곳이 있어요",
    play_device="기기",
    play_tablet="태블릿",
    play_phone="휴대폰",
    play_broken="게임에서 열 수 없는 챕터예요",
    play_no_turn="이쪽에는 {n}턴이 없어요.",
    play_result_of="{n}턴 결과",
    play_overflow="상자를 넘치는 글 {n}곳",
    play_cut="뉴스에서 잘리는 {n}글자",
    play_long="{n}글자라서 길어요",
    play_unseen="플레이어가 못 보는 글 {n}곳",
    play_keys_turn="턴 넘기기",
    play_keys_ends="처음과 끝",
    play_turn_of="{n}턴 / {of}턴",
    play_points="가진 돈",
    play_news="뉴스",
    play_no_news="뉴스가 없어요",
    play_price="현재 가격",
    play_up="오름",
    play_down="내림",
    play_still="그대로",
    play_sell="{name} 1주 팔기",
    play_buy="{name} 1주 사기",
    play_buy_most="{name} 살 수 있는 만큼 {n}주 사기",
    play_most="최대",
    play_held="{n}주",
    play_held_of="{name}, {n}주 보유",
    play_average="평균 {n}냥",
    play_total="총 자산",
    play_end_turn="턴 끝내기",
    play_at_end="턴을 끝내면",
    play_no_result="결과 글이 없어요",
    play_next="{n}턴으로",
    play_see_end="마지막 결과 보기",
    play_over="게임이 끝났어요",
    play_over_short="끝",
    play_kept="{name} {n}주",
    play_kept_none="가진 주식이 없어요",
    play_end_chart="주가가 지나온 길",
    play_from_one="1턴부터 다시 보기",
    play_hand="손으로 해 보기",
    play_hand_hint="카드의 +를 눌러 사 보세요. 거래는 이 브라우저에 남고, "
    "챕터를 고친 뒤에도 똑같이 다시 해 봐요.",
    play_trades="거래 {n}주",
    play_final="이대로 끝까지 가면 {n}냥",
    play_both_finals="이대로 끝까지 가면 {a}냥 → {b}냥",
    play_same_trades="같은 거래로 {n}",
    play_refused="{turn}턴부터 {n}주는 거래하지 못했어요.",
    play_refused_before="지금 챕터에서는 {turn}턴부터 {n}주를 거래하지 못해요.",
    play_refused_after="바뀐 챕터에서는 {turn}턴부터 {n}주를 거래하지 못해요.",
    play_take_back="마지막 거래 되돌리기",
    play_clear="거래 모두 지우기",
)

EN = PlayWords(
    preview="Game screen",
    preview_none="Open a chapter to see it here just as a child will.",
    preview_running="When the edit has ended, its changes can be turned on and off here.",
    preview_build="Which build of the game",
    preview_build_current="Current game",
    preview_build_old="Game of June 2025",
    preview_start="Starts with {n}",
    preview_edit="To the editor",
    preview_files="Get figures",
    preview_files_hint="They hold the chapter as the screen shows it now.",
    preview_files_pending="They hold the chapter with what is on (changes: {n}). "
    "The chapter itself stays as it is.",
    preview_pdf="PDF for a meeting",
    preview_csv="Prices as CSV",
    preview_json="Class as JSON",
    lessons="Lessons",
    lessons_hint="Say what this chapter teaches, and an edit that turns it around will be flagged.",
    lessons_own="Your own",
    lessons_left="Who",
    lessons_measure="Figure",
    lessons_op="At least or at most",
    lessons_at_least="at least",
    lessons_at_most="at most",
    lessons_right="Against",
    lessons_number="a number",
    lessons_coins="Coins",
    lessons_percent="Share (%)",
    lessons_new="A new one",
    lessons_add="Add",
    lessons_remove="Remove",
    play_pending="Pending changes",
    play_ticks="Changes on: {on} of {n}",
    play_all_on="All on",
    play_all_off="All off",
    play_accept="Accept what is on ({n})",
    play_see_turn="See turn {n}",
    play_not_seen="No player sees this text",
    play_not_drawn="This could not be drawn anew. Below is how it was before.",
    play_not_heard="No answer from the server. Please press it again in a moment.",
    play_retry="Draw again",
    play_economy="Kind of chapter",
    play_economy_written="Written by hand",
    play_economy_generator="Made by the generator",
    play_verdict="At a glance",
    play_tabs="Preview",
    play_tab_screen="Game screen",
    play_tab_chart="Prices",
    play_tab_class="Class",
    play_tab_economy="Economy",
    play_tab_reading="Reading",
    play_before="Now",
    play_after="Edited",
    play_turns="Turns",
    play_earlier="Back",
    play_later="Forward",
    play_changed="something changes",
    play_device="Device",
    play_tablet="Tablet",
    play_phone="Phone",
    play_broken="The game cannot open this chapter",
    play_no_turn="There is no turn {n} on this side.",
    play_result_of="Result of turn {n}",
    play_overflow="Texts too long for their box: {n}",
    play_cut="{n} letters cut off the news",
    play_long="long: {n} letters",
    play_unseen="Texts that no player sees: {n}",
    play_keys_turn="turn by turn",
    play_keys_ends="first and last",
    play_turn_of="Turn {n} / {of}",
    play_points="Points",
    play_news="News",
    play_no_news="No news",
    play_price="Price",
    play_up="up",
    play_down="down",
    play_still="no change",
    play_sell="Sell 1 of {name}",
    play_buy="Buy 1 of {name}",
    play_buy_most="Buy all that the points allow of {name}: {n}",
    play_most="max",
    play_held="{n} held",
    play_held_of="{name}, {n} held",
    play_average="average {n}",
    play_total="Total",
    play_end_turn="End turn",
    play_at_end="When the turn ends",
    play_no_result="No result text",
    play_next="To turn {n}",
    play_see_end="See the final result",
    play_over="The game is over",
    play_over_short="End",
    play_kept="{name}: {n}",
    play_kept_none="No shares held",
    play_end_chart="How the prices moved",
    play_from_one="Look again from turn 1",
    play_hand="Play by hand",
    play_hand_hint="Press + on a card to buy. Trades stay in this browser, "
    "and are played again on the edited chapter.",
    play_trades="Shares traded: {n}.",
    play_final="Kept to the end: {n}",
    play_both_finals="Kept to the end: {a} → {b}",
    play_same_trades="{n} by the same trades",
    play_refused="{n} could not be traded, from turn {turn} on.",
    play_refused_before="In the present chapter {n} could not be traded, from turn {turn} on.",
    play_refused_after="In the edited chapter {n} could not be traded, from turn {turn} on.",
    play_take_back="Undo last trade",
    play_clear="Clear all trades",
)
