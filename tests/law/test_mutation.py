"""Nothing in the law could be taken away without a worked case noticing."""

from __future__ import annotations

import pytest
from law_mutants import survivors

from domicile.residency import Law
from domicile.workspace import load_shipped


@pytest.mark.parametrize("jurisdiction", sorted(load_shipped().jurisdictions))
def test_every_fact_is_missed(law: Law, jurisdiction: str) -> None:
    """Without any one rule or list entry some verdict in `cases/` is another one.

    Left out are facts that their evidence makes idle: nobody verified them, and with them or
    without them every cell of a grid comes to the same.
    """
    assert survivors(law, jurisdiction) == []
