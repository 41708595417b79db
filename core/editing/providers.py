"""Servers that are known: how each is set, and which fields of a request it takes.

From their documentation and issue trackers, November 2026; `core.editing.model` asks a server that
refuses a form of the answer for a simpler one, so an unknown server works as well.
"""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

Takes = Literal["yes", "no", "depends"]
"""`no`: it refuses the field or passes it over; `depends`: on the model behind it."""


@dataclass(frozen=True, slots=True)
class Provider:
    """One server, or one program that serves models."""

    name: str
    base_url: str
    """For OPENAI_BASE_URL; what the operator fills in is in capitals."""
    key: str
    """What OPENAI_API_KEY begins with or how it looks; "" where none is needed."""
    hosts: tuple[str, ...] = ()
    """Host names; one that begins with a full stop is the end of one."""
    cache_key: Takes = "no"
    """`prompt_cache_key`: calls about one chapter meet the same cache."""
    schema: Takes = "yes"
    """`response_format` of the kind `json_schema`."""
    usage: Takes = "yes"
    """`stream_options`: the tokens are counted at the end of a stream."""


PROVIDERS = (
    Provider("OpenAI", "https://api.openai.com/v1", "sk-…", ("api.openai.com",), cache_key="yes"),
    # Its own models know the cache key; others that it hosts refuse it, with status 400.
    Provider(
        "Azure",
        "https://RESOURCE.openai.azure.com/openai/v1",
        "0a1b…",
        (".openai.azure.com", ".services.ai.azure.com"),
        cache_key="depends",
        schema="depends",
    ),
    Provider(
        "Gemini",
        "https://generativelanguage.googleapis.com/v1beta/openai",
        "AIza…",
        ("generativelanguage.googleapis.com",),
    ),
    Provider("vLLM", "http://127.0.0.1:8000/v1", ""),
    Provider("Ollama", "http://127.0.0.1:11434/v1", ""),
    Provider("llama.cpp", "http://127.0.0.1:8080/v1", ""),
    Provider("LM Studio", "http://127.0.0.1:1234/v1", ""),
    Provider(
        "LiteLLM",
        "http://127.0.0.1:4000/v1",
        "sk-…",
        cache_key="depends",
        schema="depends",
        usage="depends",
    ),
)


def known(base_url: str) -> Provider | None:
    """Whose address this seems to be, by its host or else its port."""
    parts = urlsplit(base_url or PROVIDERS[0].base_url)
    host = parts.hostname or ""
    for provider in PROVIDERS:
        same = any(host == one or (one[0] == "." and host.endswith(one)) for one in provider.hosts)
        if same or (not provider.hosts and parts.port == urlsplit(provider.base_url).port):
            return provider
    return None


def takes_cache_key(base_url: str) -> bool:
    """Whether `prompt_cache_key` can be sent without asking first: many refuse unknown fields."""
    provider = known(base_url)
    return provider is not None and provider.cache_key == "yes"
