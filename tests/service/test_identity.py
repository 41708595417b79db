import hashlib
import re
import subprocess
import sys

import pytest

from core.environment import BadSetting
from core.errors import WriterError
from core.service import hands, network, wiring
from core.service.acts import Acts
from core.service.connection import Connection
from core.service.entrance import COOKIE, GUESSES, VISIT_S, Entrance, Guesses
from core.service.identity import API, NOBODY, Keys, Role, Who, digest, made
from core.service.jobs import Desk
from core.service.settings import Settings
from core.store import migrations
from core.store.edits import Edits
from core.store.library import Library
from core.store.sessions import Sessions, Visit
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


@pytest.mark.parametrize("role", [Role.READ, Role.EDIT, Role.ADMIN])
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


# -- what a role may do of the service

PARTS = {"acts": Acts, "library": Library, "edits": Edits, "desk": Desk, "connection": Connection}


@pytest.mark.parametrize("part", PARTS)
def test_everything_that_a_part_does_has_a_role(part):
    public = {
        name
        for name, member in vars(PARTS[part]).items()
        if not name.startswith("_") and (callable(member) or isinstance(member, property))
    }

    assert public <= set(hands.NEEDED[part]) <= public | {"state"}


@pytest.fixture
def service(tmp_path):
    settings = Settings(data_dir=tmp_path, openai_base_url="http://127.0.0.1:9/v1")
    built = wiring.build(settings)
    yield built
    built.database.close()


@pytest.mark.parametrize("role", [Role.NONE, Role.READ, Role.EDIT, Role.ADMIN])
def test_a_hand_refuses_what_its_role_may_not(service, role):
    held = hands.of(service, role)
    for part, needed in hands.NEEDED.items():
        for name, least in needed.items():
            if least is not None and role < least:
                with pytest.raises(WriterError, match=f"role_{least.name.lower()}"):
                    getattr(getattr(held, part), name)()
            elif role < Role.ADMIN and least is not None:
                assert getattr(getattr(held, part), name) == getattr(getattr(service, part), name)


def test_what_is_not_in_the_table_is_refused(service):
    with pytest.raises(WriterError, match="role_admin"):
        hands.of(service, Role.EDIT).library.anything()
    with pytest.raises(WriterError, match="role_admin"):
        hands.of(service, Role.EDIT).edits.decide("e", {})


# -- sessions


@pytest.fixture
def database(tmp_path):
    one = migrations.opened(tmp_path)
    yield one
    one.close()


def entrance(database, *keys):
    return Entrance(Settings(api_keys=Keys.read(keys)), Sessions(database))


def test_a_session_is_whose_key_began_it_in_every_process_until_it_is_ended(database):
    key = f"kim:read:{LONG}"
    one, two = entrance(database, key), entrance(database, key)
    token = one.sign_in(LONG, "10.0.0.1")

    assert one.visitor({COOKIE: token}) == two.visitor({COOKIE: token}) == Who("kim", Role.READ)

    one.sign_out(token)
    assert one.visitor({COOKIE: token}) is None
    assert entrance(database, key).visitor({COOKIE: token}) is None


def test_a_session_has_the_role_that_its_key_has_now_and_ends_with_it(database):
    token = entrance(database, f"kim:read:{LONG}").sign_in(LONG, "")

    assert entrance(database, f"kim:admin:{LONG}").present({COOKIE: token}).role == Role.ADMIN
    assert entrance(database, f"kim:read:{LONG}-2").present({COOKIE: token}) == NOBODY


def test_a_session_is_over_after_its_time(database):
    ours = entrance(database, f"kim:read:{LONG}")
    Sessions(database).begin(digest("old").hex(), Visit("any", 1.0))

    assert ours.visitor({COOKIE: "old"}) is None
    assert 3600 < VISIT_S <= 30 * 86_400


def test_the_store_holds_neither_token_nor_key_nor_the_settings_hash(database, tmp_path):
    token = entrance(database, f"kim:read:{LONG}").sign_in(LONG, "")
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("turnsmith.db*"))

    assert digest(token).hex().encode() in kept
    assert not any(one.encode() in kept for one in (token, LONG, digest(LONG).hex()))


@pytest.mark.parametrize("given", ["", "x", "a" * 10_000, "\udc80", digest(LONG).hex()])
def test_a_cookie_that_we_did_not_give_is_nobodys(database, given):
    assert entrance(database, f"kim:read:{LONG}").visitor({COOKIE: given}) is None


def test_an_address_that_guesses_is_slowed_down_and_no_other():
    guesses = Guesses()
    for _ in range(GUESSES):
        guesses.check("10.0.0.1")
        guesses.wrong("10.0.0.1")

    with pytest.raises(WriterError, match="sign_in_slow") as slow:
        guesses.check("10.0.0.1")
    assert 0 < slow.value.facts["wait_s"] <= 60
    guesses.check("10.0.0.2")


def test_not_even_the_right_key_is_looked_at_while_an_address_guesses(database):
    ours = entrance(database, f"kim:read:{LONG}")
    for _ in range(GUESSES):
        assert ours.sign_in("wrong-key-1234", "10.0.0.1") is None

    with pytest.raises(WriterError, match="sign_in_slow"):
        ours.sign_in(LONG, "10.0.0.1")
    assert ours.sign_in(LONG, "10.0.0.2")
