"""A machine that has Python and nothing else."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ankang_credit import bootstrap
from tests.ankang_credit.processes import ROOT, environment

pytestmark = pytest.mark.sqlite

SYSTEM_PYTHON = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
# In the place of Django: says where it runs, and what it was asked for.
STAND_IN = """
import sys

def execute_from_command_line(argv):
    print(sys.prefix, *argv[1:])
"""


@pytest.fixture
def copy(tmp_path) -> Path:
    """The product with nothing to install and a stand-in for Django."""
    folder = tmp_path / "product"
    (folder / "ankang_credit" / "locks").mkdir(parents=True)
    (folder / "django" / "core").mkdir(parents=True)
    shutil.copy(ROOT / "manage.py", folder)
    shutil.copy(ROOT / "ankang_credit" / "bootstrap.py", folder / "ankang_credit")
    (folder / "ankang_credit" / "__init__.py").write_text("import celery_is_not_there_yet\n")
    # Packages of their own, so that they come before whatever this machine's Python holds.
    (folder / "django" / "__init__.py").write_text("")
    (folder / "django" / "core" / "__init__.py").write_text("")
    (folder / "django" / "core" / "management.py").write_text(STAND_IN)
    for lock in bootstrap.CONTAINS_RUNTIME:
        (folder / "ankang_credit" / "locks" / f"{lock}.txt").write_text("")
    return folder


def start(folder: Path, *arguments: str, **extra: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [str(SYSTEM_PYTHON), "manage.py", *arguments],
        cwd=folder,
        env=environment(folder / "var", **extra),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_two_first_starts_at_once_build_one_environment_and_go_on_in_it(copy):
    starts = [start(copy, "demo", "--port", "0") for _ in range(2)]
    said = [process.communicate(timeout=120) for process in starts]
    assert [process.returncode for process in starts] == [0, 0], said
    assert {out for out, _ in said} == {f"{copy / '.venv'} demo --port 0\n"}
    assert sorted("首次运行：正在准备运行环境（约 1 分钟）…" in err for _, err in said) == [False, True]

    again = start(copy, "demo")
    out, err = again.communicate(timeout=60)
    assert (again.returncode, out, err) == (0, f"{copy / '.venv'} demo\n", "")


def test_in_a_container_image_nothing_is_built(copy):
    process = start(copy, "check", ANKANG_NO_BOOTSTRAP="1")
    out, _ = process.communicate(timeout=60)
    assert out == f"{sys.base_prefix} check\n"
    assert not (copy / ".venv").exists()


@pytest.fixture
def built(tmp_path, monkeypatch):
    """An environment whose Python is there, and a note of what was installed into it."""
    locks = tmp_path / "locks"
    locks.mkdir()
    for lock in bootstrap.CONTAINS_RUNTIME:
        (locks / f"{lock}.txt").write_text(f"of {lock}")
    environment = bootstrap.Environment(tmp_path / ".venv", locks)
    environment.python.parent.mkdir(parents=True)
    environment.python.touch()
    environment.installed = []

    def note(*arguments, shown=False):
        environment.installed.append(Path(arguments[-1]).name)
        return subprocess.CompletedProcess(arguments, environment.status)

    environment.status = 0
    monkeypatch.setattr(environment, "run", note)
    monkeypatch.setattr(environment, "create", lambda: None)
    return environment


def test_what_is_installed_is_not_installed_again(built):
    built.provide("runtime")
    built.provide("runtime")
    assert built.installed == ["runtime.txt"]


def test_a_changed_lock_is_installed_anew(built):
    built.provide("runtime")
    (built.locks / "runtime.txt").write_text("of another day")
    built.provide("runtime")
    assert built.installed == ["runtime.txt", "runtime.txt"]


def test_the_environment_of_the_tests_serves_the_demo_too(built):
    built.provide("test")
    built.provide("runtime")
    assert built.installed == ["test.txt"]


def test_the_environment_of_the_demo_is_not_enough_for_the_tests(built):
    built.provide("runtime")
    built.provide("test")
    assert built.installed == ["runtime.txt", "test.txt"]


def test_a_failed_installation_is_a_sentence_and_is_tried_again(built):
    built.status = 1
    with pytest.raises(SystemExit, match="安装依赖失败"):
        built.provide("runtime")
    assert not built.has("runtime")


def test_a_python_without_venv_is_told_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match="sudo apt-get install python3-venv"):
        bootstrap.Environment(tmp_path / ".venv", tmp_path).create()


@pytest.mark.parametrize(
    ("command", "lock"), [("demo", "runtime"), ("test", "test"), ("bench", "bench"), ("migrate", "runtime")]
)
def test_each_command_gets_the_lock_it_needs(monkeypatch, command, lock):
    asked = []
    monkeypatch.setattr(bootstrap.sys, "prefix", sys.base_prefix)
    monkeypatch.setattr(bootstrap.Environment, "provide", lambda self, name: asked.append(name))
    monkeypatch.setattr(bootstrap.os, "execv", lambda python, argv: asked.append(argv[1:]))
    monkeypatch.delenv("ANKANG_NO_BOOTSTRAP", raising=False)
    bootstrap.ensure_environment(["manage.py", command, "--x"])
    assert asked == [lock, ["manage.py", command, "--x"]]
