"""What figures count: measure words and nouns of official Chinese, in the ledger's vocabulary.

The ledger (the dataset ``claims``) and the other datasets of the course name units in English:
``persons``, ``uses``, ``entities``, ``percent`` and so on. A measure word such as 个 says little, so
the noun after it decides.
"""

from __future__ import annotations

import re

from digigov.i18n import get_language

FIXED = {
    "个百分点": "percentage_points", "百分点": "percentage_points", "%": "percent", "‰": "per_mille",
    "人次": "uses", "户次": "uses", "家次": "uses", "人天": "person_days", "人": "persons", "名": "persons",
    "元人民币": "yuan", "元": "yuan", "美元": "usd", "欧元": "eur", "港元": "hkd", "港币": "hkd",
    "日元": "jpy",
    "个工作天": "working_days", "工作天": "working_days", "个工作日": "working_days",
    "工作日": "working_days", "个自然日": "days", "自然日": "days",
    "天": "days", "日": "days", "个月": "months", "个小时": "hours", "小时": "hours", "分钟": "minutes",
    "秒钟": "seconds", "秒": "seconds", "毫秒": "milliseconds", "年": "years", "周": "weeks",
    "个星期": "weeks",
    "公里": "kilometres", "千米": "kilometres", "km": "kilometres", "平方公里": "square_kilometres",
    "平方千米": "square_kilometres", "平方米": "square_metres", "㎡": "square_metres",
    "立方米": "cubic_metres", "亩": "mu", "公顷": "hectares", "米": "metres", "吨": "tonnes",
    "公斤": "kilograms", "千克": "kilograms", "斤": "jin", "千瓦时": "kilowatt_hours", "千瓦": "kilowatts",
    "兆瓦": "megawatts", "TB": "terabytes", "PB": "petabytes", "GB": "gigabytes", "EB": "exabytes",
    "ZB": "zettabytes", "KB": "kilobytes",
    "FLOPS": "flops", "TFLOPS": "teraflops", "PFLOPS": "petaflops", "EFLOPS": "exaflops",
    "Kbps": "kilobits_per_second", "Hz": "hertz", "kHz": "kilohertz", "MHz": "megahertz",
    "GHz": "gigahertz", "GWh": "gigawatt_hours", "MWh": "megawatt_hours",
    "微克/立方米": "micrograms_per_cubic_metre", "度电": "kilowatt_hours",
    "件次": "uses", "件": "cases", "宗": "cases", "起": "cases", "例": "cases", "桩": "cases",
    "通电话": "calls", "个电话": "calls", "通": "calls", "笔": "transactions", "条": "records",
    "份": "documents", "页": "pages", "倍": "times", "番": "doublings", "成": "percent",
    "分": "points", "户": "entities", "家": "entities", "种": "kinds", "类": "kinds",
    "趟": "occurrences", "次": "occurrences", "位": "persons", "项": "items", "个": "items", "张": "items",
    "位次": "ranks", "名次": "ranks", "人份": "items", "岁": "years_of_age", "周岁": "years_of_age",
    "架次": "occurrences", "车次": "occurrences", "班次": "occurrences", "场次": "occurrences",
    "批次": "occurrences", "航次": "occurrences", "列次": "occurrences", "轮次": "occurrences",
    "宗次": "occurrences", "例次": "occurrences", "剂次": "occurrences", "台次": "occurrences",
    "辆次": "occurrences", "艘次": "occurrences", "笔次": "occurrences", "条次": "occurrences",
    "张次": "occurrences", "个次": "occurrences", "册次": "occurrences", "人日": "person_days",
    "学时": "hours", "课时": "hours", "刻钟": "quarter_hours", "季度": "quarters", "个季度": "quarters",
    "千伏": "kilovolts", "千伏安": "kilovolt_amperes", "万千瓦": "kilowatts", "吉瓦": "gigawatts",
    "瓦": "watts", "度": "degrees", "摄氏度": "degrees", "℃": "degrees", "毫米": "millimetres",
    "厘米": "centimetres", "海里": "nautical_miles", "升": "litres", "毫升": "millilitres",
    "克": "grams", "毫克": "milligrams", "吨标准煤": "tonnes_of_coal", "标准箱": "containers",
    "标箱": "containers",
    "毫克/立方米": "milligrams_per_cubic_metre", "毫克/升": "milligrams_per_litre", "分贝": "decibels",
    "m": "metres", "cm": "centimetres", "mm": "millimetres", "kg": "kilograms", "MW": "megawatts",
    "GW": "gigawatts",
    "kW": "kilowatts", "kWh": "kilowatt_hours", "Mbps": "megabits_per_second",
    "Gbps": "gigabits_per_second",
    "Tbps": "terabits_per_second", "MB": "megabytes", "ms": "milliseconds",
    "人民币": "yuan", "个工作小时": "hours", "工作小时": "hours", "kV": "kilovolts",
    "卢布": "rub", "英镑": "gbp", "韩元": "krw", "澳门元": "mop", "英亩": "acres",
    "个点": "percentage_points", "晚": "nights",
} | {
    f"{money}/{measure}": f"{currency}_per_{name}"
    for money, currency in (("元", "yuan"), ("美元", "usd"))
    for measure, name in {
        "平方米": "square_metre", "吨": "tonne", "公斤": "kilogram", "千克": "kilogram", "斤": "jin",
        "桶": "barrel", "千瓦时": "kilowatt_hour", "立方米": "cubic_metre", "亩": "mu", "人": "person",
        "年": "year", "月": "month", "小时": "hour",
    }.items()
} | dict.fromkeys(
    "枚本册台辆艘架座栋幢套处所间路款场门道对支部片颗幅盏口顶块列艇篇只头棵株尾匹层步羽盆束根盒瓶袋箱桶批组班期集首封则句字"
    "队席剂床团股顿轮单", "items",
) | dict.fromkeys(
    ("环节", "张次", "车道", "机组", "床位", "座次"), "items",
)  # fmt: skip  # entries of a kind side by side
"""Measure word to unit."""

LATIN = "|".join(re.escape(word) for word in sorted(FIXED, key=len, reverse=True) if word.isascii())
"""Units in Latin letters, as alternatives of a regular expression."""

NOUNS = {
    "用户": "persons", "网民": "persons", "人口": "persons", "群众": "persons", "居民": "persons",
    "市民": "persons", "学生": "persons", "老人": "persons", "老年人": "persons", "职工": "persons",
    "党员": "persons", "干部": "persons", "农民": "persons", "师生": "persons", "游客": "persons",
    "市场主体": "entities", "经营主体": "entities", "企业": "entities", "商户": "entities",
    "个体工商户": "entities", "省份": "provinces", "省区市": "provinces", "省": "provinces",
    "部门": "departments", "国家": "countries", "会员国": "countries", "成员国": "countries",
    "市州": "cities", "地市": "cities", "县区": "counties", "区县": "counties", "市": "cities",
    "县": "counties", "区": "counties", "乡镇": "townships", "国": "countries", "城": "cities",
}  # fmt: skip  # entries of a kind side by side
"""Noun that stands right after a number, without a measure word, to unit."""

COUNTED = (
    (r"省|自治区|直辖市|地区(?:的)?省级", "provinces"),
    (r"(?:联合国)?(?:国家|会员国|成员国|经济体|国别)", "countries"),
    (r"(?:[行产]业)?(?:大类|中类|小类|门类)", "classes"),
    (r"(?:设区|地级|副省级|县级|试点)?(?:城)?市(?![场民值级直区])|地市|市州", "cities"),
    (r"(?:县|区县|县区|市辖区|县级行政区)(?!级)|区(?![域块间号])", "counties"),
    (r"乡镇|街道|镇|乡(?!村)", "townships"),
    (r"(?:省级|市级|中央|国务院|政府|职能)?(?:部门|委办局|厅局)", "departments"),
    (r"[^，。；、]{0,6}(?<!操作)系统(?![性化])", "systems"),
    (r"(?:城市|移动|数字化|政务)*应用(?!场景)", "applications"),
)
"""Noun after a measure word, as a regular expression, to unit; the first that fits."""

TALLIED = re.compile(
    r"(?:省|自治区|直辖市|地区|国家|会员国|设区市|地级市|城市|市(?![场民])|县|区(?![域块])|乡镇|街道|社区|村|部门|单位|机构|系统|"
    r"平台|应用|试点|项目|园区|中心|窗口|网点|站点|学校|医院|企业|工作日|自然日|月|小时|星期|多月|事项|证照|环节|百分点|案例|标准|诉求|申请|材料|证照|服务|业务|人群|群体|账户|法规|规章|文件)"
)
"""Nouns that a single Chinese digit with 个, 项, 类 really counts; 三个意识 names, 三个省 counts."""

IMPLIED = (
    (
        r"(?:用户|人口|人数|网民|居民|群众|职工|学生|老人|党员|人员|劳动力|农民工|志愿者|师生|教师|学员|患者|旅客|游客|粉丝|会员|读者|观众|考生)(?:群体)?"
        r"(?:总?规模|总?数量?|总量)?$",
        "persons",
    ),
    (r"(?:企业|主体|工商户|商户|户数)数?量?$", "entities"),
    (r"(?:办件|业务|受理|案件|工单|申请|诉求|宗|件)(?:总?量|数)$", "cases"),
    (r"(?:访问|使用|点击|浏览|下载|调用|查询|登录|办理)(?:总?量|总?次数|人次)$", "uses"),
    (r"(?:得分|评分|分数)$", "points"),
    (
        r"(?:指数|分值|系数|指标|倍率|(?<![A-Za-z])(?:[A-Z]{1,3}I|PUE))(?:值)?$",
        "index",
    ),
)
"""What a number without a unit counts, by the words before it."""

PEOPLE = re.compile(
    r"[^，。；：、的\d]{0,6}?(?:儿女|父老|乡亲|同胞|百姓|群众|市民|居民|村民|人民(?!币|[法检政银]|群众))"
)
"""People of a place, after a number without a measure word: 七十九万白茅儿女."""

USES = re.compile(r"使用|访问|调用|浏览|点击|下载|登录|查询|核验|亮码|亮证|扫码|应用|搜索|交换")
"""Verbs by which 次 counts uses."""

_MEASURES = {
    "items": "个、项", "occurrences": "次", "entities": "户、家", "kinds": "种、类", "classes": "个类别",
    "departments": "个部门", "provinces": "个省份", "cities": "个市", "counties": "个县（区）",
    "townships": "个乡镇（街道）", "countries": "个国家", "systems": "个系统", "applications": "个应用",
    "services": "项服务", "cards": "张卡", "households": "户居民", "calls": "通电话", "rank": "名次",
    "ranks": "位（升降）", "index": "指数", "kilometres_per_hour": "公里/小时",
}  # fmt: skip  # entries of a kind side by side
"""Units whose first measure word in `FIXED` would not say what is counted."""


def in_words(unit: str) -> str:
    """A unit of the vocabulary as a reader of the lesson's language would write it."""
    if get_language() != "zh":
        return unit.replace("_", " ")
    first = next((word for word, name in FIXED.items() if name == unit), unit)
    return _MEASURES.get(unit, first)


_FOLLOWED_BY = {
    "人": "(?!均|工(?!次)|民币|才|口)", "名": "(?!列|称|录|单|副)", "起": "(?!来|步|草|到|点|诉|源)",
    "例": "(?!如|外)",
    "成": "(?![员立功为本果效熟绩长品交就都套])", "分": "(?![别之布析为钟类散支区机])", "位": "(?![于置数])",
    "日": "(?![均常益本前元])", "天": "(?!津|然|河)", "年": "", "周": "(?![边密年期])", "米": "(?!粉|饭)",
    "户": "(?![籍外型均])", "家": "(?![庭门园乡用家长])", "条": "(?![件例款])", "项": "(?!目(?![标]))",
    "部": "(?![门分署委队长])", "处": "(?![理置于罚分长])", "所": "(?![有以在])", "间": "(?![接隔])",
    "路": "(?![段线径])", "本": "(?![级地市省着年次])", "台": "(?![湾州风])", "场": "(?![所景])",
    "门": "(?![户类])",
    "道": "(?![路])", "对": "(?![接外于]|口)", "支": "(?![付持撑])", "通": "(?![过办])", "度": "(?!过)",
    "次": "(?![于序月])",
    "类": "(?!型)", "环节": "", "步": "(?![伐行])", "口": "(?![径])", "头": "(?![部])",
    "层": "(?![级面次])", "块": "", "单": "(?![位一个独元证据身列项价程调产])",
    "座": "", "只": "(?![有要能需])", "列": "(?![入为])", "元": "(?![素旦])", "斤": "", "秒": "",
    "片": "(?![区])",
    "张": "", "套": "", "款": "(?![项])", "册": "", "顶": "", "篇": "", "架": "(?![构])", "栋": "",
    "幅": "(?![度])",
    "个": "", "种": "(?![植子])", "件": "", "番": "(?!茄)", "倍": "(?!增)", "份": "(?![额])",
    "升": "(?![级至到])", "克": "(?![服拉])", "班": "(?![子组长])", "组": "(?![织建成])",
    "期": "(?![间末望待限])",
    "批": "(?![复准示])", "团": "(?![队结委])", "队": "(?![伍])", "字": "(?![号])",
    "首": "(?![次届批先席创位])",
    "集": "(?![中合团约群聚])", "根": "(?![据本])", "箱": "", "桶": "", "袋": "", "股": "(?![份东])",
    "轮": "(?![候])",
    "则": "(?![将由为应是])", "句": "", "封": "(?![闭])", "席": "", "床": "", "剂": "", "盒": "",
    "瓶": "", "束": "",
    "晚": "(?![上间会报期年些])", "瓦": "(?![解])", "季度": "", "m": "(?![A-Za-z0-9])",
}  # fmt: skip  # entries of a kind side by side

_WORDS = sorted({*FIXED, "环节"}, key=len, reverse=True)
_PATTERNS = {
    letters: "|".join(
        re.escape(word) + _FOLLOWED_BY.get(word, "")
        for word in _WORDS
        if word[0].isascii() == letters
    )
    for letters in (True, False)
}
UNIT = f"(?=[!-~])(?:{_PATTERNS[True]})|{_PATTERNS[False]}"
"""Alternatives of a regular expression for what follows a number, the longest first."""

NOUN_UNIT = "|".join(sorted(NOUNS, key=len, reverse=True))


PIECES = (
    r"实事|专利|商标|文件|法规|规章|商品|产品|作品|文物|展品|藏品|艺术品|快递|快件|包裹|邮件|函件|标准|"
    r"行李|设备|货物|材料|资料|资产|土地|地块|宗地|海域|矿业?权"
)
"""Nouns beside 件 or 宗 that make it a piece rather than a case."""

FIRMS = re.compile(
    r"[^，。；、的\d]{0,6}?(?:企业|公司|经营主体|市场主体)(?![服园集群中平社党数类级问项需诉专的])"
)
"""Firms under a measure word of rooms or things: 一万二千间企业, but 12个企业服务站."""

_LINES = re.compile(
    r"[^，。；、的\d]{0,6}?(?:[专航热干支主]线|线路|公路|道路|铁路|街道?|巷|河|溪|渠|生产线|产业链|绿道|隧道|管道)(?!索)"
)
"""What 条 counts by its shape, rather than as a record: 29条专线."""
_PARCELS = re.compile(
    r"(?:快递|快件|邮政|包裹|物流|寄递)[^。；]*[收发寄派揽]件量?(?:约|近|超过?|逾|达到?|为)*$"
)
"""收件 counts parcels where parcels are the topic, and cases at a service window."""
_AND_PERSONS = re.compile(
    r"[、，和]?共?(?:\d[\d,.]*|[一二三四五六七八九十百千万两零〇]+)[十百千万余多]*[人名](?![均次])"
)
"""五千六百余户、一万九千多名: the same households by their members."""

_REACHED = r"(?:[由从]|已|共|约|近|超过?|逾|达到?|不少于|不足|突破)*$"
"""Between a noun and its number: 网上服务超过三百四十项, 惠及居民近20万户."""
_OF_PEOPLE = re.compile(
    r"(?:家庭|居民|农户|住户|户籍总?户数|家庭总?户数|(?:低保|特困|脱贫|监测)(?:对象|人口|群众)?)"
    + _REACHED
)
"""户 after these are families: 低保对象1,263户."""
_TRADERS = re.compile(r"(?:企业|商户|经营户|主体|公司)[^，。；]{0,6}$")


ENDINGS = (
    (r"部门|委办局|厅局", "departments"), (r"系统", "systems"), (r"应用", "applications"),
    (r"(?:网上|线上|在线|政务|公共|电子)服务", "services"),
    (r"省份|省区市?", "provinces"), (r"地级市|设区市|城市|地市", "cities"),
    (r"县区|区县|市辖区", "counties"),
    (r"乡镇|街道", "townships"), (r"来电|来话", "calls"), (r"社会保障卡|社保卡|银行卡", "cards"),
)  # fmt: skip  # entries of a kind side by side
"""What a subject ends in, to unit: 接入部门由41个增加到58个."""


_LINES_OF = re.compile(r"(?:线路?|路|[街巷河溪渠]|河道|街道|隧道|管道|产业链)$(?<!线索)")
_USE_OF = re.compile(r"(?:访问|调用|下载|查询|使用|浏览)量$")
_PIECES_OF = re.compile(rf"(?:{PIECES})(?:拥有|持有|授权|申请)?量$")


def of_subject(unit: str | None, subject: str | None) -> str | None:
    """The unit, made precise by the noun before the number: 业务系统1026个 counts systems, 调用量18亿次 uses,
    and 专利拥有量10件 pieces, wherever in the sentence the noun stands."""
    if unit == "occurrences" and subject and _USE_OF.search(subject):
        return "uses"
    if unit == "cases" and subject and _PIECES_OF.search(subject):
        return "items"
    if unit == "records" and subject and _LINES_OF.search(subject):
        return "items"
    if unit == "items" and subject:
        return next((name for end, name in ENDINGS if re.search(f"(?:{end})$", subject)), unit)
    return unit


_BOUND = re.compile(r"(?:[及或]?以[上下内]|左右)")
"""Between 个 and its noun: 两个以上部门."""
_SPANS = re.compile(r"工作日|自然日|月|小时|百分点|星期|季度")


def unit_of(word: str, after: str, before: str) -> str:
    """Unit of a measure word.

    Parameters
    ----------
    word : str
        The measure word.
    after, before : str
        What stands after it, and before the number, in the same clause.

    Returns
    -------
    str
        A unit in the ledger's vocabulary; ``"items"`` where the noun is none of those known.
    """
    noun = after.removeprefix("的")
    if bound := _BOUND.match(after):
        noun = after[bound.end() :].removeprefix("的")
        if word == "个" and (span := _SPANS.match(noun)):
            # 五个以上工作日
            return FIXED[f"个{span[0]}"]
    if word in ("个", "项", "套", "家", "种", "款", "类"):
        for pattern, unit in COUNTED:
            if word not in ("种", "类") and re.match(pattern, noun):
                return unit
    if word in ("个", "间", "所") and FIRMS.match(noun):
        return "entities"
    if word in ("件", "宗") and re.search(PIECES, before[-10:] + re.split(r"\W", noun[:6])[0]):
        return "items"
    if word == "件" and _PARCELS.search(before):
        return "items"
    if word == "条" and _LINES.match(noun):
        return "items"
    if word == "项" and (
        re.match(r"[^，。；、和及与（]{0,10}?服务(?![事窗站点])", noun)
        or re.search(rf"服务{_REACHED}", before)
    ):
        return "services"
    if word == "张" and re.search(r"卡", noun[:10] + before[-12:]):
        return "cards"
    if word == "次" and USES.search(before[-14:] + noun[:6]):
        return "uses"
    if word == "户" and (
        re.match(r"(?:家庭|居民|农户|住户)", noun)
        or _OF_PEOPLE.search(before)
        or (_AND_PERSONS.match(after) and not _TRADERS.search(before))
    ):
        return "households"
    if word in ("公里", "千米") and re.search(
        r"(?:时速|每小时)(?:为|可)?(?:达到?|约|超过?|近)?$", before
    ):
        return "kilometres_per_hour"
    if word == "元" and re.search(r"(?:港币|港幣)$", before):
        return "hkd"
    return FIXED.get(word, "items")
