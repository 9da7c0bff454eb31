"""Somebody's program: pools at real providers, with all that a program may pass to a component.

What it wants stands in its configuration, so that a test may change it between two runs.
"""

from __future__ import annotations

from typing import Any

import pulumi

WANTED: dict[str, Any] = pulumi.Config().require_object("wanted")


class Pool(pulumi.ComponentResource):
    """The component, as Pulumi's generator writes it for Python, without its types."""

    addresses: pulumi.Output[list[str]]
    entries: pulumi.Output[list[Any]]

    def __init__(self, name: str, args: dict[str, Any], opts: pulumi.ResourceOptions) -> None:
        outputs = dict.fromkeys(("addresses", "entries"))
        super().__init__("domicile-pools:index:Pool", name, {**args, **outputs}, opts, remote=True)


class Made(pulumi.CustomResource):
    """A resource of the program's own."""


class Provider(pulumi.ProviderResource):
    """A provider of the program's own."""


def marked(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    """Labels every server, whoever makes it."""
    if args.type_ != "hcloud:index/server:Server":
        return None
    labels = {**args.props["labels"], "team": "shop"}
    return pulumi.ResourceTransformResult({**args.props, "labels": labels}, args.opts)


if WANTED.get("marked"):
    pulumi.runtime.register_resource_transform(marked)
own = {name: Made(type_, name, props) for name, (type_, props) in WANTED.get("own", {}).items()}
providers = {
    package: Provider(package, f"my-{package}", props)
    for package, props in WANTED.get("providers", {}).items()
}
for name, pool in WANTED["pools"].items():
    config = dict(pool.get("config", {}))
    for key, secret in pool.get("secret", {}).items():
        config[key] = pulumi.Output.secret(secret)
    for key, of in pool.get("ids", {}).items():
        config[key] = own[of].id
    more = {"config": config} if config else {}
    if "image_of" in pool:
        more["image"] = own[pool["image_of"]].id
    options = pulumi.ResourceOptions(
        providers=[providers[each] for each in pool.get("providers", ())],
        protect=pool.get("protect"),
        depends_on=[own[each] for each in pool.get("after", ())],
        aliases=[pulumi.Alias(name=was) for was in pool.get("was", ())],
    )
    made = Pool(name, {**pool["args"], **more}, options)
    pulumi.export(name, {"addresses": made.addresses, "entries": made.entries})
