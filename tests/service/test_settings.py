from pathlib import Path

import pytest

from core.service.settings import BadSetting, Settings

NOWHERE = Path("no", "such", ".env")


def test_nothing_set_is_a_working_app_without_a_model():
    settings = Settings.read({}, NOWHERE)

    assert settings == Settings()
    assert not settings.has_model


def test_a_base_url_alone_is_a_model():
    settings = Settings.read({"OPENAI_BASE_URL": "http://127.0.0.1:11434/v1/"}, NOWHERE)

    assert settings.has_model
    assert settings.openai_base_url == "http://127.0.0.1:11434/v1"


def test_the_environment_wins_over_the_file_and_a_blank_one_blanks_it(tmp_path):
    dotenv = tmp_path / ".env"
    dotenv.write_text(
        '# mine\nexport OPENAI_MODEL="local"\nPRICE_IN=2 # dollars\n'
        "OPENAI_API_KEY=k\nLOG_LEVEL=info\n",
        "utf-8-sig",
    )

    settings = Settings.read({"PRICE_IN": "3", "OPENAI_API_KEY": ""}, dotenv)

    assert (settings.openai_model, settings.price_in) == ("local", 3.0)
    assert (settings.openai_api_key, settings.log_level) == ("", "INFO")


def test_a_secret_is_in_no_repr():
    given = {"OPENAI_API_KEY": "sk-hidden", "API_KEYS": "one-of-two,two-of-two"}
    given["DATABASE_URL"] = "postgresql://me:secret@host/turnsmith"

    settings = Settings.read(given, NOWHERE)

    assert [key.who.name for key in settings.api_keys.all] == ["api", "api-2"]
    assert not any(word in repr(settings) for word in ("hidden", "of-two", "secret"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OPENAI_TIMEOUT_S", "soon"),
        ("OPENAI_TIMEOUT_S", "0"),
        ("OPENAI_TIMEOUT_S", "nan"),
        ("OPENAI_BASE_URL", "localhost:11434"),
        ("OPENAI_BASE_URL", "http://"),
        ("OPENAI_BASE_URL", "http://me:secret@host/v1"),
        ("OPENAI_BASE_URL", "http://host:99999/"),
        ("OPENAI_API_KEY", "sk-비밀"),
        ("API_KEYS", "a b"),
        ("API_KEYS", "short"),
        ("API_KEYS", "kim:owner:0123456789"),
        ("OPEN_TO_NETWORK", "maybe"),
        ("MAX_PARALLEL_CALLS", "0"),
        ("MAX_CALLS_PER_MINUTE", "-1"),
        ("MAX_CALLS_PER_MINUTE", "many"),
        ("PRICE_OUT", "-1"),
        ("STRICT_API", "maybe"),
        ("ALLOWED_HOSTS", "http://editor.example"),
        ("DATA_DIR", "a\x00b"),
        ("DATABASE_URL", "sqlite:///turnsmith.db"),
        ("DATABASE_URL", "postgresql://host:99999/turnsmith"),
        ("DATABASE_URL", "postgresql://host"),
        ("DATABASE_URL", "host:5432/turnsmith"),
        ("LOG_LEVEL", "loud"),
        ("GRACE_S", "-1"),
    ],
)
def test_a_wrong_value_is_named(name, value):
    with pytest.raises(BadSetting, match=name):
        Settings.read({name: value}, NOWHERE)


@pytest.mark.parametrize("name", ["OPENAI_API_KEY", "API_KEYS", "DATABASE_URL"])
def test_a_wrong_secret_is_not_repeated(name):
    with pytest.raises(BadSetting) as raised:
        Settings.read({name: "half secret"}, NOWHERE)

    assert "half" not in str(raised.value)


def test_a_file_that_is_no_text_is_named(tmp_path):
    dotenv = tmp_path / ".env"
    dotenv.write_bytes(b"OPENAI_MODEL=\xff")

    with pytest.raises(BadSetting, match="UTF-8"):
        Settings.read({}, dotenv)


def test_calls_are_counted_by_the_minute_only_where_that_is_set():
    assert Settings.read({}, NOWHERE).max_calls_per_minute == 0
    assert Settings.read({"MAX_CALLS_PER_MINUTE": "500"}, NOWHERE).max_calls_per_minute == 500


def test_the_circuit_can_be_left_closed():
    assert Settings.read({}, NOWHERE).circuit_failures == 5
    assert Settings.read({"CIRCUIT_FAILURES": "0"}, NOWHERE).circuit_failures == 0


def test_prices_make_the_cost_of_an_edit_and_none_make_none():
    assert Settings(price_in=2.0, price_out=8.0).cost(3000, 500) == pytest.approx(0.01)
    assert Settings().cost(3000, 500) == 0


def test_the_folder_of_the_data_is_made_for_its_owner_alone(tmp_path):
    settings = Settings.read({"DATA_DIR": str(tmp_path / "a" / "b")}, NOWHERE)

    settings.make_folder()
    settings.make_folder()

    assert settings.data_dir.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_cannot_be_is_named_with_the_reason(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    settings = Settings.read({"DATA_DIR": str(tmp_path / "file" / "data")}, NOWHERE)

    with pytest.raises(BadSetting, match=r"DATA_DIR .*file/data.* is not: Not a directory"):
        settings.make_folder()


def test_no_folder_is_made_beside_a_database_server(tmp_path):
    given = {"DATA_DIR": str(tmp_path / "data"), "DATABASE_URL": "postgresql:///turnsmith"}

    Settings.read(given, NOWHERE).make_folder()

    assert not (tmp_path / "data").exists()


def test_what_was_read_before_costs_what_the_contract_says() -> None:
    prices = {"PRICE_IN": "2", "PRICE_OUT": "8"}
    plain = Settings.read(prices, Path("none"))
    cheaper = Settings.read({**prices, "PRICE_CACHED": "0.5"}, Path("none"))

    assert plain.cost(1_000_000, 500_000, 400_000) == pytest.approx(2 + 4)
    assert cheaper.cost(1_000_000, 500_000, 400_000) == pytest.approx(1.2 + 0.2 + 4)
