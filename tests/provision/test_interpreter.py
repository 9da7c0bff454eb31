"""What runs is the same whatever its Python was called when it was started."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_ASK = "from domicile.provision.local.tether import interpreter; print(interpreter())"


def test_one_interpreter_has_one_name() -> None:
    """Started as `python` and as `python3`, it names itself alike."""
    homes = [Path(sys.exec_prefix) / "bin" / name for name in ("python", "python3")]
    names = [home for home in homes if home.exists()]
    said = {subprocess.check_output([name, "-c", _ASK], text=True) for name in names}
    assert len(said) == 1
