"""What lies within what: data classes, and activities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domicile.model.tokens import Activity


@dataclass(frozen=True, slots=True)
class Nesting:
    """For each token, itself and every wider one, and the widest of them."""

    wider: Mapping[str, frozenset[str]]
    roots: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, within: Mapping[str, Sequence[str]]) -> Nesting:
        """Close a table of direct nesting.

        Raises:
            ValueError: a token lies within an unknown one, or within itself.
        """
        wider: dict[str, frozenset[str]] = {}

        def close(token: str, path: tuple[str, ...]) -> frozenset[str]:
            if token in path:
                raise ValueError(f"`{token}` lies within itself: {' within '.join((*path, token))}")
            if token not in within:
                raise ValueError(f"`{path[-1]}` lies within `{token}`, which is not known")
            if token not in wider:
                above = (close(each, (*path, token)) for each in within[token])
                wider[token] = frozenset({token}).union(*above)
            return wider[token]

        for token in within:
            close(token, ())
        roots = {
            token: frozenset(each for each in wider[token] if not within[each]) for token in within
        }
        return cls(wider, roots)

    def narrower(self, tokens: Sequence[str]) -> frozenset[str]:
        """The given tokens and all that lie within them; nothing given: everything."""
        if not tokens:
            return frozenset(self.wider)
        asked = frozenset(tokens)
        return frozenset(token for token, above in self.wider.items() if above & asked)


def nest_activities(within: Mapping[str, Sequence[str]]) -> Nesting:
    """The nesting of all activities; those not named in the table stand alone."""
    return Nesting.of({str(each): [str(a) for a in within.get(each, ())] for each in Activity})
