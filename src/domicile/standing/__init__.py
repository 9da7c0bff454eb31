"""What stands already, or is planned by others: states of Pulumi, states and plans of Terraform.

`read` makes resources of a file, `audit` judges them as the policy pack would, `draft` makes a
first workspace of them. What is kept secret in a file is never read on.
"""

from __future__ import annotations

from domicile.standing.auditing import Audit, audit
from domicile.standing.drafting import Draft, draft
from domicile.standing.reading import Standing, read

__all__ = ["Audit", "Draft", "Standing", "audit", "draft", "read"]
