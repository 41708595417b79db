"""The JavaScript and CSS of a part, each joined to the one text that a component is given."""

from pathlib import Path

_HERE = Path(__file__).parent


def joined(*names: str) -> str:
    """The files of `pages/parts` one after the other."""
    return "\n".join((_HERE / name).read_text("utf-8") for name in names)
