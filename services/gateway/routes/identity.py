"""Sessions, registration, mandates, staff, organisations and regions."""

from __future__ import annotations

from services.gateway.routes.route import API, Rate, Route, Size, command, read
from shared.contracts import identity as contract

_TAG = "identity"
_SESSION_NOTE = "No Idempotency-Key: signing in twice makes two sessions, and that is meant."

_SESSIONS = (
    command(
        "/sessions", "identity", "sign_in", "登录 Sign in", _TAG,
        body=contract.SignIn, answer=contract.Session, public=True, key=False, rate=Rate.SIGN_IN,
        note=_SESSION_NOTE, example={"login": "zhang.san", "password": "…", "code": "123456"},
    ),
    command(
        "/sessions/refresh", "identity", "refresh", "续期 Refresh a session", _TAG,
        body=contract.Refresh, answer=contract.Session, public=True, key=False, rate=Rate.SIGN_IN,
        note="No Idempotency-Key: a refresh token works once, and using it twice ends the session.",
        example={"refresh_token": "…"},
    ),
    command(
        "/sessions/current/enterprise", "identity", "act_for", "切换办事主体 Act for an enterprise", _TAG,
        body=contract.ActFor, key=False,
        note="Answers a new access token. `null` is oneself again. No Idempotency-Key.",
    ),
    Route(
        "DELETE", f"{API}/sessions/current", "退出 Sign out", _TAG, "identity", "sign_out",
        body=contract.SignOut,
    ),
)  # fmt: skip

_SELF = (
    read("/me", "identity", "me", "我的账户 The signed-in account", _TAG),
    read("/certificates", "identity", "certificates", "我的证照 Own certificates", _TAG),
    read("/colleagues", "identity", "colleagues", "同事 Colleagues", _TAG),
    command(
        "/me/password", "identity", "change_password", "修改密码 Change the password", _TAG,
        body=contract.ChangePassword, rate=Rate.SIGN_IN,
    ),
    command(
        "/me/totp", "identity", "begin_totp", "开启动态口令 Begin a second factor", _TAG,
        body=contract.Empty,
    ),
    command(
        "/me/totp/confirm", "identity", "confirm_totp", "确认动态口令 Confirm it", _TAG,
        body=contract.Code, rate=Rate.SIGN_IN,
    ),
    command(
        "/persons", "identity", "register_person", "自然人注册 Register a person", _TAG,
        body=contract.RegisterPerson, public=True, status=201, rate=Rate.SIGN_IN,
        example={"login": "zhang.san", "password": "…", "name": "张三", "id_no": "11010519491231002X",
                 "phone": "13800000000"},
    ),
    command(
        "/persons/me/verifications", "identity", "verify_me", "实名核验 Verify one's real name", _TAG,
        body=contract.Empty,
    ),
    command(
        "/enterprises", "identity", "register_enterprise", "法人注册 Register an enterprise", _TAG,
        body=contract.RegisterEnterprise, status=201,
    ),
    command(
        "/enterprises/{id}/mandates", "identity", "grant_mandate", "授权 Give somebody a mandate", _TAG,
        body=contract.GrantMandate, status=201,
    ),
    command(
        "/enterprises/{id}/mandates/revoke", "identity", "revoke_mandate", "撤销授权 Take a mandate back",
        _TAG, body=contract.RevokeMandate,
    ),
)  # fmt: skip

_STAFF = (
    read("/staff", "identity", "staff", "工作人员 Staff", _TAG, query=contract.StaffQuery),
    command(
        "/staff", "identity", "create_staff", "新建工作人员 Create a staff account", _TAG,
        body=contract.CreateStaff, status=201,
    ),
    command(
        "/staff/{id}/appoint", "identity", "appoint_staff", "任职 Give posts", _TAG,
        body=contract.AppointStaff,
    ),
    command(
        "/staff/{id}/dismiss", "identity", "dismiss_staff", "免职 Take posts away", _TAG,
        body=contract.DismissStaff,
    ),
)  # fmt: skip

_PLACES = (
    read(
        "/organisations", "identity", "organisations", "机构 Organisations", _TAG,
        query=contract.OrganisationsQuery, public=True,
    ),
    command(
        "/organisations/definitions", "identity", "define_organisations", "登记机构 Define organisations",
        _TAG, body=contract.DefineOrganisations, size=Size.IMPORT, timeout=60.0,
    ),
    read(
        "/regions", "identity", "regions", "行政区划 Regions", _TAG,
        query=contract.RegionsQuery, public=True,
    ),
    command(
        "/regions/imports", "identity", "import_regions", "导入行政区划 Import regions", _TAG,
        body=contract.ImportRegions, answer=contract.ImportReport, size=Size.IMPORT, timeout=60.0,
    ),
)  # fmt: skip

IDENTITY_ROUTES = (*_SESSIONS, *_SELF, *_STAFF, *_PLACES)
