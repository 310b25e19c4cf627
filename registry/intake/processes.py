"""The processes in which delivered files are parsed: started without the environment of this one."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from registry.intake.errors import DAMAGED, Refused
from registry.intake.limits import Limits

_ROOT = Path(__file__).resolve().parents[2]
TOO_LARGE = "工作簿展开后过大，无法读取，请删除多余的工作表、行和列，或分成几个文件上传"
TOO_SLOW = "工作簿读取超时，请删除多余的工作表、行和列，或分成几个文件上传"


def start(module: str) -> subprocess.Popen[bytes]:
    """Run a module of ours with two pipes; it gets neither settings nor secrets, and its complaints are dropped."""
    return subprocess.Popen(
        [sys.executable, "-m", module],
        cwd=_ROOT, env={"LC_ALL": "C.UTF-8"}, close_fds=True, bufsize=0,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def run(module: str, job: dict[str, Any], *, limits: Limits) -> None:
    """One job from beginning to end; raises Refused with what the process says, or with why it died."""
    process = start(module)
    try:
        said, _ = process.communicate(json.dumps(job).encode(), timeout=limits.seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise Refused(TOO_SLOW) from None
    if process.returncode:
        raise why_it_died(process)
    if said:
        raise Refused(json.loads(said)["refused"])


def why_it_died(process: subprocess.Popen[bytes]) -> Refused:
    """The kernel ends a process that uses up its time, the allocator one that asks for too much memory."""
    code = process.wait()
    if code > 0:  # it met something that no rule of ours foresaw
        return Refused(DAMAGED)
    return Refused(TOO_SLOW if code == -signal.SIGXCPU else TOO_LARGE)


def confine(limits: Limits, *, may_write: int = 0) -> None:
    """Take from this process what parsing does not need: memory, time, files (`may_write` bytes at most)."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (may_write, may_write))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
