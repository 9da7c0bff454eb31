"""What may be opened at all: one regular UTF-8 file within the workspace, of bounded size."""

from __future__ import annotations

import os
import resource
from pathlib import Path

import pytest

from domicile.source import LARGEST, Document, SourceError, read


def refused(path: Path, root: Path) -> SourceError:
    """The error that reading `path` ends in; it has a place and help."""
    with pytest.raises(SourceError) as caught:
        read(path, root)
    assert caught.value.location is not None
    assert caught.value.help is not None
    return caught.value


def test_reads(tmp_path: Path) -> None:
    """A file's data, and its name below the root."""
    path = tmp_path / "infra" / "a.yaml"
    path.parent.mkdir()
    path.write_bytes(b"\xef\xbb\xbfa: \xc3\xa9\r\nb: 1\r\n")
    document = read(path, tmp_path)
    assert document.file == "infra/a.yaml"
    assert document.data == {"a": "é", "b": 1}
    assert document.locate(("b",)).text == "b: 1"


def test_missing(tmp_path: Path) -> None:
    """A name that nothing has."""
    assert refused(tmp_path / "a.yaml", tmp_path).message == "`a.yaml` is missing"


def test_folder(tmp_path: Path) -> None:
    """A folder in a file's place."""
    (tmp_path / "a.yaml").mkdir()
    assert refused(tmp_path / "a.yaml", tmp_path).message == "`a.yaml` is a folder"


def test_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """Opening a pipe would wait for ever; it is refused unopened."""
    os.mkfifo(tmp_path / "a.yaml")
    assert refused(tmp_path / "a.yaml", tmp_path).message == "`a.yaml` is not a file"


def test_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file whose permissions forbid reading; root may read all, so the refusal is played."""
    path = tmp_path / "a.yaml"
    path.write_text("a: 1")

    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", forbidden)
    error = refused(path, tmp_path)
    assert error.message == "`a.yaml` cannot be read: permission denied"
    assert error.help == "check its permissions"


def test_link_that_leaves(tmp_path: Path) -> None:
    """A link out of the workspace is not followed, whether of a file or of a folder."""
    outside = tmp_path / "outside"
    root = tmp_path / "root"
    outside.mkdir()
    root.mkdir()
    (outside / "a.yaml").write_text("a: secret")
    (root / "a.yaml").symlink_to(outside / "a.yaml")
    (root / "folder").symlink_to(outside)
    for name in ("a.yaml", "folder/a.yaml", "../outside/a.yaml"):
        error = refused(root / name, root)
        assert error.message.endswith("leads out of the workspace")
        assert "secret" not in str(error.location)


def test_link_that_stays(tmp_path: Path) -> None:
    """A link within the workspace is followed, and a workspace may itself be reached by one."""
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "a.yaml").write_text("a: 1")
    (tmp_path / "root" / "b.yaml").symlink_to("a.yaml")
    (tmp_path / "link").symlink_to("root")
    assert read(tmp_path / "link" / "b.yaml", tmp_path / "link").data == {"a": 1}


def test_loop_of_links(tmp_path: Path) -> None:
    """Links that lead to each other end nowhere."""
    (tmp_path / "a.yaml").symlink_to("b.yaml")
    (tmp_path / "b.yaml").symlink_to("a.yaml")
    assert refused(tmp_path / "a.yaml", tmp_path).message.startswith("`a.yaml` cannot be read: ")


def test_huge_file_is_refused_unread(tmp_path: Path) -> None:
    """One GB is refused by its size alone: memory does not grow by as much as the limit."""
    path = tmp_path / "a.yaml"
    path.touch()
    os.truncate(path, 1_000_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    error = refused(path, tmp_path)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert error.message == "`a.yaml` is larger than 8 MiB"
    assert (after - before) * 1024 < LARGEST


def test_largest_file_is_read(tmp_path: Path) -> None:
    """The limit itself is allowed, one byte more is not."""
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a: " + b"x" * (LARGEST - 3))
    assert isinstance(read(path, tmp_path), Document)
    path.write_bytes(b"a: " + b"x" * (LARGEST - 2))
    assert refused(path, tmp_path).message == "`a.yaml` is larger than 8 MiB"


@pytest.mark.parametrize(
    ("raw", "message", "place"),
    [
        (b"a: 1\nb: \xff\n", "byte 8 (0xFF) is not UTF-8", "a.yaml:2:4"),
        (b"a: \xc3\xa9\xc3(\n", "byte 5 (0xC3) is not UTF-8", "a.yaml:1:5"),
        ("a: 1".encode("utf-16"), "byte 0 (0xFF) is not UTF-8", "a.yaml:1:1"),
        (b"a: 1\nb: x\x00y\n", "control character U+0000 is not allowed", "a.yaml:2:5"),
        (b"a: \x1b[31mred\n", "control character U+001B is not allowed", "a.yaml:1:4"),
        (b"a: x\x7f\n", "control character U+007F is not allowed", "a.yaml:1:5"),
        (b"a: \xc2\x80\n", "character U+0080 is not allowed", "a.yaml:1:4"),
    ],
)
def test_bytes_that_are_no_text(tmp_path: Path, raw: bytes, message: str, place: str) -> None:
    """Bytes that are not UTF-8, and characters that a terminal would obey, have a place."""
    path = tmp_path / "a.yaml"
    path.write_bytes(raw)
    error = refused(path, tmp_path)
    assert error.message == message
    assert str(error.location) == place
    assert error.location is not None
    assert error.location.text.isprintable()
