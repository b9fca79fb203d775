"""Who may do what: the roles people have, and what each of them permits. Where they may do it is their scope."""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """What a person is here for; each may do more than the ones that only look, `ADMIN` everything."""

    VIEWER = "viewer"
    LEAD = "lead"
    SOP_OWNER = "sop owner"
    APPROVER = "approver"
    MANAGER = "manager"
    ADMIN = "admin"


class Permit(StrEnum):
    """Everything that is permitted to some and not to others; the value completes the sentence "Ann may not ..."."""

    EXPORT = "take data along as a file"
    KEEP_VIEWS = "keep views"
    RUN_PROCEDURES = "run procedures"
    WRITE_NOTES = "write, change or remove notes"
    CHANGE_ACTIONS = "open, change or close actions"
    HANDLE_ALERTS = "deal with alerts"
    HOLD_MEETINGS = "open, hold or close meetings"
    PLAN_PEAKS = "say when peaks are and what they need"
    SET_BASELINES = "begin a usual range anew"
    PROPOSE_TARGETS = "propose targets"
    APPROVE_TARGETS = "approve targets"
    SET_TARGETS = "set targets without a second person"
    ASSIGN_OWNERS = "say who answers for a KPI or procedure"
    WRITE_PROCEDURES = "write procedures"
    APPROVE_PROCEDURES = "approve or retire procedures"
    AUDIT_PROCEDURES = "audit how procedures are followed"
    TRAIN_PEOPLE = "say who must be trained and sign off training"
    BRING_DATA = "bring data in"
    MANAGE_PEOPLE = "let people in or change what they may do"
    READ_AUDIT = "read the audit trail"
    PERSONAL_DATA = "take along or erase what is kept of one person"
    CHANGE_COMPANY = "change the company, its markets or calendars"
    OPERATE = "make or restore backups"
    MANAGE_SECRETS = "keep or change secrets"


_EVERYONE = frozenset({Permit.EXPORT, Permit.KEEP_VIEWS, Permit.RUN_PROCEDURES})
_AT_WORK = _EVERYONE | {
    Permit.WRITE_NOTES, Permit.CHANGE_ACTIONS, Permit.HANDLE_ALERTS, Permit.HOLD_MEETINGS,
    Permit.PROPOSE_TARGETS,
}  # fmt: skip
_APPROVING = _AT_WORK | {
    Permit.SET_BASELINES, Permit.APPROVE_TARGETS, Permit.WRITE_PROCEDURES, Permit.APPROVE_PROCEDURES,
    Permit.AUDIT_PROCEDURES, Permit.TRAIN_PEOPLE, Permit.PLAN_PEAKS,
}  # fmt: skip
PERMITS: Mapping[Role, frozenset[Permit]] = {
    Role.VIEWER: _EVERYONE,
    Role.LEAD: _AT_WORK
    | {Permit.SET_BASELINES, Permit.AUDIT_PROCEDURES, Permit.TRAIN_PEOPLE, Permit.PLAN_PEAKS},
    Role.SOP_OWNER: _AT_WORK | {Permit.WRITE_PROCEDURES, Permit.AUDIT_PROCEDURES, Permit.TRAIN_PEOPLE},
    Role.APPROVER: _APPROVING,
    Role.MANAGER: _APPROVING
    | {Permit.ASSIGN_OWNERS, Permit.BRING_DATA, Permit.MANAGE_PEOPLE, Permit.READ_AUDIT},
    Role.ADMIN: frozenset(Permit),
}


def roles_with(permit: Permit) -> tuple[Role, ...]:
    """The roles that permit it, those who may least first."""
    return tuple(role for role in Role if permit in PERMITS[role])
