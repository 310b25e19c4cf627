"""Demo accounts: random passwords in a file of one's own, and never in production."""

from __future__ import annotations

import re
import stat

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command

from ankang_credit.demo import tables
from registry.directory.api_keys import ApiKey
from registry.directory.staff import Role, User

FILE = "demo-accounts.txt"
SCALE = 0.002


def passwords(folder) -> dict[str, str]:
    """Whom the file names, with the word that stands beside the name."""
    wanted = "|".join(row["username"] for row in tables.rows("accounts"))
    text = (folder / FILE).read_text(encoding="utf-8")
    return dict(re.findall(rf"^({wanted}) +(\S+)", text, re.MULTILINE))


def test_the_file_is_its_owners_alone(demo):
    assert stat.S_IMODE((demo / FILE).stat().st_mode) == 0o600


def test_every_password_in_the_file_opens_its_account(demo):
    said = passwords(demo)
    assert set(said) == {row["username"] for row in tables.rows("accounts")}
    for user in User.objects.filter(username__in=said):
        assert user.check_password(said[user.username]), user.username
        assert user.is_staff and user.is_demo
    assert len(set(said.values())) == len(said)


def test_two_bodies_have_a_clerk_and_two_reviewers(demo):
    for name in ("安康市市场监督管理局", "石泉县市场监督管理局"):
        people = User.objects.filter(organisation__name=name, is_staff=True)
        assert people.filter(groups__name=Role.CLERK).count() == 1
        assert people.filter(groups__name=Role.REVIEWER).count() == 2


def test_nobody_can_log_in_as_the_staff_the_other_bodies_act_by(demo):
    others = User.objects.filter(is_demo=True, is_staff=False)
    assert others.exists()
    assert not [user.username for user in others if user.has_usable_password()]


def test_the_keys_in_the_file_are_keys(demo):
    keys = re.findall(r"^演示\w+密钥 +(\S+)", (demo / FILE).read_text(encoding="utf-8"), re.MULTILINE)
    assert len(keys) == 2
    assert all(ApiKey.objects.is_valid(key) for key in keys)


def test_a_lost_file_is_written_anew_with_other_passwords(demo):
    before = (demo / FILE).read_text(encoding="utf-8")
    old = passwords(demo)
    (demo / FILE).unlink()
    call_command("load_demo", verbosity=0)
    new = passwords(demo)
    assert set(new) == set(old) and not set(new.values()) & set(old.values())
    assert User.objects.get(username="xyb").check_password(new["xyb"])
    # The rows are rolled back after this test, and the file must go on telling the truth.
    (demo / FILE).write_text(before, encoding="utf-8")
    (demo / FILE).chmod(0o600)


def test_production_refuses_to_start_while_a_demo_account_exists(demo, settings):
    settings.PRODUCTION = True
    assert "ankang_credit.E001" in {error.id for error in run_checks(include_deployment_checks=True)}
    User.objects.filter(is_demo=True).update(is_demo=False)
    assert "ankang_credit.E001" not in {error.id for error in run_checks(include_deployment_checks=True)}


def test_production_takes_no_demo_data(db, settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="生产环境"):
        call_command("load_demo")
