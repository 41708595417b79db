"""Words of the library, of a chapter's history, and of what leaves as a file."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LibraryWords:
    """One language."""

    library: str
    history: str

    # the library
    shelf_find: str
    shelf_find_hint: str
    shelf_view: str
    shelf_chapters: str
    shelf_bin: str
    shelf_list: str
    shelf_empty: str
    shelf_none: str
    shelf_bin_empty: str
    shelf_count: str
    shelf_most: str
    shelf_here: str
    shelf_open: str
    shelf_open_name: str
    shelf_rename: str
    shelf_rename_name: str
    shelf_remove: str
    shelf_remove_name: str
    shelf_recover: str
    shelf_recover_name: str
    shelf_purge: str
    shelf_purge_name: str
    shelf_turns: str
    shelf_versions: str
    shelf_removed: str
    shelf_removed_hint: str
    shelf_removed_at: str
    shelf_renamed: str
    shelf_recovered: str
    shelf_purged: str
    shelf_purge_ask: str
    shelf_purge_sure: str
    shelf_new_name: str
    shelf_save: str
    shelf_cancel: str
    shelf_back: str
    shelf_hit: str
    shelf_just: str
    shelf_gone: str

    # many files at once
    files_title: str
    files_label: str
    files_opened: str
    files_failed: str
    files_close: str
    files_zip: str
    files_zip_hint: str

    # the history
    past_none: str
    past_to_edit: str
    past_to_library: str
    past_branch: str
    past_main: str
    past_list: str
    past_version: str
    past_now: str
    past_head: str
    past_undone: str
    past_from: str
    past_places: str
    past_more: str
    past_acts: str
    past_look: str
    past_name: str
    past_restore: str
    past_fork: str
    past_merge: str
    past_pick: str
    past_back: str
    past_verify: str
    past_sound: str
    past_whole: str
    past_broken: str
    past_broken_at: str

    act_open: str
    act_take: str
    act_repair: str
    act_revert: str
    act_merge: str
    act_restore: str
    act_other: str

    past_named: str
    past_restored: str
    past_reverted: str
    past_merged: str
    past_forked: str
    past_name_label: str
    past_fork_label: str
    past_fork_hint: str
    past_compare: str
    past_one: str
    past_two: str
    past_same: str
    past_swap: str

    past_undo_title: str
    past_undo_hint: str
    past_undo_none: str
    past_undo_change: str
    past_undo_all: str
    past_undo_few: str
    past_undo_more: str
    past_undo_rename: str
    past_undo_later: str
    past_undo_later_hint: str
    past_undo_free: str
    past_undo_go: str
    past_undo_most: str
    past_undo_whole: str
    past_gone: str

    # who writes
    by_label: str
    by_hint: str

    # who is signed in
    signed_in: str
    signed_out: str
    signed_out_hint: str
    sign_in: str
    sign_out: str
    role: str
    role_read: str
    role_edit: str
    role_admin: str
    reader: str
    """What a reader is told instead of what only editors are shown."""

    # exports
    export: str
    export_form: str
    export_original: str
    export_original_hint: str
    export_bare: str
    export_bare_hint: str
    export_pretty: str
    export_pretty_hint: str
    export_body: str
    export_body_hint: str
    export_patch: str
    export_patch_hint: str
    export_get: str
    export_id: str
    export_request: str
    export_since: str


KO = LibraryWords(
    library="보관함",
    history="기록",
    shelf_find="챕터 찾기",
    shelf_find_hint="본문, 요청, 이름에서 찾아요",
    shelf_view="보관함과 휴지통",
    shelf_chapters="챕터",
    shelf_bin="휴지통",
    shelf_list="챕터 목록",
    shelf_empty="아직 챕터가 없어요. 파일을 놓거나 편집 화면에서 챕터를 열어 주세요.",
    shelf_none="찾는 말이 들어 있는 챕터가 없어요.",
    shelf_bin_empty="휴지통이 비어 있어요.",
    shelf_count="챕터 {n}개",
    shelf_most="최근 {n}개만 보여요. 나머지는 찾기로 좁혀 주세요.",
    shelf_here="열려 있음",
    shelf_open="열기",
    shelf_open_name="{name} 열기",
    shelf_rename="이름 바꾸기",
    shelf_rename_name="{name} 이름 바꾸기",
    shelf_remove="휴지통으로",
    shelf_remove_name="{name} 휴지통으로 옮기기",
    shelf_recover="되살리기",
    shelf_recover_name="{name} 되살리기",
    shelf_purge="완전히 지우기",
    shelf_purge_name="{name} 완전히 지우기",
    shelf_turns="{n}턴",
    shelf_versions="버전 {n}개",
    shelf_removed="휴지통으로 옮겼어요.",
    shelf_removed_hint="휴지통으로 옮겼어요. 맨 위나 휴지통에서 되살릴 수 있어요.",
    shelf_removed_at="{when} 버림",
    shelf_renamed="이름을 바꿨어요.",
    shelf_recovered="되살렸어요.",
    shelf_purged="완전히 지웠어요.",
    shelf_purge_ask="이 챕터와 모든 버전을 완전히 지울까요?",
    shelf_purge_sure="지우면 되살릴 수 없어요.",
    shelf_new_name="새 이름",
    shelf_save="저장",
    shelf_cancel="그만두기",
    shelf_back="되돌리기",
    shelf_hit="찾은 곳",
    shelf_just="방금",
    shelf_gone="이 챕터는 이제 없어요. 목록을 새로 불러왔어요.",
    files_title="파일 여러 개 열기",
    files_label="JSON 파일을 여러 개 놓아 주세요 (하나에 2MB까지)",
    files_opened="챕터 {n}개를 열었어요.",
    files_failed="열지 못한 파일 {n}개",
    files_close="닫기",
    files_zip="모두 내려받기",
    files_zip_hint="모든 챕터와 버전 기록을 ZIP 파일 하나로 받아요.",
    past_none="열려 있는 챕터가 없어요. 챕터를 열면 그 기록이 여기에 보여요.",
    past_to_edit="편집으로",
    past_to_library="보관함에서 열기",
    past_branch="갈래",
    past_main="본 갈래",
    past_list="버전 목록, 새것부터",
    past_version="{n}번 버전",
    past_now="지금",
    past_head="‘{name}’의 끝",
    past_undone="되돌려 둠",
    past_from="{n}번에서 갈라짐",
    past_places="{n}곳 바뀜",
    past_more="{n}번 버전 작업",
    past_acts="작업",
    past_look="비교하기",
    past_name="이름 붙이기",
    past_restore="이 버전으로 되돌리기",
    past_fork="여기서 갈래 만들기",
    past_merge="지금 버전에 합치기",
    past_pick="변경 골라 되돌리기",
    past_back="기록으로",
    past_verify="기록 확인하기",
    past_sound="온전해요",
    past_whole="버전 {n}개가 모두 기록과 한 글자도 다르지 않아요.",
    past_broken="기록에서 어긋난 곳 {n}개를 찾았어요. 백업에서 되살리는 것이 안전해요.",
    past_broken_at="{n}번째 기록",
    act_open="처음 연 챕터",
    act_take="수정 반영",
    act_repair="점검 고침",
    act_revert="변경 되돌림",
    act_merge="{n}번 버전 합침",
    act_restore="{n}번 버전으로 되돌림",
    act_other="바뀜",
    past_named="{n}번 버전에 이름을 붙였어요.",
    past_reverted="{n}곳을 되돌렸어요.",
    past_merged="{n}곳을 합쳤어요.",
    past_restored="{n}번 버전과 똑같은 새 버전을 만들었어요.",
    past_forked="새 갈래로 옮겨 왔어요.",
    past_name_label="버전 이름",
    past_fork_label="갈래 이름",
    past_fork_hint="{n}번 버전에서 시작해요. 본 갈래는 그대로 남아요.",
    past_compare="두 버전 비교",
    past_one="앞 버전",
    past_two="뒤 버전",
    past_same="두 버전은 한 글자도 다르지 않아요.",
    past_swap="앞뒤 바꾸기",
    past_undo_title="{n}번 버전의 변경 골라 되돌리기",
    past_undo_hint="되돌릴 변경을 골라 주세요. 다른 변경은 그대로 남아요.",
    past_undo_none="골라서 되돌릴 변경이 없어요. 버전 전체는 되돌릴 수 있어요.",
    past_undo_change="변경 {n}",
    past_undo_all="모두 고르기",
    past_undo_few="모두 빼기",
    past_undo_more="외 {n}곳",
    past_undo_rename="이름 바꾸기, {n}곳",
    past_undo_later="나중에 또 고친 곳 {n}개",
    past_undo_later_hint="되돌리면 이곳들은 어느 쪽을 남길지 하나씩 물어봐요.",
    past_undo_free="나중에 또 고친 곳이 없어서 바로 되돌릴 수 있어요.",
    past_undo_most="처음 {n}개만 보여요.",
    past_undo_go="고른 {n}개 되돌리기",
    past_undo_whole="이 버전이 한 일 모두 되돌리기",
    past_gone="없음",
    by_label="내 이름",
    by_hint="반영한 버전마다 기록에 남아요.",
    signed_in="내 계정",
    signed_out="로그아웃했어요",
    signed_out_hint="이 화면을 더 보려면 다시 로그인해 주세요. 하던 일은 그대로 남아 있어요.",
    sign_in="로그인",
    sign_out="로그아웃",
    role="권한: {name}",
    role_read="보기",
    role_edit="편집",
    role_admin="관리",
    reader="보기만 할 수 있어요. 고치려면 관리자에게 편집 권한을 부탁해 주세요.",
    export="내보내기",
    export_form="형식",
    export_original="원래 그대로",
    export_original_hint="가져온 모양 그대로예요. 받아들인 곳만 달라요.",
    export_bare="배열만",
    export_bare_hint="감싼 것을 벗긴 턴 배열이에요. 띄어쓰기는 원래대로예요.",
    export_pretty="보기 좋게",
    export_pretty_hint="두 칸씩 들여 쓴 배열이에요.",
    export_body="API 본문",
    export_body_hint="POST /edit-scenario로 보낼 한 줄이에요.",
    export_patch="바뀐 것만",
    export_patch_hint="처음 버전에서 지금까지 바뀐 것을 담은 JSON Patch(RFC 6902)예요.",
    export_get="이 형식으로 받기",
    export_id="챕터 번호 (chapterId)",
    export_request="요청 (editRequest)",
    export_since="기준 버전",
)

EN = LibraryWords(
    library="Library",
    history="History",
    shelf_find="Find a chapter",
    shelf_find_hint="Searches texts, requests and names",
    shelf_view="Library and bin",
    shelf_chapters="Chapters",
    shelf_bin="Bin",
    shelf_list="Chapters",
    shelf_empty="No chapters yet. Drop files here, or open one on the edit page.",
    shelf_none="No chapter holds these words.",
    shelf_bin_empty="The bin is empty.",
    shelf_count="Chapters: {n}",
    shelf_most="Only the latest {n} are shown. Search to find the others.",
    shelf_here="Open now",
    shelf_open="Open",
    shelf_open_name="Open {name}",
    shelf_rename="Rename",
    shelf_rename_name="Rename {name}",
    shelf_remove="To the bin",
    shelf_remove_name="Move {name} to the bin",
    shelf_recover="Recover",
    shelf_recover_name="Recover {name}",
    shelf_purge="Delete for good",
    shelf_purge_name="Delete {name} for good",
    shelf_turns="Turns: {n}",
    shelf_versions="Versions: {n}",
    shelf_removed="Moved to the bin.",
    shelf_removed_hint="Moved to the bin. Undo at the top, or recover it from the bin.",
    shelf_removed_at="Binned {when}",
    shelf_renamed="Renamed.",
    shelf_recovered="Recovered.",
    shelf_purged="Deleted for good.",
    shelf_purge_ask="Delete this chapter and all of its versions for good?",
    shelf_purge_sure="It cannot be recovered afterwards.",
    shelf_new_name="New name",
    shelf_save="Save",
    shelf_cancel="Cancel",
    shelf_back="Undo",
    shelf_hit="Found",
    shelf_just="just now",
    shelf_gone="This chapter is no longer here. The list is up to date again.",
    files_title="Open many files",
    files_label="Drop any number of JSON files (up to 2 MB each)",
    files_opened="Chapters opened: {n}.",
    files_failed="Files not opened: {n}",
    files_close="Close",
    files_zip="Download all",
    files_zip_hint="Every chapter and the record of its versions in one ZIP file.",
    past_none="No chapter is open. Once you open one, its history is shown here.",
    past_to_edit="To the editor",
    past_to_library="Open from the library",
    past_branch="Branch",
    past_main="Main branch",
    past_list="Versions, newest first",
    past_version="Version {n}",
    past_now="Present",
    past_head="Tip of “{name}”",
    past_undone="Undone",
    past_from="Branches off {n}",
    past_places="Places changed: {n}",
    past_more="Actions for version {n}",
    past_acts="Actions",
    past_look="Compare",
    past_name="Name it",
    past_restore="Restore this version",
    past_fork="Start a branch here",
    past_merge="Merge into the present",
    past_pick="Undo single changes",
    past_back="Back to the history",
    past_verify="Check the record",
    past_sound="Whole",
    past_whole="All {n} versions match the record to the letter.",
    past_broken="Places where the record does not hold: {n}. Restoring a backup is safest.",
    past_broken_at="Entry {n}",
    act_open="Opened",
    act_take="Edit taken",
    act_repair="Check repaired",
    act_revert="Changes undone",
    act_merge="Merged version {n}",
    act_restore="Restored version {n}",
    act_other="Changed",
    past_named="Version {n} is named.",
    past_reverted="Places undone: {n}.",
    past_merged="Places merged: {n}.",
    past_restored="A new version, identical to version {n}.",
    past_forked="You are on the new branch now.",
    past_name_label="Name of the version",
    past_fork_label="Name of the branch",
    past_fork_hint="Starts at version {n}. The main branch stays as it is.",
    past_compare="Compare two versions",
    past_one="Before",
    past_two="After",
    past_same="The two versions are identical to the letter.",
    past_swap="Swap",
    past_undo_title="Undo single changes of version {n}",
    past_undo_hint="Choose what to undo. Other changes stay.",
    past_undo_none="There are no single changes here. The version can be undone as a whole.",
    past_undo_change="Change {n}",
    past_undo_all="Choose all",
    past_undo_few="Choose none",
    past_undo_more="and {n} more",
    past_undo_rename="Rename, in {n} places",
    past_undo_later="Changed again later: {n}",
    past_undo_later_hint="Undoing will ask you, one by one, which side to keep here.",
    past_undo_free="Nothing was changed again later, so this can be undone at once.",
    past_undo_most="Only the first {n} are shown.",
    past_undo_go="Undo {n} chosen",
    past_undo_whole="Undo all that this version did",
    past_gone="nothing",
    by_label="Your name",
    by_hint="Kept with every version that you take.",
    signed_in="Your account",
    signed_out="You have signed out",
    signed_out_hint="Sign in again to see this page. Your work is kept as it was.",
    sign_in="Sign in",
    sign_out="Sign out",
    role="Role: {name}",
    role_read="read",
    role_edit="edit",
    role_admin="admin",
    reader="You may look but not edit. Ask the operator for the role “edit”.",
    export="Export",
    export_form="Form",
    export_original="As it came",
    export_original_hint="In the form it came in. Only what you took differs.",
    export_bare="Array only",
    export_bare_hint="The array of turns without its wrapper, spacing kept.",
    export_pretty="Pretty",
    export_pretty_hint="The array, indented by two spaces.",
    export_body="API body",
    export_body_hint="One line for POST /edit-scenario.",
    export_patch="Changes only",
    export_patch_hint="What changed since the first version, as JSON Patch (RFC 6902).",
    export_get="Get this form",
    export_id="Chapter number (chapterId)",
    export_request="Request (editRequest)",
    export_since="Since version",
)
