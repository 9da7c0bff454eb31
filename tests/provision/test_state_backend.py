"""Where states are kept is the user's to say; only what is in plain files is read as files."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest

from domicile.provision.backend import Backend, chosen, files
from domicile.provision.engine import Engine
from domicile.provision.pulumi_cli import left_behind
from domicile.provision.settings import environment

ENGINE = Engine(Path("/engine"), "path")


def _login(home: Path, url: str) -> dict[str, str]:
    home.mkdir(parents=True, exist_ok=True)
    (home / "credentials.json").write_text(json.dumps({"current": url}))
    return {"PULUMI_HOME": str(home)}


def _project(root: Path, text: str) -> None:
    (root / "infra").mkdir()
    (root / "infra" / "Pulumi.yaml").write_text(f"name: domicile\nruntime: python\n{text}")


def test_whoever_is_nearer_decides(tmp_path: Path) -> None:
    """A variable before the project, the project before a login, a login before our own files."""
    own = Backend(f"file://{tmp_path}/.domicile/state", "embedded")
    assert chosen(tmp_path, {"HOME": str(tmp_path / "nobody")}) == own
    given = _login(tmp_path / "home", "s3://logged-in")
    assert chosen(tmp_path, given) == Backend("s3://logged-in", "login")
    elsewhere = {"HOME": str(tmp_path), "PULUMI_CREDENTIALS_PATH": str(tmp_path / "home")}
    assert chosen(tmp_path, elsewhere).origin == "login"
    _project(tmp_path, "backend:\n  url: postgres://project\n")
    assert chosen(tmp_path, given) == Backend("postgres://project", "project")
    assert chosen(tmp_path, {**given, "PULUMI_BACKEND_URL": "gs://v"}) == Backend(
        "gs://v", "variable"
    )


def test_a_login_does_not_take_a_workspace_from_its_states(tmp_path: Path) -> None:
    """What runs already and is known in `.domicile/state` stays known after `pulumi login`."""
    given = _login(tmp_path / "home", "s3://logged-in")
    (tmp_path / ".domicile" / "state" / ".pulumi").mkdir(parents=True)
    assert chosen(tmp_path, given).origin == "embedded"


def test_a_token_stands_for_the_service(tmp_path: Path) -> None:
    """It is Pulumi's own, or the self-hosted one of the login; a login to files is none."""
    given = {"HOME": str(tmp_path), "PULUMI_ACCESS_TOKEN": "pul-x"}
    assert chosen(tmp_path, given) == Backend("https://api.pulumi.com", "token")
    hosted = {**given, **_login(tmp_path / "own", "https://pulumi.example")}
    assert chosen(tmp_path, hosted) == Backend("https://pulumi.example", "token")
    files_ = {**given, **_login(tmp_path / "files", "file:///states")}
    assert chosen(tmp_path, files_) == Backend("https://api.pulumi.com", "token")


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"current": null}'])
def test_a_login_that_cannot_be_read_is_none(tmp_path: Path, broken: str) -> None:
    """Nor is a project file without a backend, or no YAML at all."""
    (tmp_path / "credentials.json").write_text(broken)
    _project(tmp_path, "backend: ][")
    assert chosen(tmp_path, {"PULUMI_HOME": str(tmp_path)}).origin == "embedded"


def test_settings_leave_the_users_backend_alone(tmp_path: Path) -> None:
    """Then plain `pulumi` finds it by itself; the home with the login stays the user's."""
    base = {"PATH": "/bin", "HOME": str(tmp_path)}
    assert {"PULUMI_BACKEND_URL", "PULUMI_HOME"} <= environment(tmp_path, ENGINE, base).keys()
    credentials = _login(tmp_path / "home", "s3://logged-in")["PULUMI_HOME"]
    for user in (
        {"PULUMI_CREDENTIALS_PATH": credentials},
        {"PULUMI_BACKEND_URL": "https://pulumi.example"},
        {"PULUMI_ACCESS_TOKEN": "pul-x"},
    ):
        made = environment(tmp_path, ENGINE, {**base, **user})
        assert not {"PULUMI_BACKEND_URL", "PULUMI_HOME"} & made.keys(), user


def test_a_database_is_never_waited_for_by_its_own_connections(tmp_path: Path) -> None:
    """Two connections for each core, and fewer questions at once; the user's own numbers stay."""
    given = {"PATH": "/bin", "PULUMI_BACKEND_URL": "postgres://db/states"}
    made = environment(tmp_path, ENGINE, given)
    connections = 2 * int(made["GOMAXPROCS"])
    for asked in ("PULUMI_PARALLEL", "PULUMI_DIY_BACKEND_PARALLEL"):
        assert 2 * int(made[asked]) <= connections
        assert asked not in environment(tmp_path, ENGINE, {**given, asked: "3"})
    assert "GOMAXPROCS" not in environment(tmp_path, ENGINE, {"PATH": "/bin"})


@pytest.mark.parametrize(
    ("url", "given", "folder"),
    [
        ("file:///srv/states", {}, "/srv/states"),
        ("file:///srv/two%20words", {}, "/srv/two words"),
        ("file:///srv/states?no_tmp_dir=true", {}, None),
        ("file:///srv/states", {"PULUMI_DIY_BACKEND_GZIP": "1"}, None),
        ("file://./states", {}, None),
        ("s3://bucket", {}, None),
        ("postgres://user@host/states", {}, None),
    ],
)
def test_only_plain_files_are_read_as_files(
    url: str, given: dict[str, str], folder: str | None
) -> None:
    """Compressed ones, those below a relative path and those in a service are Pulumi's to read."""
    assert files(url, given) == (None if folder is None else Path(folder))


def test_a_lock_is_released_only_where_its_owner_is_known_to_be_gone() -> None:
    """Of this machine and dead: yes. Alive, on another machine, or one of several: no."""
    ended = os.posix_spawn("/bin/true", ["true"], {})
    os.waitpid(ended, 0)
    here = socket.gethostname()

    def said(host: str, process: int) -> str:
        return f"\n  postgres://****:****@db/x.json: created by me@{host} (pid {process}) at 2026"

    locked = "error: the stack is currently locked by 1 lock(s)."
    assert left_behind(locked + said(here, ended))
    assert not left_behind(locked + said(here, os.getpid()))
    assert not left_behind(locked + said("another-host", ended))
    assert not left_behind(locked + said(here, ended) + said("another-host", ended))
    assert not left_behind("error: something else")
