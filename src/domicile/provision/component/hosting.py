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
            InputPropertyError: it is refused, in one sentence, with what would do.
        """
        try:
            return super().construct(name, resource_type, inputs, options)
        except ComponentInitError as error:
            if isinstance(error.inner, DomicileError):
                raise pulumi.InputPropertyError("datacenter", _said(error.inner)) from None
            raise


def _said(error: DomicileError) -> str:
    return f"{error.message}; {error.help}" if error.help else error.message


def main() -> None:
    """Serve until the engine ends it."""
    serve(Pools(), sys.argv[1:])
