"""Sentences of the service: what it cannot do now, and what the API refuses."""

from collections.abc import Mapping

TABLE: Mapping[str, tuple[str, str]] = {
    "stopping": (
        "서버를 다시 켜는 중이에요. 잠시 뒤 다시 해 주세요.",
        "The server is restarting. Try again in a moment.",
    ),
    "not_running": (
        "서버가 아직 준비되지 않았어요. 잠시 뒤 다시 해 주세요.",
        "The server is not ready yet. Try again in a moment.",
    ),
    "busy": (
        "지금 편집이 너무 많아요({most}개). 잠시 뒤 다시 해 주세요.",
        "Too many edits are running ({most}). Try again in a moment.",
    ),
    "broken": (
        "프로그램에 문제가 생겨서 바꾸지 못했어요. 다시 해 주세요.",
        "Something broke on our side and nothing was changed. Try again.",
    ),
    "forgotten": (
        "이 이야기는 더 이상 열려 있지 않아요. 다시 열어 주세요.",
        "This chapter is no longer open. Open it again.",
    ),
    "moved_on": (
        "다른 탭에서 이 이야기를 먼저 바꿨어요. 새로 고친 뒤 다시 해 주세요.",
        "Another tab changed this chapter first. Reload, then ask again.",
    ),
    "answer_size": (
        "이야기가 너무 커서 답에 담지 못해요: 최대 {most}바이트인데 {bytes}바이트예요.",
        "The story is too large for an answer: {bytes} bytes, at most {most}.",
    ),
}
