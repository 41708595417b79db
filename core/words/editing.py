"""Sentences for an edit: what the gates refuse, and what can go wrong with a model."""

TABLE: dict[str, tuple[str, str]] = {
    # -- the schema
    "change_json": (
        "모델이 쓴 바꾸기 하나가 올바른 JSON이 아니어서 뺐어요.",
        "One change that the model wrote is not valid JSON and was left out.",
    ),
    "change_format": (
        "모델이 쓴 바꾸기 하나가 정해진 모양이 아니어서({field}) 뺐어요.",
        "One change that the model wrote has the wrong form ({field}) and was left out.",
    ),
    # -- scope and locks
    "locked": (
        "{place}({at}): 잠가 둔 자리라 바꾸지 않았어요. 바꾸려면 잠금을 풀어 주세요.",
        "{place} ({at}) is locked and was not changed. Unlock it to change it.",
    ),
    "locked_too": (
        "잠가 둔 {place}({at})도 바뀌게 되어 뺐어요. 바꾸려면 잠금을 풀어 주세요.",
        "It would also change {place} ({at}), which is locked. Unlock it to change it.",
    ),
    "locked_name": (
        "‘{name:’을} 바꾸면 잠가 둔 {place}({at})도 바뀌어요. 바꾸려면 잠금을 풀어 주세요.",
        "“{name}” also stands in {place} ({at}), which is locked. Unlock it to rename.",
    ),
    "locked_structure": (
        "턴과 종목의 수와 순서를 잠가 두어서 바꾸지 않았어요. 바꾸려면 잠금을 풀어 주세요.",
        "Turns and stocks are locked as they are. Unlock them to add, delete or move one.",
    ),
    "outside": (
        "{place}({at}): 바꾸기로 고른 곳이 아니라 뺐어요. 바꾸려면 범위에 넣어 주세요.",
        "{place} ({at}) is out of scope. Widen the scope first.",
    ),
    "outside_too": (
        "고르지 않은 {place}({at})도 바뀌게 되어 뺐어요. 바꾸려면 범위에 넣어 주세요.",
        "It would also change {place} ({at}), which is out of scope. Widen the scope first.",
    ),
    "outside_name": (
        "‘{name:’을} 바꾸면 고르지 않은 {place}({at})도 바뀌어요. 바꾸려면 범위에 넣어 주세요.",
        "“{name}” also stands in {place} ({at}), which is out of scope. Widen the scope first.",
    ),
    "outside_structure": (
        "턴과 종목의 수와 순서는 바꾸기로 고르지 않았어요. 바꾸려면 범위에 넣어 주세요.",
        "Turns and stocks are not chosen to change. Choose them to add, delete or move one.",
    ),
    "turn_missing": (
        "{place}: 모델이 이 턴을 다 쓰지 못했어요. 이 턴만 다시 부탁할 수 있어요.",
        "{place} was not written to its end. You can ask for this turn alone.",
    ),
    "turn_anew": ("{number}턴을 다시 써 줘", "Write turn {number} again"),
    "turn_again": ("{number}턴을 다시 써 줘: {brief}", "Write turn {number} again: {brief}"),
    "said_twice": (
        "같은 바꾸기가 두 번 나와서 한 번만 받았어요.",
        "The same change came twice and was taken once.",
    ),
    "said_otherwise": (
        "{place}({at}): 두 가지로 바꾸라고 해서 고르지 못했어요. 하나만 적어 주세요.",
        "{place} ({at}) is asked to become two different things. Ask for one of them.",
    ),
    "other_turn": (
        "{at}의 글을 쓰다가 다른 자리를 건드려서 그 부분은 뺐어요.",
        "While {at} was written another place was touched; that part was left out.",
    ),
    "does_not_fit": (
        "{place}({at}): 바꾸면 다른 바꾸기와 맞지 않아서 뺐어요. 따로 다시 요청해 주세요.",
        "Changing {place} ({at}) does not fit with the other changes. Ask for it on its own.",
    ),
    # -- going on from a proposal
    "refused_before": (
        "{place}({at}): 앞에서 빼기로 한 것과 같아서 다시 넣지 않았어요.",
        "{place} ({at}): you rejected this very change before, so it was left out.",
    ),
    "no_such_change": (
        "{number}번 변경은 없어요. 변경은 모두 {count}건이에요.",
        "There is no change {number}. The last one is {count}.",
    ),
    "decided_all": ("모두 받기로 했어요.", "All changes are accepted."),
    "decided_none": ("모두 빼기로 했어요.", "All changes are rejected."),
    "decided_taken": ("{taken}번을 받기로 했어요.", "Accepted {taken}."),
    "decided_left": ("{left}번을 빼기로 했어요.", "Rejected {left}."),
    "decided_both": (
        "{taken}번은 받고 {left}번은 빼기로 했어요.",
        "Accepted {taken}, rejected {left}.",
    ),
    # -- the text
    "emptied": (
        "{place}({at}): 글이 비게 되어 뺐어요. 지우려면 ‘지워 줘’라고 적어 주세요.",
        "{place} ({at}) would become empty and was left out. To empty it, say “delete”.",
    ),
    "link": (
        "{place}({at}): 새 글에 링크 ‘{found}’가 있어서 뺐어요. 링크 없이 다시 요청해 주세요.",
        "The new text of {place} ({at}) has a link, “{found}”. Ask again without links.",
    ),
    "personal": (
        "{place}({at}): 새 글에 전화번호 같은 개인 정보가 있어서 뺐어요.",
        "The new text of {place} ({at}) has personal data, such as a telephone number.",
    ),
    "covered_email": ("이메일 {count}", "e-mail {count}"),
    "covered_resident": ("주민등록번호 {count}", "resident number {count}"),
    "covered_phone": ("전화번호 {count}", "telephone number {count}"),
    "covered_card": ("카드 번호 {count}", "card number {count}"),
    "covered_business": ("사업자등록번호 {count}", "business number {count}"),
    "covered_passport": ("여권 번호 {count}", "passport number {count}"),
    "covered_account": ("계좌 번호 {count}", "bank account {count}"),
    "covered_address": ("주소 {count}", "address {count}"),
    "covered_handle": ("메신저 아이디 {count}", "messenger id {count}"),
    "line_break": (
        "{place}({at}): 새 글에 없던 줄바꿈이 생겨서 뺐어요. 한 줄로 다시 요청해 주세요.",
        "The new text of {place} ({at}) has a line break that was not there. Ask for one line.",
    ),
    "price_least": (
        "{place}({at}): 새 가격이 1보다 작아서 뺐어요. 가격은 1 이상이어야 해요.",
        "The new price of {place} ({at}) is below 1 and was left out. Prices are at least 1.",
    ),
    "price_whole": (
        "{place}({at}): 새 가격이 정수가 아니어서 뺐어요. 이 챕터의 가격은 모두 정수예요.",
        "The new price of {place} ({at}) is not whole, as all prices of this chapter are.",
    ),
    "leaked": (
        "{place}({at}): 새 글에 이야기가 아닌 지시문이 섞여서 뺐어요.",
        "The new text of {place} ({at}) has instructions in it that are no part of a story.",
    ),
    "unfit": (
        "{place}({at}): 새 글에 어린이에게 맞지 않는 말 ‘{found}’가 있어서 뺐어요.",
        "The new text of {place} ({at}) says “{found}”, which is not for children.",
    ),
    "debris": (
        "{place}({at}): 새 글에 깨진 글자나 코드 ‘{found}’가 있어서 뺐어요.",
        "The new text of {place} ({at}) has broken letters or code in it, “{found}”.",
    ),
    "flood": (
        "{place}({at}): 새 글에 ‘{found}’가 너무 많이 이어져서 뺐어요.",
        "The new text of {place} ({at}) says “{found}” over and over.",
    ),
    "other_language": (
        "{place}({at}): 새 글이 한국어가 아니어서 뺐어요. 영어로 바꾸려면 그렇게 적어 주세요.",
        "The new text of {place} ({at}) is not Korean. If you want English, say so.",
    ),
    # -- how an edit ends
    "no_model": (
        "이 요청에는 AI 모델이 필요해요. OPENAI_API_KEY나 OPENAI_BASE_URL을 정하고 다시 켜 주세요.",
        "This request needs an AI model. Set OPENAI_API_KEY or OPENAI_BASE_URL and start again.",
    ),
    "model_says": (
        "모델의 답을 읽고 요청을 더 자세히 적어 주세요.",
        "Read the model's answer and make the request more precise.",
    ),
    "unclear": (
        "무엇을 바꿀지 알 수 없었어요. 턴과 자리를 적어 다시 요청해 주세요.",
        "It was not clear what to change. Ask again and name the turn and the place.",
    ),
    "model_unusable": (
        "모델이 쓴 {count}곳이 모두 규칙에 맞지 않아 쓰지 않았어요. 다시 요청해 주세요.",
        "All {count} changes of the model break a rule. They were left out; ask again.",
    ),
    # -- the model's side
    "model_claims": (
        "모델이 바꿨다고 했지만 바뀐 곳이 없어요. 다시 요청해 주세요.",
        "The model says it is done but changed nothing. Ask again.",
    ),
    "model_busy": (
        "모델이 붐벼서 답하지 못했어요. 잠시 뒤에 다시 요청해 주세요.",
        "The model is busy. Ask again in a moment.",
    ),
    "model_busy_for": (
        "모델이 붐벼서 {seconds}초 동안 부를 수 없어요. 그 뒤에 다시 요청해 주세요.",
        "The model is busy and cannot be called for {seconds} s. Ask again then.",
    ),
    "model_circuit": (
        "모델 서버가 계속 답하지 않아서 잠시 쉬고 있어요. {wait_s}초 뒤에 다시 요청해 주세요.",
        "The model keeps failing. Ask again in {wait_s} s.",
    ),
    "model_timeout": (
        "모델이 제시간에 답하지 않았어요. 다시 요청하거나 OPENAI_TIMEOUT_S를 늘려 주세요.",
        "The model did not answer in time. Ask again, or raise OPENAI_TIMEOUT_S.",
    ),
    "model_unreachable": (
        "모델 서버에 연결할 수 없어요. OPENAI_BASE_URL과 네트워크를 확인해 주세요.",
        "The model's server cannot be reached. Check OPENAI_BASE_URL and the network.",
    ),
    "model_down": (
        "모델 서버에 문제가 생겼어요. 잠시 뒤에 다시 요청해 주세요.",
        "The model's server has a problem. Ask again in a moment.",
    ),
    "model_cut_off": (
        "모델의 답이 오다가 끊겼어요. 다시 요청해 주세요.",
        "The model's answer broke off. Ask again.",
    ),
    "model_cut": (
        "모델의 답이 길이 제한에서 잘렸어요. 요청을 나누어 다시 보내 주세요.",
        "The model's answer was cut at its length limit. Split the request.",
    ),
    "model_refused": (
        "모델이 이 요청을 거절했어요. 다른 말로 요청해 주세요.",
        "The model declined this request. Put it in other words.",
    ),
    "model_filter": (
        "모델의 안전 필터가 이 요청을 막았어요. 다른 말로 요청해 주세요.",
        "The model's content filter stopped this request. Put it in other words.",
    ),
    "model_context": (
        "챕터가 모델이 읽을 수 있는 길이보다 길어요. 더 긴 글을 읽는 모델을 골라 주세요.",
        "The chapter is longer than the model can read. Choose a model with a larger context.",
    ),
    "model_format": (
        "모델의 답이 바꾸기 목록이 아니에요. 다시 요청하거나 다른 모델을 골라 주세요.",
        "The model's answer is not a list of changes. Ask again or choose another model.",
    ),
    "model_protocol": (
        "모델 서버의 답을 읽을 수 없어요. OPENAI_BASE_URL이 OpenAI 호환 주소인지 확인해 주세요.",
        "The server's answer cannot be read. Check that OPENAI_BASE_URL is OpenAI-compatible.",
    ),
    "model_empty": (
        "모델이 빈 답을 보냈어요. 다시 요청해 주세요.",
        "The model's answer was empty. Ask again.",
    ),
    "model_too_long": (
        "모델의 답이 너무 길어서({most} 넘음) 멈췄어요. 요청을 나누어 보내 주세요.",
        "The model wrote over {most} and was stopped. Split the request.",
    ),
    "model_key": (
        "모델 서버가 API 키를 받아 주지 않아요. OPENAI_API_KEY를 확인해 주세요.",
        "The model's server does not accept the key. Check OPENAI_API_KEY.",
    ),
    "model_quota": (
        "모델의 사용 한도가 끝났어요. 요금제나 결제를 확인해 주세요.",
        "The model's quota is used up. Check the plan and billing.",
    ),
    "model_name": (
        "모델 서버가 이 모델이나 주소를 몰라요. OPENAI_MODEL과 OPENAI_BASE_URL을 확인해 주세요.",
        "The server does not know this model or address. Check OPENAI_MODEL and OPENAI_BASE_URL.",
    ),
    "model_address": (
        "모델 서버의 주소가 맞지 않아요. OPENAI_BASE_URL을 확인해 주세요.",
        "The address of the model's server is wrong. Check OPENAI_BASE_URL.",
    ),
    "model_rejects": (
        "모델 서버가 요청을 받아 주지 않아요(상태 {status}). 모델과 주소 설정을 확인해 주세요.",
        "The server rejects the request (status {status}). Check the model and the address.",
    ),
    "model_spent": (
        (
            "오늘 쓸 {most}토큰을 다 썼어요. UTC 0시({hours}시간 뒤)에 다시 돼요."
            " 이름이나 가격처럼 모델 없이 바꾸는 것은 지금도 돼요."
        ),
        (
            "Today's {most} tokens are used up. Back at 00:00 UTC, in {hours} h."
            " What needs no model, such as names and prices, still works."
        ),
    ),
    "model_spent_all": (
        (
            "오늘 쓸 비용({most})을 다 썼어요. UTC 0시({hours}시간 뒤)에 다시 돼요."
            " 이름이나 가격처럼 모델 없이 바꾸는 것은 지금도 돼요."
        ),
        (
            "Today's budget ({most}) is used up. Back at 00:00 UTC, in {hours} h."
            " What needs no model, such as names and prices, still works."
        ),
    ),
    "model_held": (
        (
            "지금 도는 편집이 오늘 남은 {left}토큰을 쓸 거예요. 끝나면 다시 요청해 주세요."
            " 이름이나 가격처럼 모델 없이 바꾸는 것은 지금도 돼요."
        ),
        (
            "Running edits will use the last {left} tokens. Ask again after them."
            " What needs no model, such as names and prices, still works."
        ),
    ),
    "model_held_all": (
        (
            "지금 도는 편집이 오늘 남은 비용({left})을 쓸 거예요. 끝나면 다시 요청해 주세요."
            " 이름이나 가격처럼 모델 없이 바꾸는 것은 지금도 돼요."
        ),
        (
            "Running edits will use today's last {left}. Ask again after them."
            " What needs no model, such as names and prices, still works."
        ),
    ),
    "model_short": (
        (
            "보통 {needs}토큰이 드는데 오늘 {left}토큰 남았어요. 더 작게 나눠 요청해 주세요."
            " 이름이나 가격처럼 모델 없이 바꾸는 것은 지금도 돼요."
        ),
        (
            "It takes about {needs} tokens; {left} are left today. Ask for less at once."
            " What needs no model, such as names and prices, still works."
        ),
    ),
    "model_short_all": (
        (
            "보통 비용이 {needs} 드는데 오늘 {left} 남았어요. 더 작게 나눠 요청해 주세요."
            " 이름이나 가격처럼 모델 없이 바꾸는 것은 지금도 돼요."
        ),
        (
            "It costs about {needs}; {left} are left today. Ask for less at once."
            " What needs no model, such as names and prices, still works."
        ),
    ),
    "not_recorded": (
        "기록에 없는 요청이에요. 같은 프롬프트로 다시 재생하거나 모델을 연결해 주세요.",
        "This call is not in the recording. Replay with the same prompt, or name a model.",
    ),
    "model_client": (
        "모델에 연결하는 설정이 맞지 않아요. OPENAI_로 시작하는 설정을 확인해 주세요.",
        "The model's settings do not fit. Check the settings that begin with OPENAI_.",
    ),
}
