"""Serves the component package to Pulumi's engine, over gRPC."""

from __future__ import annotations

import sys

import pulumi
from pulumi.provider import ConstructResult
from pulumi.provider import main as serve
from pulumi.provider.experimental.component import ComponentProvider
from pulumi.provider.server import ComponentInitError

from domicile import __version__
from domicile.model.errors import DomicileError
from domicile.provision.component import NAME
from domicile.provision.component.inputs import MAY_WAIT, plain
from domicile.provision.component.pool import Pool


class Pools(ComponentProvider):
    """The package; a pool that is refused is told as what is wrong with its inputs."""

    def __init__(self) -> None:
        super().__init__([Pool], NAME, version=__version__)

    def construct(
        self,
        name: str,
        resource_type: str,
        inputs: pulumi.Inputs,
        options: pulumi.ResourceOptions | None = None,
    ) -> ConstructResult:
        """Make one component.

        Raises:
            InputPropertiesError: it is refused, in one sentence, with what would do.
            InputPropertyError: so is one input of it.
        """
        known = {
            key: value if key in MAY_WAIT else plain(key, value) for key, value in inputs.items()
        }
        try:
            return super().construct(name, resource_type, known, options)
        except ComponentInitError as error:
            if isinstance(error.inner, pulumi.InputPropertyError):
                raise error.inner from None
            if isinstance(error.inner, DomicileError):
                raise pulumi.InputPropertiesError(_said(error.inner), []) from None
            raise


def _said(error: DomicileError) -> str:
    return f"{error.message}; {error.help}" if error.help else error.message


def main() -> None:
    """Serve until the engine ends it."""
    serve(Pools(), sys.argv[1:])
