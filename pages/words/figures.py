"""Words of the figures: prices, the simulated class, the economy, the meters of texts."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FiguresWords:
    """One language."""

    # all figures
    figure_unplayable: str
    figure_still: str
    figure_go: str
    figure_go_end: str
    figure_was: str

    # chart
    chart_axis: str
    chart_zero: str
    chart_near: str
    chart_before: str
    chart_turns: str
    chart_prices: str
    chart_label: str
    chart_value_was: str

    # table
    table_label: str
    table_turn: str
    table_hint: str
    table_cell: str
    table_old: str
    table_send: str
    table_reset: str
    table_whole: str
    table_most: str
    table_sent: str
    table_request: str

    # class
    class_none: str
    class_told: str
    class_median: str
    class_mid: str
    class_mean: str
    class_losing: str
    class_best: str
    class_points: str
    class_same: str
    class_picture: str
    class_picture_was: str
    class_axis: str
    class_start: str
    class_middle: str
    class_middle_was: str
    class_above: str
    class_below: str
    class_kind: str
    class_players: str
    class_gain: str
    class_worth: str
    class_worst: str
    class_no_fall: str

    # economy
    economy_found: str
    economy_clear: str
    economy_show: str
    economy_all: str
    economy_only: str
    economy_turn: str
    economy_said: str
    economy_moves: str
    economy_meant: str
    economy_true: str
    economy_false: str
    economy_ranges: str
    economy_range: str
    economy_range_still: str
    economy_written: str
    economy_generator: str

    # meters
    reading_none: str
    reading_sort: str
    reading_by_order: str
    reading_by_over: str
    reading_by_length: str
    reading_legend: str
    reading_texts: str
    reading_overs: str
    reading_hards: str
    reading_letters: str
    reading_was: str
    reading_percentile: str
    reading_over: str
    reading_easy: str
    reading_usual: str
    reading_hard: str
    reading_finance: str
    reading_more: str

    # guard
    guard_title: str


KO = FiguresWords(
    figure_unplayable="게임이 이 챕터를 열지 못해 보여 줄 수 없어요",
    figure_still="그대로",
    figure_go="{turn} 화면 보기",
    figure_go_end="마지막 결과 보기",
    figure_was="전 {n}",
    chart_axis="가격 축",
    chart_zero="게임처럼 0부터",
    chart_near="가까이 보기",
    chart_before="고치기 전",
    chart_turns="턴",
    chart_prices="가격(냥)",
    chart_label="1턴부터 {n}턴까지의 주가. 왼쪽과 오른쪽 화살표로 턴을 옮기고 "
    "Enter로 그 턴의 화면을 열어요.",
    chart_value_was="{name} {price}(고치기 전 {was})",
    table_label="가격표",
    table_turn="턴",
    table_hint="가격을 고치고 Enter를 누르면 수정안이 돼요. "
    "다음 턴의 이전 가격과 글에 적힌 퍼센트도 함께 맞춰요.",
    table_cell="{turn} {name} 가격",
    table_old="고치기 전",
    table_send="이 가격을 수정안으로",
    table_reset="원래 가격으로",
    table_whole="1 이상의 정수로 적어 주세요.",
    table_most="{n}냥까지 적을 수 있어요.",
    table_sent="수정안을 만들고 있어요",
    table_request="{turn} {name} 가격을 {n}냥으로",
    class_none="학급 실험은 아직 없어요.",
    class_told="시뮬레이션 학생 {n}명이 {start}으로 시작해요. "
    "난수 시드 {seed}을 써서 다시 해도 같은 결과가 나와요.",
    class_median="학급의 가운데 값",
    class_mid="가운데 값",
    class_mean="학급의 평균",
    class_losing="손해 본 학생",
    class_best="가장 잘했을 때",
    class_points="%포인트",
    class_same="그대로",
    class_picture="학생 {n}명이 끝에 가진 돈의 분포. 가운데 값은 {median}, "
    "가장 많이 모인 곳은 {from}에서 {to}이에요.",
    class_picture_was="학생 {n}명이 끝에 가진 돈의 분포. "
    "가운데 값은 {median}, 고치기 전에는 {was}, 가장 많이 모인 곳은 {from}에서 {to}이에요.",
    class_axis="끝에 가진 돈(가로, 냥)과 학생 수(세로)",
    class_start="시작 {n}",
    class_middle="가운데 값 {n}",
    class_middle_was="고치기 전 {n}",
    class_above="이익",
    class_below="손해",
    class_kind="하는 방식",
    class_players="{n}명",
    class_gain="번 돈",
    class_worth="턴마다 재산",
    class_worst="가장 많이 잃은 턴",
    class_no_fall="없어요",
    economy_found="살펴볼 곳이 {n}군데 있어요.",
    economy_clear="뉴스와 가격이 어긋난 곳이 없어요.",
    economy_show="보이는 턴",
    economy_all="모두",
    economy_only="살펴볼 턴만",
    economy_turn="턴",
    economy_said="뉴스가 말한 쪽",
    economy_moves="다음 턴까지 움직인 가격",
    economy_meant="뉴스가 말한 종목",
    economy_true="글에 {said}, 맞아요",
    economy_false="글에는 {said}",
    economy_ranges="가격 범위",
    economy_range="{least}~{most}냥, 가장 큰 움직임 {step}",
    economy_range_still="{least}~{most}냥, 움직이지 않아요",
    economy_written="손으로 쓴 챕터 기준",
    economy_generator="생성기 기준",
    reading_none="재어 볼 글이 없어요.",
    reading_sort="차례",
    reading_by_order="읽는 순서",
    reading_by_over="넘친 글부터",
    reading_by_length="칸이 찬 글부터",
    reading_legend="점은 실제 챕터의 같은 글들과 견준 길이예요. 색칠한 가운데가 흔한 길이예요.",
    reading_texts="글 {n}개",
    reading_overs="칸을 넘는 글 {n}개",
    reading_hards="어려운 글 {n}개",
    reading_letters="{n}자 · 칸의 {share}%",
    reading_was="(고치기 전 {n}자)",
    reading_percentile="실제 글 100개를 짧은 것부터 세우면 {n}번째 길이",
    reading_over="칸을 넘어요",
    reading_easy="쉬워요",
    reading_usual="보통이에요",
    reading_hard="어려워요",
    reading_finance="금융 낱말: {words}",
    reading_more="{n}개 더 보기",
    guard_title="이 수정안은 챕터가 가르치는 것을 뒤집어요",
)

EN = FiguresWords(
    figure_unplayable="The game cannot open this chapter, so there is nothing to show",
    figure_still="unmoved",
    figure_go="Show the screen of {turn}",
    figure_go_end="Show the last result",
    figure_was="was {n}",
    chart_axis="Price axis",
    chart_zero="From 0, as in the game",
    chart_near="Closer",
    chart_before="Before",
    chart_turns="Turn",
    chart_prices="Price",
    chart_label="Prices from turn 1 to turn {n}. The left and right arrows move between turns, "
    "Enter opens the screen of a turn.",
    chart_value_was="{name} {price} (before: {was})",
    table_label="Prices",
    table_turn="Turn",
    table_hint="Change a price and press Enter: it becomes a proposal. The next turn's price "
    "before and percentages stated in texts follow.",
    table_cell="{turn}, price of {name}",
    table_old="before",
    table_send="Propose this price",
    table_reset="Put the price back",
    table_whole="Please write a whole number from 1 on.",
    table_most="At most {n}, please.",
    table_sent="Making a proposal",
    table_request="{turn}: price of {name} to {n}",
    class_none="There is no simulated class yet.",
    class_told="{n} simulated players start with {start}. "
    "With random seed {seed} the same happens every time.",
    class_median="Median of the class",
    class_mid="Median",
    class_mean="Mean of the class",
    class_losing="Players who lost",
    class_best="At the very best",
    class_points=" points",
    class_same="same",
    class_picture="What {n} players own at the end. The median is {median}; "
    "most end between {from} and {to}.",
    class_picture_was="What {n} players own at the end. The median is {median}, before the change "
    "{was}; most end between {from} and {to}.",
    class_axis="Players (upright) by what they own at the end (across)",
    class_start="Start {n}",
    class_middle="Median {n}",
    class_middle_was="Before {n}",
    class_above="gain",
    class_below="loss",
    class_kind="Way of playing",
    class_players="{n} players",
    class_gain="Gain",
    class_worth="Worth by turn",
    class_worst="Worst turn",
    class_no_fall="none",
    economy_found="Places worth a look: {n}.",
    economy_clear="News and prices agree everywhere.",
    economy_show="Turns shown",
    economy_all="All",
    economy_only="Worth a look",
    economy_turn="Turn",
    economy_said="The news means",
    economy_moves="Moves into the next turn",
    economy_meant="meant by the news",
    economy_true="text says {said}: true",
    economy_false="text says {said}",
    economy_ranges="Price ranges",
    economy_range="{least} to {most}, largest move {step}",
    economy_range_still="{least} to {most}, never moves",
    economy_written="by the bounds of chapters written by hand",
    economy_generator="by the bounds of the generator",
    reading_none="There is no text to measure.",
    reading_sort="Order",
    reading_by_order="As read",
    reading_by_over="Too long first",
    reading_by_length="Fullest first",
    reading_legend="The dot is the length among the same texts of real chapters. "
    "The shaded middle is usual.",
    reading_texts="Texts: {n}",
    reading_overs="too long for the box: {n}",
    reading_hards="hard to read: {n}",
    reading_letters="{n} letters · {share}% full",
    reading_was="(was {n})",
    reading_percentile="Of 100 real texts from short to long, as long as number {n}",
    reading_over="too long",
    reading_easy="easy",
    reading_usual="usual",
    reading_hard="hard",
    reading_finance="finance words: {words}",
    reading_more="Show {n} more",
    guard_title="This proposal turns around what the chapter teaches",
)
