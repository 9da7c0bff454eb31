"""Commands are run in this process; the shipped catalogue is read once for all."""

from judging import shipped_files_are_read_once  # noqa: F401 - a fixture for all of them
