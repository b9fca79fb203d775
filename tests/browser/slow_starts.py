"""Streamlit on a machine so busy that its threads come late: a run of the page of a KPI latest of all.

What a session is asked for is noted by each run as it starts; here one that is overtaken notes it after the newer one.
"""

import sys
import time

from streamlit.runtime.pages_manager import PagesManager
from streamlit.web.cli import main

BEFORE_S, AFTER_S = 0.3, 0.4
note = PagesManager.set_script_intent


def note_late(self: PagesManager, page_script_hash: str, page_name: str) -> None:
    asked = self.get_pages().get(page_script_hash)
    if asked and asked.get("url_pathname") == "kpi":
        time.sleep(BEFORE_S)
    note(self, page_script_hash, page_name)
    time.sleep(AFTER_S)


if __name__ == "__main__":
    PagesManager.set_script_intent = note_late  # type: ignore[method-assign]
    sys.exit(main())
