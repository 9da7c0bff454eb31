"""The shipped catalogue is read once for all tests of this folder."""

from judging import shipped_files_are_read_once  # noqa: F401 - a fixture for all of them
