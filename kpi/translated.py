"""Definitions that remember what they are on polars: translating them anew took a tenth of a round's work."""

from typing import Any

import narwhals as nw


class Translated(nw.Expr):
    """An expression of Narwhals, translated for polars once instead of in every round.

    Narwhals asks an expression for its translation; should a newer one ask in another way, this is any expression.
    """

    def __init__(self, *nodes: Any) -> None:
        super().__init__(*nodes)
        self._on_polars: Any = None

    def _to_compliant_expr(self, ns: Any) -> Any:
        if not ns._implementation.is_polars():
            return super()._to_compliant_expr(ns)
        if self._on_polars is None:
            self._on_polars = super()._to_compliant_expr(ns)
        return self._on_polars


def translated(expression: nw.Expr) -> nw.Expr:
    """The same expression; for one that is kept and asked again and again."""
    return Translated(*expression._nodes)
