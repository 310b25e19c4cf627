"""The people who work in the admin, and what each role may do."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.crypto import salted_hmac

from registry.directory.organisations import Organisation, OrganisationKind


class Role(models.TextChoices):
    """Names of the groups that `setup_roles` creates; a person has one or more."""

    CLERK = "clerk", "录入员"
    REVIEWER = "reviewer", "审核员"
    COUNTY_OFFICE = "county_office", "县区信用办"
    CREDIT_OFFICE = "credit_office", "市信用办"
    RESEARCHER = "researcher", "市发展研究中心"
    AUDITOR = "auditor", "审计员"
    ASSOCIATION = "association", "行业协会联络员"
    MEDIA = "media", "新闻单位联络员"
    FINANCE = "finance", "金融机构查询员"
    THIRD_PARTY = "third_party", "第三方机构联络员"
    ORGANISER = "organiser", "公益服务组织者"


_OF_AUTHORITIES = frozenset(
    {Role.CLERK, Role.REVIEWER, Role.COUNTY_OFFICE, Role.CREDIT_OFFICE, Role.RESEARCHER, Role.AUDITOR}
)
# Which roles the staff of a body may hold: each kind opens only its own screens (row S0.2). A role that does not
# suit the body counts for nothing, whoever granted it.
ROLES_OF_KIND = {
    OrganisationKind.GOVERNMENT: _OF_AUTHORITIES,
    OrganisationKind.PARTY: _OF_AUTHORITIES,
    OrganisationKind.COURT: _OF_AUTHORITIES,
    OrganisationKind.MILITARY: _OF_AUTHORITIES,
    OrganisationKind.UPPER: _OF_AUTHORITIES,
    OrganisationKind.MASS: _OF_AUTHORITIES | {Role.ORGANISER},
    OrganisationKind.INSTITUTION: _OF_AUTHORITIES | {Role.ORGANISER},
    OrganisationKind.MEDIA: frozenset({Role.MEDIA}),
    OrganisationKind.ASSOCIATION: frozenset({Role.ASSOCIATION}),
    OrganisationKind.SOCIAL: frozenset({Role.ASSOCIATION, Role.ORGANISER}),
    OrganisationKind.FINANCE: frozenset({Role.FINANCE}),
    OrganisationKind.BUREAU: frozenset({Role.THIRD_PARTY}),
    OrganisationKind.RATING: frozenset({Role.THIRD_PARTY}),
    OrganisationKind.THIRD_PARTY: frozenset({Role.THIRD_PARTY}),
}


def roles_in(organisation: Organisation | None) -> frozenset[Role]:
    """The roles that count for staff of that body; a technical account without one may hold any."""
    return frozenset(Role) if organisation is None else ROLES_OF_KIND[OrganisationKind(organisation.kind)]


class User(AbstractUser):
    """A member of staff: one person, one account, one organisation (等保 8.1.4.1 a)."""

    first_name = None
    last_name = None
    full_name = models.CharField("姓名", max_length=50, blank=True)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="staff",
        verbose_name="所属单位",
        help_text="技术维护账号可不填；不填则看不到任何单位的记录",
    )
    is_demo = models.BooleanField("演示账号", default=False, editable=False)
    session_stamp = models.CharField("会话标记", max_length=16, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "工作人员"

    def __str__(self) -> str:
        return self.full_name or self.username

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session is checked against with each request: the password, and the stamp that ends all of them."""
        return salted_hmac(
            "registry.directory.staff.session", f"{self.password}{self.session_stamp}", secret, algorithm="sha256"
        ).hexdigest()

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)

    def has_role(self, role: Role) -> bool:
        """Whether the person holds the role, and it counts in the body; asked once a request, then remembered."""
        if not hasattr(self, "_roles"):
            self._roles = frozenset(self.groups.values_list("name", flat=True)) & roles_in(self.organisation)
        return role.value in self._roles
