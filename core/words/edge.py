"""Sentences of the edge: why a request goes no further."""

from collections.abc import Mapping

TABLE: Mapping[str, tuple[str, str]] = {
    "head_format": (
        "요청을 읽을 수 없어요. HTTP 형식에 맞춰 다시 보내 주세요.",
        "The request cannot be read. Send it again as proper HTTP.",
    ),
    "head_size": (
        "요청의 주소와 헤더가 너무 커요. 합쳐서 {most:이에요}까지 줄여 주세요.",
        "The address and headers of the request are too large. Stay within {most}.",
    ),
    "slow": (
        "요청이 너무 느리게 와서 끊었어요. 다시 보내 주세요.",
        "The request came too slowly and was cut off. Send it again.",
    ),
    "crowded": (
        "지금 연결이 너무 많아요. 잠시 뒤 다시 해 주세요.",
        "Too many are connected. Try again in a moment.",
    ),
    "host": (
        "이 서버의 주소가 아니에요. ALLOWED_HOSTS를 확인해 주세요.",
        "This server does not go by that name. Check ALLOWED_HOSTS.",
    ),
    "origin": (
        "다른 사이트에서 온 요청은 받지 않아요. 이 서버의 페이지에서 보내 주세요.",
        "Requests from another site are not taken. Send it from a page of this server.",
    ),
    "body_size": (
        "본문이 너무 커요. 크기는 최대 {most}예요. 줄여서 보내 주세요.",
        "The body is too large. Send at most {most}.",
    ),
    "body_coding": (
        "압축한 본문은 받지 않아요. Content-Encoding 없이 보내 주세요.",
        "Compressed bodies are not taken. Send it without Content-Encoding.",
    ),
    "body_kind": (
        "이 형식의 본문은 받지 않아요. Content-Type: application/json으로 보내 주세요.",
        "Bodies of this type are not taken. Send Content-Type: application/json.",
    ),
    "page_broken": (
        "프로그램에 문제가 생겼어요. 저장된 것은 그대로예요. 페이지를 새로 고쳐 주세요.",
        "Something broke on our side. What was saved is safe. Reload the page.",
    ),
    "uploads_many": (
        "이 탭에서 올린 파일이 너무 많아요. 페이지를 새로 고친 뒤 다시 올려 주세요.",
        "This tab has uploaded too much. Reload the page, then upload again.",
    ),
}
