"""Measures how much personal data is found in a text, and how often it is seen where none is.

    python -m bench.personal [FOLDER]

Numbers and addresses are made at random; the texts without any are those of the samples and of all
JSON files in FOLDER (its default: the chapters beside the checkout, where there are any).
"""

import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from core.chapter import personal

ROOT = Path(__file__).parents[1]
ROUNDS = 2_000
MOST_S = 10
"""Processor seconds for a megabyte that is made to be slow."""

_SPELLED = str.maketrans("0123456789", "공일이삼사오육칠팔구")
_WIDE = str.maketrans("0123456789-", "０１２３４５６７８９－")


def digits(rnd: random.Random, count: int) -> str:
    return "".join(rnd.choices("0123456789", k=count))


def mobile(rnd: random.Random) -> str:
    between = rnd.choice(["-", " ", "", ".", " - ", "–"])
    return between.join((rnd.choice(["010", "011", "+82 10"]), digits(rnd, 4), digits(rnd, 4)))


def landline(rnd: random.Random) -> str:
    area = rnd.choice(["02", "031", "051", "064", "070", "(02)"])
    return f"{area}-{digits(rnd, rnd.choice([3, 4]))}-{digits(rnd, 4)}"


def resident(rnd: random.Random) -> str:
    born = f"{digits(rnd, 2)}{rnd.randint(1, 12):02}{rnd.randint(1, 28):02}"
    return f"{born}{rnd.choice(['-', '', ' '])}{rnd.choice('1234')}{digits(rnd, 6)}"


def card(rnd: random.Random) -> str:
    number = rnd.choice("3456 9".replace(" ", "")) + digits(rnd, 14)
    number += next(last for last in "0123456789" if _luhn(number + last))
    return rnd.choice(["-", " ", ""]).join(number[n : n + 4] for n in range(0, 16, 4))


def _luhn(number: str) -> bool:
    twice = (sum(divmod(2 * int(one), 10)) for one in number[-2::-2])
    return (sum(map(int, number[-1::-2])) + sum(twice)) % 10 == 0


def account(rnd: random.Random) -> str:
    groups = rnd.choice([(3, 3, 6), (6, 2, 6), (4, 2, 7), (4, 3, 6), (3, 6, 5), (3, 4, 4, 2)])
    return "-".join(digits(rnd, size) for size in groups)


def address(rnd: random.Random) -> str:
    town = rnd.choice(
        ["서울 강남구", "부산시 해운대구", "경기도 성남시 분당구", "제주시", "전주시"]
    )
    place = rnd.choice(
        ["테헤란로 {}", "바다길 {}", "역삼동 {}-3", "중앙로12번길 {}", "판교역로 {}"]
    )
    return f"{town} {place.format(rnd.randint(1, 999))}"


def email(rnd: random.Random) -> str:
    name = "".join(rnd.choices("abcdefgh.xyz_0123", k=8)).strip(".")
    return f"{name}@{rnd.choice(['naver.com', 'school.co.kr', 'gmail.com'])}"


MADE: Mapping[str, Callable[[random.Random], str]] = {
    "mobile": mobile,
    "landline": landline,
    "mobile, full width": lambda rnd: mobile(rnd).translate(_WIDE),
    "mobile, spelled": lambda rnd: f"010-{digits(rnd, 4)}-{digits(rnd, 4)}".translate(_SPELLED),
    "resident": resident,
    "card": card,
    "account": account,
    "passport": lambda rnd: rnd.choice("MSRODG") + digits(rnd, 8),
    "business": lambda rnd: f"{digits(rnd, 3)}-{digits(rnd, 2)}-{digits(rnd, 5)}",
    "address": address,
    "email": email,
}
AROUND = ("번호는 {}이에요.", "{}로 보내 주세요!", "뉴스에 {} 넣어 줘", "예약:{}", "({})")

SLOW = (
    "0",
    "0-",
    "a",
    "a@",
    "a.",
    "@a.",
    "010",
    " ",
    "가",
    "가로1",
    "공일",
    "서울 ",
    "강남구 ",
    "ﷺ",
)
SLOW_TOO = (
    "０",
    "one ",
    "계좌 ",
    "12-",
    "M1234567",
    "카톡 아이디",
    "12동 34",
    "1234 ",
    "a-ro ",
    "\u200b",
)


def missed(kind: str, seed: int = 1) -> list[str]:
    """Texts in which what was put there is not found whole."""
    rnd, texts = random.Random(seed), []
    for _ in range(ROUNDS):
        number = MADE[kind](rnd)
        text = rnd.choice(AROUND).format(number)
        start = text.index(number)
        if not any(
            one.start <= start + number.startswith("(") and start + len(number) <= one.end
            for one in personal.found(text)
        ):
            texts.append(text)
    return texts


def alarms(folder: Path) -> tuple[int, int, Counter[str]]:
    """How many texts and characters the JSON files of a folder have, and what is seen in them."""
    texts = [text for path in sorted(folder.rglob("*.json")) for text in _read(path)]
    seen = Counter(span.kind for text in texts for span in personal.found(text))
    return len(texts), sum(map(len, texts)), Counter(seen)


def _read(path: Path) -> Iterator[str]:
    try:
        yield from _strings(json.loads(path.read_text("utf-8")))
    except ValueError:
        return


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)


def slowest() -> tuple[float, str]:
    """Processor seconds for the slowest megabyte, and what it repeats."""
    return max((_seconds(piece), piece) for piece in (*SLOW, *SLOW_TOO))


def _seconds(piece: str) -> float:
    text = piece * (1_000_000 // len(piece))
    begun = time.process_time()
    personal.found(text)
    return time.process_time() - begun


def main() -> int:
    wrong = 0
    for kind in MADE:
        lost = missed(kind)
        wrong += len(lost)
        print(f"{kind:<20} found {100 * (1 - len(lost) / ROUNDS):6.2f} %", *lost[:1])
    beside = ROOT.parent / "shared/chapters"
    folders = map(Path, sys.argv[1:] or [ROOT / "pages/samples", beside])
    seen: Counter[str] = Counter()
    for folder in folders:
        texts, characters, here = alarms(folder)
        seen += here
        print(f"{folder.name}: {texts} texts, {characters} characters, seen {dict(here)}")
    seconds, piece = slowest()
    print(f"slowest megabyte: {seconds:.2f} s of {piece!r}")
    print(
        f"{len(MADE) * ROUNDS - wrong} of {len(MADE) * ROUNDS} found,"
        f" {seen.total()} false alarms, {seconds:.1f} s for the slowest megabyte"
    )
    return int(wrong > 0 or seen.total() > 0 or seconds > MOST_S)


if __name__ == "__main__":
    sys.exit(main())
