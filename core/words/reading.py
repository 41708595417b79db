"""What the meters of texts say, and the sheet."""

from collections.abc import Mapping

TABLE: Mapping[str, tuple[str, str]] = {
    "reading_box": (
        "뉴스 칸에는 한글이 {most}자까지 보이는데 {length}자예요. {over}자를 줄여 주세요.",
        "The player's news box shows {most} Hangul syllables and this has {length}: cut {over}.",
    ),
    "reading_over": (
        "{field:은} {most}자까지가 알맞은데 {length}자예요. {over}자를 줄여 주세요.",
        "Up to {most} characters suit a {field} and this has {length}: cut {over}.",
    ),
    "reading_long": (
        "다른 {field}보다 길어요({length}자). 실제 챕터는 스무 개 중 열아홉이 {most}자 이하예요.",
        "Long for a {field} ({length} characters): in real chapters 19 of 20 have at most {most}.",
    ),
    "reading_sentence": (
        "{length}어절이나 되는 문장이 있어요. 실제 챕터는 대부분 {most}어절 이하예요. 나눠 보세요.",
        "A sentence of {length} words; real ones hardly ever have more than {most}. Try two.",
    ),
    "reading_eojeol": (
        "‘{word}’ 어절이 길어요({length}자). 실제 챕터에는 {most}자보다 긴 어절이 없어요.",
        "“{word}” is long ({length} syllables); no word of the real chapters has more than {most}.",
    ),
    "reading_rare": (
        "어린이에게 어려운 말이 있어요: {words}. 쉬운 말로 바꿔 보세요.",
        "Hard words for a child: {words}. Try plainer ones.",
    ),
    "reading_finance": (
        "경제 낱말이 한 글에 {count}개 있어요: {words}. {most}개까지가 알맞아요.",
        "Words of finance in one text: {count} ({words}). Up to {most} are usual.",
    ),
    "no_font": (
        "서버에 한글 글꼴이 없어서 PDF를 만들지 못해요. 관리자가 fonts-noto-cjk를 설치해 주세요.",
        "No Korean font on this server, so no PDF: the operator installs fonts-noto-cjk.",
    ),
    "sheet_chapter": ("챕터", "Chapter"),
    "sheet_facts": ("{turns}턴 · 종목 {stocks}개", "Turns: {turns} · stocks: {stocks}"),
    "sheet_turn": ("턴", "Turn"),
    "sheet_stock": ("{n}번 종목", "Stock {n}"),
    "sheet_story": ("뉴스 → 턴이 끝나면", "News → at the end of the turn"),
    "sheet_prices": ("주가(냥)", "Prices (coins)"),
    "sheet_chart": ("턴마다 주가가 어떻게 바뀌는지 그린 그래프", "The prices over the turns"),
    "sheet_legend": (
        "밑줄은 새로 쓴 것, 가로줄은 지운 것, 점선은 바꾸기 전 주가예요.",
        "Underlined is new, struck out is gone, dashed lines are the prices before.",
    ),
    "sheet_turns_were": ("바꾸기 전에는 {was}턴이었어요.", "Turns before: {was}."),
    "sheet_more": (
        "이 종이에 담지 못한 턴이 {count}개 더 있어요.",
        "Turns that this sheet has no room for: {count}.",
    ),
    "sheet_class": (
        "학급 실험: {players}명, {start}냥으로 시작, 씨앗 {seed}",
        "Class: {players} players, {start} coins at the start, seed {seed}",
    ),
    "sheet_everyone": ("모두", "Everyone"),
    "sheet_kind": ("노는 방법", "Way to play"),
    "sheet_median": ("가운데 값(냥)", "Median (coins)"),
    "sheet_gain": ("시작보다", "Gain"),
    "sheet_losing": ("손해", "Losing"),
}

_PLAIN = """
급등=크게 오름, 급락=크게 내림, 폭등=아주 크게 오름, 폭락=아주 크게 내림, 급증=크게 늘어남
급감=크게 줄어듦, 반등=다시 오름, 등락=오르내림, 변동=오르내림, 변동성=오르내림, 보합=그대로임
상승세=오르는 흐름, 하락세=내리는 흐름, 강세=오르는 흐름, 약세=내리는 흐름, 회복세=나아지는 흐름
추세=흐름, 동향=움직임, 호황=장사가 잘되는 때, 불황=장사가 안되는 때, 침체=잘 안됨, 부진=잘 안됨
호조=잘됨, 저조=낮음, 호재=좋은 소식, 악재=나쁜 소식, 실적=거둔 성적, 수요=사려는 사람
공급=팔 물건, 품귀=물건이 모자람, 재고=남은 물건, 유통=나르고 파는 일, 원자재=재료, 단가=하나 값
상향=높임, 하향=낮춤, 점유율=차지한 몫, 경쟁력=이기는 힘, 인지도=이름이 알려진 정도
선호도=좋아하는 정도, 수익성=돈이 벌리는 정도, 효율성=알뜰함, 생산성=만드는 빠르기
도입=들여옴, 체결=맺음, 협약=약속, 협정=약속, 제휴=함께 일함, 합병=합침, 파산=망함, 부도=망함
도산=망함, 해고=내보냄, 감원=사람을 줄임, 규제=막는 규칙, 완화=느슨하게 함, 시행=시작함
추진=밀고 나감, 확보=얻음, 확충=늘림, 증설=더 지음, 감축=줄임, 축소=줄임, 확대=늘림, 증대=늘림
증가=늘어남, 감소=줄어듦, 저하=떨어짐, 악화=나빠짐, 우려=걱정, 불가피=어쩔 수 없음
여파=뒤에 남은 영향, 차질=어긋남, 무산=이루어지지 못함, 철회=거두어들임, 유예=미룸, 폐지=없앰
폐쇄=문을 닫음, 가동=움직임, 재개=다시 시작함, 파업=일을 멈춤, 여론=사람들 생각, 논란=말다툼
의혹=의심, 혐의=의심, 소송=재판, 배상=물어 줌, 유출=새어 나감, 적발=들킴, 단속=살핌, 대응=맞섬
대책=막을 방법, 방안=방법, 지침=정해 둔 방법, 절차=차례, 권한=힘
현저히=눈에 띄게, 상당히=꽤, 점차=차츰, 급격히=갑자기, 지속적=꾸준한, 일시적=잠깐의
전반적=전체의, 효율적=알뜰한, 획기적=아주 새로운, 본격적=제대로 된, 잠정적=우선의
압도적=훨씬 뛰어난, 궁극적=마지막의, 근본적=바탕이 되는, 상대적=견주어 본, 객관적=누가 봐도 그런
합리적=이치에 맞는, 선제적=먼저 하는, 이례적=보기 드문, 치명적=아주 위험한, 독보적=견줄 데 없는
전략적=꾀를 쓰는, 효과적=잘 듣는, 실험적=새로 해 보는, 미미=아주 작음, 여건=형편, 양상=모습
국면=때, 요인=까닭, 측면=쪽, 비중=차지한 몫, 지표=알려 주는 숫자, 잠재력=숨은 힘
원동력=움직이는 힘, 파급=퍼짐, 각광=큰 관심, 호평=좋은 평가, 혹평=나쁜 평가, 흥행=인기를 끎
주력=힘을 쏟음, 둔화=느려짐, 포화=꽉 참, 고갈=다 떨어짐, 결핍=모자람, 초래=불러옴, 유발=일으킴
야기=일으킴, 봉착=맞닥뜨림, 직면=맞닥뜨림, 모색=찾아봄, 도모=꾀함, 촉진=빨라지게 함, 억제=누름
저지=막음, 차단=막음, 배제=뺌, 감안=생각함, 간주=여김, 도출=찾아냄, 산출=셈, 추정=짐작
검토=살펴봄, 심사=살펴보고 고름, 승인=허락, 위탁=맡김, 수행=해냄, 이행=해냄, 완수=다 해냄
획득=얻음, 취득=얻음, 상실=잃음, 박탈=빼앗음, 은닉=숨김, 은폐=감춤, 발각=들킴, 포착=알아챔
감지=느낌, 잠입=몰래 들어감, 침투=몰래 들어감, 매복=숨어 기다림, 교란=어지럽힘, 유인=꾀어냄
회유=달램, 중재=화해시킴, 분쟁=다툼, 곤경=어려움, 삼엄=빈틈없음, 타격=피해
리스크=위험, 마케팅=알리는 일, 프로모션=행사, 인프라=바탕이 되는 시설, 트렌드=유행
이슈=이야깃거리, 시너지=함께 내는 힘, 퀄리티=품질, 프리미엄=고급, 론칭=시작, 런칭=시작
컬래버레이션=함께 만들기, 콜라보=함께 만들기, 스타트업=새로 시작한 회사, 글로벌=세계
인센티브=상, 페널티=벌, 솔루션=해결 방법, 모멘텀=힘, 컨센서스=사람들 생각
"""
_FINANCE = """
가치주 거래량 고평가 공매도 금리 대주주 레버리지 매도 매매 매수 매출 배당 배당금 배당주 분산
상장사 선물거래 손실 손절 수익 수익률 시가총액 시세 시세차익 신용등급 우량주 원금 이윤 이자
이자율 익절 인덱스 자본 자산 저평가 적자 종목 주가 주식 주주 증권 증시 지분 차익 채권 투자 투자자
펀드 평가액 포트폴리오 할인율 현금흐름 호가 환율 흑자
"""

PLAIN: Mapping[str, str] = {
    hard: plain
    for entry in _PLAIN.replace("\n", ", ").strip(", ").split(", ")
    for hard, plain in [entry.split("=")]
}
"""Words above the players' age, as they begin an eojeol, and a plainer way to say each."""
FINANCE = frozenset(_FINANCE.split())
"""Words of investing: a chapter teaches a few of them at a time."""
