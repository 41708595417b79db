"""The map of core/__init__.py is the order of the files, and nothing imports against it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import core

ROOT = Path(__file__).resolve().parents[1]
PURE = {"asyncio", "time", "os", "pathlib", "socket", "threading", "random", "logging", "streamlit"}
ROW = re.compile(r"( *)([a-z_]+)(/?) {2,}\S")


def listed() -> list[str]:
    """Modules in the map's order; a room follows its files."""
    modules, room = [], ""
    for row in (core.__doc__ or "").splitlines():
        found = ROW.match(row)
        if not found:
            continue
        indent, name, folder = found.groups()
        if not indent and room:
            modules.append(f"core.{room}")
        if not indent:
            room = name if folder else ""
        if not folder:
            modules.append(f"core.{room}.{name}" if indent else f"core.{name}")
    return [*modules, f"core.{room}"]


def module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def sources(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """Every imported module; `from a import b` is `a.b` when that is one of ours."""
    ours = set(listed())
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}:{node.lineno}: relative import"
            names = {f"{node.module}.{name.name}" for name in node.names}
            yield from names & ours
            if not names <= ours:
                yield str(node.module)


def tops(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imported(path)}


def test_every_file_of_the_core_is_in_the_map_and_every_row_is_a_file() -> None:
    files = {module(path) for path in sources("core")} - {"core"}

    assert sorted(listed()) == sorted(files)


@pytest.mark.parametrize("path", sources("core"), ids=module)
def test_a_file_imports_only_from_above_it(path: Path) -> None:
    order = listed()
    here = order.index(module(path)) if module(path) in order else 0

    below = [name for name in imported(path) if name in order and order.index(name) >= here]

    assert below == []


@pytest.mark.parametrize("path", sources("core"), ids=module)
def test_the_core_knows_neither_pages_nor_the_framework_of_pages(path: Path) -> None:
    assert tops(path).isdisjoint({"streamlit", "pages", "tests", "bench", "streamlit_app"})


@pytest.mark.parametrize("path", sources("core/chapter"), ids=module)
def test_a_chapter_is_pure(path: Path) -> None:
    assert tops(path).isdisjoint(PURE)


@pytest.mark.parametrize("path", sources("core/play"), ids=module)
def test_a_played_chapter_is_pure_but_for_seeded_chance(path: Path) -> None:
    assert tops(path).isdisjoint(PURE - {"random"})


@pytest.mark.parametrize("path", sources("pages"), ids=module)
def test_a_page_uses_the_service_and_not_the_http_side(path: Path) -> None:
    assert [name for name in imported(path) if name.startswith("core.api")] == []
    assert tops(path).isdisjoint({"tests", "bench", "fastapi", "starlette", "openai"})


@pytest.mark.parametrize("path", sources("pages"), ids=module)
def test_a_page_holds_the_service_only_as_who_looks_at_it_may(path: Path) -> None:
    whole = {"core.service.wiring"} & set(imported(path)) and "wiring.current" in called(path)

    assert bool(whole) == (module(path) == "pages.wiring")


@pytest.mark.parametrize("path", [*sources("core"), *sources("pages")], ids=module)
def test_no_loop_is_made_beside_the_servers_and_the_desks(path: Path) -> None:
    makers = {
        "asyncio.run",
        "asyncio.Runner",
        "asyncio.new_event_loop",
        "uvloop.new_event_loop",
    } & called(path)

    assert makers == ({"uvloop.new_event_loop"} if module(path) == "core.service.jobs" else set())


def called(path: Path) -> set[str]:
    calls = (n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Call))
    return {ast.unparse(call.func) for call in calls}


def test_the_app_stands_literally_in_its_file() -> None:
    tree = ast.parse((ROOT / "streamlit_app.py").read_text("utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]

    shells = [c for c in calls if ast.unparse(c.func).endswith("App") and c.args]

    assert [ast.literal_eval(call.args[0]) for call in shells] == ["pages/shell.py"]
