"""The words of what the demo estate has learnt, and how long ago or ahead each was, in days."""

from dataclasses import dataclass

from shared.improvement.trainings import Kind


@dataclass(frozen=True, slots=True)
class Course:
    """*days* from the load; before it it was held."""

    kind: Kind
    days: int
    title: str
    trainer: str
    content: str
    pass_mark: int | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """How many days *ago* it was done, how long after that it was looked at, and what was found; empty: not yet."""

    ago: int
    until_check: int
    result: str
    effect: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A measure: *raised* so many days ago, *due* so many days from the load."""

    what: str
    kind: str
    owner: str
    raised: int
    due: int
    category: str | None = None
    cause: str | None = None
    done: Done | None = None
    dropped: str = ""


TRAININGS = (
    Course(
        Kind.COURSE,
        -70,
        "接待礼仪和情绪安抚",
        "何建英",
        "先听完、不争辩、不推给别的部门；不清楚的先记下，当天回话。",
    ),
    Course(Kind.TEST, -33, "投诉处理程序考核", "陈静", "首问负责、转达时限、回访要问的四项，闭卷。", 60),
    Course(Kind.DRILL, 12, "电梯困人演练", "高志远", "接报、安抚、到场、放人、告知，按分工走一遍。"),
)
AGENDA = "\n".join(
    (
        "1. 上个月的受理、办结、超时和满意情况",
        "2. 回访里业主不满意的事",
        "3. 上次议定的事做得怎样",
        "4. 反复发生的地方怎么治",
        "5. 业主代表的意见和建议",
    )
)
MINUTES = "\n".join(
    (
        "超时主要在电梯和门禁两类，都卡在等配件。",
        "业主代表：夜里的施工噪声，希望提前一天贴通知。",
        "满意情况比上个月好，不满意的几件都已重新办理。",
    )
)
RESOLVED = (
    ("电梯、门禁的常用配件备一套在库，列清单给服务中心", "高志远", 5),
    ("夜间施工提前一天在单元门口和公告栏贴通知", "方敏仪", -4),
)
MEASURES = (
    Told(
        "每季度检查一次电梯门机和光幕，检查单交服务中心存档",
        "preventive",
        "高志远",
        62,
        -40,
        "facilities",
        "ageing",
        Done(42, 30, "全部门机和光幕查过一遍，换了两套光幕", "effective", "一个月里没有再因门机停运"),
    ),
    Told(
        "地库照明改成每周巡查，坏灯两天内换",
        "corrective",
        "高志远",
        48,
        -30,
        "facilities",
        "upkeep",
        Done(31, 25, "巡查表排好了，已换坏灯九盏", "ineffective", "下旬又有业主反映坡道不亮，巡查漏了坡道"),
    ),
    Told(
        "北门夜间改为双岗，交接当面签字",
        "corrective",
        "罗勇",
        26,
        -6,
        "security",
        "staffing",
        Done(8, 30, "双岗已排到下个月，交接本换了新的"),
    ),
    Told("垃圾房改为早晚各冲洗一次，夏季加一次", "preventive", "韩梅", 14, 9, "environment", "procedure"),
    Told("收费前台贴出各项收费标准和退费办法", "corrective", "潘月", 21, -2, "attitude", "communication"),
    Told(
        "楼道加装摄像头",
        "preventive",
        "罗勇",
        35,
        10,
        "security",
        "procedure",
        dropped="业主大会没有同意动用维修资金，改由巡逻加密",
    ),
)
LESSONS = (
    (
        "facilities",
        "ageing",
        "电梯反复停运，先说清再修",
        "电梯一周里停了几次。师傅每次都修好，可没有人告诉业主为什么总停，业主一次比一次急。"
        "后来把停运原因和换件日期写在门口，又逐户打了电话，换件以后没有再停，业主表示满意。",
        "修的同时就要说：为什么停、什么时候换件、这几天怎么走。同一部设备第二次报修，就按根因来查，不再只修当次。",
    ),
    (
        "environment",
        "procedure",
        "异味找不到源头，请业主一起看",
        "业主说厨房总有异味，保洁去了两趟都说没有闻到，业主觉得没人信他。"
        "第三次约在业主说的时间上门，一起查到是排烟道止回阀坏了，当天换好。",
        "没有看到不等于没有。约在业主说的时间去，查不出的请工程一起查，不说“我们看过了没有问题”。",
    ),
    (
        "attitude",
        "communication",
        "一句“不归我管”引来的投诉",
        "业主到前台问退费，被告知不归这里管，又被指到另一处，来回三次才办成。",
        "谁先接到谁负责到底：自己办不了的，当面打电话问清、把人送到，办成以后回一个电话。",
    ),
)
