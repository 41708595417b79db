"""Sentences for the operator: what trying the model showed, and what to do about it."""

from collections.abc import Mapping

TABLE: Mapping[str, tuple[str, str]] = {
    "check_address": ("{host}에 연결했어요.", "Connected to {host}."),
    "check_key": ("API 키를 받아 줘요.", "The key is accepted."),
    "check_keyless": ("API 키 없이도 받아 줘요.", "It takes calls without a key."),
    "check_model": ("‘{name}’ 모델이 답해요.", "The model “{name}” answers."),
    "check_streaming": (
        "답이 쓰이는 대로 와요. 첫 조각은 {first_s}초, 마지막 {pieces}번째는 {last_s}초에 왔어요.",
        "It comes as it is written: piece 1 after {first_s} s, piece {pieces} after {last_s} s.",
    ),
    "check_quick": (
        "답이 {last_s}초 만에 다 와서 쓰이는 대로 오는지는 알 수 없어요. 그만큼 빠르면 괜찮아요.",
        "All of it came within {last_s} s: too quick to tell, and quick enough.",
    ),
    "check_at_once": (
        "답이 {last_s}초에 한꺼번에 왔어요. 중간에 프록시가 있으면 버퍼링을 꺼 주세요.",
        "It came all at once, after {last_s} s. If a proxy is in between, turn off its buffering.",
    ),
    "check_wordless": (
        "답에 글이 없어서 알 수 없어요. 다른 것부터 고친 뒤 다시 시험해 주세요.",
        "No text came, so it is not known. Mend the rest and test again.",
    ),
    "check_strict": (
        "서버가 답의 형식을 끝까지 지켜 줘요(json_schema).",
        "The server holds the answer to its format (json_schema).",
    ),
    "check_loose": (
        "서버가 답의 형식을 지켜 줘요. 자리 이름은 이 프로그램이 확인해요.",
        "The server holds the answer to its format; places are checked here.",
    ),
    "check_object": (
        "서버가 json_schema를 몰라서 빠지는 변경이 많을 수 있어요. 그것을 아는 모델을 써 보세요.",
        "No json_schema: more changes may be left out. Try a model that knows it.",
    ),
    "check_free": (
        "서버가 답의 형식을 몰라서 빠지는 변경이 많을 수 있어요. json_schema를 아는 것을 쓰세요.",
        "No structured output: more changes may be left out. Try a server with json_schema.",
    ),
    "check_usage": (
        "쓴 토큰을 알려 줘요(읽기 {tokens_in}, 쓰기 {tokens_out}).",
        "It counts tokens ({tokens_in} read, {tokens_out} written).",
    ),
    "check_uncounted": (
        "쓴 토큰을 알려 주지 않아 비용을 셀 수 없어요. 서버에서 stream_options를 켜 주세요.",
        "It does not count tokens, so cost is unknown. Turn on stream_options in the server.",
    ),
    "check_speed": (
        "첫 글자까지 {first_s}초, 그 뒤로 1초에 {tokens_s}토큰이에요.",
        "First token after {first_s} s, then {tokens_s} tokens a second.",
    ),
    "check_slow": (
        "첫 글자까지 {first_s}초, 1초에 {tokens_s}토큰이라 느려요. 더 작은 모델을 써 보세요.",
        "First token after {first_s} s, {tokens_s} a second: slow. Try a smaller model.",
    ),
    "check_unseen": (
        "앞의 것이 되어야 알 수 있어요. 그것부터 고쳐 주세요.",
        "Not known until what stands above works. Mend that first.",
    ),
}
