"""What the six digits of a region (GB/T 2260) tell without a database.

A region inside a number is history, not geography: it is the code that was valid when the number was given,
and stays for life. So nothing here refuses a number; it only words a remark, or tells the code of a place
where people are registered from digits that never were one.
"""

import csv
import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

# Province, then prefecture: municipalities have districts and counties only, the others up to 39 cities and
# districts since 1980 and 90 for counties under the province; the 海南 of 1988, 潮州, 揭阳, 云浮 and
# northern 新疆 stand outside.
# The last line is for holders of a 港澳台居民居住证.
_HOME = re.compile(
    r"(?:(?:11|12|31)0[12]|500[123]|4600|445[123]|654[0-3]"
    r"|(?:1[345]|2[123]|3[2-7]|4[1-6]|5[1-4]|6[1-5])(?:0[1-9]|[123][0-9]|90))[0-9]{2}"
    r"|(?:71|8[123])0000"
)
_PROVINCE = re.compile(r"(?:10|1[1-5]|2[123]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])0000")


@lru_cache(maxsize=4096)  # a workbook of codes asks for a dozen regions a hundred thousand times
def may_be_home(region: str) -> bool:
    """Whether a resident ID can begin with these six digits."""
    return _HOME.fullmatch(region) is not None


@lru_cache(maxsize=4096)
def may_register(region: str) -> bool:
    """Whether a registration authority can have these six digits: place, province or state (100000)."""
    return may_be_home(region) or _PROVINCE.fullmatch(region) is not None


def remark(region: str, known: Mapping[str, str] | None = None) -> str | None:
    """A remark on the region inside a code, None if nothing is to be said; `known` maps codes to names."""
    if region in RETIRED:
        return RETIRED[region]
    if _PROVINCE.fullmatch(region):
        return None
    if (region in known) if known is not None else may_be_home(region):
        return None
    return f"登记机关行政区划码 {region} 不在区划表内，仅作提示，不影响代码有效"


def _read() -> Mapping[str, str]:
    table = (files(__package__) / "retired_regions.csv").read_text(encoding="utf-8")
    return MappingProxyType(
        {
            row["code"]: "{code} 为{name}旧代码，{until}年起为{successor_name} {successor}".format_map(row)
            for row in csv.DictReader(table.splitlines())
        }
    )


RETIRED: Mapping[str, str] = _read()
