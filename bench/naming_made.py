"""Made chats, reports and tables with names and addresses in them, and with what only looks like names and addresses.

Everything is drawn from the lists here, written for this bench and used nowhere in the product.
"""
# ruff: noqa: E501

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

SURNAMES = (
    "王李张刘陈杨黄赵吴周" * 6
    + "徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈" * 2
    + "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝"
)
DOUBLE = ["欧阳", "上官", "司马", "诸葛", "夏侯", "司徒", "令狐", "皇甫", "慕容", "东方"]
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀英霞平刚桂兰玉萍红梅建国华文辉志宇浩然子轩梓涵欣怡佳琪雨婷思雅诗晨曦博天昊俊凯旋嘉诚鹏飞海燕春雪冬晓东立新永康福生德胜云龙淑珍惠凤琴金花银宝贵荣光耀祖振兴家旺长江山河林森木松柏青竹菊莲荷月星阳晴岚雯霖泽润洁冰清颖慧智仁义礼信忠孝廉良善美乐欢喜爱心怀远达成功"
FOREIGN = ["阿卜杜拉·买买提", "古丽娜尔·艾力", "迪丽拜尔·吐尔逊", "扎西·多吉", "约翰·史密斯", "玛丽·科瓦连科"]
LATIN = [
    "Zhang Wei",
    "LI Na",
    "Chan Tai Man",
    "Wong Siu-ming",
    "John Smith",
    "Maria Santos",
    "Chen, Guanxi",
    "Lin Yu-chun",
    "Kwok Ka Yee",
    "Emily Johnson",
    "David O'Brien",
    "Nguyen Van An",
]
TITLES = ["先生", "女士", "老师", "经理", "医生", "律师", "主任", "师傅", "同学", "总监"]
NOT_NAMES = [
    "高兴",
    "马上",
    "方便",
    "温度",
    "黄金",
    "任何",
    "周末",
    "金额",
    "明白",
    "安全",
    "常见",
    "成功",
    "时间",
    "和平",
    "白天",
    "黄色",
    "石油",
    "水平",
    "江南",
    "海洋",
    "程序",
    "方案",
    "方法",
    "段落",
    "包装",
    "华为手机",
    "王者荣耀",
    "张嘴就来",
    "李子",
    "梅花",
    "苏打水",
    "康师傅",
    "王老吉",
    "严重",
    "严格",
    "万一",
    "万分",
    "于是",
    "向前",
    "项目",
    "武汉",
    "许多",
    "许可",
    "应该",
    "应用",
    "全部",
    "全家",
    "关系",
    "关于",
    "司机",
    "连续",
    "连接",
    "钱包",
    "钱财",
    "路由器",
    "古典",
    "古老",
    "童年",
    "童话",
    "安静",
    "高级",
    "高端",
    "房屋",
    "房租",
    "车辆",
    "车位",
    "祝福",
    "管理",
    "解决",
    "解释",
    "经常",
    "经验",
    "经济",
    "单位",
    "单独",
    "计划",
    "毛利",
    "毛病",
    "费用",
    "纪念",
    "舒服",
    "左右",
    "左边",
    "明天",
    "明显",
    "蓝色",
    "雷达",
    "龙虾",
    "季度",
    "顾客",
    "尚未",
    "强烈",
    "宁可",
    "甘心",
]
CHAT = [
    "{n}{t}，您好，您的快递到了，麻烦下楼取一下。",
    "我跟{n}说好了，明天上午一起去。",
    "刚才{n}打电话来问保单的事",
    "你认识{n}吗？就是上次一起吃饭的那个",
    "{n}的手机号是多少？发我一下",
    "帮我转给{n}，谢谢",
    "{n}：收到，马上处理",
    "{n}说她{d}会到，让我们先开始",
    "这个月业绩第一名是{n}，恭喜！",
    "麻烦通知{n}、{n}和{n}三位参加会议",
    "客户{n}要退保，理由是保费太高",
    "我叫{n}，是新来的{t}",
    "昨天看到{n}和{n}在楼下吵架",
    "给{n}转了5000块，你查一下",
    "@{n} 合同发你邮箱了",
    "联系人：{n} 电话154{m}",
    "{n} 154{m} 尾款未付",
    "{n}，女，34岁，已婚",
    "户主{n}不在家，下次再来",
    "请{n}于本周五前补交材料",
    "听{n}讲，这批货有问题",
    "{n}已经离职了，工作交给{n}",
    "{n}老公昨天住院了",
    "找一下{n}，他知道密码",
]
REPORT = [
    "投诉人{n}反映，其于三月十二日在柜台办理业务时，工作人员态度恶劣。",
    "经查，{n}名下共有三张银行卡，涉及金额八万余元。",
    "被告{n}辩称，双方并未签订书面合同。",
    "主治医师{n}建议患者{n}住院观察。",
    "会议由{n}主持，{n}作了年度工作报告。",
    "本案由民警{n}负责侦办，嫌疑人{n}已被抓获。",
    "项目负责人{n}表示，工程将于年底完工。",
    "据{n}介绍，该小区共有住户三百余户。",
    "保险代理人{n}私自出售客户资料，被公司开除。",
    "原告{n}与被告{n}系夫妻关系，于二〇一〇年登记结婚。",
    "记者{n}、通讯员{n}报道",
    "借款人{n}（身份证号略）逾期九十天未还款。",
    "培训讲师{n}，高级工程师，从业十五年。",
    "经董事会研究决定，聘任{n}为副总经理。",
    "死者{n}的家属{n}要求赔偿。",
    "现场勘验由{n}、{n}二人完成。",
]
PLAIN = [
    "今天{d}特别{d}，大家都很开心",
    "{d}的问题我们{d}再讨论",
    "这个{d}有点贵，能便宜点吗",
    "关于{d}的说明请看附件",
    "{d}和{d}哪个更好？",
    "老板说{d}要加班",
    "小王和老李去{p}出差了",
    "王总让我问问{d}准备得怎么样了",
    "{p}的天气{d}",
    "我在{p}吃了{d}，味道不错",
    "{c}今年业绩很好",
    "请{c}尽快付款",
    "他买了一箱{d}送给客户",
    "系统{d}失败，请重试",
    "张姐，方案改好了没有",
    "{p}到{p}的高铁票已经卖完",
    "本产品由{c}承保",
    "陈小姐您好，李先生在吗",
    "何时可以办理{d}？",
    "上海路和南京路交叉口堵车",
    "第12号文件已经下发",
    "该区共有3个小区、2栋楼",
    "会议室在3楼，请带好电脑",
    "坐2号线到5号口出来",
    "一共80平米，三室一厅",
    "手机降到1999元，还送{d}",
    "车牌尾号5的明天限行",
    "他家住得很远，路上要两个小时",
]
COMPANIES = [
    "平安保险公司",
    "中国人寿",
    "华泰证券",
    "金山软件",
    "方正科技",
    "白云山制药",
    "万科地产",
    "康佳集团",
    "石药集团",
    "江苏银行",
    "高德地图",
    "宁德时代",
    "唐人街餐厅",
    "马应龙药业",
    "童涵春堂",
    "雷允上药店",
    "汤臣倍健",
    "云南白药集团",
    "安踏体育",
    "李宁服饰",
]
PLACES = [
    "黄山",
    "马鞍山",
    "石家庄",
    "张家口",
    "常州",
    "温州",
    "金华",
    "武汉",
    "广州",
    "江阴",
    "高邮",
    "安庆",
    "周口",
    "许昌",
    "成都",
    "西宁",
    "华山",
    "苏州",
    "海口",
    "连云港",
    "王府井",
    "朱家角",
    "万州",
    "梁平",
    "余姚",
    "龙岩",
]
PROVINCES = ["", "江苏省", "浙江省", "广东省", "四川", "湖北省", "山东", "河南省"]
CITIES = ["南京市", "杭州市", "苏州", "成都市", "武汉市", "青岛市", "东莞市", "郑州", "宁波市", "长沙市"]
DISTRICTS = ["江宁区", "余杭区", "吴县", "武侯区", "洪山区", "市南区", "大岭山镇", "中牟县", "鄞州区", "岳麓区"]
STEMS = [
    "人民",
    "解放",
    "中山",
    "和平",
    "龙湖",
    "泰和",
    "金水",
    "东风",
    "长江",
    "学府",
    "望京",
    "翠竹",
    "滨河",
    "花园",
    "新华",
    "文化",
    "桂花",
    "白云",
    "幸福",
    "建设",
]
TAILS = [" 送到这个地址", "，到了打电话", "。", "，谢谢", " 邮编210000", "，电话154{m}", "附近有人吗"]
HEADS = [
    "地址：",
    "住址:",
    "寄到",
    "我住在",
    "收货地址 ",
    "家在",
    "请送到",
    "现居住于",
    "位于",
    "案发地点在",
    "他家搬到了",
    "",
    "快递发",
]


@dataclass(frozen=True, slots=True)
class Made:
    """A made text and where the names and addresses are."""

    text: str = field(repr=False)
    spans: tuple[tuple[str, int, int], ...]


def person(draw: random.Random) -> str:
    kind = draw.random()
    if kind < 0.02:
        return draw.choice(FOREIGN)
    surname = draw.choice(DOUBLE) if kind < 0.04 else draw.choice(SURNAMES)
    return surname + "".join(draw.choice(GIVEN) for _ in range(1 if draw.random() < 0.2 else 2))


def address(draw: random.Random) -> str:
    stem, n = lambda: draw.choice(STEMS), lambda k: str(draw.randint(1, k))
    head = draw.choice(["", draw.choice(PROVINCES) + draw.choice(CITIES)]) + draw.choice(["", draw.choice(DISTRICTS)])
    shapes = [
        lambda: (
            f"{head}{stem()}{draw.choice(['路', '大道', '街', '东路', '北街'])}{n(999)}号{draw.choice(['', stem() + '小区'])}{n(30)}栋{n(4)}单元{n(33)}0{n(4)}室"
        ),
        lambda: f"{head}{stem()}路{n(2000)}弄{n(90)}号{n(6)}0{n(3)}室",
        lambda: f"{head}{stem()}镇{stem()}村{n(12)}组{n(99)}号",
        lambda: (
            f"{draw.choice(DISTRICTS)}{stem()}{draw.choice(['花园', '小区', '苑', '公寓', '新村'])}{n(30)}幢{n(30)}0{n(4)}"
        ),
        lambda: f"{head or '南京市'}{stem()}街道{stem()}{draw.choice(['大厦', '广场', '中心'])}{n(40)}楼",
        lambda: f"{head}{stem()}路与{stem()}路交叉口东{n(300)}米{stem()}超市旁",
        lambda: f"{stem()}镇{stem()}小区{n(40)}栋{n(4)}单元{n(20)}0{n(3)}室",
        lambda: f"{head}{stem()}巷{n(99)}-{n(9)}号",
        lambda: f"九龍旺角{stem()}道{n(200)}號{stem()}大廈{n(20)}樓{draw.choice('ABCD')}室",
        lambda: f"臺北市大安區{stem()}路{draw.choice('一二三四')}段{n(300)}號{n(12)}樓",
    ]
    return draw.choices(shapes, [5, 2, 2, 2, 1, 1, 2, 1, 1, 1])[0]()


def filled(draw: random.Random, template: str) -> Made:
    """Fill a template: n name, t title, d word, p place, c company, a address, m digits."""
    text, spans, rest = "", [], template
    while "{" in rest:
        before, key, rest = rest[: rest.index("{")], rest[rest.index("{") + 1], rest[rest.index("}") + 1 :]
        text += before
        lists = {"t": TITLES, "d": NOT_NAMES, "p": PLACES, "c": COMPANIES}
        value = (
            person(draw)
            if key == "n"
            else address(draw)
            if key == "a"
            else (f"{draw.randint(0, 99999999):08}" if key == "m" else draw.choice(lists[key]))
        )
        if key in "na":
            spans.append(("name" if key == "n" else "address", len(text), len(text) + len(value)))
        text += value
    return Made(text + rest, tuple(spans))


def texts(seed: int, count: int) -> Iterator[Made]:
    """Chats, reports, addresses and plain sentences, mixed."""
    draw = random.Random(seed)
    for _ in range(count):
        kind = draw.random()
        if kind < 0.3:
            yield filled(draw, draw.choice(CHAT))
        elif kind < 0.45:
            yield filled(draw, draw.choice(REPORT))
        elif kind < 0.6:
            yield filled(draw, draw.choice(HEADS) + "{a}" + draw.choice(TAILS))
        else:
            yield filled(draw, draw.choice(PLAIN))


def column(draw: random.Random) -> tuple[str, list[str]]:
    """A column of a table and what it holds: names, addresses, or ("") something else."""
    size = draw.randint(12, 60)
    what = draw.choice(["name", "address", "latin", "word", "place", "company", "road", "title", "product"])
    makers = {
        "name": lambda: person(draw),
        "address": lambda: address(draw),
        "latin": lambda: draw.choice(LATIN) if draw.random() < 0.7 else draw.choice(LATIN).upper(),
        "word": lambda: draw.choice(NOT_NAMES),
        "place": lambda: draw.choice(PLACES),
        "company": lambda: draw.choice(COMPANIES),
        "road": lambda: draw.choice(STEMS) + draw.choice(["路", "街", "镇", "区"]),
        "title": lambda: draw.choice(SURNAMES) + draw.choice(TITLES),
        "product": lambda: draw.choice(["健康险", "终身寿险", "意外险", "车险", "重疾险", "年金险", "万能险"]),
    }
    values = [makers[what]() for _ in range(size)]
    return {"latin": "name"}.get(what, what if what in ("name", "address") else ""), values


def header(draw: random.Random, kind: str) -> str:
    """A header that tells what a column holds, or one of a column of something else."""
    return draw.choice(
        {"name": ["姓名", "客户姓名", "xm", "name"], "address": ["地址", "住址", "addr"]}.get(
            kind, ["类别", "名称", "type", "列1"]
        )
    )
