"""Sentences of the service: what it cannot do now, and what the API refuses."""

from collections.abc import Mapping

TABLE: Mapping[str, tuple[str, str]] = {
    "stopping": (
        "서버를 다시 켜는 중이에요. 잠시 뒤 다시 해 주세요.",
        "The server is restarting. Try again in a moment.",
    ),
    "not_running": (
        "서버가 아직 준비되지 않았어요. 잠시 뒤 다시 해 주세요.",
        "The server is not ready yet. Try again in a moment.",
    ),
    "busy": (
        "지금 편집이 너무 많아요({most}개). 잠시 뒤 다시 해 주세요.",
        "Too many edits are running ({most}). Try again in a moment.",
    ),
    "broken": (
        "프로그램에 문제가 생겨서 바꾸지 못했어요. 다시 해 주세요.",
        "Something broke on our side and nothing was changed. Try again.",
    ),
    "forgotten": (
        "이 이야기는 더 이상 열려 있지 않아요. 다시 열어 주세요.",
        "This chapter is no longer open. Open it again.",
    ),
    "moved_on": (
        "다른 탭에서 이 이야기를 먼저 바꿨어요. 새로 고친 뒤 다시 해 주세요.",
        "Another tab changed this chapter first. Reload, then ask again.",
    ),
    "no_version": (
        "{number}번 버전이 없어요. 기록에서 다시 골라 주세요.",
        "There is no version {number}. Choose one from the history.",
    ),
    "no_branch": (
        "‘{name}’ 갈래가 없어요. 기록에서 다시 골라 주세요.",
        "There is no branch “{name}”. Choose one from the history.",
    ),
    "branch_exists": (
        "‘{name}’ 갈래가 이미 있어요. 다른 이름을 써 주세요.",
        "There is a branch “{name}” already. Choose another name.",
    ),
    "name_empty": (
        "이름이 비어 있어요. 글자를 하나 이상 써 주세요.",
        "The name is empty. Write at least one letter.",
    ),
    "store_down": (
        "저장소에 닿지 못해서 저장하지 못했어요. 잠시 뒤 다시 해 주세요.",
        "The database cannot be reached and nothing was saved. Try again in a moment.",
    ),
    "store_full": (
        "저장 공간이 가득 차서 저장하지 못했어요. 공간을 비운 뒤 다시 해 주세요.",
        "The disk is full and nothing was saved. Free some space, then try again.",
    ),
    "store_locked": (
        "다른 작업이 저장소를 오래 쓰고 있어서 저장하지 못했어요. 잠시 뒤 다시 해 주세요.",
        "Someone else is using the database and nothing was saved. Try again in a moment.",
    ),
    "store_corrupt": (
        "저장된 자료가 망가져 있어요. 관리자가 백업을 되돌려야 해요.",
        "What was saved is damaged. The operator must put a backup back.",
    ),
    "store_moved": (
        "저장 파일이 옮겨지거나 바뀌어서 저장하지 못했어요. 관리자가 되돌려 놓거나 다시 켜야 해요.",
        "The database file was moved, so nothing was saved. Put it back, or restart the program.",
    ),
    "start_store_down": (
        "열 수 없어요. 읽고 쓸 수 있는 파일인지 확인한 뒤 다시 켜 주세요.",
        "It cannot be opened. Make it a file that may be read and written, then start again.",
    ),
    "start_server_down": (
        "PostgreSQL이 답하지 않아요. 켜져 있는지, 주소와 비밀번호가 맞는지 보고 다시 켜 주세요.",
        "PostgreSQL does not answer. See that it runs; check address and password; start again.",
    ),
    "start_store_full": (
        "디스크가 가득 차서 쓸 수 없어요. 공간을 비운 뒤 다시 켜 주세요.",
        "It cannot be written: the disk is full. Free some space, then start again.",
    ),
    "start_store_locked": (
        "다른 프로그램이 오래 쓰고 있어요. 그 프로그램을 끝낸 뒤 다시 켜 주세요.",
        "Another program has it locked. End that program, then start again.",
    ),
    "start_store_corrupt": (
        "망가졌거나 저장 파일이 아니에요. 백업을 그 자리에 놓고 다시 켜 주세요.",
        "It is damaged, or no database. Put a backup in its place, then start again.",
    ),
    "jobs_corrupt": (
        "망가졌어요. 옮겨 놓고 다시 켜 주세요. 챕터는 그대로 있고, 하던 편집만 다시 요청하면 돼요.",
        "It is damaged. Move it away and start again: it holds running edits only, no chapters.",
    ),
    "store_taken": (
        "다른 Turnsmith가 이 폴더를 쓰고 있어요. 그것을 끝내거나 DATA_DIR을 따로 정해 주세요.",
        "Another Turnsmith uses this folder. End that one, or give this one its own DATA_DIR.",
    ),
    "store_newer": (
        "저장소가 {found}판인데 이 프로그램은 {known}판까지만 알아요. 새 프로그램으로 열어 주세요.",
        "The database is at {found} and this program knows {known}: start the newer program.",
    ),
    "answer_size": (
        "이야기가 너무 커서 답에 담지 못해요: 최대 {most}바이트인데 {bytes}바이트예요.",
        "The story is too large for an answer: {bytes} bytes, at most {most}.",
    ),
    "api_key": (
        "API 키가 필요해요: Authorization: Bearer ... 로 보내 주세요.",
        "An API key is needed: send Authorization: Bearer ...",
    ),
    "sign_in_title": ("로그인", "Sign in"),
    "sign_in_hint": (
        "관리자에게 받은 키를 한 번만 써 주세요. 7일 동안 다시 묻지 않아요.",
        "Give the key that you have from the operator once. It is not asked for again for a week.",
    ),
    "sign_in_key": ("키", "Key"),
    "sign_in_go": ("로그인", "Sign in"),
    "sign_in_account": ("계정으로 로그인", "Sign in with your account"),
    "sign_in_with": ("{name} 계정으로 로그인", "Sign in with {name}"),
    "sign_in_wrong": (
        "이 키로는 로그인할 수 없어요. 빠진 글자가 없는지 보고 다시 써 주세요.",
        "This key does not open the door. See that no letter is missing, then try again.",
    ),
    "sign_in_slow": (
        "틀린 키가 여러 번 왔어요. {wait_s}초 뒤에 다시 해 주세요.",
        "Wrong keys came several times. Try again in {wait_s} s.",
    ),
    "sign_in_unlisted": (
        "{name} 계정은 아직 쓸 수 없어요. 관리자에게 부탁하거나 다른 계정으로 로그인해 주세요.",
        "The account {name} may not come in yet. Ask the operator, or use another account.",
    ),
    "sign_out": ("로그아웃", "Sign out"),
    "network_closed": (
        "다른 컴퓨터에는 아직 열지 않았어요. 관리자가 API_KEYS, OIDC, OPEN_TO_NETWORK로 열어요.",
        "Not open to other machines: the operator sets API_KEYS, OIDC or OPEN_TO_NETWORK=1.",
    ),
    "role_read": (
        "볼 수 있는 권한이 없어요. 관리자에게 권한을 부탁해 주세요.",
        "You may not look at this. Ask the operator for the role “read”.",
    ),
    "role_edit": (
        "보기만 할 수 있는 권한이라 바꾸지 않았어요. 관리자에게 편집 권한을 부탁해 주세요.",
        "You may look but not edit, so nothing was changed. Ask the operator for the role “edit”.",
    ),
    "role_admin": (
        "관리자만 할 수 있는 일이라 하지 않았어요. 관리자에게 부탁해 주세요.",
        "Only an operator may do this, so nothing was done. Ask one.",
    ),
    "edit_forgotten": (
        "이 수정안을 찾을 수 없어요. 다시 요청해 주세요.",
        "This proposal cannot be found. Please ask again.",
    ),
    "edit_decided": (
        "이 수정안은 이미 반영했거나 버렸어요. 기록에서 볼 수 있어요.",
        "This proposal has been taken or discarded already. The history shows it.",
    ),
    "decisions_format": (
        "결정을 읽을 수 없어요. 새로 고친 뒤 다시 해 주세요.",
        "The decision cannot be read. Reload, then try again.",
    ),
    "conflicts_open": (
        "어느 쪽을 남길지 고르지 않은 곳이 {count}곳 있어요. 먼저 골라 주세요.",
        "Places where you have not chosen a side yet: {count}. Please choose first.",
    ),
    "nothing_accepted": (
        "받아들인 변경이 없어요. 하나 이상 수락해 주세요.",
        "No change is accepted. Accept at least one.",
    ),
    "first_version": (
        "처음 연 버전이라 되돌릴 변경이 없어요.",
        "This is the chapter as it was opened: there is no change to undo.",
    ),
    "chapter_id_empty": (
        "chapterId가 비어 있어요. 값을 쓰거나 chapterId를 빼 주세요.",
        "chapterId is empty. Give it a value or leave it out.",
    ),
    "limits_many": (
        "이만한 이야기에는 제한을 {most}개까지 걸 수 있는데 {count}개예요. 턴 단위로 묶어 주세요.",
        "A story this long takes up to {most} limits, and there are {count}. Name whole turns.",
    ),
    "playtest_long": (
        "턴과 인원이 너무 많아요: 곱해서 최대 {most}인데 {count:이에요}. 인원을 줄여 주세요.",
        "Too many turns and players: their product is {count}, at most {most}. Ask for fewer.",
    ),
    "playtest_busy": (
        "지금 실험해 보는 챕터가 너무 많아요({most}개). 잠시 뒤 다시 해 주세요.",
        "Too many chapters are being played ({most}). Try again in a moment.",
    ),
    "key_format": (
        "Idempotency-Key를 읽을 수 없어요. ASCII 글자 1~{most}개로 보내 주세요.",
        "The Idempotency-Key cannot be read. Send 1 to {most} plain ASCII characters.",
    ),
    "key_reused": (
        "같은 Idempotency-Key로 다른 요청이 이미 왔어요. 새 키로 보내 주세요.",
        "This Idempotency-Key came with another body before. Use a new key.",
    ),
    "body_format": (
        "본문의 형식이 맞지 않아요. errors에 적힌 자리를 고쳐 주세요.",
        "The body is not of the right form. Mend the places named in errors.",
    ),
    "body_unreadable": (
        "본문을 읽을 수 없어요. UTF-8 인코딩의 JSON으로 보내 주세요.",
        "The body cannot be read. Send JSON in UTF-8.",
    ),
    "method": (
        "이 주소에서 쓸 수 없는 HTTP 메서드예요. /docs에서 알맞은 것을 골라 주세요.",
        "This address does not take this HTTP method. /docs names those that it takes.",
    ),
    "socket_only": (
        "이 주소는 WebSocket만 받아요. HTTP로는 /edits/…/events를 써 주세요.",
        "This address takes WebSockets alone. Over HTTP use /edits/…/events.",
    ),
}
