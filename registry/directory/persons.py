"""Natural persons behind records. The number of an identity document stands here alone, encrypted."""

from __future__ import annotations

from datetime import date

from django.db import models

from registry import privacy
from registry.audit import encryption
from registry.identifiers import resident_id
from registry.identifiers.normalise import normalise_code


class DocumentType(models.TextChoices):
    """证件类型, 双公示 data standard 2018 (codes 01–05)."""

    RESIDENT_ID = "身份证", "身份证"
    PASSPORT = "护照号", "护照号"
    HONG_KONG_MACAU = "港澳居民来往内地通行证", "港澳居民来往内地通行证"
    TAIWAN = "台湾居民来往大陆通行证", "台湾居民来往大陆通行证"
    FOREIGNER = "外国人永久居留身份证", "外国人永久居留身份证"


class PersonQuerySet(models.QuerySet["Person"]):
    def with_number(self, number: str) -> PersonQuerySet:
        """Persons holding exactly this document number; the number itself reaches no query."""
        return self.filter(number_index=encryption.blind_index(number, purpose=PURPOSE))

    def remember(self, *, name: str, document_type: str, number: str) -> Person:
        """The person with this number, created when new. The first name given stays."""
        new = bearer(name=name, document_type=document_type, number=number)
        columns = ("name", "document_type", "number_cipher", "number_mask")
        person, _ = self.get_or_create(
            number_index=new.number_index, defaults={column: getattr(new, column) for column in columns}
        )
        return person


PURPOSE = "person.number"


def number_index(number: str) -> str:
    """What a document number is found by."""
    return encryption.blind_index(number, purpose=PURPOSE)


def bearer(*, name: str, document_type: str, number: str) -> Person:
    """The person with this document number as a row to be stored, whether or not there is one already."""
    number = normalise_code(number).text
    index = number_index(number)
    return Person(
        name=name,
        document_type=document_type,
        number_cipher=encryption.encrypt(number, context=_context(index)),
        number_index=index,
        number_mask=privacy.mask_id_number(number),
    )


def _context(index: str) -> str:
    # The row's own key: a cipher text moved to another row does not decrypt.
    return f"registry_person:{index}:number"


class Person(models.Model):
    """A natural person, known by one document number."""

    name = models.CharField("姓名", max_length=50)
    document_type = models.CharField("证件类型", max_length=20, choices=DocumentType)
    number_cipher = models.TextField("证件号码（密文）", editable=False)
    number_index = models.CharField("证件号码索引", max_length=32, unique=True, editable=False)
    number_mask = models.CharField("证件号码（脱敏）", max_length=64, editable=False)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "自然人"
        permissions = [("reveal_person", "查看自然人证件号码")]

    def __str__(self) -> str:
        return f"{privacy.mask_person_name(self.name)}（{self.number_mask}）"

    def number(self) -> str:
        """The document number in clear. Callers log the access (`disclosing.reveal`)."""
        return encryption.decrypt(self.number_cipher, context=_context(self.number_index))

    def is_minor(self, *, on: date) -> bool:
        """Under 18 on that day by the birth date in a resident ID; other documents do not say."""
        if self.document_type != DocumentType.RESIDENT_ID:
            return False
        return resident_id.is_minor(self.number(), on=on)
