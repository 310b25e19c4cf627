"""A new machine has Python and nothing else: build `.venv` from the hashed locks and go on inside it.

Runs before Django is there, with the standard library only. Inside any virtual environment, or with
`ANKANG_NO_BOOTSTRAP=1` (container image), it leaves everything as it is.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ROOT / "ankang_credit" / "locks"
OLDEST_PYTHON = (3, 11)

# What a command needs beyond the run time; these locks contain all of runtime.txt.
LOCK_OF_COMMAND = {"test": "test", "bench": "bench"}
CONTAINS_RUNTIME = ("runtime", "test", "bench")


def ensure_environment(argv: Sequence[str]) -> None:
    """Replace this process by the same command inside `.venv`; return at once where nothing is to be done."""
    if os.environ.get("ANKANG_NO_BOOTSTRAP") or sys.prefix != sys.base_prefix:
        return
    if sys.version_info < OLDEST_PYTHON:
        sys.exit("需要 Python 3.11 或更高版本。请安装后重试。")
    environment = Environment(ROOT / ".venv", LOCKS)
    environment.provide(LOCK_OF_COMMAND.get(argv[1] if len(argv) > 1 else "", "runtime"))
    sys.stdout.flush()
    os.execv(environment.python, [str(environment.python), *argv])


class Environment:
    """The virtual environment of this folder and the locks installed in it, each noted by its digest."""

    def __init__(self, folder: Path, locks: Path) -> None:
        self.folder = folder
        self.locks = locks
        self.python = folder / "bin" / "python"

    def provide(self, name: str) -> None:
        """Make sure the lock of that name is installed; exits with a sentence if that cannot be done."""
        if self.has(name):
            return
        with only_one_at_a_time(self.folder.with_name(self.folder.name + ".lock")):
            if not self.has(name):  # somebody else may have done it while we waited
                print("首次运行：正在准备运行环境（约 1 分钟）…", file=sys.stderr, flush=True)
                self.create()
                self.install(name)

    def has(self, name: str) -> bool:
        """Whether that lock, or one that contains it, was installed as it stands now."""
        enough = CONTAINS_RUNTIME if name == "runtime" else (name,)
        return self.python.exists() and any(self.noted(lock) == self.digest(lock) for lock in enough)

    def create(self) -> None:
        if self.python.exists() and self.run("-m", "pip", "--version").returncode == 0:
            return
        if importlib.util.find_spec("ensurepip") is None:  # Debian and Ubuntu split it off
            sys.exit("本机的 Python 缺少 venv 组件。请先执行：sudo apt-get install python3-venv，然后重试。")
        # --clear: a folder whose making was cut off, or whose Python is gone, is of no use.
        made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(self.folder)])
        if made.returncode:
            sys.exit(f"无法在 {self.folder} 建立虚拟环境，原因见上。")

    def install(self, name: str) -> None:
        lock = self.locks / f"{name}.txt"
        done = self.run("-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(lock), shown=True)
        if done.returncode:
            sys.exit("安装依赖失败，原因见上。请检查网络或软件源设置后重试。")
        self.stamp(name).write_text(self.digest(name))

    def run(self, *arguments: str, shown: bool = False) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run([str(self.python), *arguments], capture_output=not shown)

    def noted(self, name: str) -> str | None:
        stamp = self.stamp(name)
        return stamp.read_text() if stamp.exists() else None

    def digest(self, name: str) -> str:
        lock = self.locks / f"{name}.txt"
        return hashlib.sha256(lock.read_bytes()).hexdigest() if lock.exists() else "missing"

    def stamp(self, name: str) -> Path:
        return self.folder / f".{name}.sha256"


@contextmanager
def only_one_at_a_time(lock: Path) -> Iterator[None]:
    """Two first starts at once must not build the same folder; the system ends the lock with the process."""
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
