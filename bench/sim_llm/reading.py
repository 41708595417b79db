"""What a request holds: its messages, the chapter's lines, the writer's words, the asked format."""

import json
import re
from typing import Any

Body = dict[str, Any]

_LINE = re.compile(r"^((?:t\d+\.)?(?:s\d+\.)?[a-z_]+): ?(.*)$", re.MULTILINE)
_TURN = re.compile(r"\^t(\d+)\\*\.")
_REPAIR = re.compile(r"These (?:changes were accepted|were refused)|Your answer was not complete")
_ORDER = re.compile(r"Write turn t(\d+) now(?:: ([^\n]*?)\. Brief:)?")
_PLANS = re.compile(r"^If texts of (\d+) or more turns change, plan", re.MULTILINE)


def messages(body: Body) -> list[tuple[str, str]]:
    """(role, text) of every message."""
    found = body.get("messages") or []
    return [(item.get("role", ""), _text(item.get("content"))) for item in found]


def request(body: Body) -> str:
    """The last user message."""
    return next((text for role, text in reversed(messages(body)) if role == "user"), "")


def wish(body: Body) -> str:
    """The writer's words: the last user message that does not ask for a repair."""
    users = [text for role, text in messages(body) if role == "user"]
    return next((text for text in reversed(users) if not _REPAIR.match(text)), "")


def beginnings(body: Body) -> list[str]:
    """The texts of the first message, of the first two, and so on."""
    said = [text for _, text in messages(body)]
    return ["\n".join(said[:count]) for count in range(1, len(said) + 1)]


def everything(body: Body) -> str:
    return "\n".join(text for _, text in messages(body))


def lines(body: Body) -> dict[str, str]:
    """The chapter's texts by address, as the prompt's lines have them."""
    found = _LINE.findall(everything(body))
    return {at: _unquoted(text) for at, text in found if re.match(r"t\d|s\d", at)}


def schema(body: Body) -> str:
    """Name of the asked JSON schema, or "" when another format is asked for."""
    asked = body.get("response_format") or {}
    return str((asked.get("json_schema") or {}).get("name", ""))


def kind(body: Body) -> str:
    """json_schema, json_object or text."""
    return str((body.get("response_format") or {}).get("type", "text"))


def turn(body: Body) -> int | None:
    """The one turn that is asked for: by a `turn_changes` schema, without one by the prompt."""
    if schema(body) == "turn_changes":
        found = _TURN.search(json.dumps(body["response_format"]))
    else:
        found = _ORDER.match(request(body))
    return int(found[1]) if found else None


def fields(body: Body) -> str:
    """The fields that the one turn's order names; "" where it names none."""
    found = _ORDER.match(request(body))
    return (found[2] or "") if found else ""


def fewest(body: Body) -> int | None:
    """From how many turns on plans are asked for; None where they are not, or not offered."""
    found = _PLANS.search(messages(body)[1][1]) if len(messages(body)) > 1 else None
    return int(found[1]) if found and schema(body) != "direct_changes" else None


def _text(content: str | list[Body] | None) -> str:
    if isinstance(content, list):
        return "".join(part.get("text", "") for part in content)
    return content or ""


def _unquoted(text: str) -> str:
    try:
        value = json.loads(text) if text.startswith('"') else text
    except ValueError:
        return text
    return str(value)
