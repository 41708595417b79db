"""What an operator sets: read once from the environment and `.env`, checked, never shown."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import Self
from urllib.parse import urlsplit

from core import environment
from core.environment import DATA, BadSetting
from core.service.identity import Keys

MODEL = "gpt-4.1-mini"
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
FORMS = ("text", "json")
_YES = frozenset({"1", "true", "yes", "on"})
_NO = frozenset({"", "0", "false", "no", "off"})
_ADDRESS = re.compile(r"[^\s@,]*@[^\s@,]+")
_HOST = re.compile(r"(?!-)[a-z0-9-]+(\.[a-z0-9-]+)*", re.IGNORECASE)


__all__ = ["BadSetting", "Settings"]


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
    max_calls_per_minute: int = 0
    """Model calls in any minute, as your provider's contract says; 0 is no limit."""
    circuit_failures: int = 5
    """Failed calls in a row after which the model is left alone for a while; 0 never does that."""
    send_personal_data: bool = False
    """Whether the provider sees telephone numbers and the like as they stand."""
    price_in: float = 0.0
    """Per million tokens read, in the currency of your contract; 0 shows no price."""
    price_out: float = 0.0
    """Per million tokens written."""
    price_cached: float | None = None
    """Per million tokens that the provider had read before; None: as `price_in`."""
    max_tokens_a_day: int = 0
    """Tokens that the edits of one writer may use in a day of UTC; 0 is no limit."""
    max_cost_a_day: float = 0.0
    """What the edits of all may cost in a day of UTC, by the prices above; 0 is no limit."""
    strict_api: bool = False
    """Whether a model's failure is an HTTP error (502, 503, 504) and not an unchanged story."""
    api_keys: Keys = field(default=Keys(), repr=False)
    """When set, everything but /health needs one of them, or somebody who has signed in."""
    open_to_network: bool = False
    """Whether other machines may come in although nobody has to sign in."""
    oidc_readers: tuple[str, ...] = ()
    """E-mail addresses, or `@domain`, of who may look once they have signed in elsewhere."""
    oidc_editors: tuple[str, ...] = ()
    oidc_admins: tuple[str, ...] = ()
    allowed_hosts: tuple[str, ...] = ()
    """Host names this server answers to, besides localhost and plain IP addresses."""
    data_dir: Path = Path(DATA)
    """Folder of the SQLite file."""
    database_url: str = field(default="", repr=False)
    """Of PostgreSQL, which is then used instead of the file."""
    record_file: Path | None = None
    """Where model calls are written down, stories and all, to be played again; None: nowhere."""
    grace_s: float = 5.0
    """From SIGTERM to the end of the process. What runs then goes on at the next start."""
    log_level: str = "WARNING"
    log_format: str = "text"
    """Of each line of the log: for people, or one JSON object."""

    @property
    def has_model(self) -> bool:
        """Whether a model is configured; without one only instant edits work."""
        return bool(self.openai_api_key or self.openai_base_url)

    def cost(self, tokens_in: int, tokens_out: int, cached: int = 0) -> float:
        """What these tokens cost, in the currency of your contract; 0 without prices.

        `cached` are those of `tokens_in` that the provider had read before.
        """
        again = self.price_in if self.price_cached is None else self.price_cached
        fresh = (tokens_in - cached) * self.price_in + cached * again
        return (fresh + tokens_out * self.price_out) / 1_000_000

    @classmethod
    def read(cls, environ: Mapping[str, str], dotenv: Path) -> Self:
        """The environment wins over the file. Raises BadSetting."""
        values = environment.read(environ, dotenv)
        given = {name: values.get(name.upper(), "").strip() for name in cls.__dataclass_fields__}
        timeout = _number("OPENAI_TIMEOUT_S", given["openai_timeout_s"], 60.0, least=1, most=600)
        parallel = _number("MAX_PARALLEL_CALLS", given["max_parallel_calls"], 256, 1, 4000)
        a_minute = _number("MAX_CALLS_PER_MINUTE", given["max_calls_per_minute"], 0, 0, 1_000_000)
        return cls(
            openai_api_key=_secret("OPENAI_API_KEY", given["openai_api_key"]),
            openai_base_url=_url("OPENAI_BASE_URL", given["openai_base_url"]),
            openai_model=given["openai_model"] or MODEL,
            openai_timeout_s=timeout,
            max_parallel_calls=int(parallel),
            max_calls_per_minute=int(a_minute),
            circuit_failures=int(
                _number("CIRCUIT_FAILURES", given["circuit_failures"], 5, 0, 1000)
            ),
            send_personal_data=_flag("SEND_PERSONAL_DATA", given["send_personal_data"]),
            price_in=_number("PRICE_IN", given["price_in"], 0, 0, 1_000_000),
            price_out=_number("PRICE_OUT", given["price_out"], 0, 0, 1_000_000),
            price_cached=_number("PRICE_CACHED", given["price_cached"], 0, 0, 1_000_000)
            if given["price_cached"]
            else None,
            max_tokens_a_day=int(
                _number("MAX_TOKENS_A_DAY", given["max_tokens_a_day"], 0, 0, 10**12)
            ),
            max_cost_a_day=_budget(given),
            strict_api=_flag("STRICT_API", given["strict_api"]),
            api_keys=Keys.read(_list(given["api_keys"])),
            oidc_readers=_people("OIDC_READERS", given["oidc_readers"]),
            oidc_editors=_people("OIDC_EDITORS", given["oidc_editors"]),
            oidc_admins=_people("OIDC_ADMINS", given["oidc_admins"]),
            open_to_network=_flag("OPEN_TO_NETWORK", given["open_to_network"]),
            allowed_hosts=tuple(_host(name) for name in _list(given["allowed_hosts"])),
            data_dir=_path(given["data_dir"]),
            database_url=_database(given["database_url"]),
            record_file=_file("RECORD_FILE", given["record_file"]),
            grace_s=_number("GRACE_S", given["grace_s"], 5.0, least=0, most=3600),
            log_level=_level(given["log_level"]),
            log_format=_form(given["log_format"]),
        )

    def make_folder(self) -> None:
        """Make DATA_DIR where it is needed. Raises BadSetting when nothing can be kept in it."""
        if self.database_url:
            return
        try:
            self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            with TemporaryFile(dir=self.data_dir):
                return
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise BadSetting(
                f"DATA_DIR must be a folder that can be written, and {str(self.data_dir)!r} "
                f"is not: {why}."
            ) from error


def _list(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


def _people(name: str, value: str) -> tuple[str, ...]:
    listed = tuple(one.lower() for one in _list(value))
    if wrong := next((one for one in listed if not _ADDRESS.fullmatch(one)), ""):
        raise BadSetting(
            f"{name} must be e-mail addresses or domains (@school.example), not {wrong[:40]!r}."
        )
    return listed


def _number(name: str, value: str, default: float, least: float, most: float) -> float:
    try:
        number = float(value) if value else default
    except ValueError:
        number = math.nan
    if not least <= number <= most:
        raise BadSetting(f"{name} must be a number from {least:g} to {most:g}, not {value[:40]!r}.")
    return number


def _budget(given: Mapping[str, str]) -> float:
    """Without prices nothing would ever be counted."""
    most = _number("MAX_COST_A_DAY", given["max_cost_a_day"], 0, 0, 10**9)
    if most and not (given["price_in"] or given["price_out"]):
        raise BadSetting("MAX_COST_A_DAY needs PRICE_IN or PRICE_OUT: nothing has a price yet.")
    return most


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


def _file(name: str, value: str) -> Path | None:
    if not value.isprintable():
        raise BadSetting(f"{name} must be a file's name, not {value[:40]!r}.")
    return Path(value) if value else None


def _path(value: str) -> Path:
    if not value.isprintable():
        raise BadSetting(f"DATA_DIR must be a folder's name, not {value[:40]!r}.")
    return Path(value or DATA)


def _database(value: str) -> str:
    """What was given is not repeated: it may hold a password."""
    try:
        parts = urlsplit(value)
        good = (
            parts.scheme in ("postgresql", "postgres") and parts.port != 0 and len(parts.path) > 1
        )
    except ValueError:
        good = False
    if value and not (good and value.isprintable() and " " not in value):
        raise BadSetting(
            "DATABASE_URL must be an address such as postgresql://user:password@host:5432/turnsmith."
        )
    return value


def _host(name: str) -> str:
    if not _HOST.fullmatch(name):
        raise BadSetting(f"ALLOWED_HOSTS must be host names without port, not {name[:40]!r}.")
    return name.lower()


def _level(value: str) -> str:
    level = value.upper() or "WARNING"
    if level not in LEVELS:
        raise BadSetting(f"LOG_LEVEL must be one of {', '.join(LEVELS)}, not {value[:40]!r}.")
    return level


def _form(value: str) -> str:
    form = value.lower() or "text"
    if form not in FORMS:
        raise BadSetting(f"LOG_FORMAT must be one of {', '.join(FORMS)}, not {value[:40]!r}.")
    return form
