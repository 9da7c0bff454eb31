"""Huawei Cloud's SDK, which cannot be imported without `pkg_resources`."""

from __future__ import annotations

from domicile.provision.lent import pkg_resources_lent

with pkg_resources_lent():
    import pulumi_huaweicloud as huaweicloud

__all__ = ["huaweicloud"]
