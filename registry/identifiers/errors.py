"""What can be wrong with a number: one type per fault, its text in Chinese and free of the number itself."""


class IdentifierError(ValueError):
    """A number that is not valid; `position` counts from 1, or is None where the fault has no place."""

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


class WrongLength(IdentifierError):
    def __init__(self, expected: int, actual: int) -> None:
        super().__init__(f"应为{expected}位，现为{actual}位")
        self.expected = expected
        self.actual = actual


class WrongCharacter(IdentifierError):
    """A character that may not stand at this position; `rule` says which may."""

    def __init__(self, position: int, rule: str, character: str = "") -> None:
        super().__init__(f"第{position}位{_shown(character)}有误：{rule}", position)
        self.character = character


class UnknownCategory(IdentifierError):
    """The first two characters are not in the table of departments and categories."""


class WrongCheckCharacter(IdentifierError):
    """The check character does not follow from the others; `expected` is the one that would."""

    def __init__(self, position: int, expected: str, actual: str) -> None:
        super().__init__(
            f"校验码错误：第{position}位应为 {expected}，现为 {actual}，与前{position - 1}位不符", position
        )
        self.expected = expected


class WrongBirthDate(IdentifierError):
    """Positions 7 to 14 of a resident ID are no day on which a person can have been born."""


class LegacyResidentId(IdentifierError):
    """A resident ID of 15 digits, which lost its force on 2013-01-01 with the first generation of cards."""

    def __init__(self) -> None:
        super().__init__("15位旧身份证号已停用，请录入18位身份证号")


def _shown(character: str) -> str:
    if not character:
        return ""
    return f"“{character}”" if character.isprintable() else f"（U+{ord(character):04X}）"
