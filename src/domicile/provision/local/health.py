"""The health page of backends: one path, outside every service's own paths."""

from __future__ import annotations

PRIVATE = "/.domicile/"
"""Paths under this are between backends and the director; fronts pass none on."""
HEALTH = b"/.domicile/health"
"""Answers with the backend's identity and nonce, whatever its capacity does."""
