"""The open chapter as a file: one click for the form it came in, a menu for the others."""

import streamlit as st

from core.store import exports
from core.store.library import Opened
from core.words.places import Lang
from pages import wiring
from pages.words import WORDS, fill

FORM, ID, REQUEST, SINCE = "export_form", "export_id", "export_request", "export_since"
_JSON = "application/json"


def exports_menu(opened: Opened, lang: Lang) -> None:
    """Two buttons: download, and all forms with a way to copy."""
    say, chapter = WORDS[lang], opened.chapter
    st.download_button(
        say.download,
        exports.original(chapter),
        file_name=exports.file_name(opened.name, chapter),
        mime=_JSON,
        icon=":material/download:",
        on_click="ignore",
        key="edit_download",
    )
    menu = st.popover(say.export, icon=":material/output:", on_change="rerun", key="edit_export")
    if menu.open:
        with menu:
            _forms(opened, lang)


def _forms(opened: Opened, lang: Lang) -> None:
    say = WORDS[lang]
    forms = {
        "original": (say.export_original, say.export_original_hint),
        "bare": (say.export_bare, say.export_bare_hint),
        "pretty": (say.export_pretty, say.export_pretty_hint),
        "body": (say.export_body, say.export_body_hint),
        "patch": (say.export_patch, say.export_patch_hint),
    }
    form = st.segmented_control(
        say.export_form,
        [form for form in forms if form not in _senseless(opened)],
        default="original",
        required=True,
        format_func=lambda name: forms[name][0],
        key=FORM,
    )
    st.caption(forms[form][1])
    data = _data(form, opened, lang)
    st.download_button(
        say.export_get,
        data,
        file_name=_file(form, opened),
        mime=_JSON,
        icon=":material/download:",
        on_click="ignore",
        key="export_get",
    )
    st.caption(say.copy_hint)
    st.code(data.decode(), language=None, height=320, wrap_lines=True)


def _senseless(opened: Opened) -> set[str]:
    """Forms that would say nothing of their own about this chapter."""
    bare = set() if exports.wrapped(opened.chapter) else {"bare"}
    return bare if opened.version.number > 1 else bare | {"patch"}


def _data(form: str, opened: Opened, lang: Lang) -> bytes:
    chapter = opened.chapter
    if form == "body":
        return _body(opened, lang)
    if form == "patch":
        return _patch(opened, lang)
    made = {"bare": exports.bare, "pretty": exports.pretty}.get(form, exports.original)
    return made(chapter)


def _body(opened: Opened, lang: Lang) -> bytes:
    say, source = WORDS[lang], opened.chapter.source
    id_ = st.text_input(
        say.export_id, source.chapter_id or opened.name, key=f"{ID}_{opened.id}", max_chars=200
    )
    request = st.text_input(say.export_request, source.request, key=f"{REQUEST}_{opened.id}")
    return exports.api_body(opened.chapter, id_, request)


def _patch(opened: Opened, lang: Lang) -> bytes:
    """From an earlier version, the first unless another is chosen."""
    say, library = WORDS[lang], wiring.current().library
    numbers = [one.number for one in library.versions(opened.id)]
    since = st.selectbox(
        say.export_since,
        [number for number in numbers if number != opened.version.number],
        format_func=lambda number: fill(say.past_version, n=number),
        key=f"{SINCE}_{opened.id}",
    )
    return exports.json_patch(library.chapter(opened.id, since), opened.chapter)


def _file(form: str, opened: Opened) -> str:
    name = exports.file_name(opened.name, opened.chapter)
    if form == "original":
        return name
    stem = exports.stem(opened.name)
    return f"{stem}.patch.json" if form == "patch" else f"{stem}.json"
