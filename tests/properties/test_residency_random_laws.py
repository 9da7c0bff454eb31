"""Properties of the law engine over random laws, with a plain second evaluator beside it.

The second evaluator reads the records, never the engine's own tables, and is written for
plainness. Cells: at least 100,000 for each run; see `CELLS`.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, partial
from itertools import product
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from domicile.model.law import AdequacyEntry, DataClassesFile, Jurisdiction, LawRule, Way
from domicile.model.place import Group
from domicile.model.policy import Confirmation
from domicile.residency import Declaration, Law, Place, lawful, rank, verdict

CELLS = 100_000
DAYS = [date(2019, 6, 1), date(2021, 6, 1), date(2023, 6, 1), date(2026, 11, 23)]
TERRITORIES = ["AA", "BB", "CC", "DD", "EE", "BB-X", "CC-1"]
REGIONS = [*TERRITORIES, "CC-2", "UN", "GRP", "WEAK", "world"]
WITHIN = {
    "personal": [],
    "special": ["personal"],
    "health": ["special"],
    "payment": ["personal"],
    "government": [],
    "tenders": ["government"],
    "non-personal": [],
}
DOES = {"replicate": ["store"], "backup": ["store"], "log": ["store"], "access": ["process"]}
DOES["keys"] = ["access"]
ACTIVITIES = ["store", "replicate", "process", "access", "keys", "transit"]
SETS = [("personal",), ("special",), ("health",), ("health", "payment"), ("government", "health")]
SETS += [("government",), ("tenders",), ("non-personal",)]
NEEDS = ["scc", "consent", "host:HDS", "recipient:dpf"]
PUBLIC = "actor:public-body"
WHEN = ["actor:bank", PUBLIC, "threshold:big"]
GRADES = ["official text", "reproduced", "secondary", "unverified"]
CITATION = {"instrument": "an act"}
CLASSES = DataClassesFile.model_validate(
    {
        "data_classes": [{"id": c, "within": w, "means": c} for c, w in WITHIN.items()],
        "activities": DOES,
    }
)

Records = tuple[list[Jurisdiction], list[Group]]
Holds = Callable[[str, list[str]], bool]


# --- random laws -------------------------------------------------------------------------------


def some(rng: random.Random, items: list[Any], most: int, least: int = 0) -> list[Any]:
    """Up to `most` of some items."""
    return rng.sample(items, rng.randint(least, min(most, len(items))))


def dates(rng: random.Random) -> dict[str, str]:
    """When a fact was checked, began and ended."""
    found = {"checked": rng.choice(DAYS).isoformat()}
    if rng.random() < 0.6:
        found["from"] = (rng.choice(DAYS) - timedelta(days=rng.choice([0, 30]))).isoformat()
    if rng.random() < 0.2:
        found["until"] = rng.choice(DAYS).isoformat()
    return found


def random_way(rng: random.Random) -> dict[str, Any]:
    """A way out, as a file would say it."""
    way: dict[str, Any] = {"needs": some(rng, NEEDS, 2)}
    if rng.random() < 0.4:
        way["list"] = rng.choice(["AA", "UN", "BB"])
    if rng.random() < 0.4:
        way["to"] = some(rng, REGIONS, 3, 1)
    if rng.random() < 0.5:
        way["evidence"] = rng.choice(GRADES)
    if rng.random() < 0.3:
        way |= dates(rng)
    return way


def random_rule(rng: random.Random, name: str, above: list[str]) -> dict[str, Any]:
    """A rule, as a file would say it."""
    rule: dict[str, Any] = {
        "id": name,
        "says": "a rule",
        "does": some(rng, ["store", "process", "access", "replicate", "transit"], 2),
        "keep": rng.choice(["all", "all", "all", "first", "one"]),
        "in": rng.choice(["home", "home", "world", "nowhere", some(rng, REGIONS, 3, 1)]),
        "not_in": some(rng, REGIONS[:-1], 2) if rng.random() < 0.3 else [],
        "of": rng.choice(["place", "place", "operator", "either"]),
        "when": some(rng, WHEN, 2, 1) if rng.random() < 0.3 else [],
        "unless": [random_way(rng) for _ in range(rng.randint(0, 3))],
        "replaces": some(rng, above, 2) if rng.random() < 0.4 else [],
        "citation": CITATION,
        "evidence": rng.choice([*GRADES[:2], *GRADES]),
        **dates(rng),
    }
    if rng.random() < 0.5:
        rule |= {"regime": some(rng, ["personal", "government", "non-personal"], 2, 1)}
        rule |= {"does": [] if rng.random() < 0.8 else rule["does"], "keep": "all"}
    elif rng.random() < 0.95:
        rule["data"] = some(rng, list(WITHIN), 2, 1)
    return rule


def random_law(rng: random.Random) -> Records:
    """Seven jurisdictions that inherit, replace and refer to each other, and two groups."""
    jurisdictions = []
    names: dict[str, list[str]] = {}
    for owner in ["WORLD", "UN", "BB", "CC", "AA", "DD", "BB-X"]:
        above = names.get("UN", []) + (names["BB"] if owner == "BB-X" else [])
        count = rng.randint(0, 1) if owner == "WORLD" else rng.randint(0, 4)
        rules = [random_rule(rng, f"rule-{n}", above) for n in range(count)]
        names[owner] = [f"{owner}:{rule['id']}" for rule in rules]
        data: dict[str, Any] = {"jurisdiction": owner, "name": owner, "rules": rules}
        data["lists"] = [
            {
                "id": f"{owner}:{n}",
                "to": some(rng, REGIONS, 2, 1),
                "needs": some(rng, NEEDS, 1),
                "citation": CITATION,
                "evidence": rng.choice(GRADES),
                **dates(rng),
            }
            for n in range(rng.randint(0, 4))
        ]
        data["territory"] = {
            "UN": ["GRP", "AA"],
            "WORLD": ["world"],
            "DD": rng.choice([[], ["DD", "EE"]]),
        }.get(owner, [])
        data["under"] = {"AA": ["UN"], "BB-X": ["BB"]}.get(owner, [])
        jurisdictions.append(Jurisdiction.model_validate(data))
    rng.shuffle(jurisdictions)
    return jurisdictions, [
        group("GRP", rng.choice(GRADES), ["AA", {"of": "BB", "until": "2020-12-31"}, "CC-1"]),
        group("WEAK", rng.choice(GRADES), ["DD", {"of": "CC", "from": "2022-01-01"}]),
    ]


def group(name: str, grade: str, members: list[Any]) -> Group:
    """A group of these members."""
    return Group.model_validate(
        {
            "id": name,
            "name": name,
            "members": members,
            "evidence": grade,
            "source": "a table",
            "checked": "2026-11-23",
        }
    )


def random_places(rng: random.Random) -> list[Place]:
    """Countries, territories, and places with operators and certificates."""
    plain = [Place(code) for code in TERRITORIES]
    return [
        *plain,
        Place("CC", subdivision="CC-2", id="cc-two"),
        Place("BB", law="BB-X", operator=frozenset({"AA"})),
        Place("DD", operator=frozenset(some(rng, TERRITORIES, 2, 1)), id="dd-one"),
        Place("EE", operator=frozenset({"CC"}), certifications=frozenset({"HDS", "dpf"})),
        Place("AA", certifications=frozenset({"dpf"}), provider="host"),
    ]


def random_declared(rng: random.Random) -> list[str | Declaration]:
    """Tokens that hold everywhere, and declarations with limits."""
    tokens = [*NEEDS, *WHEN, *(f"not:{each}" for each in WHEN)]
    declared: list[str | Declaration] = list(some(rng, tokens, 4))
    declared += [
        Declaration(
            token,
            subjects=rng.choice([None, frozenset({"UN", "DD"}), frozenset({"BB"})]),
            places=rng.choice([None, None, frozenset({"cc-two", "dd-one"})]),
            providers=rng.choice([None, None, None, frozenset({"host"})]),
            to=rng.choice([None, frozenset({"GRP", "DD"}), frozenset({"CC"})]),
            from_=rng.choice([None, date(2020, 1, 1)]),
            until=rng.choice([None, date(2024, 1, 1)]),
        )
        for token in some(rng, tokens, 3)
    ]
    return declared


# --- the second evaluator ----------------------------------------------------------------------


class Opinion:
    """The model of the law, said again as plainly as possible."""

    def __init__(self, records: Records, day: date) -> None:
        self.files = {each.jurisdiction: each for each in records[0]}
        self.groups = {each.id: each for each in records[1]}
        self.day = day
        self.members = cache(self.members)  # type: ignore[method-assign]

    def members(self, name: str) -> tuple[set[str], int]:
        """What a name stands for, and the weakest grade (0 to 3) on which that rests."""
        file = self.files.get(name)
        if file is not None and file.territory:
            codes: set[str] = set()
            grade = 0
            for each in file.territory:
                more, weak = ({each}, 0) if each == name else self.members(each)
                codes |= more
                grade = max(grade, weak)
            return codes, grade
        if name not in self.groups:
            return {name}, 0
        codes = set()
        for member in self.groups[name].members:
            if isinstance(member, str):
                codes.add(member)
            elif (member.from_ or date.min) <= self.day <= (member.until or date.max):
                codes.add(member.of)
        return codes, GRADES.index(self.groups[name].evidence)

    def inside(self, codes: list[str], names: tuple[str, ...]) -> str:
        """Whether a point lies in what names stand for: `yes`, `maybe` or `no`."""
        region = set().union(*(self.members(each)[0] for each in names))
        if "world" in region or any(code in region for code in codes):
            return "yes"
        parts = [each for each in region if each.startswith(codes[0] + "-")]
        return "maybe" if len(codes) == 1 and parts else "no"

    def held(self, codes: list[str], owner: str, rule: LawRule) -> str:
        """Whether a point lies in a rule's region."""
        names = {"home": (owner,), "world": ("world",), "nowhere": ()}.get(
            rule.in_ if isinstance(rule.in_, str) else "", rule.in_
        )
        base = self.inside(codes, tuple(names))
        out = self.inside(codes, rule.not_in)
        if base == "no" or out == "yes":
            return "no"
        return "yes" if (base, out) == ("yes", "no") else "maybe"

    def weak(self, names: tuple[str, ...]) -> int:
        """The weakest grade on which names rest."""
        return max((self.members(each)[1] for each in names), default=0)

    def sure(self, fact: LawRule | AdequacyEntry) -> bool:
        """Whether a permission is surely in force."""
        start = fact.from_ if fact.from_ is not None else fact.checked
        return start <= self.day <= (fact.until or date.max)

    def declared(self, subject: str, place: Place, public: bool, given: list[Any]) -> Holds:
        """Which tokens hold for a subject at a place."""

        def holds(token: str, codes: list[str]) -> bool:
            if public and token == PUBLIC:
                return True
            if any(token in (f"host:{c}", f"recipient:{c}") for c in place.certifications):
                return True
            for each in given:
                if isinstance(each, str):
                    if each == token:
                        return True
                    continue
                if (
                    each.token == token
                    and (each.from_ or date.min) <= self.day <= (each.until or date.max)
                    and (each.places is None or place.id in each.places)
                    and (each.providers is None or place.provider in each.providers)
                    and (
                        each.subjects is None
                        or self.inside(finest(subject), tuple(each.subjects)) == "yes"
                    )
                    and (each.to is None or self.inside(codes, tuple(each.to)) == "yes")
                ):
                    return True
            return False

        return holds

    def reach(self, subject: str) -> list[str]:
        """The jurisdictions whose rules reach a subject, nearest first."""
        holder = subject if subject in self.files else subject[:2]
        order = {"AA": ["AA", "UN"], "BB-X": ["BB-X", "BB"]}.get(holder, [holder])
        return order + [
            union
            for union, file in self.files.items()
            if file.territory
            and union not in order
            and self.inside(finest(subject), (union,)) == "yes"
        ]

    def open_ways(self, rule: LawRule, codes: list[str], holds: Holds) -> int:
        """What the best way out comes to."""
        best = 0
        for way in rule.unless:
            best = max(best, self.way(rule, way, codes, holds))
        return best

    def way(self, rule: LawRule, way: Way, codes: list[str], holds: Holds) -> int:
        """What one way out comes to."""
        start = way.from_ or rule.from_ or way.checked or rule.checked
        if not start <= self.day <= (way.until or date.max):
            return 0
        grade = GRADES.index(way.evidence or rule.evidence)
        to = self.inside(codes, way.to) if way.to else "yes"
        if way.list is None:
            worst = max(grade, self.weak(way.to))
            return self.worth(to, list(way.needs), worst, codes, holds)
        best = 0
        for entry in self.files[way.list].lists:
            if self.sure(entry):
                reached = self.inside(codes, entry.to)
                both = min(to, reached, key=["no", "maybe", "yes"].index)
                worst = max(
                    grade, GRADES.index(entry.evidence), self.weak(entry.to), self.weak(way.to)
                )
                needs = [*way.needs, *entry.needs]
                best = max(best, self.worth(both, needs, worst, codes, holds))
        return best

    def worth(self, to: str, needs: list[str], grade: int, codes: list[str], holds: Holds) -> int:
        """What a way comes to that leads somewhere on a grade."""
        if to == "no" or grade == 3:
            return 0
        value = 4 if not needs else 3 if all(holds(need, codes) for need in needs) else 2
        return min(value, 2) if to == "maybe" or grade == 2 else value

    def rank(
        self,
        subject: str,
        classes: tuple[str, ...],
        activity: str,
        place: Place,
        placed: list[Place] | None,
        given: list[Any],
    ) -> int:
        """The verdict's rank."""
        wide = set().union(*(upward(each, WITHIN) for each in classes))
        roots = {each for each in wide if not WITHIN[each]}
        does = upward(activity, DOES)
        holds = self.declared(subject, place, "government" in wide, given)
        here = seen(place)
        own = self.inside(here, (subject if subject in self.files else subject[:2],)) == "yes"
        rules: list[tuple[str, LawRule]] = []
        for owner in self.reach(subject):
            file = self.files.get(owner)
            rules += [
                (owner, rule)
                for rule in (file.rules if file else ())
                if (rule.from_ or date.min) <= self.day <= (rule.until or date.max)
            ]
        states: dict[str, str] = {}
        for owner, rule in rules:
            states[f"{owner}:{rule.id}"] = self.state(owner, rule, rules, states, holds, here)
        worst = 4
        covered = set()
        for owner, rule in rules:
            state = states[f"{owner}:{rule.id}"]
            asked = {*rule.data, *rule.regime}
            if state == "out" or (rule.does and not does & set(rule.does)):
                continue
            if state == "binds" and self.sure(rule):
                covered |= set(rule.regime)
            if asked and not asked & wide:
                continue
            value = self.value(owner, rule, activity, place, placed, own, holds)
            if value is not None:
                worst = min(worst, max(value, 2) if state == "maybe" else value)
        return worst if own or roots <= covered else min(worst, 1)

    def state(
        self,
        owner: str,
        rule: LawRule,
        rules: list[tuple[str, LawRule]],
        states: dict[str, str],
        holds: Holds,
        here: list[str],
    ) -> str:
        """Whether a rule binds: `binds`, `doubted`, `maybe` or `out`."""
        told = [
            "yes" if holds(w, here) else "no" if holds(f"not:{w}", here) else "?" for w in rule.when
        ]
        if "no" in told:
            return "out"
        state = "maybe" if "?" in told else "binds"
        for other_owner, other in rules:
            name = f"{other_owner}:{other.id}"
            if f"{owner}:{rule.id}" not in other.replaces or states[name] == "out":
                continue
            if not self.sure(other) or other.evidence == "unverified":
                state = "doubted" if state == "binds" else state
            elif states[name] == "binds" and other.evidence != "secondary":
                return "out"
            else:
                state = "maybe"
        return state

    def value(
        self,
        owner: str,
        rule: LawRule,
        activity: str,
        place: Place,
        placed: list[Place] | None,
        own: bool,
        holds: Holds,
    ) -> int | None:
        """What a rule comes to; None where it looks at places that nobody planned."""
        inside = 4
        if rule.regime and not own:
            named = () if rule.in_ in ("world", "nowhere") else rule.in_
            weak = self.weak((owner,) if named == "home" else named)
            inside = [4, 4, 2, 1][max(weak, GRADES.index(rule.evidence))]
        if rule.keep == "all":
            return min(
                self.outside(owner, rule, codes, inside, holds) for codes in looked(rule, place)
            )
        if placed is None:
            return None
        held = [self.held(codes, owner, rule) for codes in looked(rule, place)]
        if set(held) == {"yes"}:
            return inside
        value = 1
        if rule.evidence != "unverified":
            value = min(self.open_ways(rule, codes, holds) for codes in looked(rule, place))
            if not (rule.keep == "first" and activity == "store"):
                value = max(value, 2)
        for copy in placed:
            if all(self.held(codes, owner, rule) == "yes" for codes in looked(rule, copy)):
                value = max(value, min(3, inside))
        return max(value, 2) if "no" not in held else value

    def outside(
        self, owner: str, rule: LawRule, codes: list[str], inside: int, holds: Holds
    ) -> int:
        """What a rule comes to at one point."""
        held = self.held(codes, owner, rule)
        if held == "yes":
            return inside
        value = 1 if rule.evidence == "unverified" else self.open_ways(rule, codes, holds)
        return max(value, 2) if held == "maybe" else value


def upward(token: str, table: dict[str, list[str]]) -> set[str]:
    """A token and all that it lies within."""
    return {token}.union(*(upward(each, table) for each in table.get(token, [])))


def finest(code: str) -> list[str]:
    """The codes of a territory, its country first."""
    return [code] if len(code) == 2 else [code[:2], code]


def seen(place: Place) -> list[str]:
    """The codes of a place, its country first."""
    finer = {place.territory, place.subdivision, place.law} - {None, place.territory[:2]}
    return [place.territory[:2], *sorted(finer)]  # type: ignore[list-item]


def looked(rule: LawRule, place: Place) -> list[list[str]]:
    """The points that a rule looks at."""
    operators = [finest(code) for code in place.operator] or [seen(place)]
    return {
        "place": [seen(place)],
        "operator": operators,
        "either": [seen(place), *operators],
    }[rule.of]


# --- what must hold ----------------------------------------------------------------------------

SEEDS = st.integers(min_value=0, max_value=2**32)
FEW = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@dataclass
class World:
    """A random law, and a random question that can be asked of any other law."""

    rng: random.Random
    records: Records
    law: Law
    places: list[Place]
    declared: list[str | Declaration]
    placed: list[Place] | None
    day: date

    def matrix(
        self, law: Law | None = None, declared: list[Any] | tuple[Any, ...] | None = None
    ) -> NDArray[np.uint8]:
        """All verdicts, under this law or another."""
        given = self.declared if declared is None else declared
        return lawful(
            law or self.law,
            TERRITORIES,
            SETS,
            ACTIVITIES,
            self.places,
            self.day,
            given,
            self.placed,
        ).matrix


def world(seed: int) -> World:
    """A random law and a random question."""
    rng = random.Random(seed)
    records = random_law(rng)
    return World(
        rng,
        records,
        Law.of(*records, CLASSES),
        random_places(rng),
        random_declared(rng),
        rng.choice([None, [], [Place("AA"), Place("DD")], [Place("BB")]]),
        rng.choice(DAYS),
    )


def test_three_evaluators_agree_on_every_cell() -> None:
    """The matrix, the scalar verdict and the plain second evaluator never differ."""
    compared = 0
    for seed in range(26):
        each = world(seed)
        opinion = Opinion(each.records, each.day)
        matrix = each.matrix()
        cells = product(*map(enumerate, (TERRITORIES, SETS, ACTIVITIES, each.places)))
        for (s, subject), (c, classes), (a, activity), (p, place) in cells:
            expected = opinion.rank(subject, classes, activity, place, each.placed, each.declared)
            scalar = rank(
                each.law,
                subject,
                classes,
                activity,
                place,
                placed=each.placed,
                declared=each.declared,
                as_of=each.day,
            )
            cell = (seed, subject, classes, activity, place)
            assert (matrix[s, c, a, p], scalar) == (expected, expected), cell
            compared += 1
    assert compared >= CELLS


@FEW
@given(SEEDS)
def test_a_narrower_class_is_never_better(seed: int) -> None:
    """What lies within a wider class is under all of that class's rules."""
    matrix = world(seed).matrix()
    at = {classes: number for number, classes in enumerate(SETS)}
    for narrow, wide in [
        (("special",), ("personal",)),
        (("health",), ("special",)),
        (("health", "payment"), ("health",)),
        (("tenders",), ("government",)),
    ]:
        assert (matrix[:, at[narrow]] <= matrix[:, at[wide]]).all()


@FEW
@given(SEEDS)
def test_what_falls_never_improves_a_verdict(seed: int) -> None:
    """Without a way, a list entry, a whole list or a mechanism, no cell is better."""
    each = world(seed)
    names = [
        name
        for file in each.records[0]
        for name in (
            *(
                f"{file.jurisdiction}:{r.id}#{n + 1}"
                for r in file.rules
                for n in range(len(r.unless))
            ),
            *(entry.id for entry in file.lists),
            *([file.jurisdiction] if file.lists else []),
            *(need for r in file.rules for way in r.unless for need in way.needs),
        )
    ]
    before = each.matrix()
    for name in some(each.rng, names, 4):
        assert (each.matrix(each.law.without([name])) <= before).all(), name


@FEW
@given(SEEDS)
def test_what_is_left_is_judged_as_law_read_anew(seed: int) -> None:
    """Whatever was judged before, on whatever day: law after a fall is as if read from its index.

    What the falls leave alone is given again without being worked out; so days, what is declared
    and what falls change in turn here, and each answer is held against a law that knows nothing.
    """
    each = world(seed)
    names = [
        name
        for file in each.records[0]
        for name in (
            *(f"{file.jurisdiction}:{r.id}" for r in file.rules),
            *(e.id for e in file.lists),
        )
    ]
    laws, given = [each.law], tuple(each.declared)
    for _ in range(8):
        law = each.rng.choice(laws)
        left = [name for name in some(each.rng, names, 2) if law.citation(name) is not None]
        if left and len(laws) < 4:
            law = law.without(left)
            laws.append(law)
        each.day = each.rng.choice(DAYS)
        declared: list[Any] | tuple[Any, ...] = each.rng.choice([given, given[:2], each.declared])
        anew = Law.from_index(law.to_index())
        assert (each.matrix(law, declared) == each.matrix(anew, declared)).all()


@FEW
@given(SEEDS)
def test_a_mechanism_not_declared_never_improves_a_verdict(seed: int) -> None:
    """Declarations of what rules need only ever help."""
    each = world(seed)
    before = each.matrix()
    for gone in NEEDS:
        left = [d for d in each.declared if (d if isinstance(d, str) else d.token) != gone]
        assert (each.matrix(declared=left) <= before).all(), gone


@FEW
@given(SEEDS)
def test_weaker_evidence_never_lets_more_through(seed: int) -> None:
    """Lowering the grade of any fact opens no placement."""
    each = world(seed)
    before = each.matrix() >= 3
    files = [file.model_dump(mode="json", by_alias=True) for file in each.records[0]]
    groups = [found.model_dump(mode="json", by_alias=True) for found in each.records[1]]
    rules = [rule for file in files for rule in file["rules"]]
    ways = [(way, rule) for rule in rules for way in rule["unless"]]
    facts = [*rules, *groups, *(entry for file in files for entry in file["lists"])]
    for fact, grade in [(f, f["evidence"]) for f in facts] + [
        (way, way["evidence"] or rule["evidence"]) for way, rule in ways
    ]:
        worse = GRADES[GRADES.index(grade) + 1 :]
        if not worse or each.rng.random() < 0.6:
            continue
        kept = fact["evidence"]
        fact["evidence"] = each.rng.choice(worse)
        records = [Jurisdiction.model_validate(file) for file in files]
        lowered = Law.of(records, [Group.model_validate(g) for g in groups], CLASSES)
        assert not ((each.matrix(lowered) >= 3) & ~before).any(), fact
        fact["evidence"] = kept


def decided(fact: str, decision: str, on: date) -> Confirmation:
    """A reviewer's decision that counts on a day alone."""
    return Confirmation.model_validate(
        {"rule": fact, "decision": decision, "reason": "r", "name": "n", "date": on, "until": on}
    )


@FEW
@given(SEEDS)
def test_reviews_weigh_what_they_say(seed: int) -> None:
    """Set aside is withdrawn, confirmed official; not relied on never helps; ended is nothing."""
    each = world(seed)
    before = each.matrix()
    files = [file.model_dump(mode="json", by_alias=True) for file in each.records[0]]
    entries = [entry for file in files for entry in file["lists"]]
    rules = [
        (f"{file['jurisdiction']}:{rule['id']}", rule) for file in files for rule in file["rules"]
    ]
    for name, fact in some(each.rng, [*rules, *((entry["id"], entry) for entry in entries)], 6):

        def under(decision: str, on: date, name: str = name) -> NDArray[np.uint8]:
            return each.matrix(each.law.reviewed([decided(name, decision, on)]))

        assert (under("set-aside", each.day) == each.matrix(each.law.without([name]))).all(), name
        assert (under("not-relied-on", each.day) <= before).all(), name
        assert (under("confirmed", each.day + timedelta(days=1)) == before).all(), name
        kept = fact["evidence"]
        alike = [way for way in fact.get("unless", ()) if way["evidence"] == kept]
        for part in (fact, *alike):
            part["evidence"] = "official text"
        lifted = Law.of([Jurisdiction.model_validate(f) for f in files], each.records[1], CLASSES)
        assert (under("confirmed", each.day) == each.matrix(lifted)).all(), name
        for part in (fact, *alike):
            part["evidence"] = kept


@FEW
@given(SEEDS)
def test_no_review_permits_what_is_unknown(seed: int) -> None:
    """Whatever is set aside: abroad, without a regime, nothing is better than undetermined."""
    each = world(seed)
    regimes = [
        f"{file.jurisdiction}:{rule.id}"
        for file in each.records[0]
        for rule in file.rules
        if rule.regime
    ]
    law = each.law.reviewed(decided(name, "set-aside", each.day) for name in regimes)
    for subject, place in product(TERRITORIES, each.places):
        if law.on(each.day).subject(subject).home.holds(place.point) == 0:
            assert rank(law, subject, "personal", "store", place, as_of=each.day) <= 1


@FEW
@given(SEEDS)
def test_a_verdict_is_total_pure_and_follows_from_its_trace(seed: int) -> None:
    """Any question has an answer, the same twice, which is the least of its trace's ranks."""
    each = world(seed)
    index = each.law.to_index()
    for _ in range(20):
        question = {
            "subject": each.rng.choice([*TERRITORIES, "ZZ", "ZZ-9"]),
            "data_classes": each.rng.choice(SETS),
            "activity": each.rng.choice(ACTIVITIES),
            "place": each.rng.choice(each.places),
            "recipient": each.rng.choice([None, *TERRITORIES, "ZZ"]),
            "placed": each.placed,
            "declared": each.declared,
            "as_of": each.rng.choice([*DAYS, date.min, date.max]),
        }
        judged = verdict(each.law, **question)
        assert judged == verdict(each.law, **question)
        assert judged.verdict.rank == rank(each.law, **question)
        assert judged.verdict.rank == min(step.rank for step in judged.trace)
        assert judged.deciding
        assert all(step.effect and step.outcome for step in judged.trace)
    assert each.law.to_index() == index


@FEW
@given(SEEDS)
def test_what_is_missing_would_do(seed: int) -> None:
    """Declaring one of the sets that a conditional step names lifts that step to a permission."""
    each = world(seed)
    for subject, place in product(TERRITORIES, each.places):
        ask = partial(verdict, each.law, subject, ("health",), "store", place, as_of=each.day)
        for step in ask(declared=each.declared).trace:
            for missing in step.missing:
                then = ask(declared=[*each.declared, *missing])
                lifted = next(other for other in then.trace if other.rule == step.rule)
                assert lifted.rank >= 3, (step, lifted)


@FEW
@given(SEEDS)
def test_an_index_is_the_law(seed: int) -> None:
    """What JSON keeps of a law judges as the law does, in whatever order files were read."""
    each = world(seed)
    back = Law.from_index(json.loads(json.dumps(each.law.to_index())))
    shuffled = Law.of(reversed(each.records[0]), reversed(each.records[1]), CLASSES)
    assert back == each.law == shuffled
    assert (each.matrix(back) == each.matrix()).all()
