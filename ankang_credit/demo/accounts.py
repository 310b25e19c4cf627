"""Staff of the demo: a few accounts to log in with, and for every other body two names nobody can log in as.

Passwords are random for every data folder and stand in one file that only its owner can read.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from ankang_credit.demo import tables
from ankang_credit.demo.directory import Body
from registry.directory.staff import Role, User

OWNER_ONLY = 0o600
HEADING = "信用安康演示账号（数据均为虚构；只用于本机演示，不得用于生产环境）"


def create(bodies: Iterable[Body]) -> None:
    """Write the accounts, without passwords yet: whoever lacks one cannot log in."""
    by_key = {body.key: body for body in bodies}
    wanted = {row["username"]: (by_key[row["organisation"]], row) for row in tables.rows("accounts")}
    served = {(row["organisation"], row["roles"]) for row in tables.rows("accounts")}
    for body in by_key.values():
        if body.keeps_records:
            for role in (Role.CLERK, Role.REVIEWER):
                if (body.key, role.value) not in served:
                    wanted[f"ys_{body.key}_{role.value}"] = (body, _nobody(body, role))
    groups = {group.name: group for group in Group.objects.all()}
    users = User.objects.bulk_create(
        User(
            username=username,
            full_name=row["full_name"],
            organisation=body.organisation,
            is_demo=True,
            is_staff="explanation" in row,
            password=make_password(None),
        )
        for username, (body, row) in wanted.items()
    )
    membership = User.groups.through
    membership.objects.bulk_create(
        membership(user_id=user.pk, group_id=groups[role].pk)
        for user in users
        for role in wanted[user.username][1]["roles"].split()
    )


def _nobody(body: Body, role: Role) -> tables.Row:
    return {"roles": role.value, "full_name": f"{body.organisation.short_name}试例{role.label}"}


@dataclass(frozen=True)
class Password:
    """A new password, in clear for the file and hashed for the database."""

    clear: str = field(repr=False)
    hashed: str = field(repr=False)


def new_passwords() -> dict[str, Password]:
    """A random password for every account that may log in; asks no database, so it can be done aside."""
    made = {}
    for row in tables.rows("accounts"):
        clear = secrets.token_urlsafe(12)
        made[row["username"]] = Password(clear, make_password(clear))
    return made


def hand_out(passwords: Mapping[str, Password]) -> list[str]:
    """Give the accounts these passwords; returns the lines that say them."""
    users = list(User.objects.filter(username__in=passwords, is_demo=True))
    for user in users:
        user.password = passwords[user.username].hashed
    User.objects.bulk_update(users, ["password"])
    return [
        f"{row['username']:<10} {passwords[row['username']].clear}  {row['explanation']}"
        for row in tables.rows("accounts")
    ]


def write(file: Path, lines: Iterable[str]) -> None:
    """Put the lines into a file that only its owner can read."""
    # Never readable by others, not even for the moment before a chmod; whole, or not there at all.
    draft = file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "w", encoding="utf-8") as out:
        out.write("\n".join([HEADING, "", *lines, ""]))
    draft.replace(file)
