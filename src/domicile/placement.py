"""Why one placement is lawful or not: a load at a place, a flow to a target, a duty at home."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from domicile.legal import COPIES, Load, declarations, expand, legal_place
from domicile.model.law import Citation
from domicile.model.service import Flow
from domicile.model.tokens import Verdict
from domicile.model.words import listed, quoted
from domicile.onward import Barred, Onward
from domicile.residency import Citation as FactCitation
from domicile.residency import Declaration, Judgement, Law, Place, open_duty, rank, verdict
from domicile.residency.facts import Rule
from domicile.workspace import Workspace

Placed = Callable[[str, str], frozenset[str]]
"""Subject, service → countries in which copies of its data are kept."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict with the rule that decides it, as findings show it."""

    subject: str
    data_classes: tuple[str, ...]
    activity: str
    place: str
    verdict: Verdict
    rule: str
    """Full id of the first deciding rule; empty where none can speak of the data."""
    outcome: str
    """How it came out, and what would do."""
    citation: Citation | None
    onward: str = ""
    """The flow or side path by which the data may not go on from there, if that is the reason."""

    @property
    def help(self) -> str:
        """The deciding rule, and what it says would do."""
        said = f"`{self.rule}`: {self.outcome}" if self.rule else self.outcome
        return f"{self.onward}: {said}" if self.onward else said


@dataclass(frozen=True, slots=True)
class HomeDuty:
    """A duty to keep a copy, or the first recording, at home, that no flow fulfils."""

    load: Load
    rule: str
    citation: Citation | None


def judge(
    workspace: Workspace,
    law: Law,
    subject: str,
    data_classes: Iterable[str],
    activity: str,
    target: str,
    as_of: date,
    *,
    placed: frozenset[str] | None = None,
    recipient: str | None = None,
) -> Judgement:
    """Judge one placement with all that the workspace declares.

    Args:
        workspace: datacenters, providers and mechanisms.
        law: the law to apply.
        subject: whose data.
        data_classes: what data.
        activity: what is done with it.
        target: a datacenter's id, or a country or territory.
        as_of: the day.
        placed: countries in which copies are kept; None leaves duties at home out.
        recipient: country of the company that receives the data, where it is another's.
    """
    return verdict(
        law,
        subject,
        tuple(data_classes),
        activity,
        _place(workspace, target, as_of),
        recipient=recipient,
        placed=None if placed is None else sorted(placed),
        declared=declarations(workspace),
        as_of=as_of,
    )


def _place(workspace: Workspace, target: str, as_of: date) -> Place:
    """A datacenter, or a country or territory."""
    known = target in workspace.datacenters
    return legal_place(workspace, target, as_of) if known else Place(target)


def judge_load(
    workspace: Workspace,
    law: Law,
    load: Load,
    place: str,
    placed: Placed,
    onward: Onward,
    as_of: date,
) -> Judged:
    """Judge a load at a place: the worst of its service's activities, and of what goes on."""
    activities = workspace.services[load.service].activities
    if unknown := unknown_classes(workspace, load.data_classes):
        return _undetermined(load.subject, load.data_classes, str(activities[0]), place, unknown)
    judged = [
        judge_data(
            workspace,
            law,
            load.subject,
            load.data_classes,
            str(activity),
            place,
            as_of,
            placed(load.subject, load.service),
        )
        for activity in activities
    ]
    worst = min(judged, key=lambda each: each.verdict.rank)
    if not worst.verdict.lets_through:
        return worst
    barred = min(onward.barred(load, place), key=lambda each: each.verdict.rank, default=None)
    return worst if barred is None else judge_onward(load, place, onward, barred)


def judge_data(
    workspace: Workspace,
    law: Law,
    subject: str,
    data_classes: tuple[str, ...],
    activity: str,
    target: str,
    as_of: date,
    placed: frozenset[str],
) -> Judged:
    """Judge one activity on data at a place; what goes on from there is asked elsewhere."""
    judgement = judge(workspace, law, subject, data_classes, activity, target, as_of, placed=placed)
    return _judged(subject, data_classes, activity, target, judgement)


def judge_onward(load: Load, place: str, onward: Onward, barred: Barred) -> Judged:
    """Why a load's data may not go on from a place by one leg."""
    leg = barred.leg
    return replace(
        _judged(
            load.subject,
            barred.data_classes,
            str(leg.outflow.activity),
            place,
            onward.judge(barred),
        ),
        onward=f"onward by `{leg.outflow.name}` from {listed(leg.passed)} to `{leg.target}`",
    )


def moved_by(
    workspace: Workspace, flow: Flow, loads: Iterable[Load], as_of: date
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The subjects whose data a flow moves, and what of it, by subject."""
    wanted = set(expand(workspace, flow.subjects, as_of))
    classes: dict[str, set[str]] = {}
    for load in loads:
        if load.service == flow.service and (not wanted or load.subject in wanted):
            classes.setdefault(load.subject, set()).update(load.data_classes)
    for subject, brought in sorted(classes.items()):
        # A flow that moves none of what its loads bring is judged by what it says that it moves.
        yield (
            subject,
            tuple(sorted(brought & set(flow.data_classes or brought) or flow.data_classes)),
        )


def flow_verdicts(
    workspace: Workspace,
    law: Law,
    flow: Flow,
    target: str,
    loads: Iterable[Load],
    placed: Placed,
    as_of: date,
    declared: tuple[Declaration, ...],
) -> Iterator[tuple[str, tuple[str, ...], Verdict]]:
    """What each subject's own law says of a flow to a target: subject, data classes, verdict."""
    at = _place(workspace, target, as_of)
    for subject, moved in moved_by(workspace, flow, loads, as_of):
        if unknown_classes(workspace, moved):
            yield subject, moved, Verdict.UNDETERMINED
            continue
        kept = placed(subject, flow.service) if flow.activity in COPIES else None
        found = rank(
            law,
            subject,
            moved,
            str(flow.activity),
            at,
            recipient=flow.recipient,
            placed=None if kept is None else sorted(kept),
            declared=declared,
            as_of=as_of,
        )
        yield subject, moved, Verdict.of_rank(found)


def judge_flow(
    workspace: Workspace,
    law: Law,
    flow: Flow,
    target: str,
    subject: str,
    moved: tuple[str, ...],
    placed: Placed,
    as_of: date,
) -> Judged:
    """Why one subject's own law says what it says of a flow to a target."""
    if unknown := unknown_classes(workspace, moved):
        return _undetermined(subject, moved, str(flow.activity), target, unknown)
    kept = placed(subject, flow.service) if flow.activity in COPIES else None
    judgement = judge(
        workspace,
        law,
        subject,
        moved,
        str(flow.activity),
        target,
        as_of,
        placed=kept,
        recipient=flow.recipient,
    )
    return _judged(subject, moved, str(flow.activity), target, judgement)


def barred(
    workspace: Workspace,
    law: Law,
    flow: Flow,
    target: str,
    loads: Iterable[Load],
    placed: Placed,
    as_of: date,
    declared: tuple[Declaration, ...],
) -> Iterator[Judged]:
    """The subjects whose data a flow may not take to a target, each with its verdict."""
    found = flow_verdicts(workspace, law, flow, target, loads, placed, as_of, declared)
    for subject, moved, said in found:
        if not said.lets_through:
            yield judge_flow(workspace, law, flow, target, subject, moved, placed, as_of)


def home_duties(
    workspace: Workspace,
    law: Law,
    loads: Iterable[Load],
    placed: Placed,
    as_of: date,
    declared: tuple[Declaration, ...],
) -> Iterator[HomeDuty]:
    """Loads for which the law asks for a copy at home that no flow keeps."""
    day = law.on(as_of)
    known: dict[tuple[str, tuple[str, ...], str, frozenset[str]], Rule | None] = {}
    for load in loads:
        home = load.subject
        kept = placed(home, load.service)
        if home in kept or not any(rule.duty for rule in day.subject(home).rules):
            continue
        if unknown_classes(workspace, load.data_classes):
            continue
        # Anywhere abroad would do to see which duties bind: the law itself says where home is.
        abroad = "AQ" if home != "AQ" else "BV"
        for activity in workspace.services[load.service].activities:
            key = (home, load.data_classes, str(activity), kept)
            if key not in known:
                known[key] = open_duty(
                    law,
                    home,
                    load.data_classes,
                    str(activity),
                    abroad,
                    placed=sorted(kept),
                    declared=declared,
                    as_of=as_of,
                )
            if (duty := known[key]) is not None:
                yield HomeDuty(load, duty.id, citation(duty.citation))
                break


def unknown_classes(workspace: Workspace, names: Iterable[str]) -> tuple[str, ...]:
    """Data classes that are not declared, so that no rule of law can speak of them."""
    known = {each.id for each in workspace.data_classes.data_classes}
    return tuple(sorted(set(names) - known))


def _undetermined(
    subject: str, classes: tuple[str, ...], activity: str, place: str, unknown: Iterable[str]
) -> Judged:
    """The verdict on data that the law cannot know."""
    return Judged(
        subject,
        classes,
        activity,
        place,
        Verdict.UNDETERMINED,
        rule="",
        outcome=f"no rule of law can speak of data class {quoted(unknown)}",
        citation=None,
    )


def _judged(
    subject: str, classes: tuple[str, ...], activity: str, place: str, judgement: Judgement
) -> Judged:
    step = judgement.deciding[0] if judgement.deciding else judgement.trace[0]
    return Judged(
        subject,
        classes,
        activity,
        place,
        judgement.verdict,
        step.rule,
        step.outcome,
        citation(step.citation),
    )


def citation(found: FactCitation | None) -> Citation | None:
    """A fact's citation as findings and answers carry it."""
    return None if found is None else written(found)


def written(found: FactCitation) -> Citation:
    """A fact's citation as findings and answers carry it."""
    return Citation(
        instrument=found.instrument,
        article=found.article,
        url=found.url,
        language=found.language,
        quote=found.quote,
        seen=found.seen,
    )
