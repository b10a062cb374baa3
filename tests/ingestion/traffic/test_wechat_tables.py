"""WeChat's delimited exports in all their states: columns moved, rows longer, cells with XML, other encodings, torn."""

import pytest
from talk_reading import read_talk

HEAD = "localId,TalkerId,Type,SubType,IsSender,CreateTime,Status,StrContent,StrTime,Remark,NickName,Sender"
OWN, PEER = "wxid_own1234567", "wxid_peer765432"
ROWS = (
    f"1,2,1,0,0,1515486624,,在吗,2018-01-09 16:30:24,王哥,老王,{PEER}",
    f"2,2,1,0,1,1515486787,,在,2018-01-09 16:33:07,,速查,{OWN}",
)
APP = '<?xml version=""1.0""?>\n<msg><appmsg appid=""""><title>{title}</title><type>{kind}</type>{rest}</appmsg></msg>'


def table(*rows, head=HEAD):
    return "\ufeff" + "\n".join([head, *rows]) + "\n"


def cell(content, kind="49", sub="0", own="0", sender=PEER, more=""):
    return f'3,2,{kind},{sub},{own},1515486800,,"{content}",2018-01-09 16:33:20,,老王,{sender}{more}'


def one(tmp_path, content, kind="49", sub="0"):
    talk = read_talk(tmp_path, f"老王({PEER}).csv", table(*ROWS, cell(content, kind, sub)))
    assert talk.rejected == []
    return talk.messages[-1]


def test_columns_are_found_by_their_names(tmp_path):
    head = "Sender,StrContent,Extra,IsSender,CreateTime,Type,NickName"
    talk = read_talk(
        tmp_path, "a.csv", table(f"{PEER},在吗,x,0,1515486624,1,老王", f"{OWN},在,,1,1515486787,1,速查", head=head)
    )
    assert talk.column("text") == ["在吗", "在"]
    assert talk.column("sender") == [PEER, OWN]
    assert talk.column("chat") == [PEER, PEER]
    assert talk.column("kind") == ["text", "text"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16-le", "utf-16"])
def test_encodings(tmp_path, encoding):
    talk = read_talk(tmp_path, f"老王({PEER}).csv", table(*ROWS * 20).lstrip("\ufeff").encode(encoding))
    assert talk.column("text") == ["在吗", "在"] * 20
    assert talk.column("line") == list(range(2, 42))


def test_lines_are_those_of_the_file(tmp_path):
    many = '3,2,1,0,0,1515486800,,"一\n二\n\n四",2018-01-09 16:33:20,,老王,wxid_peer765432'
    talk = read_talk(tmp_path, f"老王({PEER}).csv", table(ROWS[0], many, ROWS[1]))
    assert talk.column("line") == [2, 3, 7]
    assert talk.column("text")[1] == "一\n二\n\n四"


def test_longer_rows_among_shorter_ones_are_mended(tmp_path):
    long = cell("多\n\n行", "1", more=',7151,"",""')
    talk = read_talk(tmp_path, f"老王({PEER}).csv", table(*ROWS, long, *ROWS))
    assert sorted(zip(talk.column("line"), talk.column("text"), strict=True)) == [
        (2, "在吗"),
        (3, "在"),
        (4, "多\n\n行"),
        (7, "在吗"),
        (8, "在"),
    ]
    assert talk.rejected == []


def test_a_row_that_is_cut_off_is_set_aside(tmp_path):
    talk = read_talk(tmp_path, f"老王({PEER}).csv", table(*ROWS, "9,2,1,0,0,15154"))
    assert (len(talk.messages), talk.rejected) == (2, [4])


def test_a_mark_that_is_never_closed_costs_its_own_line(tmp_path):
    torn = '3,2,1,0,0,1515486800,,"没有结尾'
    talk = read_talk(tmp_path, f"老王({PEER}).csv", table(*ROWS, torn, *ROWS))
    assert talk.column("text") == ["在吗", "在", "在吗", "在"]
    assert talk.rejected == [4]


def test_a_time_that_cannot_be_read_is_set_aside_and_wrong_clocks_are_kept(tmp_path):
    rows = (
        f"1,2,1,0,0,never,,a,,,老王,{PEER}",
        f"2,2,1,0,0,0,,b,,,老王,{PEER}",
        f"3,2,1,0,0,4070908800,,c,,,老王,{PEER}",
        f"4,2,1,0,0,,,d,2018/1/9 下午 4:30:24,,老王,{PEER}",
    )
    talk = read_talk(tmp_path, "x.csv", table(*rows))
    assert talk.rejected == [2]
    assert talk.clocks == ["1970-01-01 08:00:00", "2099-01-01 08:00:00", "2018-01-09 16:30:24"]


def test_own_rows_alone_accuse_nobody(tmp_path):
    """One account in own rows may be the owner's or the peer's, where nothing else is known."""
    row = f"2,2,1,0,1,1515486787,,在,2018-01-09 16:33:07,,速查,{OWN}"
    talk = read_talk(tmp_path, "无名.csv", table(row))
    assert (talk.column("sender"), talk.column("chat"), talk.column("outgoing")) == ([OWN], [None], [True])
    assert read_talk(tmp_path, f"x({OWN}).csv", table(row)).column("sender") == [None]
    assert read_talk(tmp_path, f"x({PEER}).csv", table(row)).column("sender") == [OWN]


def test_the_account_of_a_second_phone_stands_behind_the_name(tmp_path):
    long = [
        f"{row.rsplit(',', 1)[0]},{PEER},7,,".replace(",在,", f",{text},")
        for row, text in zip(ROWS, ("", "在"), strict=True)
    ]
    talk = read_talk(tmp_path, f"老王({PEER})_{OWN}.csv", table(*long))
    assert talk.column("sender") == [PEER, OWN]


def test_a_transfer_in_xml(tmp_path):
    pay = (
        "<wcpayinfo><paysubtype>{0}</paysubtype><feedesc><![CDATA[￥1,200.00]]></feedesc>"
        "<transcationid>100005</transcationid><pay_memo>定位</pay_memo></wcpayinfo>"
    )
    sent = one(tmp_path, APP.format(title="微信转账", kind=2000, rest=pay.format(1)), sub="2000")
    assert (sent["kind"], sent["text"], sent["amount"]) == ("transfer", "[转账] ¥1200.00 定位", 1200.0)
    assert (sent["currency"], sent["reference"]) == ("CNY", "100005")
    taken = one(tmp_path, APP.format(title="微信转账", kind=2000, rest=pay.format(3)), sub="2000")
    assert taken["text"] == "[转账] 已收款 ¥1200.00 定位"
    back = one(tmp_path, APP.format(title="微信转账", kind=2000, rest=pay.format(4)), sub="2000")
    assert (back["text"], back["amount"]) == ("[转账] 已退还 ¥1200.00 定位", 1200.0)


def test_quotations_files_records_and_cards_in_xml(tmp_path):
    refer = (
        "<refermsg><type>1</type><displayname>老王</displayname><content>查 &lt;15400000001&gt;</content></refermsg>"
    )
    quote = one(tmp_path, APP.format(title="好了没", kind=57, rest=refer), sub="57")
    assert (quote["kind"], quote["text"], quote["quoted"]) == ("quote", "好了没", "查 <15400000001>")
    app = "&lt;msg&gt;&lt;appmsg&gt;&lt;title&gt;a.xlsx&lt;/title&gt;&lt;type&gt;6&lt;/type&gt;&lt;/appmsg&gt;&lt;/msg&gt;"
    inner = f"<refermsg><content>{app}</content></refermsg>"
    assert one(tmp_path, APP.format(title="这个", kind=57, rest=inner), sub="57")["quoted"] == "[文件] a.xlsx"
    file = one(tmp_path, APP.format(title="名单.xlsx", kind=6, rest="<appattach/>"), sub="6")
    assert (file["kind"], file["file"], file["text"]) == ("file", "名单.xlsx", "[文件] 名单.xlsx")
    record = one(tmp_path, APP.format(title="聊天记录", kind=19, rest="<des>老王: 查一个</des>"), sub="19")
    assert (record["kind"], record["text"]) == ("forwarded", "[聊天记录] 老王: 查一个")
    packet = one(tmp_path, APP.format(title="微信红包", kind=2001, rest="<wcpayinfo/>"), sub="2001")
    assert (packet["kind"], packet["amount"]) == ("packet", None)
    card = one(tmp_path, '<msg username=""wxid_card12345"" nickname=""小李"" alias=""li"" />', "42")
    assert (card["kind"], card["text"]) == ("card", "[名片] 小李 li")
    image = one(tmp_path, '<?xml version=""1.0""?><msg><img length=""5""/></msg>', "3")
    assert (image["kind"], image["text"]) == ("image", "[图片]")


def test_entities_in_xml_are_not_unfolded(tmp_path):
    bomb = '<!DOCTYPE x [<!ENTITY a SYSTEM ""file:///etc/passwd"">]><msg><appmsg><title>&a;</title><type>57</type></appmsg></msg>'
    assert "root:" not in str(one(tmp_path, bomb, sub="57"))


def test_recalled_and_system_messages(tmp_path):
    told = one(tmp_path, "你撤回了一条消息", "10000")
    assert (told["kind"], told["outgoing"]) == ("recalled", False)
    xml = '<sysmsg type=""revokemsg""><revokemsg><replacemsg>老王 撤回了一条消息</replacemsg></revokemsg></sysmsg>'
    assert one(tmp_path, xml, "10002")["kind"] == "recalled"
    assert one(tmp_path, "收到红包，请在手机上查看", "10000")["kind"] == "system"


def test_words_in_brackets_are_words(tmp_path):
    assert one(tmp_path, "[微笑]好", "1")["kind"] == "text"
    assert one(tmp_path, "[表情]包发我", "1")["kind"] == "text"
    assert one(tmp_path, "转账给你 ¥500", "1")["amount"] is None


def test_account_before_the_text_of_a_group_is_left_out(tmp_path):
    room = "2401953429@chatroom"
    rows = (f'1,2,1,0,0,1515486624,,"{PEER}:\n收户籍",,,老王,{PEER}', f"2,2,1,0,1,1515486787,,在,,,速查,{OWN}")
    talk = read_talk(tmp_path, f"交流({room}).csv", table(*rows))
    assert talk.column("text") == ["收户籍", "在"]
    assert talk.column("sender") == [PEER, OWN]
    assert talk.column("receiver") == [None, None]
