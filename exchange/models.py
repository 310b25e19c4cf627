"""Which organisations are connected, how every attempt went, and whether the way is open at all."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from registry.audit import encryption
from registry.audit.models import AppendOnly
from registry.models import Delivery, Organisation

LARGEST_BATCH = 200  # items of one request; larger ones gain little (measured) and fail as a whole


class OnboardingState(models.TextChoices):
    NOT_CONNECTED = "not_connected", "未接入"
    CONNECTING = "connecting", "对接中"
    TESTED = "tested", "联调通过"
    ONBOARDED = "onboarded", "已接入"
    STOPPED = "stopped", "停用"


class Verb(models.TextChoices):
    """What the credit office does about an organisation's connection."""

    OPEN = "open", "开通端口"
    TEST = "test", "联调测试"
    CONFIRM = "confirm", "确认接入"
    STOP = "stop", "停用端口"
    TAKE_OVER = "take_over", "登记原有接入"


class Onboarding(models.Model):
    """How far an organisation is connected to the provincial platform (安政发〔2017〕8号 一（三）).

    Only the records of an organisation that is ONBOARDED leave; the others' wait.
    """

    organisation = models.OneToOneField(
        Organisation, models.PROTECT, primary_key=True, related_name="onboarding", verbose_name="单位"
    )
    state = models.CharField("接入状态", max_length=15, choices=OnboardingState, default=OnboardingState.NOT_CONNECTED)
    port_number = models.CharField(
        "端口编号",
        max_length=30,
        blank=True,
        validators=[RegexValidator(r"\A[0-9A-Za-z-]+\Z", "端口编号只能含字母、数字和连字符")],
    )
    port_key_cipher = models.TextField("端口密钥（密文）", blank=True, editable=False)
    opened_on = models.DateField("端口开通日期", null=True, blank=True)
    closed_on = models.DateField("端口停用日期", null=True, blank=True)
    test_receipt = models.CharField("联调回执号", max_length=64, blank=True, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="确认人"
    )
    confirmed_at = models.DateTimeField("确认时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "单位接入"
        constraints = [
            models.UniqueConstraint(
                name="a_port_number_is_given_once",
                fields=["port_number"],
                condition=~Q(port_number=""),
                violation_error_message="该端口编号已被其他单位使用",
            ),
            models.CheckConstraint(
                name="an_onboarded_organisation_has_a_port",
                violation_error_message="已接入的单位须有端口编号",
                condition=~Q(state=OnboardingState.ONBOARDED) | ~Q(port_number=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}：{self.get_state_display()}"

    def keep_port_key(self, key: str) -> None:
        """Set the port's key; it is stored encrypted and never shown again."""
        self.port_key_cipher = encryption.encrypt(key, context=self._context())

    def port_key(self) -> str:
        """The port's key in clear, for the test push only."""
        return encryption.decrypt(self.port_key_cipher, context=self._context())

    def _context(self) -> str:
        return f"exchange_onboarding:{self.organisation_id}:port_key"


class OnboardingStep(AppendOnly):
    """One step on the way to the connection, with who took it and what proves it (row S1.2.3)."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="onboarding_steps", verbose_name="单位")
    verb = models.CharField("事项", max_length=10, choices=Verb)
    from_state = models.CharField("原状态", max_length=15, choices=OnboardingState)
    to_state = models.CharField("新状态", max_length=15, choices=OnboardingState)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="办理人")
    note = models.CharField("说明", max_length=500, blank=True)
    receipt = models.CharField("回执号", max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "接入过程"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.organisation}：{self.get_verb_display()}"


class Outcome(models.TextChoices):
    """How one attempt to deliver ended."""

    ACKED = "acked", "已回执"
    RETRY = "retry", "待重试"
    BOUNCED = "bounced", "被退回"
    DEAD = "dead", "已停止重试"
    SUPERSEDED = "superseded", "已取代"
    INTERRUPTED = "interrupted", "中断"  # whoever carried it died on the way; the platform may have it
    REVIVED = "revived", "重新推送"  # no attempt: an operator put it back into the queue


class DeliveryAttempt(AppendOnly):
    """One attempt to deliver one message; holds nothing of what the message says."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="attempt_log", verbose_name="推送任务")
    at = models.DateTimeField("时间")
    outcome = models.CharField("结果", max_length=12, choices=Outcome)
    http_status = models.PositiveSmallIntegerField("HTTP状态码", null=True)
    error_code = models.CharField("错误代码", max_length=40, blank=True)
    milliseconds = models.PositiveIntegerField("耗时（毫秒）", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "推送记录"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_outcome_display()}"


class ChannelState(models.TextChoices):
    OPEN = "open", "畅通"
    HALF = "half", "试探"  # the platform did not answer properly: one request at a time, with rests
    STOPPED = "stopped", "停用"  # nothing goes until somebody has looked: wrong key, wrong certificate


class Channel(models.Model):
    """The way to one platform: a circuit breaker that every relay process shares."""

    name = models.CharField("通道", max_length=30, primary_key=True)
    state = models.CharField("状态", max_length=10, choices=ChannelState, default=ChannelState.OPEN)
    failures = models.PositiveIntegerField("连续失败次数", default=0)
    rest_until = models.DateTimeField("暂歇至", null=True)
    batch_size = models.PositiveSmallIntegerField("每批条数", default=LARGEST_BATCH)
    anomalies = models.PositiveIntegerField("异常回执数", default=0)
    stopped_reason = models.CharField("停用原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "推送通道"

    def __str__(self) -> str:
        return f"{self.name}：{self.get_state_display()}"
