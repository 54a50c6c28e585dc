"""The embedded default keeps its keys, and its queue, to itself."""

import base64
import stat
from pathlib import Path

from shared.operations import embedded


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_keys_are_made_once_and_readable_by_their_owner_only(tmp_path: Path) -> None:
    made = embedded.ensure_keys(tmp_path)
    texts = {name: Path(path).read_text() for name, path in made.items()}
    assert set(made) == {"SECRET_KEY_FILE", "FIELD_KEY_FILE"}
    assert all(mode(Path(path)) == 0o600 for path in made.values())
    assert all(len(base64.urlsafe_b64decode(text.strip() + "=")) == 32 for text in texts.values())
    assert len(set(texts.values())) == 2
    again = embedded.ensure_keys(tmp_path)
    assert {name: Path(path).read_text() for name, path in again.items()} == texts


def test_an_operators_key_is_left_alone(tmp_path: Path) -> None:
    env = embedded.settings({"DATA_DIR": str(tmp_path), "SECRET_KEY": "k" * 40})
    assert env["SECRET_KEY"] == "k" * 40
    assert "SECRET_KEY_FILE" not in env
    assert "FIELD_KEY_FILE" in env


def test_production_is_given_no_key(tmp_path: Path) -> None:
    env = embedded.settings({"DATA_DIR": str(tmp_path), "APP_ENV": "production"})
    assert "SECRET_KEY_FILE" not in env
    assert not (tmp_path / "keys").exists()


def test_an_empty_setting_counts_as_absent(tmp_path: Path) -> None:
    env = embedded.settings({"DATA_DIR": str(tmp_path), "APP_ENV": "", "REDIS_URL": "", "LOG_LEVEL": ""})
    assert env["APP_ENV"] == "development"
    assert "REDIS_URL" not in env
    assert "LOG_LEVEL" not in env


def test_the_data_folder_is_private(tmp_path: Path) -> None:
    folder = embedded.data_dir({"DATA_DIR": str(tmp_path / "new")})
    assert mode(folder) == 0o700


def test_the_queue_listens_on_a_private_socket_only_and_evicts_nothing(tmp_path: Path) -> None:
    command = embedded.queue_command(tmp_path)
    assert command is not None
    options = dict(zip(command[1::2], command[2::2], strict=True))
    assert options["--port"] == "0"
    assert options["--unixsocketperm"] == "600"
    assert options["--appendonly"] == "yes"
    assert options["--maxmemory-policy"] == "noeviction"


def test_the_socket_fits_however_long_the_data_folder_is(tmp_path: Path) -> None:
    path = embedded.queue_socket(tmp_path / ("long" * 50))
    assert len(str(path)) <= embedded.LONGEST_SOCKET_PATH
    assert path != embedded.queue_socket(tmp_path / ("other" * 50))
