"""Numbers written in Korean words: 백이십, 삼천오백."""

PATTERN = r"[일이삼사오육칠팔구십백천만]{1,12}"
"""Letters that a number may have; `value` tells whether they are one."""

_DIGITS = "영일이삼사오육칠팔구"
_UNITS = {"천": 1000, "백": 100, "십": 10}
_TEN_THOUSAND = "만"


def value(written: str) -> int | None:
    """The number; None where the letters are in no number's order, as in 십백 or 이삼."""
    head, cut, rest = written.rpartition(_TEN_THOUSAND)
    if not cut:
        return _below(written)
    high = _below(head) if head else 1
    low = _below(rest) if rest else 0
    return None if high is None or low is None else high * 10_000 + low


def _below(written: str) -> int | None:
    """A number below ten thousand: each unit once, the higher first."""
    total, rest = 0, written
    for unit, worth in _UNITS.items():
        head, cut, tail = rest.partition(unit)
        if cut and (not head or (len(head) == 1 and head in _DIGITS)):
            total, rest = total + max(1, _DIGITS.find(head)) * worth, tail
    last = _DIGITS.find(rest) if len(rest) == 1 else 0 if not rest else -1
    return total + last if written and last >= 0 else None
