"""Alarms in words: what is wrong, and what whoever reads it can do."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from shared.deadlines.promises import span
from shared.heartbeats.beating import BACKUP, SCHEDULE, WORKER
from shared.heartbeats.models import Heartbeat
from shared.heartbeats.queries import latest
from shared.notifications import naming
from shared.operations.alarms import Alarm, Name
from shared.words import Table

TITLES: Table = {
    Name.SCHEDULE: _l("定时任务停了"),
    Name.LINE: _l("有定时任务卡住了"),
    Name.WORKER: _l("后台进程停了"),
    Name.QUEUE: _l("队列连不上"),
    Name.OUTBOX: _l("要发的消息积压"),
    Name.DEAD_LETTERS: _l("有消息发不出"),
    Name.CHANNEL: _l("有消息渠道不通"),
    Name.MAILBOX: _l("收信邮箱读不了"),
    Name.BOARD: _l("公示屏离线"),
    Name.BACKUP: _l("备份过期"),
    Name.DISK: _l("磁盘快满了"),
    Name.SPOOL: _l("照片存不进对象存储"),
    Name.WAL: _l("数据库日志太大"),
    Name.CLOCK: _l("系统时钟跳动过"),
    Name.MIGRATIONS: _l("数据库版本不符"),
    Name.DAMAGE: _l("数据库损坏"),
}

ADVICE: dict[Name, LazyString] = {
    Name.SCHEDULE: _l("超时登记、催办和消息都停了。请在服务器上重新启动 schedule。"),
    Name.LINE: _l("请看 schedule 的日志，必要时重新启动它；重复执行没有害处。"),
    Name.WORKER: _l("消息由定时任务代发，会慢一些。请重新启动 worker。"),
    Name.QUEUE: _l("消息由定时任务代发，会慢一些。请检查 Redis 和 REDIS_URL。"),
    Name.OUTBOX: _l("请确认 schedule 和 worker 在运行，再看它们的日志。"),
    Name.DEAD_LETTERS: _l("原因消除后，请在下面重发。"),
    Name.CHANNEL: _l("请检查这个渠道的设置和对方服务；恢复后会自动补发。"),
    Name.MAILBOX: _l("请检查邮箱的密码和服务器；来信会等在邮箱里。"),
    Name.BOARD: _l("请到现场看屏幕的电源和网络。"),
    Name.BACKUP: _l("请运行 flask backup create，并检查每晚的备份任务。"),
    Name.DISK: _l("满了就收不下诉求。请清理或扩大磁盘。"),
    Name.SPOOL: _l(
        "照片暂存在这台服务器上，恢复后会自动补传。请检查 STORAGE_URL 和对方服务，不要停用这台服务器。"
    ),
    Name.WAL: _l("有长时间的读取挡住了整理。请结束它，或重新启动服务。"),
    Name.CLOCK: _l("请检查这台机器的时间同步。"),
    Name.MIGRATIONS: _l("请运行 flask db upgrade，再重新启动服务。"),
    Name.DAMAGE: _l("现在只能查询，不再接收新内容。请停下服务，用 flask backup restore 恢复最近的备份。"),
}
LINES: Table = {
    "signs of life": _l("自查"),
    "outbox": _l("发消息"),
    "deadlines": _l("时限登记和催办"),
    "daily roots": _l("每日校验"),
    "mailbox": _l("收信"),
    "database log": _l("数据库日志"),
    "attachment orphans": _l("照片清理"),
    "spool": _l("照片补传"),
    "integrity": _l("数据库核对"),
    "surveys": _l("评价提醒"),
    "reports": _l("报告"),
    "duties": _l("履职检查"),
    "improvement": _l("改进措施"),
    "exports": _l("导出清理"),
    "drafts": _l("草稿清理"),
    "unsent words": _l("未交文字清理"),
    "old counters": _l("计数清理"),
    "old mails": _l("旧邮件清理"),
    "done outbox rows": _l("旧消息清理"),
    "retention": _l("到期封存和删除"),
}
MIB = 1024 * 1024


def title(name: Name) -> str:
    """What is wrong, in a few words."""
    return str(TITLES[name])


def whole(alarm: Alarm, at: datetime) -> str:
    """What is wrong, and in brackets what is known of it."""
    if not (known := _details(alarm, at)):
        return title(alarm.name)
    return _("%(what)s（%(details)s）", what=title(alarm.name), details=known)


def advice(name: Name) -> str:
    """What to do about it."""
    return str(ADVICE[name])


def _details(alarm: Alarm, at: datetime) -> str:
    """With which part, how many, for how long."""
    said = (_which(alarm), _how_many(alarm), _how_long(alarm, at))
    return _("，").join(filter(None, said))


def signs(found: Sequence[Heartbeat], at: datetime, *, has_queue: bool) -> list[tuple[str, str]]:
    """When each of those whom nobody sees last gave a sign: what it is called, and how long ago."""
    asked = [(SCHEDULE, _("定时任务")), (WORKER, _("后台进程")), (BACKUP, _("最近的备份"))]
    told = []
    for kind, called in asked:
        seen = latest(found, kind)
        if seen is not None or kind != WORKER or has_queue:
            told.append((called, _("%(time)s前", time=span(at - seen)) if seen else _("还没有过")))
    return told


def _which(alarm: Alarm) -> str:
    if alarm.name == Name.CHANNEL:
        return str(naming.CHANNELS.get(alarm.which, alarm.which))
    if alarm.name == Name.LINE:
        return str(LINES.get(alarm.which, alarm.which))
    if alarm.name == Name.DISK:
        return {"data": _("数据目录"), "files": _("照片目录")}.get(alarm.which, alarm.which)
    return alarm.which


def _how_many(alarm: Alarm) -> str:
    if alarm.name in (Name.OUTBOX, Name.DEAD_LETTERS):
        return _("%(n)s 条", n=alarm.number)
    if alarm.name == Name.SPOOL:
        return _("%(n)s 个文件", n=alarm.number) if alarm.number else ""
    if alarm.name == Name.DISK:
        return _("只剩 %(n)s MB", n=alarm.number // MIB)
    return _("%(n)s MB", n=alarm.number // MIB) if alarm.name == Name.WAL else ""


def _how_long(alarm: Alarm, at: datetime) -> str:
    if alarm.since is None:
        return _("从来没有过") if alarm.name in (Name.SCHEDULE, Name.WORKER, Name.BACKUP) else ""
    if alarm.name in (Name.BACKUP, Name.CLOCK):
        return _("%(time)s前", time=span(at - alarm.since))
    return _("已经 %(time)s", time=span(at - alarm.since))
