import hashlib
import re
import subprocess
import sys

import pytest

from core.environment import BadSetting
from core.service import network
from core.service.identity import API, Keys, Role, Who, made
from tests.processes import ROOT

LONG = "kimchi-jjigae-1234"


def hashed(key):
    return "sha256:" + hashlib.sha256(key.encode()).hexdigest()


def test_roles_hold_what_is_below_them():
    assert Role.READ < Role.EDIT < Role.ADMIN


def test_a_key_alone_may_edit_under_the_name_that_http_always_had():
    keys = Keys.read(["first-key", "second-key"])

    assert keys.who("first-key") == Who(API, Role.EDIT)
    assert keys.who("second-key") == Who("api-2", Role.EDIT)


@pytest.mark.parametrize("role", list(Role))
def test_a_key_has_a_name_and_a_role(role):
    keys = Keys.read([f"kim:{role.name.lower()}:{LONG}"])

    assert keys.who(LONG) == Who("kim", role)


def test_a_hash_is_as_good_as_the_key_and_does_not_let_in():
    keys = Keys.read([f"kim:admin:{hashed(LONG)}"])

    assert keys.who(LONG) == Who("kim", Role.ADMIN)
    assert keys.who(hashed(LONG)) is None


@pytest.mark.parametrize("sent", ["", LONG[:-1], LONG + " ", LONG.upper(), "열쇠", "\ud800"])
def test_what_is_nearly_a_key_is_nobody(sent):
    assert Keys.read([f"kim:read:{LONG}"]).who(sent) is None


def test_only_hashes_are_held():
    keys = Keys.read([f"kim:read:{LONG}", "plain-key-5678"])

    assert LONG not in repr(keys)
    assert all(isinstance(key.digest, bytes) and len(key.digest) == 32 for key in keys.all)
    assert LONG.encode() not in b"".join(key.digest for key in keys.all)


@pytest.mark.parametrize(
    "written",
    [
        "short",
        "kim:read:short",
        "kim:owner:" + LONG,
        "kim:" + LONG,
        ":read:" + LONG,
        "a kim:read:" + LONG,
        "kim:read:sha256:abc",
        "sha256:" + "0" * 64,
        "kim:read:열쇠열쇠열쇠열쇠열쇠",
    ],
)
def test_a_wrong_key_is_named_by_its_place_and_not_repeated(written):
    with pytest.raises(BadSetting, match="API_KEYS: key 2") as wrong:
        Keys.read([LONG, written])

    assert "short" not in str(wrong.value)
    assert LONG not in str(wrong.value)


def test_one_name_cannot_have_two_roles_but_two_keys():
    assert Keys.read([f"kim:read:{LONG}", f"kim:read:{LONG}-2"]).who(LONG)

    with pytest.raises(BadSetting, match="two roles"):
        Keys.read([f"kim:read:{LONG}", f"kim:admin:{LONG}-2"])


def test_keys_that_are_made_differ_and_fit_the_setting():
    lines = dict(made("kim", "edit") for _ in range(20))

    assert len(lines) == 20
    assert all(Keys.read([line]).who(key) == Who("kim", Role.EDIT) for key, line in lines.items())
    assert all(len(key) >= 43 for key in lines)


def command(*args):
    line = [sys.executable, "-m", "core.service.identity", *args]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)


def test_the_command_prints_a_key_once_and_its_line_for_the_setting():
    done = command("kim", "admin")

    key, line = re.findall(r": (\S+)$", done.stdout, re.MULTILINE)
    assert done.returncode == 0
    assert Keys.read([line]).who(key) == Who("kim", Role.ADMIN)


@pytest.mark.parametrize("args", [(), ("kim",), ("kim", "owner"), ("a,b", "read")])
def test_the_command_says_what_it_needs(args):
    done = command(*args)

    assert done.returncode != 0
    assert "NAME" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1", "/run/turnsmith.sock", ""]
)
def test_addresses_of_this_machine_alone(address):
    assert network.local(address)


@pytest.mark.parametrize(
    "address", ["0.0.0.0", "::", "192.0.2.2", "::ffff:10.0.0.1", "2001:db8::1", "fe80::1%eth0"]
)
def test_addresses_that_others_reach(address):
    assert not network.local(address)
