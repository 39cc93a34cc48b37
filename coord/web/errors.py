"""Turns refusals and HTTP errors into a page in the person's language."""

import logging

from flask import Flask, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from coord.kernel.errors import CoordError
from coord.kernel.text import N_
from coord.web.words import translate

log = logging.getLogger(__name__)

TITLES: dict[int, str] = {
    400: N_("请求有误"),
    403: N_("无权访问"),
    404: N_("没有找到"),
    405: N_("不支持这种操作"),
    409: N_("暂时不能这样做"),
    413: N_("上传内容过大"),
    422: N_("填写有误"),
    429: N_("操作过于频繁"),
    500: N_("系统出错"),
    503: N_("系统繁忙"),
}
ADVICE: dict[int, str] = {
    400: N_("发来的内容不完整或含有不认识的字段。请返回上一页,刷新后重试。"),
    403: N_("您的角色不能打开这个页面。如需办理,请联系本单位管理员。"),
    404: N_("这个页面或记录不存在,或者您无权知悉。请检查网址,或从工作台重新进入。"),
    405: N_("请从页面上的按钮操作,不要直接打开这个网址。"),
    413: N_("单次上传的全部文件不得超过%(limit)s MB。请压缩或分次上传。"),
    429: N_("请稍等一分钟再试。"),
    500: N_("问题已记录,未保存任何改动。请稍后重试;若仍出现,请把下面的编号告诉系统管理员。"),
    503: N_("另一项操作正在写入,未保存任何改动。请稍后重试。"),
}


def install_error_pages(app: Flask) -> None:
    """Register the handlers on the application."""

    @app.errorhandler(CoordError)
    def _refused(error: CoordError) -> tuple[str, int]:
        return _page(error.status, translate(error))

    @app.errorhandler(StaleDataError)
    def _stale(_error: StaleDataError) -> tuple[str, int]:
        return _page(
            409, _("刚才已有人先一步更改了这条记录,您的操作没有保存。请刷新后查看最新情况。")
        )

    @app.errorhandler(OperationalError)
    def _busy(error: OperationalError) -> tuple[str, int]:
        log.error("database: %s", error)
        return _page(503, _(ADVICE[503]))

    @app.errorhandler(CSRFError)
    def _csrf(_error: CSRFError) -> tuple[str, int]:
        return _page(400, _("页面停留太久或已在别处退出,请刷新页面后重新提交。"))

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> tuple[str, int] | HTTPException:
        status = error.code or 500
        if status < 400:
            return error
        if status >= 500:
            log.error("http %s at %s", status, request.path)
        advice = ADVICE.get(status, ADVICE[400])
        limit = app.config["MAX_CONTENT_LENGTH"] // (1024 * 1024)
        return _page(status, _(advice, limit=limit) if status == 413 else _(advice))


def _page(status: int, sentence: str) -> tuple[str, int]:
    title = _(TITLES.get(status, TITLES[400]))
    return render_template("web/error.html", status=status, title=title, sentence=sentence), status
