"""`verdict`: what the law says of one placement, and the trace of the rules that it came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from domicile.model.tokens import Evidence, Verdict
from domicile.residency import words
from domicile.residency.day import Binding, BoundRule, Day
from domicile.residency.evaluate import Case
from domicile.residency.facts import Citation
from domicile.residency.law import Law
from domicile.residency.place import Declaration, Place, check_territory
from domicile.residency.reliance import Instrument, Settlement, instruments, settlements


@dataclass(frozen=True, slots=True)
class Step:
    """What one rule says of the placement."""

    rule: str
    """Full id, `FR:hds-eea`; `XX:home` and `XX:no-regime` are the engine's own."""
    at: str
    """The territory that was judged: the place's, or the recipient's."""
    effect: str
    """What the rule asks."""
    outcome: str
    """How the placement meets it, what is missing and would do, or why nothing does."""
    rank: int
    """0 to 4: the verdict that this rule alone would give."""
    decides: bool
    """Whether the verdict is as low as this because of it."""
    missing: tuple[tuple[str, ...], ...] = ()
    """Each set of tokens that would do if declared, where the outcome is conditional."""
    met_by: tuple[Instrument, ...] = ()
    """The ways out by which it is met, where it needs one."""
    settled_by: tuple[Settlement, ...] = ()
    """What would settle it, where it is conditional or undetermined; any one of these."""
    says: str = ""
    """The rule in words."""
    citation: Citation | None = None
    evidence: Evidence | None = None
    from_: date | None = None
    until: date | None = None
    checked: date | None = None
    review: str | None = None
    """What a reviewer decided about the rule, where that counts."""

    def against(self, worst: int) -> Step:
        """The same step in a trace whose verdict has another rank."""
        return replace(self, decides=self.rank == worst)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with the rules that it came from."""

    verdict: Verdict
    trace: tuple[Step, ...]
    """Every rule that applied; never empty."""

    @property
    def deciding(self) -> tuple[Step, ...]:
        """The steps because of which the verdict is no better."""
        return tuple(step for step in self.trace if step.decides)


def verdict(
    law: Law,
    subject: str,
    data_classes: Iterable[str],
    activity: str,
    place: str | Place,
    *,
    recipient: str | None = None,
    placed: Iterable[str | Place] | None = None,
    declared: Iterable[str | Declaration] = (),
    as_of: date,
) -> Judgement:
    """What the law says of one placement.

    Args:
        law: the law to apply.
        subject: country or territory whose people the data is about.
        data_classes: what the data is; of several, the worst verdict counts.
        activity: what is done with it.
        place: where; a code alone is an ordinary company's place there.
        recipient: country of the company that receives the data, where that is not the place's:
            it is judged as an access from there, too.
        placed: the other planned places of the same data. None leaves duties to keep one copy or
            the first recording at home out; they bind the plan, not a single place.
        declared: mechanisms and facts declared as met.
        as_of: the day whose law is applied.

    Raises:
        ValueError: a code, data class or activity is not known; the message names the argument.
    """
    found = tuple(
        cases(
            law,
            subject,
            data_classes,
            activity,
            place,
            recipient=recipient,
            placed=placed,
            declared=declared,
            as_of=as_of,
        )
    )
    worst = min(case.rank() for case in found)
    return Judgement(
        Verdict.of_rank(worst),
        tuple(step for case in found for step in _trace(law, subject, case, worst)),
    )


def rank(
    law: Law,
    subject: str,
    data_classes: Iterable[str],
    activity: str,
    place: str | Place,
    *,
    recipient: str | None = None,
    placed: Iterable[str | Place] | None = None,
    declared: Iterable[str | Declaration] = (),
    as_of: date,
) -> int:
    """The rank of `verdict(…)`, 0 to 4, without the trace: some ten times faster."""
    found = cases(
        law,
        subject,
        data_classes,
        activity,
        place,
        recipient=recipient,
        placed=placed,
        declared=declared,
        as_of=as_of,
    )
    return min(case.rank() for case in found)


def read_classes(day: Day, data_classes: Iterable[str]) -> frozenset[str]:
    """The data classes of one set; a single one may be given as such.

    Raises:
        ValueError: there is none, or one is not known.
    """
    classes = frozenset((data_classes,) if isinstance(data_classes, str) else data_classes)
    if not classes:
        raise ValueError("data_classes: at least one is needed")
    for each in classes:
        if each not in day.classes.wider:
            raise ValueError(f"data_classes: `{each}` is not known")
    return classes


def read_activity(day: Day, activity: str) -> str:
    """The activity.

    Raises:
        ValueError: it is not known.
    """
    if activity not in day.activities.wider:
        raise ValueError(f"activity: `{activity}` is not known")
    return activity


def cases(
    law: Law,
    subject: str,
    data_classes: Iterable[str],
    activity: str,
    place: str | Place,
    *,
    recipient: str | None,
    placed: Iterable[str | Place] | None,
    declared: Iterable[str | Declaration],
    as_of: date,
) -> Iterator[Case]:
    """What is judged: the placement, and the access of a recipient elsewhere; as `verdict`."""
    day = law.on(as_of)
    check_territory(subject, "subject")
    classes = read_classes(day, data_classes)
    read_activity(day, activity)
    at = Place.read(place)
    others = None if placed is None else tuple(Place.read(each) for each in placed)
    everywhere, limited = day.in_force(declared)
    judge = partial(
        Case, day, subject, classes, placed=others, everywhere=everywhere, limited=limited
    )
    yield judge(activity, at)
    if recipient is not None and check_territory(recipient, "recipient") not in at.point.codes:
        # Whoever receives data reaches it from where they are: holding keys, or else access.
        reach = activity if "access" in day.activities.wider[activity] else "access"
        yield judge(reach, _recipient(at, recipient))


def _recipient(place: Place, recipient: str) -> Place:
    # The operator's certificates and contracts are its own; another company's are not known.
    if recipient not in place.operator:
        return Place(recipient)
    return Place(
        recipient, certifications=place.certifications, id=place.id, provider=place.provider
    )


def _trace(law: Law, subject: str, case: Case, worst: int) -> Iterator[Step]:
    at = case.place.jurisdiction
    if case.own:
        yield Step(
            rule=f"{subject}:home",
            at=at,
            effect="data may be in the subject's own country, unless a rule says otherwise",
            outcome=f"satisfied: {case.place.id or at} lies in {case.law.subject}",
            rank=4,
            decides=worst == Case.PERMITTED,
        )
    for root in case.without_regime():
        yield Step(
            rule=f"{subject}:no-regime",
            at=at,
            effect=f"a known regime for {root} data that leaves the country",
            outcome="undetermined: none is known well enough",
            rank=1,
            decides=worst == 1,
        )
    for index in case.matching():
        bound = case.law.rules[index]
        value = case.value(index)
        yield replace(
            _step(law, at, bound),
            outcome=words.outcome(case, index),
            rank=value,
            decides=value == worst,
            missing=words.missing(case, index),
            met_by=instruments(case, index),
            settled_by=settlements(case, index),
        )
    if not (case.own or case.without_regime() or case.matching()):
        yield from (replace(step, decides=worst == Case.PERMITTED) for step in _left_out(law, case))
    for bound in case.day.aside(subject):
        if case.covers(bound):
            yield replace(_step(law, at, bound), outcome=f"out: {bound.rule.review}")


def _left_out(law: Law, case: Case) -> Iterator[Step]:
    """Duties to keep a copy that are all that speaks of a case, where no copies were given."""
    for index, bound in enumerate(case.law.rules):
        if bound.duty and case.covers(bound) and case.binding(index) is not Binding.OUT:
            yield replace(
                _step(law, case.place.jurisdiction, bound),
                outcome="left out: a duty about other copies, and none were given",
            )


def _step(law: Law, at: str, bound: BoundRule) -> Step:
    rule = bound.rule
    return Step(
        rule=rule.id,
        at=at,
        effect=words.effect(law, bound),
        outcome="",
        rank=Case.PERMITTED,
        decides=False,
        says=rule.says,
        citation=rule.citation,
        evidence=rule.evidence,
        from_=rule.from_,
        until=rule.until,
        checked=rule.checked,
        review=None if rule.review is None else str(rule.review),
    )
