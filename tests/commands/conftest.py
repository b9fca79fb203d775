"""A command typed in a folder of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest

import cli


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """Runs a command in an empty folder; `fails=True` returns what it said on its way out."""

    def typed(*words: str, fails: bool = False) -> str:
        monkeypatch.setattr("sys.argv", ["fairlead", *words])
        monkeypatch.chdir(tmp_path)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        assert bool(ended.value.code) is fails, said.err
        return said.err if fails else said.out

    return typed
