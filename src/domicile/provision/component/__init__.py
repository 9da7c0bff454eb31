"""A pool as a Pulumi component package, for programs in any of Pulumi's languages.

`plugin/` is what `pulumi package add` takes: it ships in the wheel, and `domicile component DIR`
copies it into a project.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from domicile.model.errors import SourceError

NAME: Final = "domicile-pools"
"""The package's name: the component's type is `domicile-pools:index:Pool`."""
PLUGIN: Final = Path(__file__).with_name("plugin")
"""The folder that ships: `PulumiPlugin.yaml`, what it needs, and the program that serves it."""


def copy(folder: Path) -> list[Path]:
    """Copy the package's folder into a project; return the paths of its files.

    Raises:
        SourceError: something else stands there, or the folder cannot be written.
    """
    files = [each for each in sorted(PLUGIN.iterdir()) if each.is_file()]
    for file in files:
        standing = folder / file.name
        if standing.exists() and standing.read_bytes() != file.read_bytes():
            raise SourceError(
                f"`{standing}` stands there already and is different",
                help="name a folder that is new, or remove that file",
            )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return [Path(shutil.copyfile(file, folder / file.name)) for file in files]
    except OSError as error:
        raise SourceError(f"`{folder}` cannot be written: {error.strerror}") from error
