"""Bills of WeChat Pay, Alipay and Tenpay: what they print is read, and what they state is held against it."""

import pytest
from bill_reading import book, read

WECHAT_HEADER = "交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注"
WECHAT_ROWS = [
    '2018-04-07 18:26:27,转账,"小明,转账备注:微信转账,支出,¥887.00,零钱,对方已收钱,2018040739285353509747\t,/\t,/',
    '2018-04-07 10:00:00,转账,老王,"转账备注:2,000元",收入,"¥2,000.00",/,已收钱,2018040739285353509001\t,/\t,/',
    '2018-04-06 12:00:00,商户消费,"小店,某商品,支出,¥50.00,零钱,已退款(￥20.00),2018040739285353509002\t,88\t,/',
    "2018-04-05 12:00:00,商户消费,便利店,某商品,支出,¥30.00,零钱,已全额退款,2018040739285353509003\t,89\t,/",
    "2018-04-05 13:00:00,便利店-退款,便利店,某商品,收入,¥30.00,零钱,已全额退款,2018040739285353509004\t,89\t,/",
    "2018-04-04 12:00:00,零钱提现,/,/,/,¥1000.10,中国银行(9047),提现已到账,2018040739285353509005\t,/\t,服务费¥0.10",
    "2018-04-03 12:00:00,微信红包,阿飞,/,支出,¥66.60,零钱,支付成功,2018040739285353509006\t,/\t,/",
    "2018-04-02 12:00:00,转账,阿飞,/,支出,¥10.00,零钱,对方已退还,2018040739285353509007\t,/\t,/",
    "2018-04-01 12:00:00,扫二维码付款,A天涯,收款方备注:二维码收款,支出,¥1.00,零钱,对方已收钱,2018040739285353509008\t,/\t,/",
]


def wechat(rows=WECHAT_ROWS, income="2笔 2030.00元", count=9):
    head = [
        "微信支付账单明细,,,,,,,,",
        "微信昵称：[隔壁老王]],,,,,,,,",
        "起始时间：[2018-01-08 00:00:00] 终止时间：[2018-04-08 00:00:00],,,,,,,,",
        "导出类型：[全部],,,,,,,,",
        f"共{count}笔记录,,,,,,,,",
        f"收入：{income},,,,,,,,",
        "支出：6笔 1044.60元,,,,,,,,",
        "中性交易：1笔 1000.10元,,,,,,,,",
        "注：,,,,,,,,",
        "1. 充值/提现/理财通购买/零钱通存取/信用卡还款等交易，将计入中性交易,,,,,,,,",
        "----------------------微信支付账单明细列表--------------------,,,,,,,,",
        WECHAT_HEADER,
    ]
    return "\ufeff" + "\r\n".join([*head, *rows, ""])


def test_every_row_of_a_wechat_bill_is_read_though_nobody_closes_quotation_marks(tmp_path):
    got = read(tmp_path, "微信支付账单(wxid_ab12cd34ef5622).csv", wechat())

    assert (got.reader, got.rejected, got.doubts, got.not_read) == ("wechat-pay", [], [], [])
    assert got.column("line") == list(range(13, 22))
    assert set(got.column("account")) == {"wxid_ab12cd34ef5622"} and set(got.column("account_name")) == {"隔壁老王]"}
    assert got.column("other_name")[:3] == ['"小明', "老王", '"小店'] and got.clocks[0] == "2018-04-07 18:26:27"
    assert got.column("direction") == ["out", "in", "out", "out", "in", "neutral", "out", "out", "out"]
    assert got.column("amount") == [887, 2000, 50, 30, 30, 1000.1, 66.6, 10, 1]
    assert got.column("reference")[0] == "2018040739285353509747" and got.column("other_reference")[2] == "88"
    assert got.column("text")[1] == "转账备注:2,000元" and got.column("method")[1] is None
    assert set(got.column("currency")) == {"CNY"} and set(got.column("channel")) == {"wechat"}


def test_a_wechat_bill_tells_what_became_of_payments(tmp_path):
    got = read(tmp_path, "bill.csv", wechat())

    kinds = ["transfer", "transfer", "purchase", "purchase", "refund", "withdrawal", "packet", "transfer", "code"]
    assert got.column("kind") == kinds
    states = ["done", "done", "partly_refunded", "refunded", "done", "done", "done", "returned", "done"]
    assert got.column("status") == states
    assert got.column("refunded") == [None, None, 20, 30, None, None, None, 10, None]
    assert got.column("fee")[5] == 0.1 and got.column("account") == [None] * 9
    assert got.column("other_kind") == [
        *("nickname", "nickname", "merchant", "merchant", "merchant", None, "nickname", "nickname", "nickname")
    ]


@pytest.mark.parametrize("name", ["微信支付账单(20180101-20180331).csv", "bill.csv"])
def test_days_in_the_name_of_a_file_are_no_account(tmp_path, name):
    assert set(read(tmp_path, name, wechat()).column("account")) == {None}


def test_an_edited_wechat_bill_is_found_by_the_sums_that_it_states(tmp_path):
    edited = [row.replace("2,000.00", "200.00") for row in WECHAT_ROWS]

    (doubt,) = read(tmp_path, "bill.csv", wechat(edited)).doubts

    assert (doubt.line, doubt.what, doubt.stated, doubt.found) == (6, "income", 2030.0, 230.0)


def test_a_cut_wechat_bill_is_found_by_its_counts_and_sums(tmp_path):
    found = {(d.line, d.what, d.stated, d.found) for d in read(tmp_path, "bill.csv", wechat(WECHAT_ROWS[:-1])).doubts}

    assert found == {(5, "rows", 9.0, 8.0), (7, "rows", 6.0, 5.0), (7, "outgo", 1044.6, 1043.6)}


def test_rows_deleted_before_the_export_leave_no_trace(tmp_path):
    shorter = wechat([WECHAT_ROWS[1]], income="1笔 2000.00元", count=1)
    shorter = shorter.replace("支出：6笔 1044.60元", "支出：0笔 0.00元").replace(
        "中性交易：1笔 1000.10元", "中性交易：0笔 0.00元"
    )

    assert read(tmp_path, "bill.csv", shorter).doubts == []


def test_a_wechat_bill_in_a_workbook_is_the_same(tmp_path):
    lines = [line.split(",") for line in wechat(WECHAT_ROWS[3:]).lstrip("\ufeff").replace("\t", "").split("\r\n")]
    got = read(tmp_path, "微信支付账单(abcdef12345).xlsx", book(lines))

    assert got.reader == "wechat-pay" and len(got.payments) == 6 and set(got.column("account")) == {"abcdef12345"}
    assert got.column("reference")[0] == "2018040739285353509003" and got.column("line")[0] == 13


def test_lines_that_cannot_be_read_are_set_aside_with_their_number(tmp_path):
    rows = [
        WECHAT_ROWS[1],
        WECHAT_ROWS[1].replace("2018-04-07", "2018-13-47"),
        WECHAT_ROWS[3].replace("¥30.00", "约三十"),
        WECHAT_ROWS[3].replace("支出", "送出"),
        WECHAT_ROWS[3].replace("某商品", "a,b,c,d,e"),
    ]
    got = read(tmp_path, "bill.csv", wechat(rows))

    assert got.column("line") == [13]
    assert [line for line, _ in got.rejected] == [14, 15, 16, 17]
    assert [reason for _, reason in got.rejected] == [
        "has no time that can be read",
        "has no sum that can be read",
        "does not tell whether money came in or went out",
        "has 15 cells instead of 11",
    ]


def test_a_torn_bill_loses_only_its_last_line(tmp_path):
    whole = wechat().encode()
    got = read(tmp_path, "bill.csv", whole[: whole.rindex("零钱".encode())])

    assert len(got.payments) == 8 and got.rejected == [(21, "the file ends inside this line")]


def test_formulas_stay_the_text_that_they_are(tmp_path):
    row = WECHAT_ROWS[3].replace("便利店", "=HYPERLINK(1)").replace("某商品", "@SUM(A1)")

    got = read(tmp_path, "bill.csv", wechat([row]))

    assert got.column("other_name") == ["=HYPERLINK(1)"] and got.column("text") == ["@SUM(A1)"]


TWELVE = "交易时间,交易分类,交易对方,对方账号,商品说明,收/支,金额,收/付款方式,交易状态,交易订单号,商家订单号,备注,"
ALIPAY = [
    "2022-03-09 10:00:00,转账红包,*四,154******01,转账,支出,200.00,余额,交易成功,2022030922001\t,\t,,",
    "2022-03-08 10:00:00,日用百货,某某超市,sho***@example.com,牙膏,支出,59.90,花呗,交易关闭,2022030822002\t,M1\t,,",
    "2022-03-08 11:00:00,退款,某某超市,sho***@example.com,退款-牙膏,不计收支,59.90,花呗,退款成功,2022030822002_77\t,M1\t,,",
    "2022-03-07 10:00:00,日用百货,某某超市,/,从未付款,不计收支,10.00,,交易关闭,2022030722003\t,M2\t,,",
    "2022-03-06 10:00:00,收入,李四,/,收钱码收款,收入,15.00,余额,交易成功,2022030622004\t,\t,,",
    "2022-03-05 10:00:00,投资理财,余额宝,/,余额宝-转入,不计收支,100.00,余额,交易成功,2022030522005\t,\t,,",
]


def alipay(rows=ALIPAY, outgo="2笔 259.90元"):
    head = [
        "-" * 80,
        "导出信息：",
        "姓名：张三",
        "支付宝账户：zhangsan@example.com",
        "起始时间：[2022-03-01 00:00:00]    终止时间：[2022-03-31 00:00:00]",
        f"共{len(ALIPAY)}笔记录",
        "收入：1笔 15.00元",
        f"支出：{outgo}",
        "不计收支：3笔 169.90元",
        "",
        "------------------------支付宝（中国）网络技术有限公司  电子客户回单------------------------",
        TWELVE,
    ]
    return "\r\n".join([*head, *rows, ""]).encode("gb18030")


def test_an_alipay_bill_of_twelve_columns(tmp_path):
    got = read(tmp_path, "alipay_record_20220401.csv", alipay())

    assert (got.reader, got.rejected, got.doubts, got.not_read) == ("alipay", [], [], [])
    assert set(got.column("account")) == {"zhangsan@example.com"} and set(got.column("account_name")) == {"张三"}
    assert got.column("direction") == ["out", "out", "neutral", "neutral", "in", "neutral"]
    assert got.column("kind") == ["transfer", "purchase", "refund", "purchase", "code", "other"]
    assert got.column("status") == ["done", "refunded", "done", "failed", "done", "done"]
    assert got.column("refunded") == [None, 59.9, None, None, None, None]
    assert got.column("other") == ["154******01", "sho***@example.com", "sho***@example.com", None, None, None]
    assert got.column("other_kind") == ["masked_name", "merchant", "merchant", "merchant", "name", "firm"]
    assert got.column("reference")[2] == "2022030822002_77" and got.column("other_reference")[1] == "M1"


def test_a_part_of_a_closed_payment_may_have_come_back(tmp_path):
    rows = [ALIPAY[1], ALIPAY[2].replace("59.90", "9.90")]

    got = read(tmp_path, "a.csv", alipay(rows))

    assert got.column("status") == ["partly_refunded", "done"] and got.column("refunded") == [9.9, None]


def test_the_older_alipay_bill_is_padded_and_states_its_sums_below(tmp_path):
    rows = [
        [
            "2018040725926528483422\t",
            "\t",
            "2018-04-07 13:36:48",
            "",
            "",
            "其他",
            "即时到账交易",
            "洗车店",
            "消费订单",
            "20.01",
            "支出",
            "交易成功",
        ],
        [
            "2018040725926528483423\t",
            "M\t",
            "2018-04-06 13:36:48",
            "",
            "",
            "其他",
            "支付宝担保交易",
            "小店",
            "鞋",
            "80.00",
            "支出",
            "交易成功",
        ],
        [
            "2018040725926528483424\t",
            "\t",
            "2018-04-05 13:36:48",
            "",
            "",
            "其他",
            "即时到账交易",
            "李四",
            "转账",
            "500.00",
            "收入",
            "交易成功",
        ],
        [
            "2018040725926528483425\t",
            "\t",
            "2018-04-04 13:36:48",
            "",
            "",
            "其他",
            "即时到账交易",
            "李四",
            "转账",
            "7.00",
            "支出",
            "等待付款",
        ],
    ]
    ends = [
        ["0.00", "0.00", "", "已支出"],
        ["1.00", "30.00", "", "已支出"],
        ["0.00", "0.00", "", "已收入"],
        ["0.00", "0.00", "", "待支出"],
    ]
    body = [",".join(f"{cell:<14}" for cell in row + end) + "," for row, end in zip(rows, ends, strict=True)]
    header = (
        "交易号,商家订单号,交易创建时间,付款时间,最近修改时间,交易来源地,类型,交易对方,商品名称,金额（元）,收/支,交易状态,"
        "服务费（元）,成功退款（元）,备注,资金状态"
    )
    text = [
        "支付宝交易记录明细查询",
        "账号:[15400000001]",
        "---------------------------------交易记录明细列表------------------------------------",
        ",".join(f"{name:<16}" for name in header.split(",")) + ",",
        *body,
        "-" * 84,
        "共4笔记录",
        "已收入:1笔,500.00元",
        "待收入:0笔,0.00元",
        "已支出:2笔,100.01元",
        "待支出:1笔,7.00元",
        "导出时间:[2018-04-09 02:23:20]    用户:张三",
    ]
    got = read(tmp_path, "alipay.csv", "\r\n".join(text).encode("gb18030"))

    assert (got.rejected, got.doubts) == ([], []) and set(got.column("account")) == {"15400000001"}
    assert got.column("reference")[0] == "2018040725926528483422" and got.column("other_reference")[1] == "M"
    assert got.column("status") == ["done", "partly_refunded", "done", "pending"]
    assert got.column("refunded")[1] == 30 and got.column("fee")[1] == 1
    edited = "\r\n".join(text).replace("500.00        ", "900.00        ").encode("gb18030")
    assert [(d.line, d.what, d.found) for d in read(tmp_path, "b.csv", edited).doubts] == [(11, "income", 900.0)]


def test_sums_of_tenpay_are_hundredths(tmp_path):
    text = (
        "用户ID,用户侧账号名称,借贷类型,交易类型,交易金额(分),账户余额(分),交易时间,交易单号,对手方ID,"
        "对手侧账户名称,对手方接收金额(分),备注1\n"
        "wxid_a1b2c3@wx.tenpay.com,张三,出,转账,50000,120000,2018-04-07 18:26:27,900001,wxid_b@wx.tenpay.com,李四,50000,\n"
        "wxid_a1b2c3@wx.tenpay.com,张三,出,微信红包,10000,110000,2018-04-07 18:27:27,900002,wxid_c@wx.tenpay.com,王五,2050,吃饭\n"
        "wxid_a1b2c3@wx.tenpay.com,张三,入,转账,1,110002,2018-04-07 18:28:27,900003,wxid_c@wx.tenpay.com,王五,1,\n"
    )
    got = read(tmp_path, "reply.csv", text)

    assert got.reader == "tenpay-reply" and got.column("amount") == [500, 100, 0.01] and got.total("out") == 600
    assert got.column("account") == ["wxid_a1b2c3"] * 3 and got.column("other")[:2] == ["wxid_b", "wxid_c"]
    assert got.column("text")[1] == "吃饭 对方接收 20.50" and got.column("channel") == ["wechat"] * 3
    assert [(d.line, d.what, d.stated, d.found) for d in got.doubts] == [(4, "balance", 1100.02, 1100.01)]


def test_a_closed_payment_of_the_older_alipay_bill_tells_no_way_and_is_kept(tmp_path):
    header = (
        "交易号,商家订单号,交易创建时间,付款时间,类型,交易对方,商品名称,金额（元）,收/支,交易状态,"
        "服务费（元）,成功退款（元）,备注,资金状态,"
    )
    rows = [
        "1,,2019-01-10 10:00:00,2019-01-10 10:00:01,即时到账交易,李四,转账,500.00,支出,交易成功,0.00,0.00,,已支出,",
        "2,,2019-01-11 10:00:00,,支付宝担保交易,张三,会员,50.00,,交易关闭,0.00,0.00,,,",
    ]
    got = read(tmp_path, "a.csv", "\r\n".join([header, *rows, "共2笔记录", "已支出:1笔,500.00元"]).encode("gb18030"))
    assert got.rejected == [] and got.doubts == []
    assert [(row["direction"], row["status"]) for row in got.payments] == [("out", "done"), ("neutral", "failed")]


def test_a_last_line_without_an_end_is_read_where_it_has_all_its_cells(tmp_path):
    header = "收/支,交易对方,对方账号,商品说明,收/付款方式,金额,交易状态,交易分类,交易订单号,商家订单号,交易时间,"
    row = "支出,超市,sho***@example.com,买菜,花呗,20.00,交易成功,日用百货,7\t,T1\t,2021-01-02 10:00:00,"
    whole = read(tmp_path, "a.csv", f"{header}\r\n{row}\r\n{row}".encode("gb18030"))
    assert whole.column("line") == [2, 3] and whole.rejected == []
    torn = read(tmp_path, "b.csv", f"{header}\r\n{row}\r\n{row[:-12]}".encode("gb18030"))
    assert torn.column("line") == [2] and torn.rejected == [(3, "the file ends inside this line")]


def test_the_ledger_of_alipay_states_its_sums_in_its_own_way(tmp_path):
    header = (
        "账务流水号,业务流水号,商户订单号,商品名称,发生时间,对方账号,收入金额（+元）,支出金额（-元）,"
        "账户余额（元）,交易渠道,业务类型,备注"
    )
    rows = [
        "1\t,11\t,\t,转账,2022-01-02 10:00:00,李四(154***@example.com),500.00,,1500.00,支付宝,转账,\t",
        "2\t,12\t,\t,转账,2022-01-03 10:00:00,李四(154***@example.com),,-200.00,1300.00,支付宝,转账,\t",
    ]
    below = ["#-----账务明细列表结束-----", "#支出合计：1笔，共-{}元", "#收入合计：1笔，共500.00元"]
    text = "\r\n".join(["#支付宝账务明细查询", "#账号：[lao@example.com]", header, *rows, *below])
    got = read(tmp_path, "a.csv", text.format("200.00").encode("gb18030"))
    assert got.doubts == [] and got.rejected == []
    assert {(row["account"], row["other"], row["other_name"]) for row in got.payments} == {
        ("lao@example.com", "154***@example.com", "李四")
    }
    edited = read(tmp_path, "b.csv", text.format("900.00").encode("gb18030"))
    assert [(each.what, each.stated, each.found) for each in edited.doubts] == [("outgo", 900.0, 200.0)]
