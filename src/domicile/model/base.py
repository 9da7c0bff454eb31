"""What every declared record shares: it is frozen, and an unknown key is an error."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Record(BaseModel):
    """One declared thing. Frozen; unknown keys are refused; aliases spell Python's keywords."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        populate_by_name=True,
        use_attribute_docstrings=True,
        ser_json_inf_nan="strings",
    )


Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$")]
"""A name that files refer to each other by: lower case letters, digits, `.`, `_` and `-`."""

Territory = Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,6})?$")]
"""An ISO 3166-1 country (`FR`) or a territory with its own law (`CA-QC`, `AE-DIFC`)."""

Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
"""An ISO 3166-1 alpha-2 country code."""
