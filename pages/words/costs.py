"""Words of what edits cost: the page, the estimate and the limits of the day."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CostWords:
    """One language."""

    costs: str
    costs_hint: str
    costs_none: str
    costs_none_hint: str
    costs_no_price: str
    costs_csv: str
    costs_budget: str

    # figures
    cost_edits: str
    cost_instant: str
    cost_tokens: str
    cost_tokens_hint: str
    cost_money: str
    cost_saved: str
    cost_saved_hint: str
    cost_taken: str
    cost_taken_hint: str
    cost_untaken: str

    # tables
    cost_by_day: str
    cost_by_kind: str
    cost_by_prompt: str
    cost_by_model: str
    cost_day: str
    cost_kind: str
    cost_version: str
    cost_model: str
    cost_chapter: str
    cost_structure: str
    cost_field: str
    cost_turns: str
    cost_turn: str
    cost_place: str

    cost_like: str
    """Before an edit."""
    cost_like_money: str
    cost_like_most: str
    saved: str
    """After an edit."""


KO = CostWords(
    costs="비용",
    costs_hint="최근 30일이에요. 하루는 UTC 0시에 시작해요.",
    costs_none="아직 모델에 물어본 편집이 없어요",
    costs_none_hint="글을 새로 쓰는 요청을 하면 쓴 토큰과 시간, 받아들인 비율이 여기에 쌓여요.",
    costs_no_price="PRICE_IN과 PRICE_OUT을 정하면 돈으로도 보여요.",
    costs_csv="CSV 내려받기",
    costs_budget="오늘 모두 합쳐 {used} 썼어요. 하루 예산: {most}",
    cost_edits="모델에 물어본 편집",
    cost_instant="모델 없이 {n}건 더",
    cost_tokens="토큰",
    cost_tokens_hint="읽기 {read} · 쓰기 {written}",
    cost_money="비용",
    cost_saved="아낀 토큰",
    cost_saved_hint="챕터를 통째로 다시 쓰는 것보다 덜 쓴 만큼",
    cost_taken="받아들인 변경",
    cost_taken_hint="{n}곳 중 {yes}곳",
    cost_untaken="아직 정한 변경이 없어요",
    cost_by_day="날짜별",
    cost_by_kind="요청 종류별",
    cost_by_prompt="프롬프트 판별",
    cost_by_model="모델별",
    cost_day="날짜",
    cost_kind="종류",
    cost_version="프롬프트",
    cost_model="모델",
    cost_chapter="챕터 전체",
    cost_structure="턴과 종목 더하기, 빼기",
    cost_field="한 항목을 모든 턴에서",
    cost_turns="여러 턴",
    cost_turn="한 턴",
    cost_place="한 턴의 한 항목",
    cost_like="보통 {n}토큰 · 약 {s}초",
    cost_like_money=" · 비용 {cost}",
    cost_like_most=". 비슷한 편집 {edits}건 중 열에 아홉은 {n}토큰, {s}초 안이었어요.",
    saved="통째로 다시 쓰기보다 {n}토큰 덜 씀",
)

EN = CostWords(
    costs="Costs",
    costs_hint="The last 30 days. A day begins at 00:00 UTC.",
    costs_none="No edit has asked a model yet",
    costs_none_hint="Ask for text to be written, and its tokens, time and share of accepted "
    "changes gather here.",
    costs_no_price="Set PRICE_IN and PRICE_OUT to see money too.",
    costs_csv="Download CSV",
    costs_budget="All edits of today: {used}. Budget of a day: {most}",
    cost_edits="Edits by a model",
    cost_instant="and {n} without one",
    cost_tokens="Tokens",
    cost_tokens_hint="{read} read · {written} written",
    cost_money="Cost",
    cost_saved="Tokens saved",
    cost_saved_hint="beside writing the whole chapter again",
    cost_taken="Accepted changes",
    cost_taken_hint="{yes} of {n} places",
    cost_untaken="Nothing decided yet",
    cost_by_day="By day",
    cost_by_kind="By kind of request",
    cost_by_prompt="By prompt version",
    cost_by_model="By model",
    cost_day="Day",
    cost_kind="Kind",
    cost_version="Prompt",
    cost_model="Model",
    cost_chapter="The whole chapter",
    cost_structure="Turns and stocks added or taken out",
    cost_field="One field in every turn",
    cost_turns="Several turns",
    cost_turn="One turn",
    cost_place="One field of one turn",
    cost_like="Usually {n} tokens · about {s} s",
    cost_like_money=" · cost {cost}",
    cost_like_most=". Nine in ten of {edits} like edits stayed under {n} tokens and {s} s.",
    saved="{n} tokens fewer than a whole rewrite",
)
