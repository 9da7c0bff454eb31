"""States and plans of other tools, as small as tests need them, with secrets in every place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

CANARY = "canary-3f9a-never-shown"
"""Stands wherever a file may hold a secret."""
_SECRET = {
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    "plaintext": json.dumps(CANARY),
}
TAGS = {"domicile:subjects": "FR", "domicile:data-classes": "health"}
_AWS = "urn:pulumi:dev::shop::pulumi:providers:aws::"


def _provider(name: str, region: str) -> dict[str, Any]:
    return {
        "urn": f"{_AWS}{name}",
        "type": "pulumi:providers:aws",
        "id": f"id-of-{name}",
        "custom": True,
        "inputs": {"region": region, "secretKey": _SECRET, "accessKey": CANARY},
    }


def _state(kind: str, name: str, provider: str, inputs: Any, outputs: Any = None) -> dict[str, Any]:  # noqa: ANN401
    return {
        "urn": f"urn:pulumi:dev::shop::{kind}::{name}",
        "type": kind,
        "id": f"id-of-{name}",
        "custom": True,
        "inputs": inputs,
        "outputs": outputs or {"password": CANARY, **inputs},
        "provider": f"{_AWS}{provider}::id-of-{provider}",
    }


def pulumi() -> dict[str, Any]:
    """A stack with buckets in Paris and in Mumbai, a database whose password is secret, a fleet."""
    return {
        "version": 3,
        "deployment": {
            "secrets_providers": {"type": "passphrase", "state": {"salt": CANARY}},
            "resources": [
                {
                    "urn": "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev",
                    "type": "pulumi:pulumi:Stack",
                    "outputs": {"token": _SECRET},
                },
                _provider("par", "eu-west-3"),
                _provider("mum", "ap-south-1"),
                _state("aws:s3/bucket:Bucket", "near", "par", {"tags": TAGS, "bucket": "near"}),
                _state("aws:s3/bucket:Bucket", "far", "mum", {"tags": TAGS, "bucket": "far"}),
                _state(
                    "aws:rds/instance:Instance",
                    "orders",
                    "par",
                    {"password": _SECRET, "username": CANARY, "instanceClass": "db.m5.large"},
                ),
                _state(
                    "aws:autoscaling/group:Group",
                    "web",
                    "par",
                    {
                        "minSize": 2,
                        "maxSize": 9,
                        "desiredCapacity": 4,
                        "tags": [{"key": key, "value": value} for key, value in TAGS.items()],
                    },
                ),
                _state(
                    "aws:ec2/instance:Instance",
                    "worker-1",
                    "par",
                    {"instanceType": "m5.large", "userData": CANARY, "tags": TAGS},
                ),
                _state(
                    "aws:ec2/instance:Instance",
                    "worker-2",
                    "par",
                    {"instanceType": "m5.large", "userData": CANARY, "tags": TAGS},
                ),
                _state("aws:ssm/parameter:Parameter", "odd", "par", {"tags": _SECRET}),
            ],
        },
    }


def _managed(kind: str, name: str, values: Any, sensitive: Any = None) -> dict[str, Any]:  # noqa: ANN401
    return {
        "address": f"{kind}.{name}",
        "mode": "managed",
        "type": kind,
        "name": name,
        "provider_name": "registry.terraform.io/hashicorp/aws",
        "values": values,
        "sensitive_values": sensitive or {},
    }


def terraform() -> dict[str, Any]:
    """What `terraform show -json` says of much the same, in a module too."""
    paris = "arn:aws:s3:::near"
    return {
        "format_version": "1.0",
        "terraform_version": "1.9.0",
        "values": {
            "outputs": {"token": {"sensitive": True, "value": CANARY}},
            "root_module": {
                "resources": [
                    {"address": "data.aws_region.r", "mode": "data", "type": "aws_region",
                     "name": "r", "values": {"name": CANARY}},
                    _managed("aws_s3_bucket", "near", {
                        "bucket": "near", "region": "eu-west-3", "arn": paris, "tags": TAGS,
                        "tags_all": TAGS}),
                    _managed("aws_db_instance", "orders", {
                        "password": CANARY, "instance_class": "db.m5.large",
                        "arn": "arn:aws:rds:eu-west-3:1:db:orders"}, {"password": True}),
                    _managed("aws_autoscaling_group", "web", {
                        "desired_capacity": 4, "min_size": 2, "max_size": 9,
                        "availability_zones": ["eu-west-3a", "eu-west-3b"],
                        "tag": [{"key": k, "value": v, "propagate_at_launch": True}
                                for k, v in TAGS.items()]}),
                    _managed("aws_ssm_parameter", "odd", {"value": CANARY, "tags": {
                        "domicile:subjects": CANARY}}, {"tags": True, "value": True}),
                ],
                "child_modules": [{"address": "module.far", "resources": [{
                    **_managed("aws_s3_bucket", "far", {
                        "bucket": "far", "region": "ap-south-1", "tags": TAGS, "tags_all": TAGS}),
                    "address": "module.far.aws_s3_bucket.far"}]}],
            },
        },
    }  # fmt: skip


def terraform_plan() -> dict[str, Any]:
    """What it says of a plan: a bucket in Mumbai, and a machine whose zone is not known yet."""
    bucket = {"bucket": "far", "tags": TAGS, "tags_all": TAGS}
    return {
        "format_version": "1.2",
        "variables": {"region": {"value": "ap-south-1"}, "token": {"value": CANARY}},
        "planned_values": {"root_module": {"resources": [
            _managed("aws_s3_bucket", "far", bucket),
            _managed("aws_instance", "later", {"tags": TAGS, "user_data": CANARY}),
        ]}},
        "resource_changes": [
            {"address": "aws_s3_bucket.far", "change": {"actions": ["create"], "after": bucket,
             "after_unknown": {"arn": True, "id": True}, "after_sensitive": {}}},
            {"address": "aws_instance.later", "change": {"actions": ["create"],
             "after_unknown": {"availability_zone": True}, "after_sensitive": {"user_data": True}}},
        ],
        "configuration": {
            "provider_config": {
                "aws": {"name": "aws", "expressions": {
                    "region": {"references": ["var.region"]},
                    "secret_key": {"constant_value": CANARY}}},
            },
            "root_module": {"resources": [
                {"address": "aws_s3_bucket.far", "provider_config_key": "aws", "expressions": {}},
                {"address": "aws_instance.later", "provider_config_key": "aws", "expressions": {}},
            ]},
        },
    }  # fmt: skip


def written(folder: Path, data: Any, name: str = "state.json", **style: Any) -> Path:  # noqa: ANN401
    """Write a file."""
    path = folder / name
    path.write_text(json.dumps(data, **({"indent": 2} | style)), encoding="utf-8")
    return path
