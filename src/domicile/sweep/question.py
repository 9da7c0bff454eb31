"""What a sweep asks, as arrays that travel to workers: what may happen, and who stands where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domicile.headroom import Ground, Loss
from domicile.headroom.arrays import Bools, Floats, Integers


@dataclass(frozen=True, slots=True, eq=False)
class Event:
    """Something that may happen, whatever else does.

    Attributes:
        loss: its name, and what it takes.
        probability: the part of the time in which it holds; None: not known.
        together: the largest number of events, itself included, with which the policy asks to
            survive it: 0 where the policy never asks.
        strain: its index among what a stand holds for events that do more than lose places; -1:
            it only loses places.
    """

    loss: Loss
    probability: float | None
    together: int
    strain: int = -1


@dataclass(frozen=True, slots=True, eq=False)
class Strained:
    """What an event does to one service beside losing places.

    Attributes:
        kept: float [places]: the part of its capacity that each keeps; None: all.
        rate: float [loads]: what is asked for instead; None: as ever.
        withdrawn: bool [loads, places]: where loads may no longer go; None: nowhere.
    """

    kept: Floats | None = None
    rate: Floats | None = None
    withdrawn: Bools | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Stand:
    """One service as it stands.

    Attributes:
        service: its id.
        unit: of rates and capacities.
        subjects: the countries whose data it is about.
        subject: int [loads]: whose each load is, as an index.
        priority: int [loads]: the higher is served first where not all can be.
        admissible: bool [loads, places].
        rate: float [loads]: what is asked for after losses.
        room: float [places]: what may be used after losses.
        strains: what events do to it beside losing places.
        needs: the services that it needs, as indices among those that its question judges.
    """

    service: str
    unit: str
    subjects: tuple[str, ...]
    subject: Integers
    priority: Integers
    admissible: Bools
    rate: Floats
    room: Floats
    strains: tuple[Strained, ...] = ()
    needs: tuple[int, ...] = ()

    @property
    def useful(self) -> Bools:
        """Places whose loss can matter: bool [places]."""
        used: Bools = self.admissible.any(axis=0) & (self.room > 0)
        return used

    def of_subjects(self, loads: Floats) -> Floats:
        """Sum float [..., loads] over subjects: float [..., subjects]."""
        indicator = np.zeros((len(self.subject), len(self.subjects)))
        indicator[np.arange(len(self.subject)), self.subject] = 1.0
        return loads @ indicator


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Services that one policy holds for.

    Attributes:
        policy: its id.
        events: what may happen.
        ground: all places, and what they hang on.
        here: int [places]: which of the ground's places the columns of stands are.
        stands: the services.
        others: further services that these need, judged without being counted.
        left_out: services that these need and that are not judged.
    """

    policy: str
    events: tuple[Event, ...]
    ground: Ground
    here: Integers
    stands: tuple[Stand, ...]
    others: tuple[Stand, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def judged(self) -> tuple[Stand, ...]:
        """All services whose shortage matters."""
        return self.stands + self.others

    @property
    def only_loses(self) -> bool:
        """Whether events lose whole places, and nothing hangs on links."""
        return all(each.strain < 0 and not each.loss.broken for each in self.events)

    @property
    def chances(self) -> Floats:
        """Float [events]; NaN where not known."""
        return np.array(
            [np.nan if each.probability is None else each.probability for each in self.events]
        )

    @property
    def has_chances(self) -> bool:
        """Whether the policy says how likely anything is."""
        return any(each.probability is not None for each in self.events)
