"""Made-up company names with the shape of real ones: a few words very common, most of them rare (Zipf)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate
from random import Random

COUNTIES = {
    "610900": "", "610902": "汉滨区", "610921": "汉阴县", "610922": "石泉县", "610923": "宁陕县",
    "610924": "紫阳县", "610925": "岚皋县", "610926": "平利县", "610927": "镇坪县", "610981": "旬阳市",
    "610929": "白河县",
}  # fmt: skip
_WEIGHTS = (12, 30, 8, 7, 4, 10, 6, 7, 3, 11, 6)
_CITY = ("安康市", "安康", "陕西", "")
_LUCKY = "宏达鑫源恒泰瑞丰金盛华兴隆昌永顺和福安康利民新远大天地海江汉秦巴岭茶云雾绿水青山明月光辉创智联合众诚信德仁义嘉美佳品味香"
_TRADES = (
    "建筑", "商贸", "建设工程", "农业", "茶业", "食品", "科技", "物流", "餐饮", "劳务", "房地产开发", "广告传媒",
    "医药", "汽车销售服务", "装饰工程", "生态农业", "旅游开发", "矿业", "水电开发", "文化传播", "家政服务", "物业管理",
    "林业", "畜牧养殖", "建材", "电子商务", "网络科技", "环保", "机械租赁", "酒店管理", "服装", "印务", "保安服务",
    "人力资源", "园林绿化", "消防工程", "加油站", "蚕桑丝绸", "富硒食品", "水产养殖", "中药材", "石材", "运输", "超市",
    "大药房", "饮品", "教育咨询", "口腔门诊", "五金机电", "通讯", "纺织", "包装", "新能源", "殡葬服务",
)  # fmt: skip
_FORMS = (("有限公司", 55), ("有限责任公司", 10), ("专业合作社", 10), ("经营部", 10), ("商行", 8), ("店", 7))


def _zipf(size: int, exponent: float) -> list[float]:
    return list(accumulate(1 / (rank + 1) ** exponent for rank in range(size)))


def name_maker(random: Random) -> Callable[[], tuple[str, str]]:
    """A function that makes one region and name after the other."""
    brands = [first + second for first in _LUCKY for second in _LUCKY if first != second]
    brands += [random.choice(_LUCKY) + brand for brand in random.sample(brands, 2_000)]
    random.shuffle(brands)
    brands.remove("宏达")
    brands.insert(4, "宏达")
    brand_weights, trade_weights = _zipf(len(brands), 0.8), _zipf(len(_TRADES), 0.75)
    codes, forms = list(COUNTIES), [form for form, _ in _FORMS]

    def pick(items: Sequence[str], weights: Sequence[float]) -> str:
        return random.choices(items, cum_weights=weights)[0]

    def make() -> tuple[str, str]:
        region = random.choices(codes, _WEIGHTS)[0]
        city = random.choices(_CITY, (35, 20, 10, 35))[0]
        county = COUNTIES[region] if random.random() < 0.7 else ""
        brand, trade = pick(brands, brand_weights), pick(_TRADES, trade_weights)
        form = random.choices(forms, [weight for _, weight in _FORMS])[0]
        return region, f"{city}{county}{brand}{trade}{form}"

    return make
