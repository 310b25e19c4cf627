"""What each role may do, as the groups that `setup_roles` creates (row SX.1)."""

from __future__ import annotations

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import QuerySet

from registry.directory.staff import Role, User, roles_in

_SEE_RECORDS = (
    "registry.view_record",
    "registry.view_subject",
    "disclosure.view_licence",
    "disclosure.view_penalty",
    "redlist.view_honour",
    "redlist.view_commitment",
    "redlist.view_crosscheck",
    "redlist.view_honourrevocation",
    "redlist.view_nomination",
    "registry.view_importbatch",
    "registry.view_legacyregistration",
    "blacklist.view_listing",
)
_SEE_MEASURES = (
    "measures.view_measurelist",
    "measures.view_measureapplication",
    "measures.view_measurearchive",
    "measures.view_applicationmatter",
    "measures.view_jointcheck",
)
_CHECK = ("measures.add_jointcheck", "measures.change_checkhit")
_HANDLE_CASES = ("objections.view_case", "objections.reveal_contact", "objections.view_recalltask",
                 "objections.change_recalltask")  # fmt: skip
_SEE_DIRECTORY = ("registry.view_organisation", "registry.view_region", "registry.view_catalogueitem")


def _keep(*models: str) -> tuple[str, ...]:
    """To view, add and change rows of these; none is ever deleted."""
    return tuple(
        f"{app}.{verb}_{name}"
        for app, name in (model.split(".") for model in models)
        for verb in ("view", "add", "change")
    )


PERMISSIONS: dict[Role, tuple[str, ...]] = {
    Role.CLERK: (*_SEE_RECORDS, *_SEE_DIRECTORY, "registry.enter_record", "registry.add_record",
                 "registry.add_importbatch", "registry.change_record", "registry.delete_record",
                 *_keep("registry.legacyregistration"), "objections.view_case",
                 *_SEE_MEASURES, *_CHECK, "measures.add_measurelist", "measures.change_measurelist",
                 "measures.feed_back", *_keep("measures.applicationmatter")),
    Role.REVIEWER: (*_SEE_RECORDS, *_SEE_DIRECTORY, "registry.review_record", "registry.change_record",
                    "registry.reveal_person", "registry.open_personal_file", *_HANDLE_CASES, "objections.decide_case",
                    "redlist.add_crosscheck", "redlist.add_honourrevocation",
                    *_SEE_MEASURES, *_CHECK, "measures.approve_measurelist", "measures.feed_back",
                    "measures.choose_limit"),
    Role.COUNTY_OFFICE: (*_SEE_RECORDS, *_SEE_DIRECTORY, "registry.view_region_record", *_HANDLE_CASES,
                         "objections.oversee_case", "objections.view_region_case", *_SEE_MEASURES),
    Role.CREDIT_OFFICE: (*_SEE_RECORDS, *_SEE_DIRECTORY, "registry.view_every_record", "registry.change_subject",
                         "registry.open_personal_file",
                         *_HANDLE_CASES, "objections.oversee_case", "objections.view_every_case",
                         "objections.view_servicehours",
                         *_keep("objections.steprule", "objections.remedytext", "objections.complainttopic",
                                "objections.serviceprogramme", "objections.remedycase"),
                         "registry.view_delivery", "registry.view_collectioncatalogue", "registry.add_collectioncatalogue",
                         "registry.add_catalogueitem",
                         *_keep("registry.organisation", "registry.codeauthority", "registry.user",
                                "registry.catalogueitemversion", "registry.termrule", "registry.repairrule",
                                "registry.deadlinerule", "redlist.listrule", "redlist.listscope",
                                "registry.dishonestyitem", "registry.honourcategory", "registry.personrole",
                                "registry.associationmember",
                                "registry.calendarday", "registry.calendaryear", "disclosure.penaltyseverity",
                                "blacklist.listrule", "blacklist.listingtermrule", "blacklist.campaign",
                                "measures.measure", "measures.legalbasis", "measures.feedbackrule"),
                         "blacklist.add_listscope", "blacklist.add_listingconsent",
                         *_SEE_MEASURES, "measures.view_every_measurelist", "measures.view_every_jointcheck"),
    Role.RESEARCHER: (*_SEE_RECORDS, *_SEE_DIRECTORY, "registry.view_every_record", *_SEE_MEASURES,
                      "measures.view_every_measurelist", "measures.view_every_jointcheck"),
    Role.AUDITOR: ("registry.view_auditlog", "registry.view_personaldataaccess", "registry.view_user",
                   "objections.view_contactaccess"),
    Role.ASSOCIATION: ("redlist.view_nomination", "redlist.add_nomination", "registry.view_associationmember"),
    Role.MEDIA: ("redlist.view_nomination", "redlist.add_nomination"),
    Role.FINANCE: ("measures.view_jointcheck", "measures.view_applicationmatter", *_CHECK,
                   *_keep("measures.applicationmatter")),
    # What agencies report and draw opens with the rooms it belongs to.
    Role.THIRD_PARTY: (),
    Role.ORGANISER: ("objections.view_servicehours", "objections.confirm_hours"),
}  # fmt: skip


class RoleBackend(ModelBackend):
    """What somebody may do follows from the roles that count in the body the account belongs to."""

    def _get_group_permissions(self, user_obj: User) -> QuerySet[Permission]:
        names = [role.value for role in roles_in(user_obj.organisation)]
        return Permission.objects.filter(group__user=user_obj, group__name__in=names).distinct()


@transaction.atomic
def set_up() -> None:
    """Make the groups and give each exactly its permissions; repeats are harmless."""
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    for role, names in PERMISSIONS.items():
        group, _ = Group.objects.get_or_create(name=role.value)
        group.permissions.set(known[name] for name in names)
