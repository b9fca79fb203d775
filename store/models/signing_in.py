"""What signing in leaves: passwords, identities, sessions, tokens that work once, failures. Of secrets only a hash."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Base, Instant, Words


class Password(Base):
    """The password of a local account, as scrypt leaves it."""

    __tablename__ = "passwords"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    hash: Mapped[str] = mapped_column(Words)
    changed_at: Mapped[datetime] = mapped_column(Instant)


class Identity(Base):
    """The account of an OpenID provider that a user signs in with: one a provider, known by its lasting number."""

    __tablename__ = "identities"
    __table_args__ = (
        UniqueConstraint("issuer", "subject"),
        UniqueConstraint("user_id", "issuer"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    issuer: Mapped[str] = mapped_column(Words)
    subject: Mapped[str] = mapped_column(Words)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)


class SignInSession(Base):
    """
    One signed-in browser; it counts until it ends, its time runs out or the user's epoch is another. `provider_session`
    is the hash of the provider's own name for it, by which the provider can end it.
    """

    __tablename__ = "sessions"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(Words, unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    epoch: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    provider_session: Mapped[str | None] = mapped_column(Words)


class OneTimeToken(Base):
    """A link handed to somebody: the first set-up, or an invitation of `user_id`."""

    __tablename__ = "one_time_tokens"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(Words, unique=True)
    purpose: Mapped[str] = mapped_column(Words)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class FailedSignIn(Base):
    """One wrong password: `subject` is the account that was tried, or the address it came from."""

    __tablename__ = "failed_sign_ins"
    __table_args__ = (Index("ix_failed_sign_ins_subject_at", "subject", "at"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(Words)
    at: Mapped[datetime] = mapped_column(Instant)
