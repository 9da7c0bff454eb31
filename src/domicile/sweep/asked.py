"""A whole sweep as it was asked for: questions, pieces, and how their scenarios are found again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from domicile.model.errors import SourceError
from domicile.model.sweep_answer import SweptService
from domicile.situation import Situation
from domicile.sweep import asking, results
from domicile.sweep.pieces import Piece, every_set, every_subset, samples
from domicile.sweep.question import Question
from domicile.sweep.ranks import count
from domicile.sweep.tally import Tally


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What is examined.

    Attributes:
        method: of the answer.
        questions: what pieces number.
        pieces: begins to list all of them.
        scenarios: how many they hold.
        find: question → how its scenarios are found again.
    """

    method: Literal["losses", "all-subsets", "samples"]
    questions: Sequence[Question]
    pieces: Callable[[], Iterator[Piece]]
    scenarios: int
    find: Callable[[int], results.Find]

    @classmethod
    def losses(cls, situation: Situation, services: Sequence[str], most: int) -> Asked:
        """Every set of up to `most` losses.

        Raises:
            SourceError: there are too many to be numbered.
        """
        asked = asking.questions(situation, services)
        try:
            scenarios = sum(piece_count(len(each.events), most) for each in asked)
        except ValueError as error:
            raise SourceError(
                f"`--losses {most}`: {error}", help="`--samples` tries random ones instead"
            ) from error
        return cls(
            "losses",
            asked,
            lambda: (
                piece
                for index, each in enumerate(asked)
                for piece in every_set(index, len(each.events), most)
            ),
            scenarios,
            results.losses,
        )

    @classmethod
    def subsets(cls, situation: Situation, services: Sequence[str]) -> Asked:
        """Every subset of each service's datacenters.

        Raises:
            SourceError: there are too many.
        """
        asked = asking.subsets(situation, services)
        return cls(
            "all-subsets",
            asked,
            lambda: (
                piece
                for index, each in enumerate(asked)
                for piece in every_subset(index, len(each.events))
            ),
            sum(1 << len(each.events) for each in asked),
            results.subsets,
        )

    @classmethod
    def samples(cls, situation: Situation, services: Sequence[str], many: int, seed: int) -> Asked:
        """So many random scenarios for each policy.

        Raises:
            SourceError: no policy says how likely anything is.
        """
        asked = asking.questions(situation, services)
        for each in asked:
            if not each.has_chances:
                raise SourceError(
                    f"headroom policy `{each.policy}` gives no probabilities to draw by",
                    help="`probability: {datacenter: 0.001}` in `policies/headroom.yaml`: lost one "
                    "part in a thousand of the time",
                )
        return cls(
            "samples",
            asked,
            lambda: (piece for index in range(len(asked)) for piece in samples(index, many, seed)),
            many * len(asked),
            lambda question: results.samples(question, seed),
        )

    def services(
        self, tallies: Sequence[Sequence[Tally]], confidence: float
    ) -> tuple[SweptService, ...]:
        """What was found out, by service, then policy."""
        found = [
            service
            for index, (question, its) in enumerate(zip(self.questions, tallies, strict=True))
            for service in results.services(
                question,
                its,
                self.find(index),
                confidence,
                drawn=self.method == "samples",
                tabled=self.method == "all-subsets" and question.only_loses,
            )
        ]
        return tuple(sorted(found, key=lambda each: each.service))


def piece_count(events: int, most: int) -> int:
    """How many sets of up to `most` of so many events there are.

    Raises:
        ValueError: there are too many to be numbered.
    """
    return sum(count(events, size) for size in range(min(most, events) + 1))
