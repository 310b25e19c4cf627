"""`among`: a field's value is one of very many, which the database is given as one array.

`in` has a placeholder for each value. From some thousands on, making up those placeholders and reading them costs
Django and the database more than finding the rows; SQLite allows 250,000 of them at most. A joint check asks about a
hundred thousand codes at a time.
"""

from __future__ import annotations

import json
from typing import Any

from django.db.models import CharField, Field, ForeignKey, Lookup


@Field.register_lookup
@ForeignKey.register_lookup
class Among(Lookup):
    """`Subject.objects.filter(uscc__among=codes)`; of text and whole numbers, and of keys to rows that have such.

    Best given a set: Django looks into each value of a list, in case it were an expression.
    """

    lookup_name = "among"
    prepare_rhs = False

    def get_prep_lookup(self) -> list[Any]:
        return list(dict.fromkeys(map(str if self._is_text else int, self.rhs)))

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} IN (SELECT value FROM json_each(%s))", [*params, json.dumps(self.rhs)]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s::{'text' if self._is_text else 'bigint'}[])", [*params, self.rhs]

    @property
    def _is_text(self) -> bool:
        field = self.lhs.output_field
        while isinstance(field, ForeignKey):
            field = field.target_field
        return isinstance(field, CharField)
