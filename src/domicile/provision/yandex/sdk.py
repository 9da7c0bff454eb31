"""The SDK of Yandex Cloud: `from domicile.provision.yandex.sdk import yandex`.

Its last version is of 2022.
"""

from __future__ import annotations

from domicile.provision.lent import pkg_resources_lent

with pkg_resources_lent():
    import pulumi_yandex as yandex

__all__ = ["yandex"]
