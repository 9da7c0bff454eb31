"""Serves the component package `domicile-pools` to Pulumi's engine."""

from domicile.provision.component.hosting import main

main()
