"""The page that shows every component once, in each face's dress. For development only."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import Flask, render_template, request
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    FileField,
    Form,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

FACES = ("portal", "staff", "board")


class Sample(Form):
    """One field of each kind."""

    spot = SelectField(
        "在哪里",
        choices=[SelectChoice("1", "3号楼 2单元 电梯"), SelectChoice("2", "3号楼 2单元 楼道")],
        validators=[InputRequired()],
    )
    text = TextAreaField("发生了什么", validators=[DataRequired("请写一下发生了什么")])
    phone = TelField("手机号", validators=[DataRequired("请填手机号，或选匿名")])
    name = StringField("称呼", validators=[Optional()])
    party = RadioField(
        "您是",
        choices=[
            SelectChoice("owner", "业主"),
            SelectChoice("tenant", "租户"),
            SelectChoice("visitor", "访客"),
        ],
        validators=[InputRequired("请选一个")],
    )
    anonymous = BooleanField("匿名，不留电话")
    seen_at = DateTimeLocalField("什么时候发生的", validators=[Optional()])
    reference = StringField("查询号", validators=[DataRequired("请填查询号")])
    evidence = FileField("凭证", validators=[Optional()])
    reasons = SelectMultipleField(
        "为什么",
        choices=[
            SelectChoice("unsolved", "没解决"),
            SelectChoice("slow", "太慢"),
            SelectChoice("attitude", "态度"),
            SelectChoice("no_reply", "没回复"),
        ],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )


def _promise(
    ident: str,
    state: str,
    name: str,
    clause: str,
    words: str,
    filled: float,
    due_text: str,
    due_mark: float = 100,
    met_at: str | None = None,
    steps: tuple[str, ...] = (),
) -> SimpleNamespace:
    return SimpleNamespace(
        id=ident,
        state=state,
        name=name,
        clause=clause,
        words=words,
        filled=filled,
        due_mark=due_mark,
        due_text=due_text,
        due_at=None,
        started_at=None,
        met_at=met_at,
        steps=list(steps),
    )


def samples() -> dict[str, Any]:
    """Made-up content in the length and tone of the real one."""
    promises = [
        _promise(
            "kept",
            "kept",
            "2 小时内受理",
            "TR-3",
            "用时 18 分，已守时",
            15,
            "21 日 12:02 前",
            met_at="2026-11-21T10:20:00+08:00",
        ),
        _promise("running", "running", "24 小时内联系您", "MS-3", "还剩 20 小时 40 分", 14, "22 日 10:02 前"),
        _promise(
            "near",
            "near",
            "48 小时内办结",
            "MS-3",
            "还剩 6 小时 20 分",
            87,
            "23 日 10:02 前",
            steps=(
                "21 日 10:02 收到，从这时开始算",
                "一般诉求 48 小时内办结（MS-3）",
                "到 23 日 10:02 为止",
            ),
        ),
        _promise(
            "broken",
            "broken",
            "3 个工作日内告知结果",
            "AH-3.2",
            "超时 5 小时",
            100,
            "24 日 18:00 前",
            due_mark=78,
        ),
        _promise(
            "parked", "parked", "约定时限", "GZ-12", "等自来水公司回复，已暂停 2 天", 45, "28 日 18:00 前"
        ),
        _promise("ended", "ended", "回访", "VK-5.3", "您已撤回，不再计时", 30, ""),
    ]
    stages = [
        {"label": label, "state": state, "when": ""}
        for label, state in (
            ("已受理", "done"),
            ("已派单", "done"),
            ("办理中", "current"),
            ("待您确认", "todo"),
            ("已结案", "todo"),
        )
    ]
    rows = [
        SimpleNamespace(
            id=n,
            url="#",
            number=f"26-{147 - n:04d}",
            category=category,
            place=place,
            summary=summary,
            handler=handler,
            stage_label=stage,
            promise=promises[index],
            presence="李工正在查看" if n == 1 else "",
        )
        for n, (category, place, summary, handler, stage, index) in enumerate(
            (
                ("电梯", "3号楼2单元", "早高峰电梯异响，停靠时抖动，老人不敢坐", None, "未领取", 3),
                (
                    "噪音扰民",
                    "5号楼1单元",
                    "楼上装修晚上十点还在敲，已经反映过三次，希望物业出面协调",
                    "张敏",
                    "办理中",
                    2,
                ),
                ("保洁垃圾", "1号楼大堂", "垃圾桶满了两天没人收", "王强", "已派单", 1),
                ("水电", "地下车库", "车库顶漏水，滴到车上", "欧阳修文", "待回访", 0),
            )
        )
    ]
    form = Sample(data={"spot": "1", "name": "王女士"})
    wrong = Sample(data={"spot": "1"}, prefix="wrong")
    wrong.validate()
    return {
        "promises": promises,
        "stage_list": stages,
        "rows": rows,
        "form": form,
        "wrong": wrong,
        "notices": [
            SimpleNamespace(
                title="11 月 22 日停水通知",
                body="9:00–12:00，影响 1–3 号楼。请提前存水。",
                date_text="21 日 9:00",
                url="#",
                urgent=True,
            ),
            SimpleNamespace(title="10 月投诉处理情况", date_text="11 月 1 日", url="#"),
        ],
        "photos": [SimpleNamespace(url="#", thumb="", alt="换下的导轮")],
        "view_list": [
            SimpleNamespace(label="我的", url="#", count=7, current=True),
            SimpleNamespace(label="未领取", url="#", count=12),
            SimpleNamespace(label="已超时", url="#", count=1, state="broken"),
        ],
    }


def init_app(app: Flask) -> None:
    """Add /dev/components, in development only."""
    if app.config.get("APP_ENV") != "development":
        return

    @app.get("/dev/components", endpoint="dev_components")
    def components() -> str:
        face = request.args.get("face", "portal")
        if face not in FACES:
            face = "portal"
        return render_template(
            "web/gallery.html",
            face=face,
            faces=FACES,
            large=request.args.get("large") == "1",
            lang="zh-CN",
            estate=SimpleNamespace(name="阳光花园", hotline="0571-8888 8888", hours="每天 8:00–20:00"),
            **samples(),
        )
