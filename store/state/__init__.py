"""Everything a person enters and every run that was made: the state database, asked by a principal."""

from store.state.open import State

__all__ = ["State"]
