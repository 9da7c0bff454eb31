"""`pulumi-resource-domicile`: the Pulumi provider that runs things on this machine.

Pulumi's engine starts it by that name and talks to it over gRPC. It holds no code in the state.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from collections.abc import Mapping
from typing import Any

from pulumi.provider.experimental.property_value import PropertyValue, PropertyValueType
from pulumi.provider.experimental.provider import (
    CheckFailure,
    CheckRequest,
    CheckResponse,
    CreateRequest,
    CreateResponse,
    DeleteRequest,
    DiffRequest,
    DiffResponse,
    PropertyDiff,
    PropertyDiffKind,
    Provider,
    ReadRequest,
    ReadResponse,
    UpdateRequest,
    UpdateResponse,
)
from pulumi.provider.experimental.server import main as serve
from pulumi.runtime.rpc import UNKNOWN

from domicile import __version__
from domicile.model.errors import DomicileError
from domicile.provision.local.things import RUNNING, THINGS, Properties, Thing

_OWN = "__"
"""Pulumi's own properties begin so."""


def plain(properties: dict[str, PropertyValue]) -> Properties:
    """Property values as JSON values; unknown ones are left out."""
    return {
        name: value.value
        for name, value in properties.items()
        if not name.startswith(_OWN) and isinstance(value.value, (str, float, bool))
    }


def values(properties: Properties) -> dict[str, PropertyValue]:
    """JSON values as property values; numbers are floats there."""
    return {
        name: PropertyValue(float(value) if type(value) is int else value)
        for name, value in properties.items()
    }


def told(properties: Mapping[str, PropertyValue]) -> dict[str, PropertyValue]:
    """Properties as an answer of a preview may hold them.

    The SDK reads what is not known yet and cannot write it: as Pulumi's own word for it, it can.
    """
    unknown = PropertyValue(UNKNOWN)
    return {
        name: unknown if value.type is PropertyValueType.COMPUTED else value
        for name, value in properties.items()
    }


class LocalProvider(Provider):
    """Hands each request to its thing, off the event loop, and says failures plainly."""

    async def check(self, request: CheckRequest) -> CheckResponse:
        """Only known types."""
        failures = None
        if _thing(request.type) is None:
            failures = [CheckFailure("type", f"`{request.type}` is not a type of this provider")]
        return CheckResponse(told(request.new_inputs), failures)

    async def diff(self, request: DiffRequest) -> DiffResponse:
        """Inputs that differ, and anything that does not stand as declared."""
        thing, old, new = _known(request.type), plain(request.old_state), request.new_inputs
        wanted = plain(new)
        changed = [name for name in new if name not in wanted or old.get(name) != wanted[name]]
        changed = [name for name in changed if not name.startswith(_OWN)]
        if old.get("standing", RUNNING) != RUNNING:
            changed.append("standing")
        replaces = [name for name in changed if name in thing.fixed]
        return DiffResponse(
            changes=bool(changed),
            replaces=replaces,
            delete_before_replace=bool(replaces),
            diffs=changed,
            detailed_diff={
                name: PropertyDiff(
                    PropertyDiffKind.UPDATE_REPLACE
                    if name in replaces
                    else PropertyDiffKind.UPDATE,
                    name in wanted,
                )
                for name in changed
            },
        )

    async def create(self, request: CreateRequest) -> CreateResponse:
        """Make it; a preview only says what would be known then."""
        thing, inputs = _known(request.type), plain(request.properties)
        if request.preview:
            unknown = dict.fromkeys(thing.made, PropertyValue.computed())
            return CreateResponse(properties=told({**request.properties, **unknown}))
        made = await _plainly(thing.create, inputs, {})
        return CreateResponse(thing.id(inputs), values(made))

    async def update(self, request: UpdateRequest) -> UpdateResponse:
        """Make it stand as declared again."""
        thing = _known(request.type)
        if request.preview:
            return UpdateResponse(told({**request.olds, **request.news}))
        inputs = plain(request.news)
        return UpdateResponse(values(await _plainly(thing.create, inputs, plain(request.olds))))

    async def read(self, request: ReadRequest) -> ReadResponse:
        """How it stands now; an empty id says that it is gone."""
        found = await _plainly(_known(request.type).read, plain(request.properties))
        if found is None:
            return ReadResponse("", {}, {})
        return ReadResponse(request.resource_id, values(found), request.inputs)

    async def delete(self, request: DeleteRequest) -> None:
        """Remove it."""
        await _plainly(_known(request.type).delete, plain(request.properties))

    async def cancel(self) -> None:
        """Nothing to do: whatever is under way ends or is undone within seconds."""


def _thing(type_: str) -> Thing | None:
    """The thing of a type; in a resource's name, its parents' types come before its own."""
    return THINGS.get(type_.rpartition("$")[2])


def _known(type_: str) -> Thing:
    """The thing of a type that `check` let pass."""
    thing = _thing(type_)
    if thing is None:
        raise RuntimeError(f"`{type_}` is not a type of this provider")
    return thing


async def _plainly(call: Any, *arguments: Any) -> Any:  # noqa: ANN401 -- any method of a thing
    """Run in a thread; what went wrong is one sentence, with what to do."""
    try:
        return await asyncio.to_thread(call, *arguments)
    except DomicileError as error:
        said = f"{error.message} ({error.help})" if error.help else error.message
        raise RuntimeError(said) from None


def _end_with_parent() -> None:
    """An engine that was killed leaves its providers behind: end with it."""
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(0.2)
    os._exit(1)


def main() -> None:
    """Serve Pulumi's engine."""
    os.umask(0o077)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    serve(sys.argv[1:], __version__, LocalProvider())
