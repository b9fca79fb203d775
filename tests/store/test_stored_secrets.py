"""Secrets of other systems: sealed in the database, opened by a key file elsewhere, on both databases."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from store.key_file import KeyFile, KeyFileError
from store.scope import LOCAL_OWNER, Principal
from store.sealing import Key, NotSealedSo, seal, unseal
from store.state import ChangedMeanwhile, Role, RoleForbids, State, WrongEntry
from store.state.stored_secrets import NoSecret, Sealed
from store.vault import SecretLost, Vault, read_stored

WAREHOUSE, SHOP = "wh-9f2kQ!zt é", '{"client_id": "a",\n "private_key": "-----BEGIN"}'


@pytest.fixture
def key_file(tmp_path: Path) -> KeyFile:
    (tmp_path / "home").mkdir()
    return KeyFile(tmp_path / "keys" / "secrets.key", tmp_path / "home")


@pytest.fixture
def vault(state: State, key_file: KeyFile) -> Vault:
    vault = Vault(state.secrets, key_file)
    vault.put("warehouse", WAREHOUSE)
    vault.put("shop.token", SHOP)
    return vault


def opens(vault: Vault) -> dict[str, str]:
    return {name: vault.value(name) for name in ("warehouse", "shop.token")}


BOTH = {"warehouse": WAREHOUSE, "shop.token": SHOP}


def every_text(state: State) -> str:
    """All that the database keeps of secrets, as one text."""
    tables = ("stored_secrets", "secret_keys", "audit_trail", "done_commands")
    with state.engines.read.connect() as connection:
        return "".join(str(connection.execute(text(f"SELECT * FROM {table}")).all()) for table in tables)


def test_what_is_kept_opens_and_stands_nowhere(vault: Vault, state: State, state_url: str) -> None:
    """Any text opens as it was given; neither rows, trail nor answers of the database hold any of it."""
    assert opens(vault) == BOTH
    assert read_stored(vault.key_file.home, state_url, vault.key_file.path, "warehouse") == WAREHOUSE
    told = every_text(state) + repr(vault.open("warehouse")) + repr(vault.key_file.held())
    assert not [word for word in ("9f2kQ", "BEGIN", vault.key_file.held()[0].written()) if word in told]
    assert [each.what for each in state.audit.rows(LOCAL_OWNER)] == ["secret set", "secret set"]


def test_the_same_secret_never_looks_the_same(vault: Vault, state: State) -> None:
    before = state.secrets.find(LOCAL_OWNER, "warehouse")
    vault.put("warehouse", WAREHOUSE)
    after = state.secrets.find(LOCAL_OWNER, "warehouse")

    assert before.text != after.text
    assert (before.version, after.version, after.key_id) == (1, 2, before.key_id)


def test_a_row_put_under_another_name_is_refused(vault: Vault, state: State) -> None:
    """Whoever can write to the database cannot make a source send one system's password to another."""
    with state.engines.write.begin() as connection:
        connection.execute(
            text(
                "UPDATE stored_secrets SET sealed = (SELECT sealed FROM stored_secrets WHERE name = 'shop.token') "
                "WHERE name = 'warehouse'"
            )
        )

    with pytest.raises(SecretLost, match="'warehouse' was changed in the database"):
        vault.value("warehouse")
    assert [(each.name, bool(each.problem)) for each in vault.tried()] == [
        ("shop.token", False), ("warehouse", True),
    ]  # fmt: skip


@pytest.mark.parametrize("broken", ["", "AAAA", "no base64!", "A" * 80])
def test_a_sealed_text_somebody_touched_is_refused(broken: str) -> None:
    key = Key.fresh()
    assert unseal(key, "a", seal(key, "a", WAREHOUSE)) == WAREHOUSE
    for sealed, name, other in (
        (broken, "a", key),
        (seal(key, "a", "x"), "b", key),
        (seal(key, "a", "x"), "a", Key.fresh()),
    ):
        with pytest.raises(NotSealedSo):
            unseal(other, name, sealed)


def test_of_two_who_renew_a_token_one_is_told(vault: Vault) -> None:
    """Both read version 1; the second must not put back what the first replaced. Nothing is new twice either."""
    seen = vault.open("shop.token").version
    assert vault.put("shop.token", "fresh-token-1", seen) == 2

    with pytest.raises(ChangedMeanwhile, match="version 2"):
        vault.put("shop.token", "fresh-token-2", seen)
    with pytest.raises(ChangedMeanwhile):
        vault.put("shop.token", "fresh-token-3", 0)
    assert vault.value("shop.token") == "fresh-token-1"


class Killed(BaseException):
    """The process ends here."""


@dataclass(frozen=True)
class Dying(KeyFile):
    """A key file whose writer dies at the `last` write, before or after it."""

    last: int = 1
    before: bool = True
    done: tuple[int, ...] = ()

    def write(self, keys: object) -> None:
        object.__setattr__(self, "done", (*self.done, 1))
        if self.before and len(self.done) == self.last:
            raise Killed
        super().write(keys)  # type: ignore[arg-type]
        if len(self.done) == self.last:
            raise Killed


@pytest.mark.parametrize(("last", "before"), [(1, True), (1, False), (2, True), (2, False)])
def test_changing_the_key_may_be_killed_between_any_steps(
    vault: Vault, key_file: KeyFile, last: int, before: bool
) -> None:
    """Before and after each writing of the key file: everything opens, and the next try ends with one new key."""
    first = key_file.held()
    dying = Vault(vault.secrets, Dying(key_file.path, key_file.home, last, before))
    with pytest.raises(Killed):
        dying.change_key()

    assert opens(vault) == BOTH
    assert vault.put("warehouse", WAREHOUSE) == 2
    assert vault.change_key() == 2
    assert opens(vault) == BOTH
    assert len(key_file.held()) == 1
    assert key_file.held() != first


def test_changing_the_key_seals_all_or_nothing(
    vault: Vault, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after one of two secrets was sealed anew: both are as they were."""
    before = state.secrets.rows(LOCAL_OWNER)
    real, sealed = seal, list[str]()

    def dying(key: Key, name: str, plain: str) -> str:
        sealed.append(name)
        if len(sealed) == 2:
            raise Killed
        return real(key, name, plain)

    monkeypatch.setattr("store.vault.seal", dying)
    with pytest.raises(Killed):
        vault.change_key()
    monkeypatch.setattr("store.vault.seal", real)

    assert state.secrets.rows(LOCAL_OWNER) == before
    assert opens(vault) == BOTH
    assert vault.change_key() == 2


def test_who_read_the_old_key_writes_with_the_new_one(
    vault: Vault, key_file: KeyFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process changes the key after we read it and before we save: what we save opens all the same."""
    put, changed = type(vault.secrets).put, list[int]()

    def overtaken(self: object, principal: Principal, sealed: Sealed, seen: int | None = None) -> int:
        if not changed:
            changed.append(Vault(vault.secrets, key_file).change_key())
        return put(vault.secrets, principal, sealed, seen)

    monkeypatch.setattr(type(vault.secrets), "put", overtaken)
    vault.put("warehouse", "another one é")
    monkeypatch.undo()

    assert vault.value("warehouse") == "another one é"
    assert {each.key_id for each in vault.secrets.rows(LOCAL_OWNER)} == {key_file.held()[0].id}


def test_only_one_changes_the_key_at_a_time(vault: Vault, key_file: KeyFile) -> None:
    with key_file.only_one(), pytest.raises(KeyFileError, match="Somebody else is changing the key"):
        vault.change_key()


def test_a_lost_key_is_told_with_the_way_out(vault: Vault, key_file: KeyFile) -> None:
    """No new key is made in its place, which would hide the loss; put back, all opens; forgotten, all begins anew."""
    kept = key_file.path.read_bytes()
    key_file.path.unlink()
    for ask in (
        lambda: vault.value("warehouse"),
        lambda: vault.put("warehouse", "another one"),
        vault.change_key,
    ):
        with pytest.raises(SecretLost, match=r"secrets.key does not hold. Put that file back .* forget-all"):
            ask()
    assert not key_file.path.exists()

    key_file.path.write_bytes(kept)
    key_file.path.chmod(0o600)
    assert opens(vault) == BOTH
    key_file.path.unlink()
    assert vault.secrets.forget_all(LOCAL_OWNER) == 2
    assert vault.put("warehouse", WAREHOUSE) == 1
    assert vault.value("warehouse") == WAREHOUSE


def test_what_is_not_there_or_no_secret(vault: Vault) -> None:
    with pytest.raises(NoSecret, match="fairlead secret set other"):
        vault.value("other")
    for name, value, why in (
        ("Ware House", "x", "no name for a secret"),
        ("../a", "x", "no name"),
        ("a", " \n", "is empty"),
        ("a", "x" * 70_000, "70,000 characters"),
    ):
        with pytest.raises(WrongEntry, match=why) as wrong:
            vault.put(name, value)
        assert "xxxx" not in str(wrong.value)


def test_only_administrators_keep_secrets(vault: Vault) -> None:
    """Not even what their names are is told to others; sources read them on behalf of the machine."""
    theirs = Vault(vault.secrets, vault.key_file, Principal("ann@example.com", role=Role.MANAGER))
    calls: list[Callable[[], object]] = [
        lambda: theirs.value("warehouse"), lambda: theirs.put("warehouse", "other"), theirs.tried, theirs.change_key,
        lambda: theirs.secrets.remove(theirs.principal, "warehouse"),
        lambda: theirs.secrets.forget_all(theirs.principal),
    ]  # fmt: skip
    for call in calls:
        with pytest.raises(RoleForbids, match="keep or change secrets"):
            call()


@contextmanager
def mode(path: Path, bits: int) -> Iterator[None]:
    path.chmod(bits)
    yield
    path.chmod(0o600)


def test_the_key_file_is_private_and_elsewhere(key_file: KeyFile, tmp_path: Path) -> None:
    """Made for its owner only; refused where others can read or change it, in the data folder, and when broken."""
    made = key_file.made()
    assert (key_file.path.stat().st_mode & 0o777, key_file.path.parent.stat().st_mode & 0o777) == (
        0o600,
        0o700,
    )
    assert key_file.made() == made
    for bits in (0o644, 0o620, 0o602):
        with mode(key_file.path, bits), pytest.raises(KeyFileError, match="run: chmod"):
            key_file.held()
    with mode(key_file.path, 0o640):
        assert key_file.held() == (made,)

    (tmp_path / "link").symlink_to(key_file.home)
    for inside in (
        key_file.home / "a.key",
        tmp_path / "link" / "a.key",
        key_file.home / "x" / ".." / "a.key",
    ):
        with pytest.raises(KeyFileError, match="whoever copies one has both"):
            KeyFile(inside, key_file.home).made()
    key_file.path.write_text("AAAA\n", encoding="utf-8")
    with pytest.raises(KeyFileError, match="a key has 32 bytes"):
        key_file.held()


def test_a_key_file_nobody_may_write_is_told(tmp_path: Path) -> None:
    """The folder is a file; the message names another way."""
    (tmp_path / "home").mkdir()
    (tmp_path / "taken").write_text("", encoding="utf-8")
    with pytest.raises(KeyFileError, match="FAIRLEAD_KEY_FILE"):
        KeyFile(tmp_path / "taken" / "a.key", tmp_path / "home").made()


def test_two_that_make_the_key_at_once_agree(key_file: KeyFile, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process is faster between our look and our writing."""
    link, faster = os.link, list[Key]()

    def overtaken(source: Path, target: Path) -> None:
        monkeypatch.setattr(os, "link", link)
        faster.append(KeyFile(key_file.path, key_file.home).made())
        link(source, target)

    monkeypatch.setattr(os, "link", overtaken)
    assert [key_file.made()] == faster
