"""What an operator sets: read once from the environment and `.env`, checked, never shown."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

MODEL = "gpt-4.1-mini"
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_YES = frozenset({"1", "true", "yes", "on"})
_NO = frozenset({"", "0", "false", "no", "off"})
_HOST = re.compile(r"(?!-)[a-z0-9-]+(\.[a-z0-9-]+)*", re.IGNORECASE)
_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*")


class BadSetting(ValueError):
    """A setting that stops the start; the text names it and says what would do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting. A secret is in no `repr`."""

    openai_api_key: str = field(default="", repr=False)
    openai_base_url: str = ""
    """Of an OpenAI-compatible server, such as `http://127.0.0.1:11434/v1`; "" is OpenAI's own."""
    openai_model: str = MODEL
    openai_timeout_s: float = 60.0
    """For one whole call, retries included."""
    max_parallel_calls: int = 256
    """Model calls at once; further ones wait their turn."""
    price_in: float = 0.0
    """Per million tokens read, in the currency of your contract; 0 shows no price."""
    price_out: float = 0.0
    """Per million tokens written."""
    strict_api: bool = False
    """Whether a model's failure is an HTTP error (502, 503, 504) and not an unchanged story."""
    api_keys: tuple[str, ...] = field(default=(), repr=False)
    """When set, POST /edit-scenario needs one of them as a bearer token."""
    allowed_hosts: tuple[str, ...] = ()
    """Host names this server answers to, besides localhost and plain IP addresses."""
    log_level: str = "WARNING"

    @property
    def has_model(self) -> bool:
        """Whether a model is configured; without one only instant edits work."""
        return bool(self.openai_api_key or self.openai_base_url)

    def cost(self, tokens_in: int, tokens_out: int) -> float:
        """What these tokens cost, in the currency of your contract; 0 without prices."""
        return (tokens_in * self.price_in + tokens_out * self.price_out) / 1_000_000

    @classmethod
    def read(cls, environ: Mapping[str, str], dotenv: Path) -> Self:
        """The environment wins over the file. Raises BadSetting."""
        values = {**_dotenv(dotenv), **environ}
        given = {name: values.get(name.upper(), "").strip() for name in cls.__dataclass_fields__}
        timeout = _number("OPENAI_TIMEOUT_S", given["openai_timeout_s"], 60.0, least=1, most=600)
        parallel = _number("MAX_PARALLEL_CALLS", given["max_parallel_calls"], 256, 1, 4000)
        return cls(
            openai_api_key=_secret("OPENAI_API_KEY", given["openai_api_key"]),
            openai_base_url=_url("OPENAI_BASE_URL", given["openai_base_url"]),
            openai_model=given["openai_model"] or MODEL,
            openai_timeout_s=timeout,
            max_parallel_calls=int(parallel),
            price_in=_number("PRICE_IN", given["price_in"], 0, 0, 1_000_000),
            price_out=_number("PRICE_OUT", given["price_out"], 0, 0, 1_000_000),
            strict_api=_flag("STRICT_API", given["strict_api"]),
            api_keys=tuple(_secret("API_KEYS", key) for key in _list(given["api_keys"])),
            allowed_hosts=tuple(_host(name) for name in _list(given["allowed_hosts"])),
            log_level=_level(given["log_level"]),
        )


def _dotenv(path: Path) -> dict[str, str]:
    """`KEY=value` lines; quotes around a value and lines that begin with # are dropped."""
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"{path.name} cannot be read: save it as UTF-8 text.") from error
    found = (_LINE.fullmatch(line) for line in lines if not line.lstrip().startswith("#"))
    return {pair[1]: _unquoted(pair[2]) for pair in found if pair}


def _unquoted(value: str) -> str:
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1] if quoted else value.split(" #", 1)[0].rstrip()


def _list(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


def _number(name: str, value: str, default: float, least: float, most: float) -> float:
    try:
        number = float(value) if value else default
    except ValueError:
        number = math.nan
    if not least <= number <= most:
        raise BadSetting(f"{name} must be a number from {least:g} to {most:g}, not {value[:40]!r}.")
    return number


def _flag(name: str, value: str) -> bool:
    if value.lower() not in _YES | _NO:
        raise BadSetting(f"{name} must be 1 or 0, not {value[:40]!r}.")
    return value.lower() in _YES


def _secret(name: str, value: str) -> str:
    """A header value. What was given is not repeated: it may be nearly right."""
    if not value.isascii() or not value.isprintable() or " " in value:
        raise BadSetting(f"{name} must be plain ASCII letters, digits and signs without spaces.")
    return value


def _url(name: str, value: str) -> str:
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        good = False
    if value and (not good or parts.username or parts.query or parts.fragment):
        raise BadSetting(f"{name} must be an address such as http://127.0.0.1:11434/v1.")
    return value.rstrip("/")


def _host(name: str) -> str:
    if not _HOST.fullmatch(name):
        raise BadSetting(f"ALLOWED_HOSTS must be host names without port, not {name[:40]!r}.")
    return name.lower()


def _level(value: str) -> str:
    level = value.upper() or "WARNING"
    if level not in LEVELS:
        raise BadSetting(f"LOG_LEVEL must be one of {', '.join(LEVELS)}, not {value[:40]!r}.")
    return level
