"""What is to be known with every package, in both languages: it stands in the manifest, so that it is signed with it."""

from __future__ import annotations

from headwater.model.words import Text

ABROAD = Text(
    "Data kept in China may not be given to a foreign court or police without approval of the competent authority "
    "(Data Security Law Art. 36). This holds for this package: ask before it leaves the country.",
    "非经中华人民共和国主管机关批准，不得向外国司法或者执法机构提供存储于中华人民共和国境内的数据（《数据安全法》第三十六条）。"
    "本证据包同样适用：出境前应先报批。",
)
NOTES = (
    Text(
        "The package shows that its files are as they were when it was signed with the key named here. It does not show that what was "
        "recorded is true, nor whose the key is: compare its fingerprint by another way.",
        "本证据包证明其中的文件自以所列密钥签名后未被改动；不证明所记载的内容真实，也不证明密钥归属：请另行核对密钥指纹。",
    ),
    Text(
        "What an organisation's own staff collect is data provided by its holder, not evidence collected by investigators: two "
        "investigators, a list and signatures are the authority's to bring.",
        "单位自行提取的数据属于数据持有人提供的材料，不等同于侦查人员收集的证据：二人以上侦查人员、清单及签名由办案机关依法完成。",
    ),
    Text(
        "Grades are indications under the rule set that is named; they are no judgment.",
        "等级仅为依所列规则集作出的提示，不构成裁判。",
    ),
    ABROAD,
)
