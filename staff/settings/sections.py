"""The sections of the settings, in the order of their page."""

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from shared.identity.permissions import Permission


@dataclass(frozen=True, slots=True)
class Section:
    """A link on the settings page, shown to whoever holds *permission* somewhere."""

    endpoint: str
    title: LazyString
    hint: LazyString
    permission: Permission = Permission.SETTINGS_VIEW


SECTIONS: tuple[Section, ...] = (
    Section(
        "staff.settings_people",
        _l("员工"),
        _l("谁在哪个岗位；加人，给登录链接，停用和恢复。"),
        Permission.SETTINGS_MANAGE,
    ),
    Section(
        "staff.settings_places",
        _l("部门和楼栋"),
        _l("有哪些部门、哪些楼栋，按什么顺序列出。"),
    ),
    Section(
        "staff.settings_address",
        _l("小区地址"),
        _l("处理人在手机上打开地图时用它找路。"),
        Permission.SETTINGS_MANAGE,
    ),
    Section(
        "staff.settings_calendar",
        _l("工作日历"),
        _l("值班时间、放假和调休、本小区的停业日。所有按值班时间和工作日计的时限都照它算。"),
    ),
    Section(
        "staff.settings_roster",
        _l("值班表"),
        _l("谁在什么时候值班；没有人领取的诉求找当班的人。没人值班的钟点会列出来。"),
    ),
    Section(
        "staff.settings_leave",
        _l("休假"),
        _l("谁不在、由谁代理。提醒和分派都照它找人。"),
    ),
    Section(
        "staff.settings_routing",
        _l("分派"),
        _l("哪类诉求、哪个地点给哪个部门、哪个人；分类准确率。"),
    ),
    Section(
        "staff.settings_quiet",
        _l("免打扰时段"),
        _l("夜里的通知等到早上再发；时限照常计。"),
        Permission.SETTINGS_MANAGE,
    ),
    Section(
        "staff.settings_channels",
        _l("通知渠道"),
        _l("邮件、短信、微信和群消息通不通；给自己试发一条。"),
        Permission.SETTINGS_MANAGE,
    ),
    Section(
        "staff.settings_api_keys",
        _l("合作应用"),
        _l("给合作的小程序和应用发放密钥，每天最多收几件；停用密钥。"),
        Permission.SETTINGS_MANAGE,
    ),
    Section(
        "staff.settings_screens",
        _l("公示屏"),
        _l("大堂里哪块屏离线了；夜里几点到几点熄屏；拆下的屏。"),
    ),
    Section(
        "staff.settings_spots",
        _l("海报地点"),
        _l("哪些地方贴二维码海报；加地点，改名，停用；打印海报。"),
    ),
    Section(
        "staff.settings_phrases",
        _l("常用语"),
        _l("回复业主和写备注时可以选用的话，按表、按类别。"),
    ),
    Section(
        "staff.settings_units",
        _l("房号"),
        _l("每栋楼有哪些房号；登记时照名单选，不用打字。"),
    ),
    Section(
        "staff.settings_imports",
        _l("导入"),
        _l("从 Excel 搬来房号、员工和以前的台账；先逐行看会怎样，再写入。"),
        Permission.SETTINGS_MANAGE,
    ),
    Section(
        "staff.settings_retention",
        _l("保留期限"),
        _l("联系方式和照片多久后封存，个人信息多久后删除。"),
        Permission.SETTINGS_MANAGE,
    ),
    Section(
        "staff.settings_policies",
        _l("办理规则"),
        _l("正在施行的规则和以前的版本；两份对照，换一份试算，公布新版。"),
        Permission.POLICY_VIEW,
    ),
    Section(
        "staff.settings_clauses",
        _l("规则条款"),
        _l("六份规定的每一条：由哪个时限、动作或页面来落实。"),
    ),
)
