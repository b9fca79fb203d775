"""A pseudonym in place of a person's name and address, in every column of the state database."""

import re
from collections.abc import Callable, Mapping
from typing import cast

from sqlalchemy import JSON, Column, Text, delete, func, select, update
from sqlalchemy.orm import Session

from store.models import Base, EvidenceReply, FailedSignIn, Identity, OneTimeToken, Password, SignInSession
from store.models import User as StoredUser
from store.models.base import Names, Words

Change = Callable[[object], object]
KINDS = (Text, JSON, Words, Names)
SEALED = {("procedure_versions", "text")}  # its digest is what people approved and were trained on
_OF_ONE = (Password, Identity, SignInSession, OneTimeToken)


def replace_everywhere(session: Session, user: StoredUser, email: str, name: str) -> int:
    """
    Delete what the person signs in with and what they replied to evidence, close the account, and put `email` and
    `name` in place of theirs in every text and every record; how many rows changed. A name of one word is replaced
    where it stands alone, any other name, and the address, also inside of a sentence. A name that somebody else has,
    too, is replaced only in rows that hold the address.
    """
    mine, same = user.email, func.lower(StoredUser.name) == user.name.lower()
    shared = session.scalar(select(func.count()).where(StoredUser.id != user.id, same)) or 0
    for table in _OF_ONE:
        session.execute(delete(table).where(table.user_id == user.id))
    session.execute(delete(EvidenceReply).where(EvidenceReply.person == mine))
    session.execute(delete(FailedSignIn).where(FailedSignIn.subject == user.email))
    change = _change({user.email: email}, {user.name: name})
    user.email, user.name = email, name
    user.active, user.epoch, user.version = False, user.epoch + 1, user.version + 1
    session.flush()
    others = [table.name for table in Base.metadata.sorted_tables if table.name != StoredUser.__tablename__]
    rows = sum(_table(session, table, change, mine if shared else "") for table in others)
    session.expire_all()
    return rows + 1


def mentions(row: Mapping[str, object], address: str) -> bool:
    """Whether a stored row holds an address in any of its columns."""
    return address.casefold() in str(dict(row)).casefold()


def _change(addresses: Mapping[str, str], names: Mapping[str, str]) -> Change:
    whole = {old.casefold(): new for old, new in (*addresses.items(), *names.items())}
    inside = {**addresses, **{old: new for old, new in names.items() if " " in old.strip()}}
    patterns = [
        (re.compile(rf"(?<![\w.@-]){re.escape(old)}(?![\w@-])", re.IGNORECASE), new)
        for old, new in inside.items()
    ]

    def change(value: object) -> object:
        match value:
            case str():
                if (found := whole.get(value.strip().casefold())) is not None:
                    return found
                for pattern, new in patterns:
                    value = pattern.sub(new, value)
                return value
            case dict():
                return {cast(str, change(key)): change(each) for key, each in value.items()}
            case list():
                return [change(each) for each in value]
            case frozenset():
                return frozenset(map(change, value))
            case _:
                return value

    return change


def _table(session: Session, name: str, change: Change, only_with: str) -> int:
    """One table, row by row; only rows that change are written, and only those that hold a text where there is one."""
    table = Base.metadata.tables[name]
    kept = [
        column
        for column in table.columns
        if isinstance(column.type, KINDS) and (name, column.name) not in SEALED
    ]
    if not kept:
        return 0
    keys: list[Column[object]] = list(table.primary_key)
    changed = 0
    for row in session.execute(select(*keys, *(c.label(f"_{c.name}") for c in kept))).all():
        old = {column.name: value for column, value in zip(kept, row[len(keys) :], strict=True)}
        new = {key: value for key, each in old.items() if (value := change(each)) != each}
        if new and only_with.casefold() in str(old).casefold():
            here = [column == value for column, value in zip(keys, row, strict=False)]
            session.execute(update(table).where(*here).values(new))
            changed += 1
    return changed
