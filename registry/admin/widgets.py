"""Form controls for fields of a specification: choices with an explanation, and numbers that are never shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.template.loader import render_to_string

OTHER = "其他"  # the standard lets it carry its explanation: 其他-补充说明
KEEP = ""  # an ID number left blank stays as it is


class OwnTemplate(forms.Widget):
    """A widget drawn by a template of the portal; the renderer of forms knows only Django's own."""

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> str:
        return render_to_string(template_name, context)


class Composed(OwnTemplate, forms.MultiWidget):
    """Several controls for one value; the first of them carries the field's id and descriptions."""

    use_fieldset = False  # the label of the row is that of the first control

    def get_context(self, name: str, value: Any, attrs: Mapping[str, Any] | None) -> dict[str, Any]:
        context = forms.Widget.get_context(self, name, None, attrs)
        first, rest = dict(context["widget"]["attrs"]), {"id": f"{context['widget']['attrs'].get('id', name)}_more"}
        context["parts"] = [
            widget.render(f"{name}{suffix}", each, rest if place else first)
            for place, (widget, suffix, each) in enumerate(
                zip(self.widgets, self.widgets_names, self.decompress(value), strict=False)
            )
        ]
        return context

    def id_for_label(self, id_: str) -> str:
        return self.widgets[0].id_for_label(id_)


class OtherSelect(Composed):
    """One choice; 其他 may be explained in the box beside it."""

    template_name = "admin/registry/widgets/other.html"

    def __init__(self, choices: Sequence[tuple[str, str]]) -> None:
        note = forms.TextInput(attrs={"aria-label": "选“其他”时的补充说明", "placeholder": "选“其他”时补充说明"})
        super().__init__({"choice": forms.Select(choices=choices), "note": note})

    def decompress(self, value: str | None) -> list[str]:
        choice, _, note = (value or "").partition("-")
        return [choice, note]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        choice, note = super().value_from_datadict(data, files, name)
        # A note beside another choice is refused by the validator rather than lost here.
        return f"{choice or ''}-{note}" if note else choice or ""


class OtherCheckboxes(Composed):
    """Several choices; 其他 may be explained in the box below."""

    template_name = "admin/registry/widgets/other.html"
    use_fieldset = True

    def __init__(self, choices: Sequence[tuple[str, str]]) -> None:
        note = forms.TextInput(attrs={"aria-label": "选“其他”时的补充说明", "placeholder": "选“其他”时补充说明"})
        super().__init__({"choice": forms.CheckboxSelectMultiple(choices=choices), "note": note})

    def decompress(self, value: str | Sequence[str] | None) -> list[Any]:
        words = value.split(";") if isinstance(value, str) else list(value or [])
        chosen = [word.partition("-")[0] if word.startswith(f"{OTHER}-") else word for word in words]
        notes = [word.partition("-")[2] for word in words if word.startswith(f"{OTHER}-")]
        return [chosen, "".join(notes[:1])]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        chosen, note = super().value_from_datadict(data, files, name)
        if not note:
            return chosen
        rest = [word for word in chosen if word != OTHER]
        return [*rest, f"{OTHER if OTHER in chosen else ''}-{note}"]


class PlainCheckboxes(forms.CheckboxSelectMultiple):
    """Several choices, kept in one text with semicolons."""

    def format_value(self, value: Any) -> Any:
        return value.split(";") if isinstance(value, str) else super().format_value(value)


class NumberOfDocument(Composed):
    """The number of an identity document: typed, never shown again; blank keeps what is stored."""

    template_name = "admin/registry/widgets/id_number.html"
    CLEAR = object()

    def __init__(self, mask: str = "") -> None:
        self.mask = mask
        typed = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
        controls: dict[str, forms.Widget] = {"number": typed}
        if mask:
            controls["clear"] = forms.CheckboxInput()
        super().__init__(controls)

    def decompress(self, value: Any) -> list[Any]:
        return ["", False]

    def get_context(self, name: str, value: Any, attrs: Mapping[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, None, attrs) | {"mask": self.mask}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        values = super().value_from_datadict(data, files, name)
        if self.mask and values[1]:
            return self.CLEAR
        return values[0] or KEEP
