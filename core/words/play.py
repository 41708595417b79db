"""What the game cannot play, what the simulated class shows, lessons, and the economy."""

from collections.abc import Mapping

TABLE: Mapping[str, tuple[str, str]] = {
    # -- what the game cannot play
    "unplayable_turns": (
        "턴이 {turns}개뿐이라 게임을 할 수 없어요. {least}개 이상이 되게 턴을 더해 주세요.",
        "The chapter has {turns} of at least {least} turns, too few to play. Add some.",
    ),
    "unplayable_stocks": (
        "{where}: 종목이 {count}개라 게임이 멈춰요. 종목을 {usual}개 넣어 주세요.",
        "{where}: with {count} stocks the game stops. Put {usual} stocks there.",
    ),
    "unplayable_price": (
        "{where}: 숫자로 된 가격이 없어 게임이 멈춰요. 가격을 적어 주세요.",
        "{where}: without a price as a number the game stops. Write the price.",
    ),
    "unplayable_price_sign": (
        "{where}: 가격이 {price:이라} 끝없이 살 수 있어요. 0보다 큰 가격으로 바꿔 주세요.",
        "{where}: at a price of {price} one can buy without end. Use a price above 0.",
    ),
    "unplayable_price_size": (
        "{where}: 가격 {price:은} 너무 작거나 커서 셈이 어긋나요. 1에서 2000 사이로 바꿔 주세요.",
        "{where}: a price of {price} is too small or large to count with. Use 1 to 2000.",
    ),
    "unplayable_growth": (
        "{where}까지 가격이 너무 많이 올라 돈을 셀 수 없어요. 가격을 낮춰 주세요.",
        "{where}: prices rise so far that the coins cannot be counted. Lower them.",
    ),
    # -- how a class plays
    "kind_random": ("아무렇게나 사고팔기", "random trading"),
    "kind_cautious": ("조심조심 담기", "careful buying"),
    "kind_all_low": ("저위험에 몰아 담기", "all in on low risk"),
    "kind_all_mid": ("중위험에 몰아 담기", "all in on mid risk"),
    "kind_all_high": ("고위험에 몰아 담기", "all in on high risk"),
    "kind_equal": ("나눠 담기", "spreading"),
    "kind_follower": ("뉴스 따라 담기", "following the news"),
    "kind_best": ("가장 잘 고르기", "the best choices"),
    "kind_class": ("학급 전체", "the whole class"),
    "measure_mean": ("평균", "mean"),
    "measure_median": ("가운데 값", "median"),
    "measure_losing": (
        "손해 비율",
        "losing share",
    ),
    # -- what an edit does to the class
    "verdict_alone": (
        "가운데 값은 {median}냥, 손해 비율은 {losing}%이고, {who:이} 가장 많이 벌어요({most}냥).",
        "The median is {median} coins, {losing}% lose, and {who} earns most ({most} coins).",
    ),
    "verdict_end_loses": (
        "이 편집으로 {who:이} 손해로 끝나요({was}냥 → {now}냥).",
        "This edit makes {who} end with a loss ({was} → {now} coins).",
    ),
    "verdict_end_gains": (
        "이 편집으로 {who:이} 더는 손해로 끝나지 않아요({was}냥 → {now}냥).",
        "With this edit {who} no longer ends with a loss ({was} → {now} coins).",
    ),
    "verdict_turn_loses": (
        "이 편집으로 {turn}턴에서 {who:이} 손해를 봐요({was}냥 → {now}냥).",
        "This edit makes {who} lose in turn {turn} ({was} → {now} coins).",
    ),
    "verdict_turn_gains": (
        "이 편집으로 {turn}턴에서 {who:이} 더는 손해를 보지 않아요({was}냥 → {now}냥).",
        "With this edit {who} no longer loses in turn {turn} ({was} → {now} coins).",
    ),
    "verdict_ahead": (
        "이 편집으로 가장 많이 버는 방법이 {was}에서 {now:으로} 바뀌어요.",
        "With this edit {now} earns most, no longer {was}.",
    ),
    "verdict_up": (
        "이 편집으로 학급의 가운데 값이 {was}냥에서 {now}냥으로 올라가요.",
        "This edit raises the median of the class from {was} to {now} coins.",
    ),
    "verdict_down": (
        "이 편집으로 학급의 가운데 값이 {was}냥에서 {now}냥으로 내려가요.",
        "This edit lowers the median of the class from {was} to {now} coins.",
    ),
    "verdict_one": (
        "학급의 가운데 값은 그대로지만 {who:은} {was}냥에서 {now}냥이 돼요.",
        "The median of the class stays; {who} goes from {was} to {now} coins.",
    ),
    "verdict_same": (
        "학급의 결과는 그대로예요.",
        "The results of the class stay as they are.",
    ),
    # -- what a chapter teaches
    "lesson_spread": (
        "나눠 담으면 몰아 담을 때보다 대개 더 벌어요",
        "Spreading usually beats going all in",
    ),
    "lesson_news": (
        "뉴스를 따르면 아무렇게나 살 때보다 더 벌어요",
        "Following the news beats random trading",
    ),
    "lesson_risk": (
        "위험이 클수록 더 벌지만 더 자주 떨어져요",
        "Higher risk earns more and falls more often",
    ),
    "lesson_least_coins": (
        "{left}의 {measure:이} {right}냥 이상이에요",
        "{left}: {measure} of at least {right} coins",
    ),
    "lesson_most_coins": (
        "{left}의 {measure:이} {right}냥 이하예요",
        "{left}: {measure} of at most {right} coins",
    ),
    "lesson_least_share": (
        "{left}의 {measure:이} {right}% 이상이에요",
        "{left}: {measure} of at least {right}%",
    ),
    "lesson_most_share": (
        "{left}의 {measure:이} {right}% 이하예요",
        "{left}: {measure} of at most {right}%",
    ),
    "lesson_least_kind": (
        "{left}의 {measure:이} {right}보다 낮지 않아요",
        "{left}: {measure} no lower than {right}",
    ),
    "lesson_most_kind": (
        "{left}의 {measure:이} {right}보다 높지 않아요",
        "{left}: {measure} no higher than {right}",
    ),
    "lesson_least_by_coins": (
        "{left}의 {measure:이} {right}보다 {by}냥 이상 높아요",
        "{left}: {measure} {by} coins or more above {right}",
    ),
    "lesson_most_by_coins": (
        "{left}의 {measure:이} {right}보다 {by}냥 이상 낮아요",
        "{left}: {measure} {by} coins or more below {right}",
    ),
    "lesson_least_by_share": (
        "{left}의 {measure:이} {right}보다 {by}%p 이상 높아요",
        "{left}: {measure} {by} points or more above {right}",
    ),
    "lesson_most_by_share": (
        "{left}의 {measure:이} {right}보다 {by}%p 이상 낮아요",
        "{left}: {measure} {by} points or more below {right}",
    ),
    "lesson_kept": (
        "‘{lesson}’ 교훈을 지켜요.",
        "“{lesson}”: this lesson holds.",
    ),
    "lesson_turned": (
        "이 편집이 ‘{lesson}’ 교훈을 뒤집어요.",
        "This edit turns a lesson around: “{lesson}”.",
    ),
    "lesson_mended": (
        "이 편집으로 ‘{lesson}’ 교훈을 지키게 돼요.",
        "With this edit a lesson holds: “{lesson}”.",
    ),
    "lesson_fails": (
        "‘{lesson}’ 교훈을 지키지 못해요.",
        "“{lesson}”: this lesson does not hold.",
    ),
    "lesson_untested": (
        "‘{lesson}’ 교훈은 시험할 수 없어요. 종목의 위험 등급과 뉴스 태그를 채워 주세요.",
        "“{lesson}”: this cannot be tried. Fill in the risk levels and the news tags.",
    ),
    "lesson_advice": (
        "가격을 다시 살펴봐 주세요.",
        "Look at the prices again.",
    ),
    "lesson_format": (
        "교훈을 읽을 수 없어요({field}). 종류와 비교하는 값을 다시 골라 주세요.",
        "A lesson cannot be read ({field}). Choose its kind and what it compares again.",
    ),
    "lesson_many": (
        "교훈이 {count}개예요. {most}개까지만 남겨 주세요.",
        "There are {count} lessons. Keep at most {most}.",
    ),
    "figure_coins": ("{who} {now}냥", "{who} {now} coins"),
    "figure_coins_moved": ("{who} {was}냥 → {now}냥", "{who} {was} → {now} coins"),
    "figure_change": ("{who} {now}냥", "{who} {now} coins"),
    "figure_change_moved": ("{who} {was}냥 → {now}냥", "{who} {was} → {now} coins"),
    "figure_share": ("{who} 손해 {now}%", "{who} {now}% losing"),
    "figure_share_moved": ("{who} 손해 {was}% → {now}%", "{who} {was}% → {now}% losing"),
    "figure_turns": ("{who} {now}번", "{who} {now}"),
    "figure_turns_moved": ("{who} {was}번 → {now}번", "{who} {was} → {now}"),
    "figure_middle": ("몰아 담은 셋의 가운데", "the middle all-in bet"),
    "figure_all_high": (
        "한 턴에 평균 고위험",
        "on average per turn high risk",
    ),
    "figure_all_mid": (
        "중위험",
        "mid risk",
    ),
    "figure_all_low": (
        "저위험",
        "low risk",
    ),
    "figure_falls_high": (
        "떨어진 턴은 고위험",
        "turns with a fall: high risk",
    ),
    "figure_falls_low": (
        "저위험",
        "low risk",
    ),
    # -- news and moves
    "economy_no_tag": (
        "{turn}턴 뉴스에는 태그가 없는데 ‘{name:’이} {move}냥 움직여요. 태그를 골라 주세요.",
        "The news of turn {turn} has no tag, but “{name}” moves {move} coins. Choose a tag.",
    ),
    "economy_no_target": (
        (
            "{turn}턴 태그는 {tag}인데 그런 종목이 없고 ‘{name:’이} {move}냥 움직여요."
            " 위험 등급이나 태그를 고쳐 주세요."
        ),
        (
            "The tag of turn {turn} is {tag}, but no stock has that risk; “{name}” moves {move}"
            " coins. Correct the risk levels or the tag."
        ),
    ),
    "economy_not_all": (
        "{turn}턴 뉴스는 {tag}에게 미치는데 ‘{name:’은} 그대로예요. 가격이나 태그를 고쳐 주세요.",
        "The news of turn {turn} means {tag}, but “{name}” stays. Change its price or the tag.",
    ),
    "economy_other_instead": (
        (
            "{turn}턴 {tag} 뉴스인데 ‘{name:’은} {move}냥, ‘{other:’은} {other_move}냥 움직여요."
            " 태그나 가격을 고쳐 주세요."
        ),
        (
            "The news of turn {turn} means {tag}, but “{name}” moves {move} and “{other}”"
            " {other_move} coins. Change the tag or the prices."
        ),
    ),
    "economy_other_too": (
        "{turn}턴 {tag} 뉴스인데 ‘{name:’도} {move}냥 움직여요. 태그나 가격을 고쳐 주세요.",
        "The news of turn {turn} means {tag}, but “{name}” moves {move} coins too. Change either.",
    ),
    # -- repairs
    "offer_tag": (
        "{turn}턴 뉴스 태그를 ‘{tag:’으로} 바꿔요",
        "Set the news tag of turn {turn} to “{tag}”",
    ),
    "offer_risk": (
        "‘{name}’ 위험 등급을 ‘{to:’으로} 정해요. {turn}턴 {tag} 뉴스에 이 종목만 움직여요",
        "Set the risk of “{name}” to “{to}”: the {tag} news of turn {turn} moves it alone",
    ),
    "offer_level": (
        "{place:을} ‘{to:’으로} 맞춰요",
        "{place}: set it to “{to}”",
    ),
    "offer_carry": (
        "{place} 이전 가격을 앞 턴의 가격으로 채워요",
        "{place}: fill the price before from the turn before it",
    ),
    "offer_price": (
        "{turn}턴 ‘{name}’ 가격을 {was}냥에서 {to}냥으로 바꿔요",
        "Change the price of “{name}” in turn {turn} from {was} to {to} coins",
    ),
    "offer_prices": (
        "{turn}턴 ‘{name}’ 가격을 {was}냥에서 {to}냥으로 바꾸고, 뒤 턴의 움직임은 그대로 이어요",
        "Change the price of “{name}” in turn {turn} from {was} to {to} coins; later moves stay",
    ),
    "offer_restate": (
        "{turn}턴 결과의 퍼센트를 가격에 맞춰요: {changes}",
        "Make the percentages in the result of turn {turn} true: {changes}",
    ),
}
