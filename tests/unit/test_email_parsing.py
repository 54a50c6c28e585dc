"""Mails as programs really write them, understood; and those that hope we are not careful."""

import base64
import time
import tracemalloc
from email import policy
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

from shared.email_intake import quoting
from shared.email_intake.parsing import Mail, Unreadable, read
from shared.email_intake.plain_text import of_html

HEAD = b"From: xiulan@example.com\r\nTo: desk@shouwen.example\r\n"


def raw(body: bytes, *headers: str, kind: str = "text/plain; charset=utf-8", encoding: str = "8bit") -> bytes:
    more = "".join(f"{line}\r\n" for line in headers).encode("utf-8")
    return (
        HEAD
        + more
        + f"MIME-Version: 1.0\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode()
        + body
    )


def test_a_plain_mail() -> None:
    mail = read(raw("电梯坏了\r\n困了人\r\n".encode(), "Message-ID: <1@example.com>", "Subject: 电梯"))
    assert mail.words == "电梯坏了\n困了人"
    assert (mail.sender, mail.sender_name, mail.subject) == ("xiulan@example.com", "", "电梯")
    assert (mail.message_id, mail.recipients, mail.files, mail.machine) == (
        "<1@example.com>",
        ("desk@shouwen.example",),
        (),
        "",
    )


@pytest.mark.parametrize("declared", ["gb2312", "GBK", "gb18030", '"gb2312"', "x-gbk"])
def test_chinese_character_sets_are_one(declared: str) -> None:
    """A rare character in a mail that says gb2312: the programs write the larger set and name the smaller one."""
    body = base64.encodebytes("小区的喆哥说电梯镕了".encode("gb18030"))
    assert (
        read(raw(body, kind=f"text/plain; charset={declared}", encoding="base64")).words
        == "小区的喆哥说电梯镕了"
    )


@pytest.mark.parametrize(
    ("body", "declared"),
    [
        ("漏水了".encode("gb18030"), ""),  # nothing is said
        ("漏水了".encode(), ""),
        ("漏水了".encode("gb18030"), "utf-8"),  # something wrong is said
        ("漏水了".encode(), "iso-2022-unheard-of"),
        ("漏水了".encode(), "punycode"),
        ("漏水了".encode(), "base64"),
        ("漏水了".encode(), "zlib"),
        ("漏水了".encode("big5"), "big5"),
        ("漏水了".encode("utf-16"), "utf-16"),
    ],
)
def test_whatever_the_character_set_says_the_words_are_read(body: bytes, declared: str) -> None:
    charset = f"; charset={declared}" if declared else ""
    encoded = base64.encodebytes(body)
    assert read(raw(encoded, kind=f"text/plain{charset}", encoding="base64")).words == "漏水了"


@pytest.mark.parametrize(
    "subject",
    [
        "=?gb2312?B?tefM3bu1wcs=?=",
        "=?utf-8?Q?=E7=94=B5=E6=A2=AF=E5=9D=8F=E4=BA=86?=",
        "=?UTF-8?B?55S15qKv?=\r\n =?UTF-8?B?5Z2P5LqG?=",
        # One character cut in two between the words.
        "=?UTF-8?B?55S15qKv5Z2=?=\r\n =?UTF-8?B?j+S6hg==?=",
        "电梯坏了",
    ],
    ids=["gb2312", "quoted", "folded", "cut", "bare"],
)
def test_subjects_are_decoded(subject: str) -> None:
    assert read(raw(b"x", f"Subject: {subject}")).subject == "电梯坏了"


def test_a_subject_of_bare_gb_bytes_is_read() -> None:
    assert read(HEAD + b"Subject: " + "电梯坏了".encode("gb18030") + b"\r\n\r\nx").subject == "电梯坏了"


def test_a_broken_encoded_word_stays_as_it_is() -> None:
    assert read(raw(b"x", "Subject: =?utf-8?B?abc?= rest")).subject


@pytest.mark.parametrize(
    "disposition",
    [
        "attachment; filename*=utf-8''%E7%94%B5%E6%A2%AF.jpg",
        "attachment; filename*0*=utf-8''%E7%94%B5; filename*1*=%E6%A2%AF.jpg",
        'attachment; filename="=?gb18030?B?tefM3S5qcGc=?="',
        'attachment; filename="电梯.jpg"',
    ],
    ids=["2231", "2231 continued", "2047 in quotes", "bare"],
)
def test_names_of_files_are_decoded(disposition: str) -> None:
    body = base64.encodebytes(b"picture").decode()
    head = (
        f"Content-Type: image/jpeg\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: {disposition}"
    )
    parts = f"--b\r\n{head}\r\n\r\n{body}--b--"
    (file,) = read(raw(parts.encode(), kind="multipart/mixed; boundary=b")).files
    assert (file.name, file.content) == ("电梯.jpg", b"picture")


def test_a_name_that_is_a_path_is_none() -> None:
    mail = EmailMessage()
    mail["From"] = "a@example.com"
    mail.add_attachment(b"x", maintype="image", subtype="jpeg", filename="../../etc/\u202epasswd")
    (file,) = read(mail.as_bytes()).files
    assert file.name == ".._.._etc_passwd"


def test_of_two_forms_the_plain_one_is_read_and_html_when_there_is_no_other() -> None:
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = "a@example.com"
    mail.set_content("纯文本")
    mail.add_alternative("<p>网页</p>", subtype="html")
    assert read(mail.as_bytes()).words == "纯文本"
    alone = EmailMessage(policy=policy.SMTP)
    alone["From"] = "a@example.com"
    alone.set_content("<style>p{}</style><p>网页</p><script>x()</script><p>第二段&amp;完</p>", subtype="html")
    assert read(alone.as_bytes()).words == "网页\n\n第二段&完"


def test_an_empty_plain_form_does_not_hide_the_other() -> None:
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = "a@example.com"
    mail.set_content("\n")
    mail.add_alternative("<p>只有网页里有字</p>", subtype="html")
    assert read(mail.as_bytes()).words == "只有网页里有字"


@pytest.mark.parametrize(
    "quoted",
    [
        "------------------ 原始邮件 ------------------\n发件人: 物业\n旧的内容",
        "---- 回复的原邮件 ----\n| 发件人 | 物业 |\n旧的内容",
        "---Original---\nFrom: desk\n旧的内容",
        '在 2026-03-02 10:00:00，"物业" <desk@shouwen.example> 写道：\n旧的内容',
        "物业 <desk@shouwen.example> 于2026年3月2日周一 10:00写道：\n旧的内容",
        "On Mon, 2 Mar 2026 at 10:00, 物业 <desk@shouwen.example> wrote:\n> 旧的内容",
        "On Mon, 2 Mar 2026 at 10:00, 物业\n<desk@shouwen.example> wrote:\n> 旧的内容",
        "发件人：物业\n发送时间：2026年3月2日\n收件人：王秀兰\n主题：旧的内容",
        "________________________________\nFrom: desk\nSent: Monday\nTo: me\n旧的内容",
        "> 旧的内容\n> 更旧的",
        "-- \n王秀兰\n旧的内容",
        "发自我的iPhone",
    ],
)
def test_what_is_quoted_is_left_out(quoted: str) -> None:
    own = quoting.own_words(f"今天又停了\n第二行\n\n{quoted}").strip("_\n ")
    assert own == "今天又停了\n第二行"


@pytest.mark.parametrize(
    "prose",
    [
        "保安在群里这样写到：\n请大家自己想办法",
        "从我的窗户看出去就是垃圾堆\n味道很大",
        "发件人是谁不清楚\n但有人贴了通知",
        "From the gate to the lift it is dark\nplease mend it",
    ],
)
def test_prose_is_not_mistaken_for_a_quotation(prose: str) -> None:
    assert quoting.own_words(prose) == prose


def test_a_quotation_marked_in_html_is_left_out_and_kept_apart() -> None:
    said, quoted = of_html(
        "<div>新的<br>第二行</div><div class='gmail_quote'><p>旧的<p>没关的<div>更旧</div></div><p>末尾</p>"
    )
    assert said.split() == ["新的", "第二行", "末尾"]
    assert "旧的" in quoted


def test_a_mail_that_only_forwards_keeps_the_whole() -> None:
    mail = read(raw("------ 转发邮件信息 ------\n楼上漏水".encode()))
    assert (mail.words, "楼上漏水" in mail.whole) == ("", True)


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ("Auto-Submitted: auto-replied", "auto_reply"),
        ("Auto-Submitted: auto-generated; owner-email=x", "auto_reply"),
        ("Auto-Submitted: no", ""),
        ("Precedence: bulk", "bulk"),
        ("Precedence: auto_reply", "auto_reply"),
        ("List-Id: <news.example.com>", "bulk"),
        ("X-Auto-Response-Suppress: All", "auto_reply"),
        ("X-Autoreply: yes", "auto_reply"),
        ("Return-Path: <>", "bounce"),
        ("Return-Path: <xiulan@example.com>", ""),
        ("Subject: Re: 电梯", ""),
    ],
)
def test_machines_are_told_from_people(header: str, why: str) -> None:
    assert read(raw(b"x", header)).machine == why


@pytest.mark.parametrize("sender", ["MAILER-DAEMON@mail.example", "Postmaster@mail.example"])
def test_the_mail_system_itself_is_no_person(sender: str) -> None:
    assert read(f"From: {sender}\r\nSubject: x\r\n\r\nx".encode()).machine == "bounce"


def test_a_report_of_a_mail_that_was_not_delivered_is_no_complaint() -> None:
    mail = MIMEMultipart("report", report_type="delivery-status")
    mail["From"] = "system@example.com"
    mail.attach(MIMEText("could not be delivered"))
    assert read(mail.as_bytes()).machine == "bounce"


@pytest.mark.parametrize(
    ("given", "sender"),
    [
        ("王秀兰 <a@example.com>", "a@example.com"),
        ("=?utf-8?B?546L56eA5YWw?= <a@example.com>", "a@example.com"),
        ("a@example.com, b@example.com", "a@example.com"),
        ("a b@example.com", ""),
        ("nobody", ""),
        ("", ""),
        ("<a@example.com>\r\n\tBcc: b@example.com", "a@example.com"),
    ],
)
def test_only_one_plain_address_is_a_sender(given: str, sender: str) -> None:
    assert read(f"From: {given}\r\n\r\nx".encode()).sender == sender


def test_nothing_that_a_database_or_an_eye_stumbles_over_remains() -> None:
    mail = read(raw("漏\x00水\x1b[31m了\u202e啊\ufeff".encode(), "Subject: 电\x07梯"))
    assert (mail.words, mail.subject) == ("漏水[31m了啊", "电梯")


def test_a_garbled_text_is_known_as_such() -> None:
    assert read(raw(base64.encodebytes(b"\xff\xfe\xff\x81" * 50), encoding="base64")).is_garbled
    assert not read(raw("漏水".encode())).is_garbled


def test_a_text_that_breaks_off_within_a_character_is_read_up_to_there() -> None:
    body = base64.encodebytes(("漏" * 100_000).encode())
    words = read(raw(body, encoding="base64")).words
    assert set(words) == {"漏"}


def test_an_encrypted_mail_is_known_as_such() -> None:
    parts = b"--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b--"
    assert read(raw(parts, kind="multipart/encrypted; boundary=b")).is_encrypted


def test_a_mail_inside_the_mail_is_a_file_and_its_words_are_not_the_senders() -> None:
    inner = EmailMessage()
    inner["From"] = "other@example.com"
    inner.set_content("别人的话")
    mail = EmailMessage()
    mail["From"] = "a@example.com"
    mail.set_content("请看附件")
    mail.add_attachment(inner)
    understood = read(mail.as_bytes())
    assert (understood.words, len(understood.files)) == ("请看附件", 1)


def test_a_small_picture_within_the_text_is_a_logo() -> None:
    mail = EmailMessage()
    mail["From"] = "a@example.com"
    mail.set_content("<p>见图</p>", subtype="html")
    mail.add_related(b"logo", "image", "png", cid="<logo>")
    mail.add_related(b"p" * 20_000, "image", "jpeg", cid="<photo>")
    assert [len(file.content) for file in read(mail.as_bytes()).files] == [20_000]


# Hostile


def test_nested_without_end_is_not_read() -> None:
    body = b"".join(
        b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (n, n + 1) for n in range(2_000)
    )
    with pytest.raises(Unreadable):
        read(raw(body, kind="multipart/mixed; boundary=b0"))


def test_a_hundred_thousand_parts_cost_little() -> None:
    body = b"--b\r\n\r\nx\r\n" * 20_000
    assert len(read(raw(body, kind="multipart/mixed; boundary=b")).words) < 1_000


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"\x00" * 1_000,
        b"\r\n\r\n",
        b":\r\n:\r\n",
        b"From: \xff\xfe\r\n\r\n\xff",
        b"Content-Type: multipart/mixed\r\n\r\nx",
    ],
    ids=["nothing", "zeros", "no head", "no names", "bytes", "no boundary"],
)
def test_garbage_is_a_mail_without_words_or_none_at_all(garbage: bytes) -> None:
    try:
        mail = read(garbage)
    except Unreadable:
        return
    assert isinstance(mail, Mail)
    assert mail.sender == ""


def test_a_mail_of_12_mb_takes_no_more_than_five_times_its_size() -> None:
    """Its files are decoded one at a time, and only when somebody asks."""
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = "a@example.com"
    mail.set_content("照片见附件")
    for n in range(3):
        mail.add_attachment(bytes(3_000_000), maintype="image", subtype="jpeg", filename=f"{n}.jpg")
    content = mail.as_bytes()
    assert len(content) > 12_000_000
    tracemalloc.start()
    understood = read(content)
    assert [len(file.content) for file in understood.files] == [3_000_000] * 3
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5 * len(content)


@pytest.mark.parametrize(
    "header",
    [
        b"From: " + b"(" * 1_000,
        b"From: a@example.com\r\nTo: " + b"a:" * 1_000,
    ],
    ids=["comments", "groups"],
)
def test_t32_an_address_that_nests_without_end_is_no_mail(header: bytes) -> None:
    with pytest.raises(Unreadable):
        read(header + b"\r\nSubject: x\r\n\r\nx")


def test_a_subject_whose_base64_breaks_off_is_read_as_it_stands() -> None:
    mail = read(raw(b"x", "Subject: =?utf-8?b?A?="))
    assert (mail.subject, mail.words) == ("=?utf-8?b?A?=", "x")


@pytest.mark.parametrize(
    "html",
    [
        b"<blockquote>" + b"<b>" * 40_000 + b"</i>" * 30_000,
        b"<!--" * 60_000,
        b"<a " * 80_000,
        b"</" * 120_000,
    ],
    ids=["nested", "comments", "tags", "ends"],
)
def test_t30_a_text_made_to_keep_us_busy_is_read_in_seconds(html: bytes) -> None:
    """Each took the library between half a minute and two."""
    began = time.process_time()
    assert read(raw(html, kind="text/html; charset=utf-8")).words == ""
    assert time.process_time() - began < 10


def test_t30_a_header_made_to_keep_us_busy_is_read_in_seconds() -> None:
    began = time.process_time()
    read(raw(b"x", "Subject: " + "=?a?b?AA?= " * 50_000))
    assert time.process_time() - began < 10


def test_the_last_words_of_a_page_count_and_an_unfinished_tag_does_not() -> None:
    assert of_html("<p>3 &lt; 5 &amp; 困了人") == ("3 < 5 & 困了人", "")
    assert of_html("<p>a < b</p>还在<a href=x") == ("a < b\n还在", "")
