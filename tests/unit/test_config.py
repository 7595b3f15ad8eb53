"""The settings, their safety, and the keys in files."""

from pathlib import Path

import pytest

from app import keys
from app.config import Settings, SettingsError


def test_settings_have_a_default_for_everything(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    settings = Settings.read({})

    assert settings.home == tmp_path / "var"
    assert settings.database_url == f"sqlite:///{tmp_path / 'var' / 'countersign.sqlite'}"
    assert (settings.keys_dir, settings.files_dir) == (tmp_path / "var/keys", tmp_path / "var/files")
    assert (settings.host, settings.port, settings.demo, settings.unsafe()) == ("127.0.0.1", 8000, False, [])


def test_settings_come_from_their_variables():
    settings = Settings.read(
        {
            "COUNTERSIGN_HOME": "/srv/countersign",
            "COUNTERSIGN_DATABASE_URL": "postgresql+psycopg://db/countersign",
            "COUNTERSIGN_KEYS_DIR": "/srv/keys",
            "COUNTERSIGN_FILES_DIR": "/srv/photos",
            "COUNTERSIGN_SECRET_KEY": "x" * 32,
            "COUNTERSIGN_SITE_TIMEZONE": "America/New_York",
            "COUNTERSIGN_DEMO": "yes",
            "COUNTERSIGN_TRUSTED_PROXIES": "1",
            "PORT": "9000",
        }
    )

    assert (settings.database_url, settings.is_sqlite) == ("postgresql+psycopg://db/countersign", False)
    assert (settings.keys_dir, settings.files_dir) == (Path("/srv/keys"), Path("/srv/photos"))
    assert (settings.site_timezone, settings.port, settings.demo, settings.trusted_proxies) == (
        "America/New_York",
        9000,
        True,
        1,
    )


@pytest.mark.parametrize(
    ("variable", "text", "message"),
    [
        ("COUNTERSIGN_PORT", "80a", "COUNTERSIGN_PORT: '80a' is no number from 0 to 65535."),
        ("COUNTERSIGN_PORT", "70000", "COUNTERSIGN_PORT: '70000' is no number from 0 to 65535."),
        ("COUNTERSIGN_DEMO", "perhaps", "COUNTERSIGN_DEMO: 'perhaps' is neither 1 nor 0."),
        (
            "COUNTERSIGN_SITE_TIMEZONE",
            "Dublin",
            "COUNTERSIGN_SITE_TIMEZONE: 'Dublin' is no IANA time zone; write one such as Europe/Dublin.",
        ),
    ],
)
def test_setting_that_cannot_be_used_is_named(variable, text, message):
    with pytest.raises(SettingsError) as refused:
        Settings.read({variable: text})

    assert str(refused.value) == message


def test_unsafe_settings_are_all_named(tmp_path):
    settings = Settings.read(
        {
            "COUNTERSIGN_SECRET_KEY": "change-me",
            "COUNTERSIGN_FILES_DIR": str(tmp_path),
            "COUNTERSIGN_KEYS_DIR": str(tmp_path / "keys"),
        }
    )

    assert [reason.split()[0] for reason in settings.unsafe()] == [
        "COUNTERSIGN_SECRET_KEY",
        "COUNTERSIGN_KEYS_DIR",
    ]


def test_settings_show_no_secret_when_printed():
    settings = Settings.read(
        {
            "COUNTERSIGN_SECRET_KEY": "s3cret" * 6,
            "COUNTERSIGN_DATABASE_URL": "postgresql+psycopg://u:p4ssword@db/x",
        }
    )

    assert [word in repr(settings) for word in ("s3cret", "p4ssword")] == [False, False]


def test_keys_are_made_once_and_only_their_owner_reads_them(tmp_path):
    folder = tmp_path / "keys"
    keys.create(folder)
    first = keys.read(folder)
    keys.create(folder)

    assert keys.read(folder) == first
    assert (folder.stat().st_mode & 0o777, (folder / "mac.key").stat().st_mode & 0o777) == (0o700, 0o600)
    assert sorted(path.name for path in folder.iterdir()) == [
        "keys.check",
        "mac.key",
        "origin",
        "pepper.key",
        "secret.key",
    ]
    assert first.ledger.origin.endswith(".countersign.local/countersign/1")
    assert (len(first.ledger.mac_key), len(first.pepper)) == (32, 32)


def test_keys_show_no_secret_when_printed(tmp_path):
    keys.create(tmp_path / "keys")
    found = keys.read(tmp_path / "keys")

    assert [text in repr(found) for text in (found.secret, repr(found.pepper))] == [False, False]


def test_keys_that_others_may_read_are_refused(tmp_path):
    keys.create(tmp_path / "keys")
    (tmp_path / "keys" / "mac.key").chmod(0o644)

    with pytest.raises(keys.KeysError) as refused:
        keys.read(tmp_path / "keys")

    path = tmp_path / "keys" / "mac.key"
    assert str(refused.value) == f"Others may read {path}. Run: chmod go-rwx {path}"


def test_missing_and_broken_keys_are_refused(tmp_path):
    folder = tmp_path / "keys"
    no_folder = keys.unsafe(folder)
    keys.create(folder)
    (folder / "secret.key").unlink()
    missing = keys.unsafe(folder)
    keys.create(folder)
    (folder / "mac.key").write_text("\n")

    with pytest.raises(keys.KeysError) as broken:
        keys.read(folder)

    assert (len(no_folder), missing) == (1, [f"The key file {folder / 'secret.key'} is missing."])
    assert str(broken.value).endswith("does not hold 32 bytes in hexadecimal. Restore it from its backup.")


@pytest.mark.requirement("ATK-09")
@pytest.mark.parametrize("name", ["secret.key", "pepper.key"])
def test_key_of_another_installation_is_told_apart(tmp_path, name):
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    keys.create(ours)
    keys.create(theirs)
    (ours / name).write_bytes((theirs / name).read_bytes())

    with pytest.raises(keys.KeysError, match="is not of one set with"):
        keys.read(ours)
