"""The subjects of the demo: companies, shops, cooperatives, bodies of every prefix, and a few persons."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import count
from random import Random

from ankang_credit.demo import fabricating, tables
from registry.directory.subjects import SubjectKind

COUNTIES = {
    "610902": "汉滨区", "610921": "汉阴县", "610922": "石泉县", "610923": "宁陕县", "610924": "紫阳县",
    "610925": "岚皋县", "610926": "平利县", "610927": "镇坪县", "610929": "白河县", "610981": "旬阳市",
}  # fmt: skip
CITY = "610900"
XUNYANG, XUNYANG_UNTIL_2021, XUNYANG_COUNTY = "610981", "610928", "旬阳县"

_COMPANIES, _SHOPS, _COOPERATIVES, _PERSONS = 1050, 480, 190, 130
_SURNAMES = "柯罗邓谢汪唐庞陈王李张刘杨黄周吴徐孙胡朱高林何郭马程余方"
_GIVEN = "明华强军兵兰伟芳敏静丽勇艳杰涛超秀霞平刚桂英鹏辉玲"
_BRAND_FIRST = "云汉秦巴岚泉紫瑞丰金恒宏兴嘉德安康盛永祥顺和源泰福鸿广景翠锦"
_BRAND_SECOND = "岭水源丰泰达润盛和祥兴茂森泉峰瑞航宇辰晟"
_USED_AGAIN = 3  # the higher, the more records fall on the same few subjects


@dataclass(frozen=True)
class Party:
    """Whom a decision is about, in the words of the form."""

    name: str
    kind: SubjectKind
    region: str
    code: str = ""
    trade: str = ""
    representative: str = ""
    id_number: str = field(default="", repr=False)

    @property
    def prefix(self) -> str:
        return self.code[:2]

    def stated(self) -> dict[str, str]:
        """The fields that name the counterparty of a licence or a penalty."""
        if self.kind == SubjectKind.NATURAL:
            about = {"counterparty_document_type": "身份证", "counterparty_id_number": self.id_number}
        else:
            about = {"counterparty_uscc": self.code, "legal_representative": self.representative}
        return {"counterparty_name": self.name, "counterparty_kind": self.kind.value, **about}


class Cast:
    """Every party of the demo, and the drawing of one that suits."""

    def __init__(self, chance: Random, scale: float) -> None:
        self._chance = chance
        self._numbers = count(1000)  # the first thousand belong to the organisations themselves
        self._taken: set[str] = set()
        self._towns: dict[str, list[str]] = defaultdict(list)
        for row in tables.rows("townships"):
            self._towns[row["region"]].append(row["name"])
        self.traders = [*self._traders(scale)]
        self.bodies = [*self._bodies(scale)]
        self.persons = [*self._persons(scale)]
        self._pools = _pools(self.traders)

    def of_prefix(self, prefixes: Collection[str], region: str) -> list[Party]:
        """Those an authority of that region registers."""
        return [
            party
            for party in (*self.traders, *self.bodies)
            if party.prefix in prefixes and region in (CITY, party.region)
        ]

    def draw(self, *, region: str, trades: Collection[str]) -> Party:
        """A trader of one of these trades in that region (the city draws from all); new ones first, mostly."""
        wanted = [(region, trade) for trade in sorted(trades)]
        pools = [self._pools[key] for key in wanted if self._pools.get(key)]
        pool = self._chance.choice(pools) if pools else self._pools.get((region, "")) or self._pools[CITY, ""]
        if pool.fresh and self._chance.random() < 0.5:
            return pool.fresh.pop()
        return pool.all[int(len(pool.all) * self._chance.random() ** _USED_AGAIN)]

    def draw_person(self) -> Party:
        return self._chance.choice(self.persons)

    def _traders(self, scale: float) -> Iterator[Party]:
        trades = tables.rows("trades")
        weights = [int(row["weight"]) for row in trades]
        for prefix, column, total in (
            ("91", "company", _COMPANIES), ("92", "shop", _SHOPS), ("93", "cooperative", _COOPERATIVES),
        ):  # fmt: skip
            made = 0
            while made < math.ceil(total * scale):
                (trade,) = self._chance.choices(trades, weights)
                if trade[column]:
                    made += 1
                    yield self._trader(prefix, trade["trade"], trade[column])

    def _trader(self, prefix: str, trade: str, suffix: str) -> Party:
        region = self._chance.choice([*COUNTIES, CITY, "610902"])
        registered_in = self._registered_in(region)
        place = XUNYANG_COUNTY if registered_in != region else COUNTIES.get(region, "安康市")
        pattern = "{place}{brand}试例{suffix}" if prefix == "91" else "{place}{town}{brand}试例{suffix}"
        name = self._name(pattern, region, place=place, suffix=suffix)
        kind = SubjectKind.BUSINESS if prefix == "92" else SubjectKind.LEGAL
        return Party(name, kind, region, self._code(prefix, registered_in), trade, self._person_name())

    def _bodies(self, scale: float) -> Iterator[Party]:
        for row in tables.rows("bodies"):
            for _ in range(max(1, round(int(row["count"]) * scale))):
                region = self._chance.choice(list(COUNTIES))
                name = self._name(row["pattern"], region, region=COUNTIES[region])
                code = self._code(row["prefix"], region)
                yield Party(name, SubjectKind.LEGAL, region, code, "", self._person_name())

    def _persons(self, scale: float) -> Iterator[Party]:
        for number in range(max(5, round(_PERSONS * scale))):
            region = self._chance.choice(list(COUNTIES))
            id_number = fabricating.resident_number(region, number)
            yield Party(self._person_name(), SubjectKind.NATURAL, region, id_number=id_number)

    def _name(self, pattern: str, where: str, **words: str) -> str:
        """A name nobody else has: one name under two codes would be a warning sign."""
        while True:
            brand = self._chance.choice(_BRAND_FIRST) + self._chance.choice(_BRAND_SECOND)
            town = self._chance.choice(self._towns[where]) if where in self._towns else ""
            name = pattern.format(brand=brand, town=town, **words)
            if name not in self._taken:
                self._taken.add(name)
                return name

    def _registered_in(self, region: str) -> str:
        # 旬阳 became a city in 2021; who was registered before keeps the old region in the code.
        return XUNYANG_UNTIL_2021 if region == XUNYANG and self._chance.random() < 0.6 else region

    def _code(self, prefix: str, region: str) -> str:
        return fabricating.unified_code(prefix, region, next(self._numbers))

    def _person_name(self) -> str:
        return f"{self._chance.choice(_SURNAMES)}试{self._chance.choice(_GIVEN)}"


@dataclass
class _Pool:
    all: list[Party] = field(default_factory=list)
    fresh: list[Party] = field(default_factory=list)


def _pools(parties: Collection[Party]) -> dict[tuple[str, str], _Pool]:
    """By region and trade; the city's pools hold everybody, and '' stands for any trade."""
    pools: dict[tuple[str, str], _Pool] = defaultdict(_Pool)
    for party in parties:
        for region in {party.region, CITY}:
            for trade in (party.trade, ""):
                pools[region, trade].all.append(party)
                pools[region, trade].fresh.append(party)
    return pools
