"""What a writer says to a proposal: yes, no, word by word, or in words of their own.

Addresses of picks and texts are those that the review shows: of the chapter with all groups taken.
Where turns stay where they are, these are the addresses of the chapter as it was given.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Annotated, Literal, Self, TypeAlias, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from core.chapter import diff, korean, rules
from core.chapter.changes import apply
from core.chapter.chapter import PRICES, SHARED, Address, Chapter, Turn, with_array
from core.chapter.diff import Phrase
from core.chapter.ops import STRUCTURAL, Applied, Change, Group, Op, Price, Put, Rename, Reword, Set
from core.chapter.text import Json
from core.editing.events import Leftover, Proposal, Verdict
from core.editing.naming import replaced
from core.errors import Breaks, NoSuchPlace, WriterError

V = TypeVar("V")
Standing = Literal["accepted", "rejected", "partly", "open"]
Own: TypeAlias = str | int | float
"""A writer's text, or price in coins."""
Delta: TypeAlias = Mapping[str, Mapping[str, object]]
"""Decisions by kind and key; None takes one back."""

MOST_KEYS = 20_000
"""Decisions of one kind on one proposal."""
MOST_TEXT = 20_000
"""Characters of a text of the writer's own."""
MOST_BYTES = 2_000_000
"""Of all decisions on a proposal, as JSON in ASCII."""
LEAST_PRICE = 1
UNPLACED = frozenset({"add_stock", "delete_stock", "arrange"})
"""Changes of no single turn."""


# -- decisions


def _whole_letters(text: str) -> str:
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("half of a character (a lone surrogate)")
    return text


_Key = Annotated[str, Field(min_length=1, max_length=600), AfterValidator(_whole_letters)]
_Picks = Annotated[str, Field(pattern=r"\A[ax.]{1,4000}\z")]
_Text = Annotated[str, Field(max_length=MOST_TEXT), AfterValidator(_whole_letters)]
_Coins = Annotated[int | float, Field(ge=-(10**30), le=10**30, allow_inf_nan=False)]


class _Given(BaseModel):
    """Decisions as they come in; None takes one back."""

    model_config = ConfigDict(extra="forbid", strict=True)

    verdicts: dict[_Key, Verdict | None] = Field(default={}, max_length=MOST_KEYS)
    picks: dict[_Key, _Picks | None] = Field(default={}, max_length=MOST_KEYS)
    texts: dict[_Key, _Text | _Coins | None] = Field(default={}, max_length=MOST_KEYS)
    answers: dict[_Key, bool | None] = Field(default={}, max_length=MOST_KEYS)


@dataclass(frozen=True, slots=True)
class Decisions:
    """What is decided so far. Nothing said about a place leaves it open."""

    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    """By group; the id of a unit stands for all its groups."""
    picks: Mapping[str, str] = field(default_factory=dict)
    """By address, one sign a phrase in order: "a" the new words, "x" the old ones, "." open.
    They refine a verdict of acceptance; a rejected group stays out."""
    texts: Mapping[str, Own] = field(default_factory=dict)
    """By address, `s2.name` for what all turns share: the writer's own words or price."""
    answers: Mapping[str, bool] = field(default_factory=dict)
    """By `t3.news 방패`, address and text of a leftover: whether the renamed thing is meant."""

    @classmethod
    def of(cls, proposal: Proposal) -> Self:
        """Those that hold from the start."""
        return cls(verdicts=dict(proposal.verdicts))

    def merged(self, delta: Mapping[str, object]) -> "Decisions":
        """With these keys decided anew; None takes a decision back.

        A text of the writer's own lets go of the picks there. Raises WriterError
        `decisions_format` for what is not a decision, or too much.
        """
        given = _read(delta)
        texts = {_shared(at): to for at, to in given.texts.items()}
        stale = dict.fromkeys(at for at in self.picks if _shared(at) in texts)
        made = Decisions(
            _updated(self.verdicts, given.verdicts),
            _updated(self.picks, {**stale, **given.picks}),
            _updated(self.texts, texts),
            _updated(self.answers, given.answers),
        )
        return _bounded(made)

    def to_json(self) -> str:
        """One line of ASCII."""
        kinds = asdict(self).items()
        return json.dumps({kind: said for kind, said in kinds if said}, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Decisions":
        """`from_json(d.to_json()) == d`. Raises WriterError `decisions_format`."""
        try:
            found = json.loads(text) if len(text) <= MOST_BYTES else None
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise WriterError("decisions_format", field="")
        return cls().merged(found)


def _read(delta: Mapping[str, object]) -> _Given:
    try:
        return _GIVEN.validate_python(dict(delta))
    except ValidationError as error:
        where = error.errors(include_url=False, include_input=False)[0]["loc"]
        raise WriterError("decisions_format", field=str(where[0])[:40]) from None


_GIVEN = TypeAdapter(_Given)


def _updated(said: Mapping[str, V], now: Mapping[str, V | None]) -> dict[str, V]:
    kept = {**said, **now}
    return {key: value for key, value in kept.items() if value is not None}


def _bounded(made: Decisions) -> Decisions:
    most = max(map(len, (made.verdicts, made.picks, made.texts, made.answers)))
    if most > MOST_KEYS or len(made.to_json()) > MOST_BYTES:
        raise WriterError("decisions_format", field="")
    return made


def _shared(written: str) -> str:
    """`s2.name` for `t3.s2.name`, which all turns share; any other address as it is."""
    try:
        at = Address.parse(written)
    except NoSuchPlace:
        return written
    return str(Address(None, at.stock, at.field)) if at.stock and at.field in SHARED else written


# -- units


def units(proposal: Proposal) -> dict[str, str]:
    """Group id to the unit it is decided in: groups with a hand in one place are one unit."""
    above = {group.id: group.id for group in proposal.groups}

    def top(id_: str) -> str:
        while above[id_] != id_:
            above[id_] = id_ = above[above[id_]]
        return id_

    for together in proposal.applied.together:
        tops = {top(id_) for id_ in together if id_ in above}
        for one in tops:
            above[one] = min(tops)
    return {id_: top(id_) for id_ in above}


def in_order(proposal: Proposal) -> tuple[str, ...]:
    """The units that change something, as a reader meets them; the writer counts from 1.

    What concerns no single turn comes first; a removed turn stands before the one that has its
    number now. Units of nothing but numbers that follow come last: no review shows them.
    """
    unit = units(proposal)
    told = sorted(proposal.applied.changes, key=_read_at)
    shown = (unit.get(change.group) for change in told if not derived(change))
    rest = (unit.get(change.group) for change in told)
    return tuple(dict.fromkeys(id_ for id_ in (*shown, *rest) if id_ is not None))


def derived(change: Change) -> bool:
    """A number that nobody decides on."""
    return change.op == "renumber" or (change.op == "carry" and change.cause == "rule")


def _read_at(change: Change) -> tuple[int, bool]:
    whole = change.op in UNPLACED
    turn = 0 if whole else Address.parse(change.at).turn or 0
    return turn, change.op != "delete_turn"


def verdicts(proposal: Proposal, decisions: Decisions) -> dict[str, Verdict]:
    """By group, with what is said of its unit.

    Of words said apart, before the groups were joined to a unit, a refusal counts more.
    """
    said = {**decisions.verdicts, **_put_back(proposal, decisions)}
    found: dict[str, Verdict] = {}
    for members in _members(proposal).values():
        told = [said[id_] for id_ in members if id_ in said]
        unit = said.get(min(members)) or (min(told, key=_REFUSAL_FIRST.index) if told else None)
        if unit:
            found.update(dict.fromkeys(members, unit))
    return found


_REFUSAL_FIRST: tuple[Verdict, ...] = ("rejected", "accepted")


def _members(proposal: Proposal) -> dict[str, list[str]]:
    """The groups of each unit."""
    found: dict[str, list[str]] = {}
    for id_, unit in units(proposal).items():
        found.setdefault(unit, []).append(id_)
    return found


@dataclass(frozen=True, slots=True)
class State:
    """How many units are decided how; a unit of which some phrases are taken counts as accepted."""

    accepted: int
    rejected: int
    open: int


def state(proposal: Proposal, decisions: Decisions) -> State:
    stands = list(standing(proposal, decisions).values())
    accepted = stands.count("accepted") + stands.count("partly")
    return State(accepted, stands.count("rejected"), stands.count("open"))


def standing(proposal: Proposal, decisions: Decisions) -> dict[str, Standing]:
    """By unit, in reading order."""
    said, signs = verdicts(proposal, decisions), _signs(proposal, decisions)
    return {unit: _stands(said.get(unit), signs.get(unit, "")) for unit in in_order(proposal)}


def _stands(verdict: Verdict | None, signs: str) -> Standing:
    if verdict == "rejected" or not signs:
        return verdict or "open"
    kinds = set(signs.replace(".", "a") if verdict else signs)
    if "." in kinds:
        return "open"
    return "partly" if len(kinds) > 1 else "accepted" if kinds == {"a"} else "rejected"


def conflicts_open(proposal: Proposal, decisions: Decisions) -> tuple[str, ...]:
    """Units that hold a conflict and are not decided, in reading order."""
    unit, stands = units(proposal), standing(proposal, decisions)
    asked = {unit[id_] for id_ in proposal.conflicts if id_ in unit}
    return tuple(id_ for id_, how in stands.items() if id_ in asked and how == "open")


# -- phrases


def pickable(proposal: Proposal) -> dict[str, Change]:
    """By group, the changed text that can be decided word by word: it alone is decided there."""
    alone = {members[0] for members in _members(proposal).values() if len(members) == 1}
    single = {
        group.id
        for group in proposal.groups
        if group.id in alone and len(group.ops) == 1 and isinstance(group.ops[0], Set)
    }
    found: dict[str, Change] = {}
    for change in proposal.applied.changes:
        if change.op == "set" and change.cause != "rule" and change.group in single:
            found.setdefault(change.group, change)
    return found


def phrases(change: Change) -> tuple[str | Phrase, ...]:
    """A changed text as what both sides share and where they differ; picks count the latter."""
    return diff.words(_plain(change.before), _plain(change.after))


def _plain(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _signs(proposal: Proposal, decisions: Decisions) -> dict[str, str]:
    """By group, picks that fit the phrases there are."""
    if not decisions.picks:
        return {}
    places = {_shared(at): signs for at, signs in decisions.picks.items()}
    found = {id_: (one, places.get(_shared(one.at))) for id_, one in pickable(proposal).items()}
    return {
        id_: signs for id_, (one, signs) in found.items() if signs and len(signs) == _count(one)
    }


def _count(change: Change) -> int:
    return sum(isinstance(part, Phrase) for part in phrases(change))


def _worded(change: Change, signs: str) -> str:
    """The text with the new words where a sign is "a"."""
    rest = iter(signs)
    parts = (
        part if isinstance(part, str) else _joined(part.b if next(rest) == "a" else part.a)
        for part in phrases(change)
    )
    return "".join(parts)


def _joined(runs: Sequence[diff.Run]) -> str:
    return "".join(text for _, text in runs)


# -- what is taken


def taken(proposal: Proposal, decisions: Decisions, *, rest: bool) -> tuple[Group, ...]:
    """What to apply: what was accepted and, with `rest`, what was left open; nothing rejected.

    Units stand together. Raises Breaks when the game could not play the choice, and what
    `revised` raises.
    """
    offer = revised(proposal, decisions)
    groups = tuple(_chosen(offer, decisions, rest=rest))
    _check(offer.chapter, apply(offer.chapter, groups).chapter)
    return groups


def left(proposal: Proposal, decisions: Decisions) -> tuple[Group, ...]:
    """What `taken` without the rest leaves to be decided: units that are open, or in part."""
    unit, stands = units(proposal), standing(proposal, decisions)
    return tuple(group for group in proposal.groups if stands.get(unit[group.id]) == "open")


def _chosen(offer: Proposal, decisions: Decisions, *, rest: bool) -> Iterator[Group]:
    said, signs, shown = verdicts(offer, decisions), _signs(offer, decisions), pickable(offer)
    for group in offer.groups:
        verdict = said.get(group.id)
        yes = verdict == "accepted" or (rest and verdict is None)
        if verdict != "rejected" and group.id in signs:
            yield from _mixed(group, shown[group.id], signs[group.id].replace(".", "xa"[yes]))
        elif yes:
            yield group


def _mixed(group: Group, change: Change, signs: str) -> Iterator[Group]:
    if "x" not in signs:
        yield group
    elif "a" in signs:
        yield replace(group, ops=(_put(group, _worded(change, signs)),))


def _put(group: Group, to: str) -> Op:
    return Set(op="set", at=str(getattr(group.ops[0], "at", "")), to=to)


# -- the writer's own words


def revised(proposal: Proposal, decisions: Decisions) -> Proposal:
    """The proposal with the writer's texts, prices and answers worked in; picks are not.

    Doing it twice changes nothing. Raises WriterError (NoSuchPlace, Breaks) for what does not fit
    or would break the game.
    """
    if not decisions.texts and not any(decisions.answers.values()):
        return proposal
    working = _Working(proposal)
    for at, to in decisions.texts.items():
        working.put(at, to)
    for key in sorted((key for key, yes in decisions.answers.items() if yes), key=_shortest_last):
        working.answer(key)
    return working.offer()


def wrote(proposal: Proposal, decisions: Decisions, at: str, to: Own | None) -> Delta:
    """What to decide when a writer puts their own text or price at a place, or takes it back.

    Own words are meant: they are accepted where they stand alone; the original value rejects what
    was offered instead. Raises what `revised` raises.
    """
    key = _shared(at)
    if to is None:
        return {"texts": {key: None}}
    offer, working = revised(proposal, decisions.merged({"texts": {key: to}})), _Working(proposal)
    if refused := working.refused(key, to):
        return {"texts": {key: None}, "picks": {at: None}, "verdicts": {refused.id: "rejected"}}
    op = working.op(key, to)
    target = working.target(op)
    id_ = target.id if target else _own(op)
    known = any(group.id == id_ for group in offer.groups)
    if not known:
        return {"texts": {key: None}}
    return {"texts": {key: to}, "verdicts": _meant(offer, decisions, id_)}


def _meant(offer: Proposal, decisions: Decisions, id_: str) -> dict[str, Verdict | None]:
    """Own words decided alone are accepted; a wider refusal of their place is asked anew."""
    unit = units(offer)
    if list(unit.values()).count(unit[id_]) == 1:
        return {id_: "accepted"}
    members = [one for one in unit if unit[one] == unit[id_]]
    refused = verdicts(offer, decisions).get(id_) == "rejected"
    said = {one: None for one in members if refused and one in decisions.verdicts}
    return {**_let_go(offer, decisions), **said}


def answered(proposal: Proposal, decisions: Decisions, key: str, *, yes: bool | None) -> Delta:
    """What to decide when a writer answers a leftover. Raises what `revised` raises."""
    offer = revised(proposal, decisions.merged({"answers": {key: yes}}))
    return {"answers": {key: yes}, "verdicts": _let_go(offer, decisions)}


def _let_go(offer: Proposal, decisions: Decisions) -> dict[str, None]:
    """Verdicts that contradict each other in what is one unit now: it is asked anew."""
    said = decisions.verdicts
    units_ = _members(offer).values()
    mixed = [ids for ids in units_ if len({said[id_] for id_ in ids if id_ in said}) > 1]
    return {id_: None for ids in mixed for id_ in ids if id_ in said}


def carried(before: Proposal, decisions: Decisions, after: Proposal) -> Decisions:
    """What still holds for a proposal that followed, own texts being part of it already.

    Verdicts that it names, picks in texts that are offered in the same words, answers.
    """
    old = {(one.at, _plain(one.before), _plain(one.after)) for one in pickable(before).values()}
    same = {
        _shared(one.at)
        for one in pickable(after).values()
        if (one.at, _plain(one.before), _plain(one.after)) in old
    }
    picks = {at: signs for at, signs in decisions.picks.items() if _shared(at) in same}
    keys = {_key(leftover) for leftover in after.leftovers}
    answers = {key: yes for key, yes in decisions.answers.items() if key in keys}
    return replace(Decisions.of(after), picks=picks, answers=answers)


def _put_back(proposal: Proposal, decisions: Decisions) -> dict[str, Verdict]:
    """Groups in whose place the writer's own words are the original ones."""
    if not decisions.texts:
        return {}
    working = _Working(proposal)
    found = (working.refused(at, to) for at, to in decisions.texts.items())
    return {group.id: "rejected" for group in found if group}


def _shortest_last(key: str) -> int:
    """A short mention may stand inside a longer one, which is meant as a whole."""
    return -len(key.partition(" ")[2])


def _key(leftover: Leftover) -> str:
    return f"{leftover.at} {leftover.text}"


class _Working:
    """A proposal while the writer's words are worked in."""

    def __init__(self, proposal: Proposal) -> None:
        self.proposal = proposal
        self.chapter = proposal.chapter
        self.groups = {group.id: group for group in proposal.groups}
        self.rejected: dict[str, Verdict] = {}
        self.joined: list[frozenset[str]] = []
        self.marked = _marked(proposal) if proposal.applied.restructured else None

    def offer(self) -> Proposal:
        """Raises Breaks."""
        groups, applied = self.applied()
        _check(self.chapter, applied.chapter)
        applied = replace(applied, together=(*applied.together, *self.joined))
        said = {**self.proposal.verdicts, **self.rejected}
        return replace(self.proposal, groups=groups, applied=applied, verdicts=said)

    def applied(self) -> tuple[tuple[Group, ...], Applied]:
        """All groups, without answers about words that another answer has changed already."""
        groups = tuple(self.groups.values())
        try:
            return groups, apply(self.chapter, groups)
        except WriterError as error:
            if error.rule != "name_absent":
                raise
        kept = tuple(group for group in groups if not group.id.startswith(_ANSWER))
        for group in groups:
            if group.id.startswith(_ANSWER) and self.applies((*kept, group)):
                kept = (*kept, group)
        return kept, apply(self.chapter, kept)

    def applies(self, groups: Sequence[Group]) -> bool:
        try:
            apply(self.chapter, groups)
        except WriterError:
            return False
        return True

    # -- texts and prices

    def put(self, key: str, to: Own) -> None:
        """Into the group that sets this place alone, else as a group of its own."""
        op = self.op(key, to)
        found = self.target(op)
        if self.is_original(op):
            self.put_back(key, op, found)
        elif found is None:
            self.keep(Group(_own(op), (op,), "writer", ""))
        elif found.ops != (ops := self.replaced(found, op)):
            self.keep(replace(found, ops=ops, cause="writer"))

    def keep(self, group: Group) -> None:
        self.groups[group.id] = group

    def put_back(self, key: str, op: Set | Price, found: Group | None) -> None:
        """The original words: what was offered is refused, of a wider group in this place only."""
        if found:
            self.rejected[found.id] = "rejected"
        elif any(_shared(change.at) == key for change in self.proposal.applied.changes):
            ops = tuple(Put(op="put", at=str(at), to=value) for at, value in self.originals(op))
            self.keep(Group(_own(op), ops, "writer", ""))

    def refused(self, key: str, to: Own) -> Group | None:
        """The group that these words refuse as a whole."""
        op = self.op(key, to)
        return self.target(op) if self.is_original(op) else None

    def op(self, key: str, to: Own) -> Set | Price:
        """What puts these words, at the place as it was given."""
        at = self.given(Address.parse(key))
        if at.field != "current_value" and isinstance(to, str):
            return Set(op="set", at=str(at), to=to)
        if at.field != "current_value" or isinstance(to, str):
            raise WriterError("decisions_format", field="texts")
        if to < LEAST_PRICE:
            raise WriterError("price_least", at=str(at))
        return Price(op="price", at=str(Address(at.turn, at.stock)), to=to)

    def target(self, op: Set | Price) -> Group | None:
        """The group that puts this one place, or gives the stock its new name everywhere."""
        for group in self.groups.values():
            one = group.ops[0]
            if len(group.ops) == 1 and isinstance(one, type(op)) and one.at == op.at:
                return group
        named = isinstance(op, Set) and op.at.endswith(".name") and op.to.strip()
        old = self.name(op.at) if named else ""
        return next((one for one in self.groups.values() if old in _renamed(one)), None)

    def replaced(self, group: Group, op: Set | Price) -> tuple[Op, ...]:
        """The ops of `target`, with this text."""
        old = self.name(op.at) if op.at.endswith(".name") else ""
        if not any(isinstance(one, Rename) for one in group.ops):
            return (op,)
        return tuple(
            one.model_copy(update={"to": op.to})
            if isinstance(one, Rename) and one.from_ == old
            else one
            for one in group.ops
        )

    def name(self, at: str) -> str:
        return self.chapter.shared(Address.parse(at).stock or 0, "name")

    def is_original(self, op: Set | Price) -> bool:
        values = [value for _, value in self.originals(op)]
        return bool(values) and values[0] == op.to

    def originals(self, op: Set | Price) -> list[tuple[Address, Json]]:
        """Every place that the op writes, as given, with what stands there."""
        at = Address.parse(op.at)
        name = "current_value" if isinstance(op, Price) else at.field or ""
        turns = [at.turn] if at.turn else range(1, len(self.chapter.turns) + 1)
        places = [Address(turn, at.stock, name) for turn in turns]
        found = [(place, self.value(place)) for place in places]
        return [(place, value) for place, value in found if value is not None]

    def value(self, at: Address) -> Json:
        try:
            return self.chapter.value(at)
        except NoSuchPlace:
            return None

    # -- places

    def given(self, at: Address) -> Address:
        """The address in the chapter as given. Raises NoSuchPlace for what is new."""
        if self.marked is None:
            return at
        turn = _nth(self.marked.turns, at.turn or 1)
        stock = _nth(turn.stocks, at.stock) if turn and at.stock else None
        row = turn.text("result" if at.field in _BACK else "news") if turn else ""
        numbers = (_number(row), _number(stock.risk) if stock else None)
        if (at.turn and not numbers[0]) or (at.stock and not numbers[1]):
            raise NoSuchPlace("no_place", at=str(at), **_size(self.chapter))
        return Address(numbers[0] if at.turn else None, numbers[1], at.field)

    # -- answers

    def answer(self, key: str) -> None:
        """Rename the short mention in its text, together with the rename that left it."""
        for leftover in self.proposal.leftovers:
            if _key(leftover) == key and (found := self.renaming(leftover)):
                group, old, new = found
                short, to = _shortened(leftover.text, old, new)
                op = Reword(op="reword", at=leftover.at, from_=short, to=to)
                self.keep(Group(f"{_ANSWER}{key}", (op,), "writer", ""))
                self.joined.append(frozenset({group.id, f"{_ANSWER}{key}"}))

    def renaming(self, leftover: Leftover) -> tuple[Group, str, str] | None:
        """The group that takes the name away that is meant, the name, and the new one."""
        text = str(self.chapter.value(Address.parse(leftover.at)))
        for group in self.groups.values():
            for old, new in self.names(group):
                whole = leftover.text == korean.bare(old)
                if whole or leftover.text in korean.short_mentions(text, old, self.chapter.names):
                    return group, old, new
        return None

    def names(self, group: Group) -> Iterator[tuple[str, str]]:
        for op in group.ops:
            if isinstance(op, Rename):
                yield op.from_, op.to
            elif isinstance(op, Set) and op.at.endswith(".name") and self.name(op.at):
                yield self.name(op.at), op.to
            elif isinstance(op, Set) and (found := renaming(self.chapter, group, op)):
                yield found


def renaming(chapter: Chapter, group: Group, op: Set) -> tuple[str, str] | None:
    """The old name of something that a text has another name for, as was asked; and that one."""
    at = Address.parse(op.at)
    if group.cause != "model" or not at.turn:
        return None
    return replaced(group.because, str(chapter.value(at)), op.to)


_ANSWER = "y:"
_BACK = frozenset({"result", *PRICES})
_MARK = "\ue000"


def _marked(proposal: Proposal) -> Chapter:
    """The chapter in its new order, with the old numbers of turns and stocks for texts."""
    array = [_numbered(turn) for turn in proposal.chapter.turns]
    moves = [
        replace(group, ops=tuple(op for op in group.ops if op.op in STRUCTURAL))
        for group in proposal.groups
    ]
    return apply(with_array(proposal.chapter, array), moves, claims=False).chapter


def _numbered(turn: Turn) -> Json:
    mark = f"{_MARK}{turn.position}"
    stocks: list[Json] = [
        {**stock.values, "risk_level": f"{_MARK}{place}"}
        for place, stock in enumerate(turn.stocks, 1)
    ]
    return {**turn.values, "news": mark, "result": mark, "stocks": stocks}


def _number(mark: str) -> int | None:
    number = mark.removeprefix(_MARK)
    return int(number) if number != mark else None


def _nth(items: Sequence[V], number: int) -> V | None:
    return items[number - 1] if number <= len(items) else None


def _size(chapter: Chapter) -> dict[str, int]:
    return {"turns": len(chapter.turns), "stocks": chapter.stock_count}


def _own(op: Set | Price) -> str:
    """Id of the group that holds own words for a place."""
    return f"w:{op.at}.current_value" if isinstance(op, Price) else f"w:{op.at}"


def _renamed(group: Group) -> set[str]:
    return {op.from_ for op in group.ops if isinstance(op, Rename)}


def _check(before: Chapter, after: Chapter) -> None:
    if found := rules.new_breaks(before, after):
        raise Breaks(found[0].rule, **{**found[0].facts, "at": found[0].at})


def _shortened(text: str, old: str, new: str) -> tuple[str, str]:
    """What to change in a short mention of `old`, and to what.

    The same words of the new name, else as many of its last words: 방패 of 달빛 방패 becomes 왕관
    of 은빛 왕관. One with a tail of its own keeps it; one that shares its head with another stock
    (둘째와 셋째 돼지) is named in full.
    """
    was, words, said = korean.bare(old) or old, (korean.bare(new) or new).split(), text.split()
    if text.startswith(was):
        return text, " ".join(words) + text.removeprefix(was)
    own = was.split()
    lead = [word for word in own if said[0].startswith(word) and word != said[0]]
    if len(said) > 1 and lead:
        return max(lead, key=len), " ".join(words)
    at = next((n for n in range(len(own)) if own[n : n + len(said)] == said), None)
    if at is not None and len(own) == len(words):
        return text, " ".join(words[at : at + len(said)])
    return text, " ".join(words[-len(said) :])
