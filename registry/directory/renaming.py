"""A subject takes another name: the old one is kept and goes on leading to it."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from registry import clock
from registry.audit import log
from registry.directory.staff import User
from registry.directory.subjects import FormerName, Subject
from registry.identifiers import NameProblem, clean_name, looks_like_resident_id, name_key

LONGEST = 200


@transaction.atomic
def rename(subject: Subject, new_name: str, *, by: User, at: datetime) -> Subject:
    """Give an organisation its new name from today; raises PermissionDenied, or ValidationError in Chinese.

    What was published keeps the name it was published under. Callers tell the search index, which stands above.
    """
    if not by.has_perm("registry.change_subject"):
        raise PermissionDenied("只有信用办可以登记主体更名")
    name = _clean(new_name)
    subject = Subject.objects.select_for_update(of=("self",)).get(pk=subject.pk)
    if subject.is_natural:
        raise ValidationError("自然人的姓名以证件为准，不能在此更改")
    key = name_key(name)
    if name == subject.name:
        raise ValidationError("新名称与现名称相同")
    old = subject.name
    if key != subject.name_key:  # otherwise only the writing changes, and nothing is former about it
        FormerName.objects.get_or_create(
            subject=subject, name_key=subject.name_key, defaults={"name": old, "until": clock.day_of(at)}
        )
    subject.name, subject.name_key = name, key
    subject.save(update_fields=["name", "name_key"])
    log.write("subject.rename", by=by, at=at, about=subject, changes={"name": [old, name]})
    return subject


def _clean(typed: str) -> str:
    try:
        name = clean_name(typed)
    except NameProblem as problem:
        raise ValidationError(problem.message) from None
    if not name_key(name):
        raise ValidationError("名称：必填")
    if len(name) > LONGEST:
        raise ValidationError(f"名称最多{LONGEST}个字，现为{len(name)}个字")
    if looks_like_resident_id(name):
        raise ValidationError("名称中不得含有居民身份证号码")
    return name
