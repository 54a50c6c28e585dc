"""Forms and tables on paper: one sheet whatever is written in a form, as many as it takes of a document (VK-7)."""

from datetime import UTC, datetime

import pytest

from shared.exports import record_sheets, tables
from shared.exports.record_sheets import Part, Sheet, Signature
from shared.exports.tables import Document, Picture, Remark, Table, Text
from tests.paper import fonts_of, lines_of, pages_of, text_of

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
NAME = "阿卜杜热合曼·买买提江·吐尔逊古丽·艾合买提"
SMALLEST = 6.5
CHART = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 100"><rect width="60" height="90" fill="#0F5C4D"/>'
    '<text x="90" y="30" font-size="14" font-family="sans-serif">设施设备</text></svg>'
)


def _close(words: str) -> str:
    return "".join(words.split())


def _sheet(text: str) -> bytes:
    names = ("投诉内容及要求", "投诉专员意见", "责任部门处理意见", "审核意见", "客户反馈意见", "验证处理结果")
    signed = [Signature("签名", NAME, "2026-03-02 10:05"), Signature("客户签名", NAME, "2026-03-02 10:05")]
    return record_sheets.draw(
        Sheet(
            estate="锦绣花园第三期东区物业服务中心" * 4,
            title="客户投诉处理记录表",
            numbers=[
                "编号：WHVK/QP-15-02-B01　版号：B",
                "物业管理有限公司客户诉求受理办理回访考核综合管理办法" * 2,
            ],
            serial="JX-26-0147 第 2 轮",
            top=[
                ("客户姓名", NAME * 2),
                ("投诉渠道", "网上"),
                ("联系方式", "138****8000 " + "商铺二层西侧" * 9),
            ],
            parts=[Part(name, text, signatures=signed) for name in names],
            footer="查询号 AAAA-BBBB-CC",
        ),
        AT,
    )


@pytest.mark.parametrize(("text", "cut"), [("", 0), ("电梯坏了。", 0), ("电梯又坏了，请修。" * 440, 6)])
def test_a_form_is_one_sheet_and_says_of_each_part_that_goes_on_elsewhere(text: str, cut: int) -> None:
    pdf = _sheet(text)
    said = _close(text_of(pdf))
    assert (pages_of(pdf), said.count("（续见台账）"), said.count("日期2026-03-0210:05")) == (1, cut, 12)
    assert said.count(NAME) >= 12
    parts = [size for line, size in lines_of(pdf) if "电梯" in line]
    assert min(parts, default=SMALLEST) >= SMALLEST, "nobody needs a glass to read it"


def test_a_document_goes_on_over_its_pages_with_its_pictures_in_chinese() -> None:
    pdf = tables.draw(
        Document(
            estate="锦绣花园",
            title="季度分析",
            days="2026-01-01 至 2026-03-31",
            facts=[("状态", "等签发"), ("分析", "")],
            sections=[
                Picture("类别", CHART),
                Table("楼栋", ["楼栋", "件数"], [[f"{n}号楼", str(n)] for n in range(1, 91)], (4, 1), 1),
                Table("超时", ["时限"], [], empty="没有超时。"),
                Table(
                    "部门", ["部门", "数"], [["工程部", "1"]], (3, 1), 1, remark=Remark("分析情况", "多看")
                ),
                Text("分析", '#read("/etc/passwd") *重* 𠮷'),
            ],
            footer="何梅打印",
        ),
        AT,
    )
    said = text_of(pdf)
    assert pages_of(pdf) == 3
    assert all(f"{n}号楼" in said.splitlines() for n in range(1, 91))
    for words in ("没有超时。", "分析情况", "多看", "设施设备"):
        assert words in _close(said), words
    assert '#read("/etc/passwd")*重*' in _close(said)
    named, inside = fonts_of(pdf)
    assert named == inside > 0
