"""The first request this program was made for: one turn, one stock, and a wish for more."""

import json

WIZARD = {
    "name": "🧙‍♂️ 모래 마법사",
    "risk_level": "고위험 고수익",
    "description": "모래바람을 부르는 마법사예요.",
    "before_value": 100,
    "current_value": 100,
    "expectation": "맑은 날이라 힘이 날 것 같아요!",
}
CHAPTER = [
    {
        "turn_number": 1,
        "result": "마법 마을의 대회가 열렸어요.",
        "news": "오늘은 하늘이 맑아요!",
        "news_tag": "all",
        "stocks": [WIZARD],
    }
]
REQUEST = "이야기를 훨씬 두근거리게 만들어 줘. 모험을 더 넣고 마법사들끼리 더 세게 겨루게 해 줘."


def rival(name, risk):
    price = {"price": 100, "expectation": "첫 번째로 탑에 오르고 싶대요!"}
    return {
        "op": "add_stock",
        "stock": {
            "name": name,
            "risk_level": risk,
            "description": "탑 꼭대기를 노리는 경쟁자예요.",
            "turns": [price],
        },
    }


def test_a_one_stock_chapter_gains_its_rivals_and_new_texts(app_with_model, model):
    story = json.dumps(CHAPTER, ensure_ascii=False, separators=(",", ":"))
    news = "세 마법사가 꼭대기에 먼저 오르려고 탑 앞에 모였어요!"
    result = "모험이 시작됐어요! 탑에서 번개가 번쩍이고 경쟁자들이 지팡이를 들었어요."
    model.says(
        {
            "changes": [
                {"op": "set", "at": "t1.result", "to": result},
                {"op": "set", "at": "t1.news", "to": news},
                rival("🌊 파도 마법사", "중위험 균형형"),
                rival("🌳 숲 마법사", "저위험 저수익"),
            ],
            "reply": "경쟁자를 둘 더했어요.",
        }
    )

    answer = app_with_model.edit(story, REQUEST).json
    after = json.loads(answer["story"])

    assert answer["outcome"] == "edited"
    assert [stock["name"] for stock in after[0]["stocks"]] == [
        WIZARD["name"],
        "🌊 파도 마법사",
        "🌳 숲 마법사",
    ]
    assert after[0]["stocks"][0] == WIZARD
    assert list(after[0]["stocks"][1]) == list(WIZARD)
    assert (after[0]["result"], after[0]["news"]) == (result, news)
    added = {each["rule"] for each in answer["findings"]["after"]}
    assert added <= {each["rule"] for each in answer["findings"]["before"]}
