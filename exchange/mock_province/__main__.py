"""`python -m exchange.mock_province`: the mock province without Django. The key comes from PROVINCE_KEY."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from exchange.mock_province.server import run


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m exchange.mock_province", description="模拟省平台")
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8100)
    options = parser.parse_args()
    if not os.environ.get("PROVINCE_KEY"):
        sys.exit("请设置环境变量 PROVINCE_KEY")
    run(store=options.store, key=os.environ["PROVINCE_KEY"], host=options.host, port=options.port)


if __name__ == "__main__":
    main()
