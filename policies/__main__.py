"""The policies of this workspace for any Pulumi program: `pulumi preview --policy-pack policies`.

It judges by `regions/`, `policies/` and `stacks/` of the folder above, as docs/pack.md says.
"""

from domicile.provision.pack import run

run()
