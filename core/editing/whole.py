"""Requests about all of it: repair what the checks found, or take the last edit back.

Each is one only where every word belongs to it.
"""

import re

from core.chapter import rules
from core.chapter.chapter import Chapter
from core.editing.request import Answer, Clause, Reading, Ready

_PROBLEM = re.compile(
    r"(?:점검|검사|체크|문제|오류|에러|경고|잘못)\S{0,5}"
    r"|checks?|checker|problems?|issues?|errors?|findings?|warnings?|mistakes?",
    re.IGNORECASE,
)
_FOUND = re.compile(
    r"나온|나오는|나타난|찾은|찾아낸|발견된|발견한|걸린|뜬|있는|보이는|남은|지적한|알려|준|고칠|수|만큼"
    r"|건|것들?[을은도]?|자동으로|알아서|한번에|한꺼번에|해결(?:해|하)\S{0,5}|주세요|줘"
    r"|everything|anything|whatever|any|which|was|were|found|find|reported|listed|shown|show|says?"
    r"|automatically|resolve|solve|those|these",
    re.IGNORECASE,
)
_FIXES = re.compile(r"수정|해결|\bre?solve\b", re.IGNORECASE)
_WORDING = re.compile(r"문장|글|내용|\btexts?\b|\bvalues?\b", re.IGNORECASE)
_REPAIRED = frozenset({"all", "by", "differs", "missing"})
_MATTERS = frozenset({"GAME", "WARN"})
_BACK = re.compile(
    r"(?:되돌|취소|무르|물러|(?:원래|이전|지난|전)\S*\s(?:\S+\s)?(?:돌려|돌아|복구))"
    r"|\b(?:undo|revert|roll ?back|go back|(?:take|put) (?:it|that|this) back)\b",
    re.IGNORECASE,
)
_LAST = re.compile(
    r"(?:되돌[려리]|돌려|돌아|취소|무르|물러|복구)\S{0,9}|방금|직전\S?|마지막\S?|아까|지난|이전|조금|전\S{0,2}"
    r"|(?:바꾼|고친|변경한|수정한|편집한|한)|[것거걸]\S?|(?:변경|편집|수정|버전|상태|원래)\S{0,4}|실행|다시"
    r"|모두|전부|다|좀|줘|주세요|주실래요|놔|싶어요?"
    r"|undo|revert|roll|rollback|go|take|put|back|it|that|this|everything|all|the|my|your|last|latest"
    r"|previous|recent|changes?|edits?|steps?|versions?|to|please|can|could|would|you|i|want",
    re.IGNORECASE,
)


def read(clause: Clause) -> Reading:
    """All repairs at once, or where to undo."""
    if _undoes(clause.text):
        return Answer("no_change", "undo_above")
    return _repaired(clause.chapter) if _repairs(clause) else None


def _undoes(text: str) -> bool:
    words = re.findall(r"[^\s.,!?~…]+", text)
    return bool(_BACK.search(text)) and all(_LAST.fullmatch(word) for word in words)


def _repairs(clause: Clause) -> bool:
    """점검에서 나온 문제 다 고쳐줘."""
    plain = clause.only("verb", "mark", "word", "field") and not clause.marks - _REPAIRED
    fixes = clause.verbs == {"fix"} or bool(_FIXES.search(clause.text))
    if not plain or not fixes or clause.verbs - {"fix", "change"} or _WORDING.search(clause.text):
        return False
    words = [word.rstrip(".") for word in clause.words]
    problems = [word for word in words if _PROBLEM.fullmatch(word)]
    others = [word for word in words if word not in problems]
    told = not clause.fields or (clause.fields == ("result",) and "점검" in clause.text)
    return bool(problems) and told and all(_FOUND.fullmatch(word) for word in others)


def _repaired(chapter: Chapter) -> Reading:
    """All repairs that need no taste, as one decision."""
    found = [finding for finding in rules.findings(chapter) if finding.level in _MATTERS]
    ops = [op for finding in found if (op := rules.repair(finding))]
    if ops:
        return Ready((tuple(dict.fromkeys(ops)),))
    rule = "nothing_repairable" if found else "nothing_found"
    return Answer("no_change", rule, {"count": len(found)})
