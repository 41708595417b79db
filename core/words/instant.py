"""Sentences for edits that need no model, and for what lies outside a request.

The first sentence stands alone: it is what a short reply keeps.
"""

TABLE: dict[str, tuple[str, str]] = {
    # -- the request itself
    "request_empty": (
        "편집 요청이 비어 있어요. 무엇을 어떻게 바꿀지 적어 주세요.",
        "The edit request is empty. Say what to change, and how.",
    ),
    "request_too_long": (
        "요청이 너무 길어요. {length}글자예요. {most}글자까지 쓸 수 있으니 나누어 보내 주세요.",
        "The request is too long. It has {length} characters; send up to {most} at a time.",
    ),
    "request_unclear": (
        "무엇을 바꿀지 모르겠어요. ‘3턴 뉴스를 더 짧게’처럼 자리와 바꿀 점을 적어 주세요.",
        "It is not clear what to change. Name a place and a change: “make the turn 3 news funny”.",
    ),
    "asked": (
        "여기서는 챕터를 고치기만 해요. 바꿀 점을 적어 주세요. 아무것도 바꾸지 않았어요.",
        "This only edits the chapter. Say what to change; nothing was changed.",
    ),
    "whole_chapter": (
        "챕터를 통째로 바꾸려면 새로 여세요. 편집 요청에는 바꿀 점만 적어 주세요.",
        "To replace the whole chapter, open it anew. A request only says what to change.",
    ),
    "already": (
        "이미 그렇게 되어 있어요.",
        "It is that way already.",
    ),
    "undo_above": (
        "위의 ‘되돌리기’를 누르면 지난 버전으로 돌아가요. 여기서는 아무것도 바꾸지 않았어요.",
        "Undo above brings back the last version. Nothing was changed here.",
    ),
    "nothing_found": (
        "점검에서 나온 문제가 없어요.",
        "The checks found nothing to fix.",
    ),
    "nothing_repairable": (
        "저절로 고칠 수 있는 문제는 없어요. 점검 결과 {count}개는 어떻게 바꿀지 적어 주세요.",
        "Nothing can be fixed automatically. For the {count} findings, say what should change.",
    ),
    # -- places
    "no_turn": (
        "{turn}턴은 없어요. 1턴부터 {turns}턴까지예요.",
        "There is no turn {turn}. Turns go from 1 to {turns}.",
    ),
    "no_stock": (
        "{stock}번 종목은 없어요. 종목은 {stocks}개예요: {names}.",
        "There is no stock {stock}. The {stocks} stocks are: {names}.",
    ),
    "which_turn": (
        "몇 턴을 바꿀까요? 1턴부터 {turns}턴까지예요.",
        "Which turn? Turns go from 1 to {turns}.",
    ),
    "which_turns": (
        "어느 두 턴의 순서를 바꿀까요? ‘2턴과 3턴’처럼 적어 주세요.",
        "Which two turns? Name both, like “turns 2 and 3”.",
    ),
    "which_stock": (
        "어느 종목일까요? {names} 가운데 적어 주세요.",
        "Which stock? One of: {names}.",
    ),
    "last_turn": (
        "마지막 {turn}턴은 옮길 수 없어요. 결과만 있는 턴이에요.",
        "The last turn, {turn}, stays last. It only tells results.",
    ),
    "copy_beside": (
        "복제한 턴은 바로 뒤에 와요. {turn}턴을 복제한 다음 {copy}턴을 {after}턴 뒤로 옮겨 주세요.",
        "A copy goes right after. Duplicate turn {turn}, then move turn {copy} after turn {after}.",
    ),
    "copy_first": (
        "복제한 턴은 바로 뒤에 와요. {turn}턴을 복제한 다음 {turn}턴을 맨 앞으로 옮겨 주세요.",
        "A copy goes right after. Duplicate turn {turn}, then move turn {turn} to the start.",
    ),
    "turns_left": (
        "턴은 2개 이상 남아야 해요. 이 챕터는 {turns}턴이에요.",
        "At least 2 turns must stay. This chapter has {turns}.",
    ),
    "three_stocks": (
        "종목은 3개가 있어야 해요. 지우는 대신 이름을 바꿔 보세요.",
        "There must be 3 stocks. Rename one instead of deleting it.",
    ),
    # -- names
    "name_unknown": (
        "‘{name:’은} 이 챕터에 없어요. 종목: {names}.",
        "No “{name}” here. Stocks: {names}.",
    ),
    "new_name": (
        "‘{name:’을} 무엇으로 바꿀까요? 새 이름을 적어 주세요.",
        "What should “{name}” be called? Give the new name.",
    ),
    "which_name": (
        "어느 이름을 무엇으로 바꿀까요? 종목: {names}.",
        "Which name, and what should it become? Stocks: {names}.",
    ),
    "name_part": (
        "{name} 전체의 이름을 바꿀까요? 바꿀 이름을 따옴표에 넣어 적어 주세요.",
        "Rename all of “{name}”? Put the name to change in quotes.",
    ),
    "name_whole": (
        "‘{name:’이} 새 이름 전체인가요? 새 이름을 따옴표에 넣어 적어 주세요.",
        "Is “{name}” the whole new name? Put the new name in quotes.",
    ),
    "name_taken": (
        "‘{name:’은} 이미 다른 종목의 이름이에요. 다른 이름을 골라 주세요.",
        "“{name}” is another stock's name. Choose a different one.",
    ),
    "swap_names": (
        "두 이름을 글에서 하나하나 가려낼 수 없어요. 이름을 하나씩 바꿔 주세요. 종목: {names}.",
        "The two names cannot be told apart in every text. Rename one at a time. Stocks: {names}.",
    ),
    "name_emptied": (
        "이모지를 지우면 이름이 비어요. 먼저 이름을 지어 주세요.",
        "Without its emoji a name would be empty. Give it a name first.",
    ),
    "word_absent": (
        "‘{name:’은} 그 글에 나오지 않아요. 그 자리에 있는 말을 적어 주세요.",
        "“{name}” does not occur there. Name a word that does.",
    ),
    "emoji_where": (
        "이름의 이모지만 지울까요? ‘종목 이름의 이모지를 지워 줘’처럼 적어 주세요.",
        "Only the emoji in names? Say “remove the emoji from the stock names”.",
    ),
    # -- prices, risks, texts
    "price_positive": (
        "가격은 1 이상이어야 해요. 더 큰 값을 적어 주세요.",
        "A price must be at least 1. Give a higher one.",
    ),
    "price_most": (
        "가격이 너무 커요. {most}까지 쓸 수 있어요.",
        "The price is too high. It may be up to {most}.",
    ),
    "before_derived": (
        "이전 가격은 앞 턴 가격을 따라가요. 앞 턴의 가격을 바꿔 주세요.",
        "The price before follows the turn before. Change the price in that turn.",
    ),
    "no_drift": (
        "{field:은} 이미 모든 턴에서 같아요.",
        "The {field} is the same in every turn already.",
    ),
    "which_risk": (
        "{name} 위험도를 무엇으로 할까요? 고위험, 중위험, 저위험 가운데 적어 주세요.",
        "Which risk level for {name}? High, medium or low.",
    ),
    "which_description": (
        "{name} 설명을 무엇으로 할까요? 설명을 따옴표에 넣어 적어 주세요.",
        "Which description for {name}? Put it in quotes.",
    ),
    "not_empty": (
        "{field:은} 비워 둘 수 없어요. 새 값을 적어 주세요.",
        "The {field} cannot be empty. Give a new value.",
    ),
    # -- outside the request
    "scope_turn": (
        "{at}: 요청한 턴이 아니에요.",
        "{at}: not a turn that the request names.",
    ),
    "scope_stock": (
        "{at}: 요청한 종목이 아니에요.",
        "{at}: not a stock that the request names.",
    ),
    "scope_field": (
        "{at}: 요청한 항목이 아니에요.",
        "{at}: not a field that the request names.",
    ),
    "scope_price": (
        "{at}: 가격을 바꾸라는 요청이 아니에요.",
        "{at}: the request does not ask for other prices.",
    ),
    "scope_risk": (
        "{at}: 위험도를 바꾸라는 요청이 아니에요.",
        "{at}: the request does not ask for another risk level.",
    ),
    "scope_name": (
        "{at}: 이름을 바꾸라는 요청이 아니에요.",
        "{at}: the request does not ask for other names.",
    ),
    "scope_structure": (
        "{at}: 턴이나 종목을 더하거나 빼라는 요청이 아니에요.",
        "{at}: the request does not ask to add, delete or move turns or stocks.",
    ),
    # -- short replies, where a sentence is too long
    "reply_edited": ("{count}곳을 바꿨어요.", "Changed {count} places."),
    "reply_question": (
        "무엇을 바꿀지 조금 더 알려 주세요.",
        "Please say more exactly what to change.",
    ),
    "reply_refused": ("그렇게는 바꿀 수 없어요.", "That change is not possible."),
    "reply_no_change": ("아무것도 바꾸지 않았어요.", "Nothing was changed."),
    "reply_failed": (
        "편집하지 못했어요. 다시 시도해 주세요.",
        "The edit failed. Try again.",
    ),
    "reply_cancelled": ("편집을 멈췄어요.", "The edit was cancelled."),
    "reply_cancelled_kept": (
        "멈췄어요. 그때까지의 변경 {count}곳은 남아 있어요.",
        "Cancelled; {count} changes so far are kept.",
    ),
    "reply_name": ("이름을 ‘{name:’로} 바꿨어요 ({count}곳).", "Renamed to ‘{name}’ ({count})."),
    "reply_word": ("낱말을 {count}곳에서 바꿨어요.", "Changed the word in {count} places."),
    "reply_one": ("{what:을} 바꿨어요.", "Changed {what}."),
    "reply_price": ("{what:을} {value:로} 바꿨어요.", "Set {what} to {value}."),
    "reply_fields": ("{what:을} 바꿨어요.", "Changed {what}."),
    "reply_delete_turn": ("{what:을} 지웠어요.", "Deleted {what}."),
    "reply_delete_stock": ("{what:을} 지웠어요.", "Deleted {what}."),
    "reply_copy_turn": ("{what:을} 복제했어요.", "Duplicated {what}."),
    "reply_move_turn": ("턴 순서를 바꿨어요.", "Changed the order of turns."),
    "reply_arrange": ("턴 순서를 되돌렸어요.", "Put the turns back."),
    "reply_add_turn": ("{what:을} 추가했어요.", "Added {what}."),
    "reply_add_stock": ("{what:을} 추가했어요.", "Added {what}."),
    "reply_left_out": ("{count}곳은 넣지 않았어요.", "{count} left out."),
    "reply_carry": ("{what:을} 맞췄어요.", "Put right {what}."),
    "reply_names": ("이름 {names}개를 바꿨어요 ({count}곳).", "Renamed {names} stocks ({count})."),
    "reply_put": ("{what:을} 고쳤어요.", "Changed {what}."),
    # -- the same, where more is said after it
    "reply_delete_turn_and": ("{what:을} 지우고", "deleted {what}"),
    "reply_delete_stock_and": ("{what:을} 지우고", "deleted {what}"),
    "reply_copy_turn_and": ("{what:을} 복제하고", "duplicated {what}"),
    "reply_move_turn_and": ("턴 순서를 바꾸고", "changed the order of turns"),
    "reply_arrange_and": ("턴 순서를 되돌리고", "put the turns back"),
    "reply_add_turn_and": ("{what:을} 추가하고", "added {what}"),
    "reply_add_stock_and": ("{what:을} 추가하고", "added {what}"),
    "reply_put_and": ("{what:을} 고치고", "changed {what}"),
}
