"""The tables, as the newest migration leaves them, and what text they can hold."""

import re

from sqlalchemy import (
    Column,
    Dialect,
    Double,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    TypeDecorator,
    UnicodeText,
)

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

_all = MetaData()


class Text(TypeDecorator[str]):
    """Text that goes in, or is looked for, as it can be held: an address line may say anything."""

    impl = UnicodeText
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else storable(value)


texts = Table(
    "texts",
    _all,
    Column("chapter", Text, primary_key=True),
    Column("hash", Text, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
"""A version's whole text, kept once however many versions have it. `hash` is the SHA-256 of the
UTF-8 bytes, `body` these bytes compressed by zlib."""

chapters = Table(
    "chapters",
    _all,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("changed_at", Double, nullable=False),
    Column("removed_at", Double),
    Column("locks", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("versions", Integer, nullable=False),
    Column("turns", Integer, nullable=False),
    Column("stocks", Text, nullable=False),
    Column("search", Text, nullable=False),
    Column("shown", Text, nullable=False),
    Column("lessons", Text, nullable=False, server_default="[]"),
)
"""One row a chapter; it is locked by whoever changes anything of the chapter. Times are seconds
since 1970; `removed_at` is set in the bin; `locks` is a JSON list of addresses, `stocks` one of
names, `lessons` one of what the chapter is to teach. `shown` holds name, requests and texts as
people read them, a line each, and `search` the same folded for searching."""

versions = Table(
    "versions",
    _all,
    Column("chapter", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("parent", Integer),
    Column("other", Integer),
    Column("seq", Integer, nullable=False),
    Column("hash", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("places", Integer, nullable=False),
)
"""Added to, never changed but for `name`. `seq` is the log's entry that made the version,
`other` the version that was merged, restored or undone by it."""

branches = Table(
    "branches",
    _all,
    Column("chapter", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("head", Integer, nullable=False),
    Column("ahead", Text, nullable=False),
)
"""`head` is the present version of a branch ("" is the first one), `ahead` a JSON list of what
was undone, the next to redo last."""

log = Table(
    "log",
    _all,
    Column("chapter", Text, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", Double, nullable=False),
    Column("author", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("branch", Text, nullable=False),
    Column("version", Integer),
    Column("parent", Integer),
    Column("other", Integer),
    Column("request", Text, nullable=False),
    Column("groups", LargeBinary),
    Column("base_hash", Text, nullable=False),
    Column("result_hash", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("prev", Text, nullable=False),
    Column("hash", Text, nullable=False),
)
"""Who did what, only ever added to. `groups` is the JSON of the accepted groups, compressed by
zlib; `hash` covers all the others and `prev`, the hash of the entry before."""

edits = Table(
    "edits",
    _all,
    Column("id", Text, primary_key=True),
    Column("chapter", Text, nullable=False),
    Column("branch", Text, nullable=False),
    Column("base", Integer, nullable=False),
    Column("follows", Text),
    Column("request", Text, nullable=False),
    Column("at", Double, nullable=False),
    Column("author", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("body", LargeBinary),
    Column("decisions", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("shown", LargeBinary),
)
"""An edit, what it offers (`body`, JSON compressed by zlib) and what was decided on it (JSON).
`shown` is how far it is, for readers in other processes while it runs (JSON)."""

keys = Table(
    "keys",
    _all,
    Column("name", Text, primary_key=True),
    Column("mark", Text, nullable=False),
    Column("edit", Text, nullable=False),
    Column("at", Double, nullable=False),
)
"""What callers have named their requests by: `mark` is equal for two requests that ask for the
same, `edit` is the id of the one that came of the first."""

costs = Table(
    "costs",
    _all,
    Column("id", Text, primary_key=True),
    Column("day", Integer, nullable=False),
    Column("at", Double, nullable=False),
    Column("writer", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("model", Text, nullable=False),
    Column("prompt", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("edits", Integer, nullable=False),
    Column("tokens_in", Integer, nullable=False),
    Column("tokens_out", Integer, nullable=False),
    Column("cached", Integer, nullable=False),
    Column("seconds", Double, nullable=False),
    Column("whole", Integer, nullable=False),
    Column("offered", Integer, nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
)
"""What edits cost: a row for each that asked a model, by its id, and one a day for all that asked
none. `day` counts from 1970 in UTC; `whole` are the tokens of the chapter written anew."""

holds = Table(
    "holds",
    _all,
    Column("id", Text, primary_key=True),
    Column("writer", Text, nullable=False),
    Column("tokens_in", Integer, nullable=False),
    Column("tokens_out", Integer, nullable=False),
    Column("cached", Integer, nullable=False),
    Column("until", Double, nullable=False),
)
"""What running edits are expected to spend of the day: gone with the row of what they did cost, and
worth nothing after `until`."""


sessions = Table(
    "sessions",
    _all,
    Column("token", Text, primary_key=True),
    Column("mark", Text, nullable=False),
    Column("until", Double, nullable=False),
)
"""Who has signed in on the pages: `token` is the hash of what is in the browser's cookie, `mark`
stands for the key, `until` is in seconds since 1970."""


def storable(text: str) -> str:
    """The text without what a database cannot hold: NUL and halves of characters become U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)
