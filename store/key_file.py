"""The file with the key that opens stored secrets: outside of the data folder, for its owner only."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from store.database import StateError
from store.private_files import NotPrivate, locked, read_private, write_private
from store.sealing import Key

HEAD = "# Opens the secrets Fairlead keeps for {home}. Keep a copy where no backup of that folder is.\n"


class KeyFileError(StateError):
    """The key file cannot be used as it is; the message says what to do."""


@dataclass(frozen=True)
class KeyFile:
    """
    A key a line; several only while the key is being changed. It is read each time it is needed, so that every process
    follows a change at once. Every method raises KeyFileError.
    """

    path: Path
    home: Path

    def held(self) -> tuple[Key, ...]:
        """Its keys; none where there is no file."""
        self._require_outside()
        try:
            lines = read_private(self.path).splitlines()
            return tuple(Key.of(line) for line in lines if line.strip() and not line.startswith("#"))
        except FileNotFoundError:
            return ()
        except NotPrivate as open_to_all:
            raise KeyFileError(str(open_to_all)) from None
        except (OSError, ValueError) as wrong:
            raise KeyFileError(
                f"The key file {self.path} cannot be read ({wrong}). Put it back from your copy of it, or name the "
                "right one by FAIRLEAD_KEY_FILE."
            ) from None

    def made(self) -> Key:
        """Its latest key; of processes that make it at once, all get the same one."""
        self._require_outside()
        if not self.held():
            self._write([Key.fresh()], anew=False)
        return self.held()[-1]

    def write(self, keys: Sequence[Key]) -> None:
        """Hold these keys and no others."""
        self._require_outside()
        self._write(keys, anew=True)

    @contextmanager
    def only_one(self) -> Iterator[None]:
        """Nobody else changes the key meanwhile."""
        self._require_outside()
        try:
            with locked(self.path):
                yield
        except BlockingIOError:
            raise KeyFileError("Somebody else is changing the key; wait until they are done.") from None

    def _write(self, keys: Sequence[Key], anew: bool) -> None:
        lines = "".join(f"{key.written()}\n" for key in keys)
        try:
            write_private(self.path, HEAD.format(home=self.home) + lines, anew=anew)
        except OSError as wrong:
            raise KeyFileError(
                f"The key file {self.path} cannot be written ({wrong.strerror}). Name one in a folder you may write by "
                "FAIRLEAD_KEY_FILE, outside of the data folder."
            ) from None

    def _require_outside(self) -> None:
        if self.path.resolve().is_relative_to(self.home.resolve()):
            raise KeyFileError(
                f"The key file {self.path} lies in the data folder {self.home}, with what it opens: whoever copies one "
                "has both. Move it elsewhere and name it by FAIRLEAD_KEY_FILE, such as /etc/fairlead/keys/secrets.key."
            )
