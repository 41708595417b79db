"""Sentences for a text that cannot be opened, and for what a chapter breaks."""

from collections.abc import Mapping

UNKNOWN = (
    "알 수 없는 문제예요({rule}). 개발자에게 이 이름을 알려 주세요.",
    "An unknown problem ({rule}). Please tell the developers this name.",
)
"""For a rule that no table has."""

KINDS: Mapping[str, tuple[str, str]] = {
    "object": ("객체", "an object"),
    "list": ("배열", "an array"),
    "text": ("글", "text"),
    "number": ("숫자", "a number"),
    "boolean": ("true 또는 false", "true or false"),
    "null": ("null", "null"),
    "nothing": ("없음", "nothing"),
}
"""What a value is."""

GROUPED = frozenset({"bytes", "most"})
"""Facts shown with thousands separators."""

TABLE: dict[str, tuple[str, str]] = {
    # -- STOP: opening
    "empty": (
        "붙여 넣은 글이 비어 있어요. 챕터 JSON을 넣어 주세요.",
        "The text is empty. Paste the chapter's JSON.",
    ),
    "size": (
        "파일이 {bytes} byte예요. {most} byte(2MB)까지 열 수 있어요. 필요 없는 부분을 덜어 주세요.",
        (
            "The file is {bytes} bytes; up to {most} bytes (2 MB) can be opened. Take out what is"
            " not needed."
        ),
    ),
    "encoding": (
        "{line}줄을 UTF-8로 읽을 수 없어요. 편집기에서 인코딩을 UTF-8로 골라 다시 저장해 주세요.",
        "Line {line} is not UTF-8. Save the file again with the encoding UTF-8.",
    ),
    "surrogate": (
        "{where}: 반쪽짜리 이모지 코드가 있어요. 그 글자를 지우고 다시 써 주세요.",
        "{where}: half of an emoji code. Delete that character and type it again.",
    ),
    "not_array": (
        "{where}: 턴 배열 […]이 와야 하는데 {found:이} 있어요. 턴들을 [ ]로 감싸 주세요.",
        "{where}: expected an array of turns […], found {found}. Put the turns inside [ ].",
    ),
    "no_turns": (
        "턴이 0개예요. 턴을 하나 이상 넣어 주세요.",
        "There are 0 turns. Put in at least one turn.",
    ),
    "not_turn": (
        "{where}: 턴은 {{…}} 객체여야 해요. 이 자리를 턴 객체로 바꾸거나 지워 주세요.",
        "{where}: a turn must be an object {{…}}. Replace this item or delete it.",
    ),
    "depth": (
        "{where}: 괄호가 {most}겹보다 깊어요. 괄호를 풀어 주세요.",
        "{where}: nested deeper than {most} levels. Take brackets away.",
    ),
    # -- STOP: syntax
    "cut_off": (
        "{where}: 여기서 글이 끊겼어요. 원본에서 끝까지 다시 복사해 주세요.",
        "{where}: the text ends in the middle. Copy it again to the end.",
    ),
    "text_before": (
        "{where}: JSON 앞에 다른 글이 있어요. [ 로 시작하도록 앞의 글을 지워 주세요.",
        "{where}: there is other text before the JSON. Delete it so that the text begins with [.",
    ),
    "text_after": (
        "{where}: JSON이 끝난 뒤에 다른 글이 있어요. 뒤의 글을 지워 주세요.",
        "{where}: there is other text after the JSON. Delete it.",
    ),
    "double_comma": (
        "{where}: 쉼표만 있고 값이 없어요. 남는 쉼표를 지워 주세요.",
        "{where}: a comma without a value. Delete the extra comma.",
    ),
    "trailing_comma": (
        "{where}: 마지막 항목 뒤에 쉼표가 있어요. 그 쉼표를 지워 주세요.",
        "{where}: a comma after the last item. Delete that comma.",
    ),
    "single_quotes": (
        "{where}: 작은따옴표(')가 쓰였어요. 큰따옴표(\")로 바꿔 주세요.",
        "{where}: single quotes ('). Use double quotes (\").",
    ),
    "comment": (
        "{where}: JSON에는 주석을 쓸 수 없어요. 주석을 지워 주세요.",
        "{where}: JSON has no comments. Delete the comment.",
    ),
    "key": (
        "{where}: 큰따옴표로 감싼 항목 이름이 와야 해요. 앞의 쉼표와 따옴표를 확인해 주세요.",
        "{where}: expected a key in double quotes. Check the comma and quotes before it.",
    ),
    "key_twice": (
        "{where}: ‘{key}’ 항목이 두 번 있어요. 하나를 지워 주세요.",
        "{where}: the key “{key}” stands twice. Delete one of them.",
    ),
    "colon": (
        "{where}: 항목 이름 뒤에 쌍점(:)이 와야 해요.",
        "{where}: expected a colon (:) after the key.",
    ),
    "separator": (
        "{where}: 쉼표(,)나 닫는 괄호 {close} 가 와야 해요. 앞 항목의 끝을 확인해 주세요.",
        "{where}: expected a comma (,) or a closing {close}. Check the end of the item before.",
    ),
    "bare_quote": (
        '{where}: 글이 따옴표에서 끝나 버렸어요. 글 안의 큰따옴표는 \\" 로 적어 주세요.',
        '{where}: the text ended at a quote. Write a double quote inside a text as \\".',
    ),
    "bad_escape": (
        "{where}: 쓸 수 없는 \\ 표시예요. 역슬래시 자체는 \\\\ 로 적어 주세요.",
        "{where}: not a valid \\ escape. Write a backslash itself as \\\\.",
    ),
    "raw_newline": (
        "{where}: 글 안에서 줄이 바뀌었어요. 한 줄로 잇거나 \\n 으로 적어 주세요.",
        "{where}: a line break inside a text. Join the lines or write \\n.",
    ),
    "control": (
        "{where}: 글 안에 보이지 않는 제어 문자가 있어요. 지워 주세요.",
        "{where}: an invisible control character inside a text. Delete it.",
    ),
    "value": (
        "{where}: 값을 읽을 수 없어요. 글은 큰따옴표로 감싸고, 아니면 숫자를 적어 주세요.",
        "{where}: this is not a value. Put text in double quotes, or write a number.",
    ),
    "not_a_number": (
        "{where}: {number} 값은 JSON에 쓸 수 없어요. 실제 숫자를 적어 주세요.",
        "{where}: {number} is not allowed in JSON. Write a real number.",
    ),
    "range": (
        "{where}: 숫자 {number} 값이 범위를 넘어요. 더 작은 숫자를 적어 주세요.",
        "{where}: the number {number} is out of range. Write a smaller one.",
    ),
    "digits": (
        "{where}: 숫자가 {digits}자리예요. {most}자리까지 쓸 수 있어요. 숫자를 줄여 주세요.",
        "{where}: a number of {digits} digits; at most {most} are exact. Write a shorter one.",
    ),
    "leading_zero": (
        "{where}: 숫자가 0으로 시작해요. 앞의 0을 지워 주세요.",
        "{where}: a number begins with 0. Delete the leading zero.",
    ),
    # -- GAME
    "too_few_turns": (
        "턴이 {turns}개뿐이에요. 게임이 돌아가려면 {least}턴 이상이 필요해요. 턴을 더해 주세요.",
        "The chapter has {turns} of at least {least} turns that the game needs. Add some.",
    ),
    "too_many_turns": (
        "턴이 {turns}개나 돼요. {most}턴까지 줄여 주세요. 두 번 붙여 넣지 않았는지 확인해 주세요.",
        "There are {turns} turns. Cut them to {most}; was it pasted twice?",
    ),
    "stocks_shape": (
        "{where}: 종목 목록 stocks가 배열이 아니에요(지금: {kind}). 종목 셋을 [ ]에 넣어 주세요.",
        "{where}: stocks is not an array (now: {kind}). Put three stocks inside [ ].",
    ),
    "stock_shape": (
        "{where}: 종목이 객체 {{…}}가 아니에요(지금: {kind}). 종목 객체로 바꿔 주세요.",
        "{where}: a stock must be an object {{…}} (now: {kind}). Put a stock there.",
    ),
    "stocks_not_three": (
        (
            "{where}의 종목이 {count}개예요(이런 턴 {turns}개). 게임에는 꼭 {usual}개가 필요해요."
            " 종목을 더하거나 빼 주세요."
        ),
        (
            "{where} has {count} stocks (such turns: {turns}). The game needs exactly {usual}; add"
            " or delete stocks."
        ),
    ),
    "name_missing": (
        "{where}: 종목 이름이 비어 있어요. 이름을 적어 주세요.",
        "{where}: the stock has no name. Write one.",
    ),
    "name_differs": (
        "{where}: 이름이 ‘{found}’인데 다른 턴에서는 ‘{usual:’이에요}. 같은 이름으로 맞춰 주세요.",
        "{where}: the name is “{found}” but “{usual}” in other turns. Make them the same.",
    ),
    "order_differs": (
        (
            "{where}: 종목 순서가 {found}인데 다른 턴은 {usual} 순서예요. 순서를 맞추지 않으면"
            " 플레이어의 종목이 뒤바뀌어요."
        ),
        (
            "{where}: the stocks stand as {found}, in other turns as {usual}. Use one order, or"
            " players end up with another stock."
        ),
    ),
    "name_twice": (
        "{where}: ‘{name}’ 이름을 두 종목이 같이 써요. 한쪽 이름을 바꿔 주세요.",
        "{where}: two stocks have the name “{name}”. Rename one of them.",
    ),
    "not_text": (
        "{where}: 글이 아니에요(지금: {kind}). 큰따옴표로 감싼 글을 넣어 주세요.",
        "{where}: this is not text (now: {kind}). Put a text in double quotes.",
    ),
    "price_type": (
        "{where}: 가격이 숫자가 아니에요(지금: {kind}). 따옴표 없이 숫자를 적어 주세요.",
        "{where}: the price is not a number (now: {kind}). Write a number without quotes.",
    ),
    "price_missing": (
        "{where}: 가격이 없어요. 이 턴의 가격을 적어 주세요.",
        "{where}: there is no price. Write the price of this turn.",
    ),
    "price_sign": (
        "{where}: 가격이 {price:이에요}. 0보다 큰 숫자로 바꿔 주세요.",
        "{where}: the price is {price}. Use a number above 0.",
    ),
    "before_missing": (
        "{where}: 이전 가격이 없어요(모두 {count}곳). 한 번에 채울 수 있어요.",
        "{where}: the price before is missing (in {count} places). It can be filled in one click.",
    ),
    "before_wrong": (
        "{where}: 이전 가격이 {found}인데 앞 턴의 가격은 {right:이에요}. {right:으로} 맞춰 주세요.",
        (
            "{where}: the price before is {found}, but the turn before ends at {right}. Set it to"
            " {right}."
        ),
    ),
    "number_type": (
        "{where}: 턴 번호가 숫자가 아니에요(지금: {kind}). 따옴표 없이 {right:을} 적어 주세요.",
        "{where}: the turn number is not a number (now: {kind}). Write {right} without quotes.",
    ),
    "number_wrong": (
        "{where}: 턴 번호가 {found}인데 {right}번째 턴이에요. 숫자 {right:으로} 고쳐 주세요.",
        "{where}: the turn number is {found} but this is turn {right}. Write {right}.",
    ),
    # -- WARN: structure and numbers
    "turn_alias": (
        "{where}: 옛 이름 turn을 써요({turns}개 턴). 새 챕터는 turn_number를 써요.",
        "{where}: the old key turn is used ({turns} turns). New chapters say turn_number.",
    ),
    "price_fraction": (
        "{where}: 가격 {price:은} 정수가 아니에요. 정수로 바꿔 주세요.",
        "{where}: the price {price} is not a whole number. Make it whole.",
    ),
    "price_high": (
        "{where}: 가격 {price:은} {most}보다 높아서 아무도 살 수 없을지 몰라요. 낮춰 주세요.",
        "{where}: the price {price} is over {most}; perhaps nobody can buy it. Lower it.",
    ),
    "step": (
        "{where}: 가격이 {was}에서 {price:으로} {percent}% 움직여요. 30%를 넘지 않게 해 주세요.",
        "{where}: the price moves from {was} to {price} ({percent}%). Keep it within 30 %.",
    ),
    "risk_missing": (
        (
            "{where}: 위험 등급이 없어요. 고위험 고수익, 중위험 균형형, 저위험 저수익 중에서 골라"
            " 주세요."
        ),
        "{where}: no risk level. Choose 고위험 고수익, 중위험 균형형 or 저위험 저수익.",
    ),
    "risk_label": (
        "{where}: 위험 등급 ‘{found:’은} 게임이 쓰는 이름이 아니에요. ‘{right:’으로} 바꿔 주세요.",
        "{where}: the game does not write the risk level “{found}” so. Write “{right}”.",
    ),
    "risk_unknown": (
        (
            "{where}: 위험 등급 ‘{found:’은} 게임이 모르는 이름이에요. 고위험 고수익, 중위험"
            " 균형형, 저위험 저수익 중 하나로 바꿔 주세요."
        ),
        (
            "{where}: the game does not know the risk level “{found}”. Use 고위험 고수익, 중위험"
            " 균형형 or 저위험 저수익."
        ),
    ),
    "risk_differs": (
        "{where}: 위험 등급이 ‘{found}’인데 다른 턴은 ‘{right:’이에요}. 하나로 맞춰 주세요.",
        "{where}: the risk level is “{found}” but “{right}” in other turns. Make them the same.",
    ),
    "risk_same": (
        "{where}: {other}번 종목과 위험 등급 ‘{risk:’이} 같아요. 한쪽을 바꿔 주세요.",
        "{where}: the same risk level “{risk}” as stock {other}. Change one of them.",
    ),
    "description_missing": (
        "{where}: 종목 설명이 없어요. 한 문장으로 적어 주세요.",
        "{where}: the stock has no description. Write one sentence.",
    ),
    "description_differs": (
        "{where}: 설명이 다른 턴과 달라요(‘{found}’). 하나로 맞춰 주세요.",
        "{where}: the description differs from other turns (“{found}”). Make them the same.",
    ),
    "tag_unknown": (
        (
            "{where}: 태그 ‘{found:’은} 쓸 수 없어요. all, high, mid, low 중 하나를 쓰거나 비워"
            " 주세요."
        ),
        "{where}: “{found}” is not a tag. Use all, high, mid or low, or leave it empty.",
    ),
    "tag_other_stock": (
        (
            "{where}: {tag} 태그는 ‘{target}’인데 뉴스에는 ‘{named}’만 나와요. 태그나 뉴스를 고쳐"
            " 주세요."
        ),
        (
            "{where}: the tag {tag} means “{target}” but the news names only “{named}”. Change the"
            " tag or the news."
        ),
    ),
    "false_percentage": (
        (
            "{where}: 글에는 {written}인데 ‘{name}’ 가격은 {was}에서 {price:으로} {percent}"
            " 움직여요. 글이나 가격을 고쳐 주세요."
        ),
        (
            "{where}: the text says {written} but the price of “{name}” goes from {was} to {price}"
            " ({percent}). Change the text or the price."
        ),
    ),
    "odd_type": (
        "{where}: 글이 아니에요(지금: {kind}). 글을 넣어 주세요.",
        "{where}: this is not text (now: {kind}). Write a text.",
    ),
    # -- WARN: prose
    "foreign_letters": (
        "{where}: 한자나 다른 나라 글자 ‘{found:’이} 있어요. 한글로 바꿔 주세요.",
        "{where}: foreign letters “{found}”. Write it in Hangul.",
    ),
    "mangled_word": (
        "{where}: 한글 낱말에 영어 글자가 끼었어요(‘{found}’). 고쳐 주세요.",
        "{where}: Latin letters inside a Korean word (“{found}”). Correct it.",
    ),
    "invisible": (
        "{where}: 보이지 않는 글자 {found:이} 있어요. 지우고 다시 써 주세요.",
        "{where}: an invisible character, {found}. Delete it and type the word again.",
    ),
    "replacement": (
        "{where}: 깨진 글자가 있어요(‘{found}’). 원래 글자로 고쳐 주세요.",
        "{where}: a broken character (“{found}”). Write the right one.",
    ),
    "lone_jamo": (
        "{where}: 낱자 ‘{found:’이} 홀로 있어요. 온전한 글자로 고쳐 주세요.",
        "{where}: single letters “{found}”. Write whole syllables.",
    ),
    "decomposed": (
        "{where}: 한글이 낱자로 풀려 있어요(모두 {count}곳). 다시 입력하면 찾기가 쉬워져요.",
        "{where}: Hangul is stored in pieces ({count} places). Type it again to find it later.",
    ),
    "markup": (
        "{where}: 꾸밈 표시(‘{found}’)는 게임에 글자 그대로 보여요. 지워 주세요.",
        "{where}: mark-up (“{found}”) is shown to players as it stands. Delete it.",
    ),
    "personal_data": (
        "{where}: 개인 정보로 보이는 ‘{found}’ 글이 있어요. 진짜라면 지워 주세요.",
        "{where}: “{found}” looks like personal data. Delete it if it is somebody's.",
    ),
    "order_to_model": (
        "{where}: AI 모델에게 하는 말(‘{found}’)이 있어요. 이야기가 아니면 지워 주세요.",
        "{where}: “{found}” speaks to an AI model. It is not obeyed; delete it if it is no story.",
    ),
    "plain_style": (
        "{where}: ‘{sentence}’ 문장이 ‘-다’로 끝나요. ‘-요’로 바꿔 주세요.",
        "{where}: the sentence “{sentence}” ends in plain -다. End it in -요.",
    ),
    "particle": (
        "{where}: ‘{found}’ 대신 ‘{right:’이} 맞아요. 조사를 고쳐 주세요.",
        "{where}: “{found}” should be “{right}”. Correct the particle.",
    ),
    "too_long": (
        "{where}: {length}자예요. {most}자까지로 줄여 주세요.",
        "{where}: {length} characters. Shorten it to {most}.",
    ),
    "news_box": (
        "{where}: 한글이 {length}자예요. 게임 뉴스 칸에는 {most}자쯤 들어가요. 줄여 주세요.",
        "{where}: {length} Hangul. The player's news box holds about {most}; shorten it.",
    ),
    "economy_still": (
        (
            "{where}: 뉴스 태그가 {tag}인 턴 다음에 {move}만큼 움직여요. 이 종목은 0에서 +{most}"
            " 사이로 맞춰 주세요."
        ),
        "{where}: moves {move} after a turn tagged {tag}. Keep this stock between 0 and +{most}.",
    ),
    "economy_range": (
        "{where}: 뉴스 태그가 {tag}인 턴 다음에 {move}만큼 움직여요. {most}까지로 맞춰 주세요.",
        "{where}: moves {move} after a turn tagged {tag}. Keep it within {most}.",
    ),
    # -- NOTE
    "turns_not_usual": (
        "턴이 {turns}개예요. 게임의 턴 제목은 {usual}턴에 맞춰져 있어요.",
        "There are {turns} turns. The game's turn titles are made for {usual}.",
    ),
    "last_turn_text": (
        "{where}: 마지막 턴에서는 결과만 보여요. 이 글은 비워도 돼요(모두 {count}곳).",
        "{where}: of the last turn only the result is shown. This can be empty ({count} places).",
    ),
    "unseen_result": (
        "{where}: 첫 턴의 결과는 게임에 나오지 않아요. 그대로 두어도 괜찮아요.",
        "{where}: the first result is never shown in the game. It may stay as it is.",
    ),
    "unseen_field": (
        "{field:은} 게임에 나오지 않아요({at}). 그대로 두어도 괜찮아요.",
        "The {field} is never shown in the game ({at}). It may stay as it is.",
    ),
}
