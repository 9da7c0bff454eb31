"""A stand-in for cloud providers at Pulumi's gRPC protocol: no cloud, everything else is real.

The engine is told of it by `PULUMI_DEBUG_PROVIDERS`. Inputs are held against the SDK's own types,
every call is recorded, and what is made stands in a `Cloud` that a test may look at and change.

    with Standin("hcloud") as standin:
        monkeypatch.setenv("PULUMI_DEBUG_PROVIDERS", standin.setting)
        ...
        assert standin.cloud.of("hcloud:index/server:Server")[0].inputs["location"] == "fsn1"
"""

# ruff: noqa: ANN401, ARG002, N802 -- the protocol names methods, and its messages have no types

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import grpc
from google.protobuf.empty_pb2 import Empty
from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct
from pulumi import _types
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc
from sdk_shapes import UNKNOWN, arguments, offences, outputs, version
from standin_changes import changes
from standin_cloud import Cloud, Made

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 -- marks secrets, is none
Properties = dict[str, Any]
Table = Mapping[str, Any | Callable[[Properties], Any]]


@dataclass(frozen=True, slots=True)
class Call:
    """One call that the engine made."""

    method: str
    """As the protocol names it: `Create`."""
    token: str
    """The resource's type, or the function's token."""
    name: str = ""
    """The resource's name in the program."""
    id: str = ""
    """Its id in the cloud; empty: it has none yet."""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    """What came with it."""
    preview: bool = False
    """Whether nothing was to be done."""


@dataclass
class Standin:
    """Providers of some Pulumi packages, with one cloud behind them."""

    packages: tuple[str, ...]
    cloud: Cloud
    replaces: Mapping[str, frozenset[str]]
    """Type → inputs whose change makes it anew; also those of the table of a test."""
    computed: Table
    """Type → outputs that the cloud fills in, or what makes them of inputs."""
    answers: Table
    """Function → its answer, or what makes it of arguments."""
    calls: list[Call]
    ports: dict[str, int]

    def __init__(
        self,
        *packages: str,
        replaces: Mapping[str, Any] | None = None,
        computed: Table | None = None,
        answers: Table | None = None,
    ) -> None:
        self.packages = packages
        self.cloud = Cloud()
        self.replaces = {token: frozenset(names) for token, names in (replaces or {}).items()}
        self.computed, self.answers = computed or {}, answers or {}
        self.calls, self.ports = [], {}
        self._servers: list[grpc.Server] = []

    def __enter__(self) -> Self:
        for package in self.packages:
            server = grpc.server(ThreadPoolExecutor(16))
            provider_pb2_grpc.add_ResourceProviderServicer_to_server(
                _Provider(self, package), server
            )
            self.ports[package] = server.add_insecure_port("127.0.0.1:0")
            server.start()
            self._servers.append(server)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for server in self._servers:
            server.stop(grace=None)

    @property
    def setting(self) -> str:
        """What `PULUMI_DEBUG_PROVIDERS` is to be."""
        return ",".join(f"{package}:{port}" for package, port in self.ports.items())

    def called(self, method: str, token: str = "", *, preview: bool = False) -> list[Call]:
        """Calls of a method, of one type where it is given."""
        return [
            call
            for call in self.calls
            if call.method == method and call.preview == preview and token in ("", call.token)
        ]


class _Provider(provider_pb2_grpc.ResourceProviderServicer):
    """One package's provider."""

    def __init__(self, standin: Standin, package: str) -> None:
        self._all, self._package, self._writing = standin, package, threading.Lock()

    # -- the provider itself

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:
        """As providers from before it was there: the engine then goes by `Configure`."""
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "no handshake")

    def Attach(self, request: Any, context: grpc.ServicerContext) -> Empty:
        return Empty()

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Empty:
        return Empty()

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        """As old as the SDK: the engine warns of older ones."""
        return plugin_pb2.PluginInfo(version=version(self._package))

    def CheckConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Names alone: values come as JSON texts."""
        news = _plain(request.news)
        self._record("CheckConfig", request, inputs=news)
        taken = _names(self._package) | {"version", "pluginDownloadURL"}
        why = "the provider has no such setting"
        failures = [(name, why) for name in sorted(news.keys() - taken)]
        return _checked(request.news, failures)

    def DiffConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:
        self._record("Configure", request, inputs=_plain(request.args))
        self._refuse("Configure", f"pulumi:providers:{self._package}", context)
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    def Invoke(self, request: Any, context: grpc.ServicerContext) -> Any:
        given = _plain(request.args)
        self._record("Invoke", request, token=request.tok, inputs=given)
        self._refuse("Invoke", request.tok, context)
        answer = self._all.answers.get(request.tok)
        if answer is None:
            context.abort(grpc.StatusCode.NOT_FOUND, f"no answer of {request.tok} was given")
        return provider_pb2.InvokeResponse(
            **{"return": _struct(answer(given) if callable(answer) else answer)}
        )

    # -- resources

    def Check(self, request: Any, context: grpc.ServicerContext) -> Any:
        token, name = _urn(request.urn)
        news, olds = _plain(request.news), _plain(request.olds)
        self._record("Check", request, inputs=news)
        failures = offences(self._package, token, news)
        if not failures and "name" in _names(self._package, token) - news.keys():
            seed = hashlib.sha256(request.randomSeed or request.urn.encode()).hexdigest()[:7]
            news["name"] = olds.get("name") or f"{name}-{seed}"
        return _checked(_struct(news), failures)

    def Diff(self, request: Any, context: grpc.ServicerContext) -> Any:
        token, _ = _urn(request.urn)
        olds, news = _plain(request.old_inputs), _plain(request.news)
        ignored = {path.split(".")[0].split("[")[0] for path in request.ignoreChanges}
        changed = [each for each in changes(olds, news) if each.top not in ignored]
        replacing = self._all.replaces.get(token, frozenset())
        self._record("Diff", request, inputs=news)
        response = provider_pb2.DiffResponse(hasDetailedDiff=True)
        response.changes = response.DIFF_SOME if changed else response.DIFF_NONE
        for each in changed:
            anew = each.top in replacing
            kind = f"{each.kind}_REPLACE" if anew else each.kind
            response.detailedDiff[each.path].kind = provider_pb2.PropertyDiff.Kind.Value(kind)
            response.detailedDiff[each.path].inputDiff = True
            if each.top not in response.diffs:
                response.diffs.append(each.top)
                response.replaces.extend([each.top] if anew else [])
        # two of one name cannot stand beside each other
        response.deleteBeforeReplace = bool(response.replaces) and _same_name(olds, news)
        return response

    def Create(self, request: Any, context: grpc.ServicerContext) -> Any:
        token, name = _urn(request.urn)
        inputs = _plain(request.properties)
        self._record("Create", request, inputs=inputs, preview=request.preview)
        if request.preview:
            unknown = dict.fromkeys(self._computed(token), UNKNOWN)
            told = self._reshaped(token, inputs)
            return provider_pb2.CreateResponse(properties=_struct({**unknown, **inputs, **told}))
        self._refuse("Create", token, context)
        made = self._all.cloud.make(token, name, inputs, lambda made: self._fill(token, made))
        made.outputs.update(self._reshaped(token, inputs))
        return provider_pb2.CreateResponse(id=made.id, properties=_struct(made.outputs))

    def Read(self, request: Any, context: grpc.ServicerContext) -> Any:
        token, _ = _urn(request.urn)
        self._record("Read", request, inputs=_plain(request.inputs))
        self._refuse("Read", token, context)
        made = self._all.cloud.get(request.id)
        if made is None or made.token != token:
            return provider_pb2.ReadResponse()
        return provider_pb2.ReadResponse(
            id=made.id, properties=_struct(made.outputs), inputs=_struct(made.inputs)
        )

    def Update(self, request: Any, context: grpc.ServicerContext) -> Any:
        token, _ = _urn(request.urn)
        news = _plain(request.news)
        self._record("Update", request, inputs=news, preview=request.preview)
        told = self._reshaped(token, news)
        if request.preview:
            foreseen = {**_plain(request.olds), **news, **told}
            return provider_pb2.UpdateResponse(properties=_struct(foreseen))
        self._refuse("Update", token, context)
        made = self._all.cloud.get(request.id)
        if made is None:
            context.abort(grpc.StatusCode.NOT_FOUND, f"{request.id} does not exist")
        made.change(news)
        made.outputs.update(told)
        return provider_pb2.UpdateResponse(properties=_struct(made.outputs))

    def Delete(self, request: Any, context: grpc.ServicerContext) -> Empty:
        token, _ = _urn(request.urn)
        self._record("Delete", request, inputs=_plain(request.properties))
        self._refuse("Delete", token, context)
        self._all.cloud.remove(request.id)
        return Empty()

    # -- what they share

    def _record(self, method: str, request: Any, token: str = "", **more: Any) -> None:
        urn = getattr(request, "urn", "")
        found, name = _urn(urn) if urn else ("", "")
        call = Call(method, token or found, name, getattr(request, "id", ""), **more)
        with self._writing:
            self._all.calls.append(call)

    def _refuse(self, method: str, token: str, context: grpc.ServicerContext) -> None:
        why = self._all.cloud.refusal(method, token)
        if why is not None:
            context.abort(grpc.StatusCode.UNKNOWN, why)

    def _computed(self, token: str) -> set[str]:
        return set(outputs(self._package, token)) - {"id", "urn"}

    def _fill(self, token: str, made: Made) -> Properties:
        told = self._told(token, made.inputs)
        return {**self._all.cloud.invent(outputs(self._package, token), made), **told}

    def _told(self, token: str, inputs: Properties) -> Properties:
        """Outputs that the test gives."""
        given = self._all.computed.get(token, {})
        return dict(given(inputs) if callable(given) else given)

    def _reshaped(self, token: str, inputs: Properties) -> Properties:
        """Those of them that come back in another shape than they went in under the same name."""
        return {key: value for key, value in self._told(token, inputs).items() if key in inputs}


def _same_name(olds: Mapping[str, Any], news: Mapping[str, Any]) -> bool:
    return "name" in news and olds.get("name") == news["name"]


def _names(package: str, token: str = "") -> set[str]:
    taken = arguments(package, token or f"pulumi:providers:{package}")
    return set(_types.input_type_py_to_pulumi_names(taken).values()) if taken else set()


def _urn(urn: str) -> tuple[str, str]:
    """Type and name of a resource."""
    _, _, types, name = urn.split("::", 3)
    return types.rpartition("$")[2], name


def _plain(struct: Struct) -> Properties:
    """Properties without what marks secrets; outputs that are not known yet stay `UNKNOWN`."""
    found: Properties = _reveal(MessageToDict(struct))
    return found


def _reveal(value: Any) -> Any:
    if isinstance(value, dict):
        if value.get(_SIGNATURE) == _SECRET:
            return _reveal(value["value"])
        return {key: _reveal(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_reveal(each) for each in value]
    return value


def _struct(values: Mapping[str, Any]) -> Struct:
    made = Struct()
    made.update({key: value for key, value in values.items() if value is not None})
    return made


def _checked(inputs: Struct, failures: list[tuple[str, str]]) -> Any:
    listed = [provider_pb2.CheckFailure(property=path, reason=why) for path, why in failures]
    return provider_pb2.CheckResponse(inputs=inputs, failures=listed)
