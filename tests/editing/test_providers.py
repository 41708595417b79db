"""The servers that are known: each is told by its address, and the README tells them all."""

import re
from urllib.parse import urlsplit

import pytest

from core.editing.providers import PROVIDERS, known, takes_cache_key
from core.service.settings import Settings
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)
def test_a_provider_is_known_by_its_own_address(provider):
    address = provider.base_url.replace("RESOURCE", "my-school")

    assert known(address) is provider


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:9/v1", "https://api.openai.com.evil.example/v1", "https://example.com/v1"],
)
def test_other_addresses_are_nobodys(address):
    assert known(address) is None


def test_no_address_is_openais():
    assert known("") is PROVIDERS[0]


def test_only_who_surely_takes_a_cache_key_is_sent_one():
    """Gemini answers 400 to fields that it does not know, and so do some models on Azure."""
    assert [one.name for one in PROVIDERS if takes_cache_key(one.base_url)] == ["OpenAI"]


def test_no_two_share_an_address():
    places = [(urlsplit(one.base_url).hostname, urlsplit(one.base_url).port) for one in PROVIDERS]

    assert len(set(places)) == len(PROVIDERS)


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)
def test_an_address_can_be_set_as_it_stands(provider, tmp_path):
    Settings.read({"OPENAI_BASE_URL": provider.base_url}, tmp_path / ".env")


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)
def test_the_readme_has_its_row(provider):
    takes = (provider.cache_key, provider.schema, provider.usage)
    cells = [f"`{provider.base_url}`", f"`{provider.key}`" if provider.key else "", *takes]
    row = rf"\| {re.escape(provider.name)} \| " + r" \| ".join(map(re.escape, cells)) + r" \|"

    assert re.search(row.replace(r"\|  \|", r"\|\s+\|"), README)
