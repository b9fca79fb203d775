"""Settings: where things live, and what is refused."""

from pathlib import Path

import pytest

from settings import SettingError, read_settings, refuse_weak_secrets


def test_the_database_follows_the_home_folder(tmp_path: Path) -> None:
    """
    The state database lies in the home folder unless a URL says otherwise.
    """
    elsewhere = "postgresql://fairlead@db/fairlead"

    assert read_settings(home=tmp_path).database == f"sqlite:///{tmp_path}/state.db"
    assert read_settings(home=tmp_path, database_url=elsewhere).database == elsewhere


def test_every_path_is_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """
    Web and worker may start in different folders and still mean the same place.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FAIRLEAD_HOME", "lake-and-state")

    settings = read_settings()

    assert settings.home == tmp_path / "lake-and-state"
    assert settings.config == tmp_path / "fairlead.toml"


def test_a_given_value_wins_over_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    `--port 9000` wins over FAIRLEAD_PORT=8600; leaving the option out does not.
    """
    monkeypatch.setenv("FAIRLEAD_PORT", "8600")

    assert read_settings(port=9000).port == 9000
    assert read_settings(port=None).port == 8600


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_this_machine_is_served(host: str) -> None:
    """
    The three names of this machine are accepted.
    """
    assert read_settings(host=host).host == host


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.20", "example.com", ""])
def test_every_other_address_is_refused(host: str) -> None:
    """
    Without sign-in nobody else may read the figures, and the refusal says so.
    """
    with pytest.raises(SettingError, match=rf"host \(FAIRLEAD_HOST\) is '{host}': without sign-in"):
        read_settings(host=host)


def test_passwords_never_travel_in_the_open() -> None:
    """
    With sign-in another address may be served, but only behind TLS.
    """
    with pytest.raises(SettingError, match="passwords must not travel in the open"):
        read_settings(host="0.0.0.0", sign_in="local", public_url="http://kpi.example.com")

    assert (
        read_settings(host="0.0.0.0", sign_in="local", public_url="https://kpi.example.com").host == "0.0.0.0"
    )


def test_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The complaint names the variable and the value.
    """
    monkeypatch.setenv("FAIRLEAD_PORT", "eighty")

    with pytest.raises(SettingError, match=r"port \(FAIRLEAD_PORT\) is 'eighty'"):
        read_settings()


OIDC = {
    "sign_in": "oidc", "oidc_issuer": "https://login.example.com/", "oidc_client_id": "fairlead",
    "oidc_client_secret": "env:PROVIDER",
}  # fmt: skip


@pytest.mark.parametrize("missing", ["oidc_issuer", "oidc_client_id", "oidc_client_secret"])
def test_a_provider_needs_all_its_settings(missing: str) -> None:
    """
    The complaint names the one that is missing; without a provider none is needed.
    """
    with pytest.raises(SettingError, match=rf"FAIRLEAD_{missing.upper()}.*needs it"):
        read_settings(**{**OIDC, missing: ""})


def test_a_provider_is_asked_over_tls() -> None:
    """
    Only one on this machine may be asked in the open. A slash at the end makes no difference.
    """
    with pytest.raises(SettingError, match="https://"):
        read_settings(**{**OIDC, "oidc_issuer": "http://login.example.com"})

    assert read_settings(**OIDC).oidc_issuer == "https://login.example.com"
    assert read_settings(**{**OIDC, "oidc_issuer": "http://127.0.0.1:8080"}).oidc_issuer


def test_the_address_people_open() -> None:
    """
    It may lie under a path; without one it is host and port.
    """
    under = read_settings(public_url="https://example.com/ops/")

    assert (under.address, under.base) == ("https://example.com/ops", "/ops")
    assert (read_settings().address, read_settings().base) == ("http://127.0.0.1:8501", "")
    with pytest.raises(SettingError, match="whole address"):
        read_settings(public_url="kpi.example.com")


def test_the_names_browsers_may_ask_for() -> None:
    """
    This machine's, that of the public address, and those that were told.
    """
    told = read_settings(public_url="https://kpi.example.com/ops", hosts="kpi, kpi.intern")

    assert set(told.known_hosts) == {"127.0.0.1", "localhost", "::1", "kpi.example.com", "kpi", "kpi.intern"}


STRONG = "q7Xw-fR2v_9tLzP4"


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({**OIDC, "oidc_client_secret": "short"}, "fewer than 16 characters"),
        ({**OIDC, "oidc_client_secret": "aaaaaaaaaaaaaaaaaaaa"}, "repeats a few"),
        ({**OIDC, "oidc_client_secret": "Your-Client-Secret-Here"}, "as examples do"),
        ({**OIDC, "oidc_client_secret": "file:/nowhere/secret"}, "cannot be read"),
        ({"sign_in": "local", "database_url": "postgresql://fairlead:fairlead@db/fairlead"}, "fewer than 10"),
        ({"sign_in": "local", "database_url": "postgresql://fairlead:db-password-1@db/kpi"}, "'password'"),
    ],
)
def test_secrets_that_keep_nobody_out_are_refused(settings: dict[str, str], why: str, tmp_path: Path) -> None:
    """
    The complaint says which and why, and never the secret itself.
    """
    with pytest.raises(SettingError, match=why) as refused:
        refuse_weak_secrets(read_settings(home=tmp_path, **settings))

    assert "fairlead:fairlead" not in str(refused.value)
    assert "aaaa" not in str(refused.value)


def test_secrets_others_can_read_are_refused(tmp_path: Path) -> None:
    """
    The key that hashes customer ids, and the provider's secret; once only owner and group read them, all is well.
    """
    (tmp_path / "provider").write_text(STRONG, encoding="utf-8")
    (tmp_path / "secret").write_text("00" * 32, encoding="utf-8")
    settings = read_settings(home=tmp_path, **{**OIDC, "oidc_client_secret": f"file:{tmp_path / 'provider'}"})
    for name in ("secret", "provider"):
        (tmp_path / name).chmod(0o644)
        with pytest.raises(SettingError, match=f"{name}; run: chmod o="):
            refuse_weak_secrets(settings)
        (tmp_path / name).chmod(0o640)

    refuse_weak_secrets(settings)
    refuse_weak_secrets(read_settings(home=tmp_path, database_url="postgresql://fairlead@db/fairlead"))
