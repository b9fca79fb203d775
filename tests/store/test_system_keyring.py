"""The keyring of the machine: what it holds is read, and what it does not is told with the way out."""

from collections.abc import Iterator

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import KeyringLocked

from settings import resolve


class Held(KeyringBackend):
    """One password of Fairlead's, or a lock."""

    priority = 1  # type: ignore[assignment]
    locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked("ask at the screen")
        return {("fairlead", "shop"): "canary-keyring-1"}.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError


@pytest.fixture
def held() -> Iterator[Held]:
    before, own = keyring.get_keyring(), Held()
    keyring.set_keyring(own)
    yield own
    keyring.set_keyring(before)


def test_a_secret_of_the_keyring_is_read(held: Held) -> None:
    assert resolve("keyring:shop") == "canary-keyring-1"


def test_what_the_keyring_does_not_tell_says_what_to_do(held: Held) -> None:
    """Nothing kept, locked, and no keyring at all, as on a server."""
    with pytest.raises(ValueError, match="set it with: keyring set fairlead erp"):
        resolve("keyring:erp")
    held.locked = True
    with pytest.raises(ValueError, match=r"does not tell 'keyring:shop' \(KeyringLocked\); unlock it"):
        resolve("keyring:shop")
    keyring.set_keyring(NoKeyring())
    with pytest.raises(ValueError, match="has no keyring that could hold 'keyring:shop'"):
        resolve("keyring:shop")
