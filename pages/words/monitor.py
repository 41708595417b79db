"""Words of the page that watches the service."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MonitorWords:
    watch_loading: str
    watch_well: str
    watch_problems: str
    watch_store: str
    watch_stopping: str
    watch_circuit: str
    watch_failing: str
    watch_line: str
    watch_budget: str
    watch_lag: str
    watch_memory: str
    watch_replica: str
    watch_range: str
    watch_five: str
    watch_hour: str
    watch_five_ago: str
    watch_hour_ago: str
    watch_now: str
    watch_edits: str
    watch_edits_now: str
    watch_done: str
    watch_failed: str
    watch_cancelled: str
    watch_speed: str
    watch_speed_half: str
    watch_speed_none: str
    watch_whole: str
    watch_first: str
    watch_model: str
    watch_model_now: str
    watch_model_none: str
    watch_rate: str
    watch_in_line: str
    watch_cost: str
    watch_cost_tokens: str
    watch_cost_of: str
    watch_cost_saved: str
    watch_tokens: str
    watch_reply: str
    watch_reply_now: str
    watch_server: str
    watch_desk: str
    watch_memory_card: str
    watch_machine: str
    watch_app: str
    watch_app_memory: str
    watch_errors: str
    watch_errors_none: str
    watch_errors_n: str
    watch_store_card: str
    watch_size: str
    watch_pages: str
    watch_unended: str
    watch_replicas: str
    watch_alone: str
    watch_away: str
    watch_recent: str
    watch_recent_hint: str
    watch_recent_none: str
    watch_recent_n: str
    watch_table: str
    watch_time: str
    watch_seconds: str
    error_modelbusy: str
    error_modeltimeout: str
    error_modeldown: str
    error_modelrefused: str
    error_modelgarbled: str
    error_modelsetup: str
    error_modelspent: str
    error_unavailable: str
    error_other: str
    trace: str
    trace_line: str
    trace_connect: str
    trace_first: str
    trace_writing: str
    trace_store: str
    trace_work: str
    trace_share: str
    trace_call: str
    trace_main: str
    trace_repair: str
    trace_turn: str


KO = MonitorWords(
    watch_loading="지난 한 시간을 불러오고 있어요.",
    watch_well="모두 잘 되고 있어요",
    watch_problems="살펴볼 것이 {n}가지 있어요",
    watch_store="저장소가 답하지 않아요. 디스크와 데이터베이스를 확인해 주세요.",
    watch_stopping="서버가 끝나는 중이라 새 편집을 받지 않아요. 다시 켜질 때까지 기다려 주세요.",
    watch_circuit="AI 모델이 거듭 실패해서 {n}초 쉬고 있어요. 아래 AI 연결에서 시험해 주세요.",
    watch_failing="최근 5분에 편집 {n}개가 실패했어요. 아래 오류를 봐 주세요.",
    watch_line="모델 호출 {n}개가 차례를 기다려요. MAX_PARALLEL_CALLS와 분당 한도를 봐 주세요.",
    watch_budget="오늘 예산의 {n}%를 썼어요. 더 쓰려면 MAX_COST_A_DAY를 올려 주세요.",
    watch_lag="서버가 {n}ms 동안 멈칫했어요. 이어지면 CPU를 확인해 주세요.",
    watch_memory="컴퓨터가 메모리를 {n}% 쓰고 있어요. 다른 프로그램을 닫아 주세요.",
    watch_replica="서버 {most}대 가운데 {n}대만 살아 있어요. 꺼진 서버를 다시 켜 주세요.",
    watch_range="보는 기간",
    watch_five="최근 5분",
    watch_hour="최근 1시간",
    watch_five_ago="5분 전",
    watch_hour_ago="1시간 전",
    watch_now="지금",
    watch_edits="편집",
    watch_edits_now="실행 {running} · 대기 {queued} · 멈추는 중 {stopping}",
    watch_done="끝남",
    watch_failed="실패",
    watch_cancelled="취소",
    watch_speed="AI 편집에 걸린 시간",
    watch_speed_half="절반은 이보다 빨라요 · 95%는 {most}초 안 · 한 시간 {n}개",
    watch_speed_none="한 시간 동안 AI 편집이 없었어요.",
    watch_whole="전체",
    watch_first="첫 글자까지",
    watch_model="모델이 쓰는 속도",
    watch_model_now="호출 {calls} · 차례 기다림 {line}",
    watch_model_none="AI 모델이 정해져 있지 않아요.",
    watch_rate="초당 토큰",
    watch_in_line="차례 기다림",
    watch_cost="오늘 비용",
    watch_cost_tokens="한 시간에 쓴 토큰",
    watch_cost_of="예산 {most}의 {n}%",
    watch_cost_saved="토큰의 {cached}%는 다시 읽음 · 같은 요청 {repeated}번은 바로 답함",
    watch_tokens="토큰",
    watch_reply="서버가 멈칫한 시간",
    watch_reply_now="서버 {lag}ms · 편집 {desk}ms",
    watch_server="서버",
    watch_desk="편집",
    watch_memory_card="메모리",
    watch_machine="컴퓨터",
    watch_app="이 앱",
    watch_app_memory="이 앱 {n}",
    watch_errors="한 시간 동안 실패한 편집",
    watch_errors_none="실패한 편집이 없어요.",
    watch_errors_n="{n}번",
    watch_store_card="저장소와 서버",
    watch_size="데이터베이스",
    watch_pages="보고 있는 탭",
    watch_unended="모든 서버에서 실행 중인 편집",
    watch_replicas="살아 있는 서버",
    watch_alone="혼자 실행 중",
    watch_away="알 수 없음",
    watch_recent="최근 AI 편집에서 시간이 간 곳",
    watch_recent_hint="요청과 글은 여기에 나오지 않아요.",
    watch_recent_none="아직 없어요. AI 편집이 끝나면 시간이 간 곳이 여기에 보여요.",
    watch_recent_n="변경 {changes} · 호출 {calls} · 토큰 {tokens}",
    watch_table="숫자를 표로 보기",
    watch_time="시각",
    watch_seconds="{n}초",
    error_modelbusy="모델이 바빠요",
    error_modeltimeout="모델이 너무 늦었어요",
    error_modeldown="모델에 닿지 않아요",
    error_modelrefused="모델이 거절했어요",
    error_modelgarbled="모델의 답을 읽을 수 없어요",
    error_modelsetup="모델 설정이 틀렸어요",
    error_modelspent="오늘 한도를 다 썼어요",
    error_unavailable="서버나 저장소의 문제예요",
    error_other="그 밖의 문제예요",
    trace="시간이 간 곳",
    trace_line="차례 기다림",
    trace_connect="모델에 연결",
    trace_first="첫 글자 기다림",
    trace_writing="모델이 씀",
    trace_store="저장",
    trace_work="계산과 검사",
    trace_share="{s}초 ({n}%)",
    trace_call="{at}초에 시작, {s}초",
    trace_main="처음 호출",
    trace_repair="고쳐 쓰기",
    trace_turn="{n}턴",
)

EN = MonitorWords(
    watch_loading="Fetching the last hour.",
    watch_well="All is well",
    watch_problems="Worth a look: {n}",
    watch_store="The store does not answer. Please check the disk and the database.",
    watch_stopping="The server is stopping and takes no new edits. Please wait until it is back.",
    watch_circuit="The AI model keeps failing and rests for {n} s. Please test it below.",
    watch_failing="In the last 5 minutes, failed edits: {n}. Please see the errors below.",
    watch_line="Model calls in line: {n}. Please see MAX_PARALLEL_CALLS and the limit a minute.",
    watch_budget="{n}% of today's budget is spent. To go on, raise MAX_COST_A_DAY.",
    watch_lag="The server was held up for {n} ms. If that goes on, please check the CPU.",
    watch_memory="This computer's memory is {n}% full. Please close other programs.",
    watch_replica="Servers alive: {n} of {most}. Please start the missing ones again.",
    watch_range="Range",
    watch_five="5 minutes",
    watch_hour="1 hour",
    watch_five_ago="5 min ago",
    watch_hour_ago="1 hour ago",
    watch_now="now",
    watch_edits="Edits",
    watch_edits_now="{running} running · {queued} queued · {stopping} stopping",
    watch_done="ended",
    watch_failed="failed",
    watch_cancelled="cancelled",
    watch_speed="Time of an AI edit",
    watch_speed_half="half are faster · 95% within {most} s · {n} in the hour",
    watch_speed_none="No AI edit in the last hour.",
    watch_whole="whole edit",
    watch_first="first piece",
    watch_model="How fast the model writes",
    watch_model_now="calls {calls} · in line {line}",
    watch_model_none="No AI model is set.",
    watch_rate="tokens a second",
    watch_in_line="in line",
    watch_cost="Cost today",
    watch_cost_tokens="Tokens in the last hour",
    watch_cost_of="{n}% of the budget of {most}",
    watch_cost_saved="{cached}% of tokens read again · repeats answered at once: {repeated}",
    watch_tokens="tokens",
    watch_reply="Held up",
    watch_reply_now="server {lag} ms · edits {desk} ms",
    watch_server="server",
    watch_desk="edits",
    watch_memory_card="Memory",
    watch_machine="computer",
    watch_app="this app",
    watch_app_memory="this app {n}",
    watch_errors="Failed edits in the last hour",
    watch_errors_none="No edit has failed.",
    watch_errors_n="{n}×",
    watch_store_card="Store and servers",
    watch_size="Database",
    watch_pages="Tabs in view",
    watch_unended="Edits running on all servers",
    watch_replicas="Servers alive",
    watch_alone="one, alone",
    watch_away="unknown",
    watch_recent="Where the time of recent AI edits went",
    watch_recent_hint="Neither requests nor texts are shown here.",
    watch_recent_none="None yet. When an AI edit has ended, this shows where its time went.",
    watch_recent_n="changes {changes} · calls {calls} · tokens {tokens}",
    watch_table="Show the numbers as a table",
    watch_time="Time",
    watch_seconds="{n} s",
    error_modelbusy="The model is busy",
    error_modeltimeout="The model took too long",
    error_modeldown="The model cannot be reached",
    error_modelrefused="The model declined",
    error_modelgarbled="The model's answer cannot be read",
    error_modelsetup="The model is set up wrongly",
    error_modelspent="Today's limit is used up",
    error_unavailable="The server or its store failed",
    error_other="Something else failed",
    trace="Where the time went",
    trace_line="In line",
    trace_connect="Reaching the model",
    trace_first="Waiting for the first piece",
    trace_writing="The model writes",
    trace_store="Saving",
    trace_work="Computing and checks",
    trace_share="{s} s ({n}%)",
    trace_call="began at {at} s, took {s} s",
    trace_main="First call",
    trace_repair="Repair",
    trace_turn="Turn {n}",
)
