"""One stack of the plan: its pools in a datacenter, or an environment's traffic."""

from domicile.provision.program import run

run()
