"""What can be said: frozen records of places, services, law, policies, plans and findings."""

from __future__ import annotations

import os

# Else pydantic looks through all installed packages for plugins: none is meant for these models.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
