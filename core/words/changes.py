"""Sentences for ops that do not fit a chapter, and for what a change forces."""

TABLE: dict[str, tuple[str, str]] = {
    "address": (
        "‘{at}’은 이 챕터의 자리가 아니에요. ‘t3.news’나 ‘t3.s2.expectation’처럼 적어 주세요.",
        "“{at}” is not a place of a chapter. Write it like “t3.news” or “t3.s2.expectation”.",
    ),
    "no_place": (
        "{at} 자리가 없어요. 이 챕터는 1턴부터 {turns}턴까지, 종목은 {stocks}개예요.",
        "There is no {at}. This chapter has turns 1 to {turns} and {stocks} stocks.",
    ),
    "not_settable": (
        "{at}에는 글을 넣을 수 없어요. 이름·위험도·소개는 ‘s2.name’처럼 종목 전체로 고쳐 주세요.",
        "{at} cannot be set. Name, risk and description are set for a stock as a whole: “s2.name”.",
    ),
    "not_price": (
        "{at}은 가격 자리가 아니에요. ‘t4.s2’처럼 턴과 종목을 적어 주세요.",
        "{at} is not a price. Name a turn and a stock, like “t4.s2”.",
    ),
    "same_value": (
        "{at}은 이미 그 값이에요.",
        "{at} already has that value.",
    ),
    "name_absent": (
        "‘{name}’은 이 챕터에 나오지 않아요.",
        "“{name}” does not occur in this chapter.",
    ),
    "plan_only": (
        "{at}의 새 글이 아직 오지 않았어요.",
        "The new texts of {at} have not arrived.",
    ),
    "stock_turns": (
        "새 종목 ‘{name}’의 가격이 {given}턴치예요. {needed}턴치가 필요해요.",
        "The new stock “{name}” has prices for {given} turns; the chapter needs {needed}.",
    ),
    "stock_count": (
        "새 턴의 종목이 {given}개예요. {needed}개여야 해요.",
        "The new turn has {given} stocks; it needs {needed}.",
    ),
    "prices_missing": (
        "{at}에 가격이 빠져 있어 턴 순서를 바꿀 수 없어요. 가격부터 채워 주세요.",
        "{at} lacks prices, so turns cannot be moved. Fill the prices first.",
    ),
    "price_below": (
        "그렇게 바꾸면 {at}의 가격이 {price}이 되어 게임이 깨져요.",
        "That would bring a price of {at} down to {price} and break the game.",
    ),
    "price_range": (
        "가격이 너무 커요. {digits}자리까지 쓸 수 있으니 더 작은 가격을 적어 주세요.",
        "The price is too large: at most {digits} digits. Write a smaller one.",
    ),
    "rename_grows": (
        "‘{name:’을} 그렇게 바꾸면 챕터가 너무 길어져요. 더 짧은 말로 바꿔 주세요.",
        "Renaming “{name}” to that makes the chapter too long. Choose fewer words.",
    ),
    "no_event": (
        "{at}은 마지막 턴이라 옮기거나 복제할 소식이 없어요.",
        "{at} is the last turn: it has no event to move or copy.",
    ),
    "copy": (
        "모든 턴에서 같아야 해요",
        "Must be the same in every turn",
    ),
    "next_before_value": (
        "앞 턴의 가격을 따라가요",
        "Follows the price of the turn before",
    ),
    "stated_percentage": (
        "글에 적힌 퍼센트를 가격에 맞췄어요",
        "The percentage in the text follows the prices",
    ),
    "price_move": (
        "턴 순서에 맞춰 가격을 이었어요",
        "Prices carried over along the new order of turns",
    ),
    "turn_number": (
        "턴 번호를 다시 매겼어요",
        "Turns numbered anew",
    ),
}
