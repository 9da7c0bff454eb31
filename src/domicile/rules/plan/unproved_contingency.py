"""The plan leaves out a contingency that a policy asks for, or takes it for another loss.

What is lost is how a director finds the routing that was proved for it.

Bad:

    # stacks/plan.production.yaml
    environment: production
    as_of: 2026-11-23
    inputs: sha256:0
    verdicts: sha256:0
    optimal: true
    cost: {now: 0, after: 1.1}
    pools:
      - {service: voice, datacenter: alpha-paris, now: 4, after: 4}
      - {service: directory, datacenter: alpha-paris, now: 2, after: 2}
    nominal:
      FR/directory/communications: {alpha-paris: 1.0}
      FR/voice/communications: {alpha-paris: 1.0}
    contingencies:
      - {contingency: [nominal], lost: [], changes: {}}
      - {contingency: ["surge:1.2"], lost: [], changes: {}}
      - {contingency: ["datacenter:alpha-paris", "surge:1.2"], lost: [beta-berlin], changes: {}}
    order: {}

Good:

    $ domicile emit
"""

from __future__ import annotations

from collections.abc import Iterator

from domicile.model.finding import Observation, Route
from domicile.model.tokens import Counts, Severity
from domicile.model.words import quoted, several
from domicile.rules import Facts
from domicile.situation import Situation

RULE = Facts(code="DOM406", severity=Severity.HIGH)

HELP = "run `domicile emit`; a plan is never edited by hand"


def check(situation: Situation) -> Iterator[Observation]:
    """Compare the plan's contingencies, and what is lost in each, with those of the policies."""
    plan = situation.plan
    if plan is None or situation.counts is not Counts.EMITTED:
        return
    file = Route(f"stacks/plan.{situation.environment}.yaml") / "contingencies"
    asked = {
        case.ids: {place for place, gone in zip(strain.places, case.lost, strict=True) if gone}
        for strain in situation.strains.values()
        for case in strain.contingencies
        if not case.combined
    }
    planned = {case.contingency for case in plan.contingencies}
    missing = [" and ".join(ids) for ids in asked if ids not in planned]
    if missing:
        yield Observation(
            f"the plan leaves out {several(len(missing), 'contingency', 'contingencies')} that "
            f"the policies ask for: {quoted(missing, 3)}",
            file,
            witness={"missing": missing},
            help=HELP,
        )
    for index, case in enumerate(plan.contingencies):
        lost = asked.get(case.contingency)
        if lost is not None and lost != set(case.lost):
            yield Observation(
                f"in `{' and '.join(case.contingency)}` {quoted(sorted(lost))} is lost, but the "
                f"plan says {quoted(case.lost)}",
                file / index / "lost",
                witness={"lost": sorted(lost), "planned": list(case.lost)},
                help=HELP,
            )
