"""The environment and the file `.env`, as names and values."""

import re
from collections.abc import Mapping
from pathlib import Path

DATA = "data"
"""DATA_DIR where none is given."""
_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*")


class BadSetting(ValueError):
    """A setting that stops the start; the text names it and says what would do."""


def read(environ: Mapping[str, str], dotenv: Path) -> Mapping[str, str]:
    """The environment wins over the file, also with a blank. Raises BadSetting."""
    return {**_pairs(dotenv), **environ}


def _pairs(path: Path) -> dict[str, str]:
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
