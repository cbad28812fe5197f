"""The words of the six exchange tables for our own values (requirements 7.1)."""

from __future__ import annotations

CASE_TYPE = {"immediate": "即办件", "promised": "承诺件", "forwarded": "上报件", "joint": "联办件"}
"""T1.4 prints the first two; the others exist in provincial interfaces (rules 2.2)."""

ID_TYPE = {
    "citizen_id": "身份证",
    "credit_code": "统一社会信用代码",
    "organisation_code": "组织机构代码证",
    "passport": "护照",
    "other": "其他",
}
SOURCE = {
    "portal": "政务服务门户",
    "mobile": "移动终端",
    "window": "实体政务大厅",
    "terminal": "自助终端",
    "hotline": "服务热线",
    "proxy": "代办",
    "department_system": "部门业务系统",
    "import": "历史数据导入",
}
METHOD = {"paper": "纸质收取", "attachment": "附件上传", "certificate_library": "证照库"}
ACTION = {"passed": "通过", "returned": "退回", "other": "其他"}
OUTCOME = {
    "granted": "准予许可",
    "refused": "不予许可",
    "forwarded": "转报",
    "partly_granted": "部分准予许可",
}
"""T6.4 prints three; a partly granted permit would be hidden by any of them."""

ZONE_NAME = "Asia/Shanghai"
TIME_FORMAT = "%Y-%m-%d %H:%M:%S"
"""T1.16 and T2.6 are printed `yyyy-mm-ddhh24∶mi∶ss`, T3.4 `yyyy-mm-dd hh24∶mi∶ss`: the missing space
and the colon U+2236 are read as slips of the printer (AMB-39), so all three are written alike, with a
space and ASCII colons, in the legal zone. T4.7 and T4.8 print no format and follow. What we read may
lack the space or carry U+2236 (`shared.contracts.moments`)."""
DAY_FORMAT = "%Y-%m-%d"
"""T5.4, T5.7; also T6.3, which prints none but is called a day."""
