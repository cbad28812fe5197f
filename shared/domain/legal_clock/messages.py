"""The sentences of the clock's reasons, in Chinese and English. The law is cited as it is written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

MESSAGES: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "received": "{day} 收到申请，期限自次日起算（民法典第二百零一条）",
        "accepted": "{day} 受理，期限自次日起算（民法典第二百零一条）",
        "deemed": "逾期未告知补正，视为 {day} 收到材料之日受理（行政许可法第三十二条）",
        "waiting": "等待申请人补正或补充，期限未起算（行政许可法第三十二条）",
        "not_started": "尚未受理，期限未起算",
        "supplement": "{day} 受理后要求补正，不停钟",
        "statutory": "法定期限{limit}{basis}，至 {due} 届满",
        "statutory_paused": "法定期限{limit}{basis}，停钟期间不计届满日",
        "no_statutory": "未规定法定期限，不出红牌",
        "promised": "承诺期限{limit}，至 {due} 届满",
        "promised_paused": "承诺期限{limit}，停钟期间不计届满日",
        "stated": "期限由导入的办件记录载明：{due}",
        "paused_closed": "{start} 至 {end} {name}，停钟{law}",
        "paused_open": "{start} 起{name}，停钟{law}，尚未结束",
        "counted_closed": "{start} 至 {end} {name}，不停钟{law}",
        "counted_open": "{start} 起{name}，不停钟{law}",
        "extended": "{day} 批准{name}{days}{law}，",
        "extended_both": "法定期限与承诺期限同时顺延",
        "extended_statutory": "法定期限顺延",
        "extended_promised": "承诺期限顺延",
        "extended_broken_promise": "法定期限顺延；承诺期限此前已届满，不再顺延",
        "extended_nothing": "期限此前已届满，不再顺延",
        "moved": "末日 {day} 为休息日，顺延至 {due}（民法典第二百零三条）",
        "decided": "{day} 作出决定，法定期限停止计算",
        "forwarded": "{day} 报送上级机关决定，法定期限与承诺期限停止计算",
        "completed": "{day} 办结，承诺期限停止计算",
        "delivery": "送达期限{limit}（自决定之日起{law}），至 {due} 届满",
        "ready": "{day} 通知领取或寄出，送达期限停止计算",
        "ended": "{day} 办件终止，期限停止计算",
        "provisional": "届满日超出已公布的放假安排（至 {day}），为暂定日期",
        "article_45": "（行政许可法第四十五条）",
        "not_article_45": "（不属行政许可法第四十五条所列）",
        "article_42": "（行政许可法第四十二条）",
        "article_44": "，行政许可法第四十四条",
        "article_82": "（行政许可法第八十二条：按工作日计算）",
        "basis": "（{basis}）",
        "unnamed": "特别程序",
        "extension": "延长期限",
    },
    "en": {
        "received": "received {day}; the period starts the next day (Civil Code art. 201)",
        "accepted": "accepted {day}; the period starts the next day (Civil Code art. 201)",
        "deemed": "nobody said in time what was missing: accepted as of receipt, {day}"
        " (Administrative Licensing Law art. 32)",
        "waiting": "waiting for the applicant's material; the period has not started"
        " (Administrative Licensing Law art. 32)",
        "not_started": "not accepted yet; the period has not started",
        "supplement": "supplement asked for {day}, after acceptance: the clock runs on",
        "statutory": "statutory limit {limit}{basis}, ends {due}",
        "statutory_paused": "statutory limit {limit}{basis}; no end while the clock is stopped",
        "no_statutory": "no statutory limit, hence no red card",
        "promised": "promised limit {limit}, ends {due}",
        "promised_paused": "promised limit {limit}; no end while the clock is stopped",
        "stated": "the deadline is the imported record's own: {due}",
        "paused_closed": "{start} to {end} {name}: clock stopped{law}",
        "paused_open": "since {start} {name}: clock stopped{law}, still open",
        "counted_closed": "{start} to {end} {name}: the clock ran on{law}",
        "counted_open": "since {start} {name}: the clock runs on{law}",
        "extended": "{day} {name} by {days} approved{law}; ",
        "extended_both": "statutory and promised limit both move",
        "extended_statutory": "the statutory limit moves",
        "extended_promised": "the promised limit moves",
        "extended_broken_promise": "the statutory limit moves; the promise had ended already and stays",
        "extended_nothing": "the limit had ended already and stays",
        "moved": "the last day {day} is a day of rest: moved to {due} (Civil Code art. 203)",
        "decided": "decided {day}: the statutory clock stops",
        "forwarded": "forwarded {day} for the superior organ to decide: both clocks stop",
        "completed": "completed {day}: the promised clock stops",
        "delivery": "delivery limit {limit} (from the decision{law}), ends {due}",
        "ready": "result announced or dispatched {day}: the delivery clock stops",
        "ended": "the case ended {day}: the clocks stop",
        "provisional": "the end lies past the published holiday arrangements (to {day}): provisional",
        "article_45": " (Administrative Licensing Law art. 45)",
        "not_article_45": " (not among the kinds of Administrative Licensing Law art. 45)",
        "article_42": " (Administrative Licensing Law art. 42)",
        "article_44": ", Administrative Licensing Law art. 44",
        "article_82": " (Administrative Licensing Law art. 82: working days)",
        "basis": " ({basis})",
        "unnamed": "special procedure",
        "extension": "extension",
    },
}


class Words:
    """One language, and dates as they are written beside a case of `year`."""

    def __init__(self, language: str, year: int) -> None:
        self.language = "en" if language.lower().startswith("en") else "zh"
        self._table = MESSAGES[self.language]
        self._year = year

    def __call__(self, key: str, **values: object) -> str:
        return self._table[key].format(**values)

    def day(self, day: date) -> str:
        return f"{day:%m-%d}" if day.year == self._year else f"{day:%Y-%m-%d}"
