"""The worked cases of the law: one line each, in `tests/law/cases/`.

    subject classes activity place day | declared | planned places | verdict rule

Classes are joined by `+`. A place may be held `@` operators of other countries: `SG@CN+US`. The day
`today` is the one on which facts were last checked. `-` is nothing: of planned places, that
none are given. `confirm:KZ:transfer` among what is declared is a reviewer's confirmation of that
fact. `let name = token token` names declarations that several lines of a file share.
Lines that begin with `#` are headings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from domicile.model.policy import Confirmation
from domicile.residency import Judgement, Law, Place, rank, verdict

CASES = Path(__file__).parents[1] / "law" / "cases"
_CONFIRM = "confirm:"
TODAY = date(2026, 11, 24)


@dataclass(frozen=True, slots=True)
class Case:
    """One line of a table."""

    name: str
    """The file, and the line as it stands."""
    subject: str
    classes: tuple[str, ...]
    activity: str
    place: Place
    day: date
    declared: tuple[str, ...]
    placed: tuple[str, ...] | None
    confirmed: tuple[str, ...]
    """Facts that a reviewer confirmed."""
    expected: str
    decides: str

    def judge(self, law: Law) -> Judgement:
        """What the engine says."""
        return verdict(
            self._reviewed(law),
            self.subject,
            self.classes,
            self.activity,
            self.place,
            placed=self.placed,
            declared=self.declared,
            as_of=self.day,
        )

    def rank(self, law: Law) -> int:
        """The rank of what the engine says."""
        return rank(
            self._reviewed(law),
            self.subject,
            self.classes,
            self.activity,
            self.place,
            placed=self.placed,
            declared=self.declared,
            as_of=self.day,
        )

    def _reviewed(self, law: Law) -> Law:
        if not self.confirmed:
            return law
        count = {"reason": "a case", "name": "a reviewer", "date": self.day, "until": self.day}
        return law.reviewed(
            Confirmation.model_validate({"rule": each, "decision": "confirmed", **count})
            for each in self.confirmed
        )


@cache
def cases() -> tuple[Case, ...]:
    """Every case of every table, in the order of files and lines."""
    return tuple(case for path in sorted(CASES.glob("*.txt")) for case in _read(path))


def _read(path: Path) -> Iterator[Case]:
    shared: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("let "):
            name, _, tokens = line.removeprefix("let ").partition(" = ")
            shared[name] = tokens
        elif line and not line.startswith("#"):
            yield _case(f"{path.stem}: {line}", line, shared)


def _case(name: str, line: str, shared: dict[str, str]) -> Case:
    try:
        what, declared, placed, expected = (part.split() for part in line.split("|"))
        subject, classes, activity, where, day = what
        said, decides = expected
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    territory, _, operators = where.partition("@")
    given = " ".join(shared.get(word, word) for word in declared).split()
    confirmed = tuple(t.removeprefix(_CONFIRM) for t in given if t.startswith(_CONFIRM))
    return Case(
        name=name,
        subject=subject,
        classes=tuple(classes.split("+")),
        activity=activity,
        place=Place(territory, operator=frozenset(operators.split("+") if operators else ())),
        day=TODAY if day == "today" else date.fromisoformat(day),
        declared=tuple(t for t in given if t != "-" and not t.startswith(_CONFIRM)),
        placed=None if placed == ["-"] else tuple(placed),
        confirmed=confirmed,
        expected=said,
        decides=decides,
    )
