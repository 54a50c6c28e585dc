"""Why reports are held to be one matter, in people's words; detection knows codes only."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from shared import words
from shared.words import Table

MATTER_TOPICS: Table = {
    "lift": _l("电梯故障"),
    "ebike_in_lift": _l("电动车进电梯"),
    "water_cut": _l("停水"),
    "hot_water": _l("热水"),
    "water_quality": _l("水质"),
    "power_cut": _l("停电"),
    "gas_smell": _l("燃气异味"),
    "gas_cut": _l("燃气停供"),
    "heating": _l("供暖"),
    "air_conditioning": _l("公共空调"),
    "network": _l("网络"),
    "live_wire": _l("电线隐患"),
    "signal": _l("手机信号"),
    "access": _l("门禁"),
    "barrier": _l("道闸"),
    "strangers": _l("外人进出"),
    "guard": _l("保安值守"),
    "intercom": _l("对讲"),
    "cctv": _l("监控"),
    "garage_light": _l("车库照明"),
    "corridor_light": _l("楼道照明"),
    "street_light": _l("路灯"),
    "light": _l("照明"),
    "light_nuisance": _l("灯光扰民"),
    "garbage": _l("垃圾清运"),
    "rubble": _l("装修垃圾"),
    "clutter": _l("堆放杂物"),
    "fire_lane": _l("消防车道占用"),
    "cleaning": _l("保洁"),
    "adverts": _l("小广告"),
    "smoking": _l("吸烟"),
    "smell": _l("异味"),
    "fumes": _l("油烟"),
    "chemical_smell": _l("甲醛油漆味"),
    "dust": _l("扬尘"),
    "pests": _l("蚊虫"),
    "rats": _l("鼠患"),
    "termites": _l("白蚁蟑螂"),
    "dogs": _l("遛狗"),
    "dog_bite": _l("犬只伤人"),
    "stray": _l("流浪动物"),
    "poultry": _l("饲养家禽"),
    "renovation": _l("装修扰民"),
    "site_noise": _l("工地噪音"),
    "dance": _l("广场舞"),
    "neighbour_noise": _l("邻里噪音"),
    "machine_noise": _l("设备噪音"),
    "dog_noise": _l("犬吠"),
    "shop_noise": _l("商铺噪音"),
    "noise": _l("噪音"),
    "advert_noise": _l("广告屏噪音"),
    "fireworks": _l("烟花爆竹"),
    "paper_burning": _l("烧纸"),
    "falling": _l("高空抛物"),
    "ceiling": _l("吊顶脱落"),
    "facade": _l("外墙脱落"),
    "glass": _l("玻璃破损"),
    "fire": _l("火情"),
    "fire_alarm": _l("消防报警"),
    "fire_gear": _l("消防器材"),
    "garage_leak": _l("车库漏水"),
    "roof_leak": _l("屋顶漏水"),
    "pipe_burst": _l("水管爆裂"),
    "leak": _l("漏水"),
    "aircon_drip": _l("空调滴水"),
    "ponding": _l("积水"),
    "drain": _l("下水道"),
    "manhole": _l("井盖"),
    "road": _l("路面"),
    "railing": _l("栏杆"),
    "rooftop": _l("天台"),
    "ebike_wire": _l("飞线充电"),
    "ebike_park": _l("电动车停放"),
    "charging": _l("充电设施"),
    "charger_blocked": _l("充电车位占用"),
    "zombie_car": _l("僵尸车"),
    "parking": _l("停车占位"),
    "car_fee": _l("停车收费"),
    "car_damage": _l("车辆受损"),
    "speeding": _l("车速"),
    "parcels": _l("快递堆放"),
    "theft": _l("失窃"),
    "greenery": _l("绿化"),
    "trees": _l("树木"),
    "tree_down": _l("树木倒伏"),
    "vegetables": _l("种菜"),
    "playground": _l("儿童设施"),
    "fitness": _l("健身器材"),
    "pool": _l("泳池水景"),
    "bench": _l("座椅"),
    "locker": _l("快递柜"),
    "mailbox": _l("信报箱"),
    "laundry": _l("晾晒"),
    "illegal_building": _l("违建"),
    "lodging": _l("群租"),
    "shops": _l("占道经营"),
    "revenue": _l("公共收益"),
    "repair_fund": _l("维修资金"),
    "shuttle": _l("班车"),
    "clubhouse": _l("会所"),
    "signs": _l("标识牌"),
    "committee": _l("业主大会"),
    "fee_level": _l("物业费标准"),
    "utility_bill": _l("水电费"),
    "fee_error": _l("收费差错"),
    "repair_fee": _l("维修收费"),
    "attitude_desk": _l("前台态度"),
    "attitude_guard": _l("保安态度"),
    "attitude_repair": _l("维修态度"),
    "attitude_cleaner": _l("保洁态度"),
    "hotline": _l("热线不通"),
    "privacy": _l("个人信息"),
    "fight": _l("打架"),
    "welfare": _l("老人安危"),
    "lock_out": _l("开锁"),
    "home_repair": _l("户内维修"),
    "errand": _l("帮忙"),
    "lost": _l("失物"),
    "unclear": _l("说法不清"),
    "other": _l("不同的事"),
}
MATTER_PLACES: Table = {
    "same_flat": _l("同一户"),
    "same_floor": _l("同一或相邻楼层"),
    "same_unit": _l("同一单元"),
    "same_building": _l("同一楼栋"),
    "same_gate": _l("同一出入口"),
    "same_level": _l("车库同一层"),
    "same_garage": _l("同在车库"),
    "estate": _l("小区公共范围"),
    "unknown": _l("地点不明确"),
    "other_building": _l("不同楼栋"),
    "other_unit": _l("不同单元"),
    "other_floor": _l("不同楼层"),
    "other_flat": _l("不同住户"),
    "other_gate": _l("不同出入口"),
    "other_level": _l("车库不同层"),
    "other_zone": _l("不同区域"),
    "other_place": _l("不同地点"),
}
MATTER_AGAINST: Table = {
    "ended": _l("此前已办结，属于重复发生"),
    "again": _l("来件说修好后又发生"),
    "late": _l("间隔过久"),
}

HOUR, DAY = 60, 24 * 60
ALIKE = 50  # per cent of likeness from which the words are worth naming


def topic_in(reasons: Sequence[str]) -> str:
    """The code of the common topic; empty where none is clear."""
    code = _parameter(reasons, "topic")
    return "" if code in ("", "unclear", "other") else code


def explained(reasons: Sequence[str]) -> list[str]:
    """The reasons as short phrases, the weightiest first."""
    found = [
        *_against(reasons),
        _("诉求人说是同一件事") if _parameter(reasons, "said") == "party" else "",
        str(MATTER_TOPICS.get(topic_in(reasons), "")),
        str(MATTER_PLACES.get(_parameter(reasons, "place"), "")),
        _category(reasons),
        _likeness(reasons),
        _apart(reasons),
    ]
    return [phrase for phrase in found if phrase]


def _parameter(reasons: Sequence[str], kind: str) -> str:
    return next((reason.partition(":")[2] for reason in reasons if reason.startswith(f"{kind}:")), "")


def _number(reasons: Sequence[str], kind: str) -> int | None:
    said = _parameter(reasons, kind)
    return int(said) if said.isdecimal() else None


def _against(reasons: Sequence[str]) -> list[str]:
    return [str(MATTER_AGAINST[code]) for code in [_parameter(reasons, "not")] if code in MATTER_AGAINST]


def _category(reasons: Sequence[str]) -> str:
    code = _parameter(reasons, "category")
    return _("都是“%(category)s”", category=words.CATEGORIES[code]) if code in words.CATEGORIES else ""


def _likeness(reasons: Sequence[str]) -> str:
    alike = _number(reasons, "text")
    return _("文字相似 %(n)s%%", n=alike) if alike is not None and alike >= ALIKE else ""


def _apart(reasons: Sequence[str]) -> str:
    minutes = _number(reasons, "time")
    if minutes is None:
        return ""
    if minutes < HOUR:
        return _("相隔 %(n)s 分钟", n=minutes)
    if minutes < 2 * DAY:
        return _("相隔 %(n)s 小时", n=minutes // HOUR)
    return _("相隔 %(n)s 天", n=minutes // DAY)
