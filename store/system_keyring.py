"""Secrets in the keyring of the machine (Keychain, Credential Locker, Secret Service); the one door to it."""

import keyring
from keyring.errors import KeyringError, NoKeyringError

from store.redaction import learn

SERVICE = "fairlead"
OTHERS = "stored:NAME, env:NAME or file:PATH"


def read_keyring(name: str) -> str:
    """The password kept there for `fairlead` under a name. Raises ValueError, which says what to do."""
    try:
        found = keyring.get_password(SERVICE, name)
    except NoKeyringError:
        raise ValueError(
            f"this machine has no keyring that could hold 'keyring:{name}' (servers have none); write {OTHERS}."
        ) from None
    except (KeyringError, RuntimeError, OSError) as wrong:
        raise ValueError(
            f"the keyring does not tell 'keyring:{name}' ({type(wrong).__name__}); unlock it, or write {OTHERS}."
        ) from None
    if not found:
        raise ValueError(
            f"the keyring holds nothing as 'keyring:{name}'; set it with: keyring set {SERVICE} {name}"
        )
    return learn(found)
