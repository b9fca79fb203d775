"""People with accounts of their own in a copy of a company, and a page as one of them sees it."""

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from browser_watch import Watched
from playwright.sync_api import Page

from store.home import open_store
from store.scope import LOCAL_OWNER
from store.state import User

PASSWORD = "kettle orbit mango"


def with_people(company: Path, home: Path, people: Sequence[User]) -> Path:
    """The company copied to `home`, with these people, who have accepted their invitations."""
    shutil.copytree(company, home)
    store, now = open_store(home), datetime.now(UTC)
    for user in people:
        store.state.users.save(LOCAL_OWNER, user, seen=0)
        store.state.accounts.accept(store.state.accounts.invite(LOCAL_OWNER, user.email, now), PASSWORD, now)
    store.close()
    return home


def signed_in(seen: Watched, user: User, path: str) -> Page:
    """The page at this path, after signing in."""
    page = seen.page
    page.goto(f"{seen.address}/{path}")
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    seen.settled()
    return page
