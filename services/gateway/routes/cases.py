"""Cases: application, every action, work list, history, progress, process exchange, files."""

from __future__ import annotations

from services.gateway.local.uploads import post_file
from services.gateway.routes.route import API, Condition, Rate, Route, Size, command, read
from services.gateway.schemas import UploadQuery
from shared.contracts import cases as contract

_TAG = "cases"

IF_MATCH_REQUIRED = frozenset({"correct", "void"})
"""Actions that overwrite what others rely on: who does one must say which state they saw."""

_EXAMPLE = {
    "item_code": "11440100MB2C9XXXX0400111001000",
    "application_form": "full_online",
    "applicant": {
        "type": "natural_person",
        "name": "张三",
        "id_type": "citizen_id",
        "id_no": "11010519491231002X",
        "phone": "13800000000",
    },
    "form": {},
    "materials": [{"code": "M1", "method": "attachment", "file_id": "6f1c1b0e-5b0e-4b0e-9b0e-0123456789ab"}],
    "source": "portal",
    "delivery": {"method": "hall"},
}

_ACTION_EXAMPLES = {
    "pre-review": {"outcome": "passed"},
    "request-supplement": {"reason": "身份证明已过期", "materials": [{"code": "M1", "reason": "已过期"}]},
    "record-step": {"step": "审查", "action": "passed", "opinion": "符合条件"},
    "start-special-procedure": {
        "type": "B",
        "name": "专家评审",
        "reason": "需专家论证",
        "limit_days": 10,
        "approver": "李局长",
    },
    "end-special-procedure": {"result": "通过", "opinion": "专家组同意"},
    "decide": {"outcome": "granted"},
    "complete": {"certificate": {"name": "食品经营许可证"}},
    "deliver": {"method": "hall", "collector": {"name": "张三"}},
    "rate": {"score": 5},
}


def _action(name: str, action: contract.ActionContract) -> Route:
    required = name in IF_MATCH_REQUIRED
    return command(
        f"/cases/{{no}}/{name}",
        "cases",
        "act",
        f"{action.summary} {name}",
        _TAG,
        body=action.schema,
        answer=contract.ActionAnswer,
        fixed={"action": name},
        condition=Condition.REQUIRED if required else Condition.OPTIONAL,
        example=_ACTION_EXAMPLES.get(name),
        one_of=action.permissions,
        note=f"Needs one of the permissions {', '.join(action.permissions)}.",
    )


CASE_ROUTES = (
    command(
        "/cases",
        "cases",
        "submit",
        "提交申请 Apply",
        _TAG,
        body=contract.SubmitCase,
        answer=contract.SubmitAnswer,
        status=201,
        location=f"{API}/cases/{{case_no}}",
        example=_EXAMPLE,
    ),
    *(_action(name, action) for name, action in contract.ACTIONS.items()),
    read(
        "/cases",
        "cases",
        "list",
        "办件列表 Work list",
        _TAG,
        query=contract.ListCases,
        answer=contract.CaseList,
    ),
    read(
        "/cases/mine",
        "cases",
        "mine",
        "我的办件 Own cases",
        _TAG,
        query=contract.MineQuery,
        answer=contract.CaseList,
    ),
    read(
        "/cases/statistics",
        "cases",
        "statistics",
        "办件统计 Counts of cases",
        _TAG,
        query=contract.StatisticsQuery,
    ),
    read(
        "/cases/{no}", "cases", "case", "办件 One case", _TAG,
        query=contract.CaseQuery, answer=contract.CaseDetail,
    ),
    read(
        "/cases/{no}/timeline", "cases", "timeline", "办理过程 Its history", _TAG,
        query=contract.CaseQuery, answer=contract.Timeline,
    ),
    read(
        "/cases/{no}/events", "cases", "events", "事件 Its events", _TAG,
        query=contract.CaseQuery, answer=contract.EventList,
    ),
    read(
        "/cases/{no}/proof", "cases", "proof", "存证证明 Proof that its events are as they were sealed", _TAG,
        query=contract.CaseRef, answer=contract.CaseProof,
        note="Hashes and their paths to signed seals; what they are of, for who handles the case.",
    ),
    read(
        "/cases/{no}/clock", "cases", "clock", "时限 Why it is due when", _TAG,
        query=contract.CaseQuery, answer=contract.ClockAnswer,
    ),
    read("/cases/{no}/documents", "cases", "documents", "文书 Its papers", _TAG, query=contract.CaseRef),
    read(
        "/cases/{no}/exchange", "cases", "exchange", "六张交换表 The six exchange tables", _TAG,
        query=contract.CaseRef, answer=contract.ExchangeTables,
    ),
    read(
        "/progress", "cases", "progress", "进度查询 Masked progress", _TAG,
        query=contract.ProgressQuery, answer=contract.Progress, public=True, rate=Rate.PUBLIC_QUERY,
    ),
    command(
        "/cases/imports",
        "cases",
        "import_log",
        "导入历史办件 Import a process log",
        _TAG,
        body=contract.ImportLog,
        answer=contract.ImportReport,
        size=Size.IMPORT,
        timeout=60.0,
    ),
    command(
        "/exchange/process",
        "cases",
        "push_process",
        "过程信息推送 Push process messages",
        _TAG,
        body=contract.PushProcess,
        answer=contract.PushAnswer,
        timeout=60.0,
    ),
    Route(
        "POST",
        f"{API}/files",
        "上传附件 Upload a file",
        _TAG,
        query=UploadQuery,
        answer=contract.FileAnswer,
        status=201,
        key=True,
        local=post_file,
        permission="files.upload",
        note="The body is the file, or a multipart form with one file part. Its kind is found by content.",
    ),
)  # fmt: skip
