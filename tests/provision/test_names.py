"""Names: what DNS may answer, and that it never leads anybody to a place that is not lawful."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domicile.model.plan import Cost, Plan, PlannedPool
from domicile.provision.names import ANYBODY, Answer, country_of, names, whole

PLACES = ("par", "fra", "zrh", "iad")
SUBJECTS = ("FR", "DE", "CA", "CA-QC")
CLASSES = ("identity", "health+identity")


def planned(
    nominal: dict[str, dict[str, float]],
    order: dict[str, tuple[str, ...]],
    empty: tuple[str, ...] = (),
) -> Plan:
    """A plan with a pool of `mail` at each place that is not empty."""
    return Plan(
        environment="test",
        as_of=date(2026, 1, 1),
        inputs="sha256:0",
        verdicts="sha256:0",
        optimal=True,
        cost=Cost(now=0, after=0),
        pools=tuple(
            PlannedPool(service="mail", datacenter=place, now=0, after=int(place not in empty))
            for place in PLACES
        ),
        nominal=nominal,
        contingencies=(),
        order=order,
    )


def answers(plan: Plan, rates: dict[str, float] | None = None) -> dict[tuple[str, str], Answer]:
    """Label and country → answer."""
    return {
        (name.label, country): answer
        for name in names(plan, rates or {})
        for country, answer in name.answers.items()
    }


def test_a_country_is_answered_as_planned_and_nobody_else_is() -> None:
    """One subject, one load: its shares; an asker from elsewhere gets no answer."""
    plan = planned(
        {"FR/mail/identity": {"par": 0.75, "fra": 0.25}, "DE/mail/identity": {"zrh": 1.0}},
        {"FR/mail/identity": ("par", "fra"), "DE/mail/identity": ("zrh", "iad")},
    )
    assert answers(plan) == {
        ("mail", "FR"): Answer({"fra": 0.25, "par": 0.75}),
        ("mail", "DE"): Answer({"zrh": 1.0}, ("iad",)),
        ("fr.mail", ANYBODY): Answer({"fra": 0.25, "par": 0.75}),
        ("de.mail", ANYBODY): Answer({"zrh": 1.0}, ("iad",)),
    }


def test_anybody_is_answered_only_where_every_load_may_go() -> None:
    """Germany's and France's loads share `fra` alone, which is the answer for all others."""
    plan = planned(
        {"FR/mail/identity": {"par": 0.5, "fra": 0.5}, "DE/mail/identity": {"fra": 1.0}},
        {"FR/mail/identity": ("par", "fra"), "DE/mail/identity": ("fra", "zrh")},
    )
    assert answers(plan)["mail", ANYBODY] == Answer({"fra": 1.0}, exact=False)


def test_loads_that_differ_share_a_name_only_where_both_are_lawful() -> None:
    """Health data may not go to `fra`: the common names leave it out and say so; own names do not.

    At rates 3 and 1 `par` gets 1.5 and 0.5, `fra` 1.5 and `zrh` 0.5. Without `fra` that is 2 to
    0.5: four fifths and one.
    """
    plan = planned(
        {
            "FR/mail/identity": {"par": 0.5, "fra": 0.5},
            "FR/mail/health+identity": {"par": 0.5, "zrh": 0.5},
        },
        {
            "FR/mail/identity": ("par", "fra", "zrh", "iad"),
            "FR/mail/health+identity": ("par", "zrh", "iad"),
        },
    )
    found = answers(plan, {"FR/mail/identity": 3.0, "FR/mail/health+identity": 1.0})
    common = Answer({"par": 0.8, "zrh": 0.2}, ("iad",), exact=False)
    assert found == {
        ("mail", "FR"): common,
        ("mail", ANYBODY): common,
        ("fr.mail", ANYBODY): common,
        ("identity.fr.mail", ANYBODY): Answer({"fra": 0.5, "par": 0.5}, ("zrh", "iad")),
        ("health-identity.fr.mail", ANYBODY): Answer({"par": 0.5, "zrh": 0.5}, ("iad",)),
    }


def test_a_country_without_a_common_place_gets_no_answer() -> None:
    """Quebec's only place is not open to the rest of Canada, whose askers DNS cannot tell apart."""
    plan = planned(
        {"CA/mail/identity": {"iad": 1.0}, "CA-QC/mail/identity": {"par": 1.0}},
        {"CA/mail/identity": ("iad",), "CA-QC/mail/identity": ("par",)},
    )
    (general, *_) = names(plan, {})
    assert general.refused == ("CA",)
    assert set(answers(plan)) == {("ca.mail", ANYBODY), ("ca-qc.mail", ANYBODY)}


def test_a_country_with_several_subjects_has_a_name_of_its_own() -> None:
    """What `mail` says in Canada is under `in-ca.mail` too, for records that point at it."""
    plan = planned(
        {"CA/mail/identity": {"iad": 1.0}, "CA-QC/mail/identity": {"iad": 0.5, "par": 0.5}},
        {"CA/mail/identity": ("iad",), "CA-QC/mail/identity": ("par", "iad")},
    )
    found = names(plan, {})
    assert found[0].same == {"CA": "in-ca.mail"}
    assert answers(plan)["in-ca.mail", ANYBODY] == Answer({"iad": 1.0}, exact=False)


def test_a_place_without_backends_stands_in_for_nobody() -> None:
    """`fra` is lawful for France, but the plan leaves no backend there."""
    plan = planned(
        {"FR/mail/identity": {"par": 1.0}}, {"FR/mail/identity": ("par", "fra")}, ("fra",)
    )
    assert answers(plan)["fr.mail", ANYBODY].standby == ()


def test_classes_that_are_too_long_for_a_label_are_named_by_their_digest() -> None:
    """Between two dots stand at most 63 characters; the digest is `sha256sum` of the classes."""
    long = "+".join(f"class-number-{number}" for number in range(9))
    plan = planned(
        {f"FR/mail/{long}": {"par": 1.0}, "FR/mail/identity": {"fra": 1.0}},
        {f"FR/mail/{long}": ("par", "fra"), "FR/mail/identity": ("fra", "par")},
    )
    labels = [name.label for name in names(plan, {}) if name.label.startswith("classes-")]
    assert labels == ["classes-9248cd39ac8561b9.fr.mail"]
    assert all(len(part) <= 63 for part in labels[0].split("."))


@some.composite
def plans(draw: some.DrawFn) -> tuple[Plan, dict[str, float]]:
    """A judged plan: nominal shares lie within each load's lawful places."""
    nominal, order, rates = {}, {}, {}
    for subject in SUBJECTS:
        for classes in CLASSES:
            key = f"{subject}/mail/{classes}"
            lawful = draw(some.lists(some.sampled_from(PLACES), unique=True))
            if lawful:
                used = draw(some.lists(some.sampled_from(lawful), unique=True))
                raw = {place: draw(some.floats(0.01, 1.0)) for place in used}
                nominal[key] = {place: part / sum(raw.values()) for place, part in raw.items()}
                order[key] = tuple(lawful)
                rates[key] = draw(some.floats(0.0, 1e6))
    empty = draw(some.lists(some.sampled_from(PLACES), unique=True, max_size=2))
    return planned(nominal, order, tuple(empty)), rates


@given(plans())
def test_no_answer_leads_a_subject_to_a_place_that_is_not_lawful(
    made: tuple[Plan, dict[str, float]],
) -> None:
    """Whoever may come by a name, with whatever of its data: each place is in that load's order."""
    plan, rates = made
    for name in names(plan, rates):
        for country, answer in name.answers.items():
            for key, lawful in plan.order.items():
                if _comes_by(key, name.label, country):
                    assert set(answer.weights) | set(answer.standby) <= set(lawful), (name, key)


def _comes_by(key: str, label: str, country: str) -> bool:
    """Whether requests of a load may ask for a name from a country; by the words of the docs."""
    subject, _, classes = key.split("/")
    *before, _ = label.split(".")
    if not before:
        return country in (ANYBODY, subject[:2])
    if before[-1].startswith("in-"):
        return before[-1] == f"in-{subject[:2].lower()}"
    return before[-1] == subject.lower() and (
        len(before) == 1 or before[0] == classes.replace("+", "-")
    )


@given(plans())
def test_weights_are_positive_and_add_up(made: tuple[Plan, dict[str, float]]) -> None:
    """Parts of 1, each above 0; standby places have none; nothing stands without backends."""
    plan, rates = made
    standing = {pool.datacenter for pool in plan.pools if pool.after}
    for name in names(plan, rates):
        for answer in name.answers.values():
            assert sum(answer.weights.values()) == pytest.approx(1.0)
            assert min(answer.weights.values()) >= 0.0
            assert not set(answer.standby) & set(answer.weights)
            assert set(answer.weights) | set(answer.standby) <= standing


@given(plans())
def test_every_country_with_demand_is_answered_or_refused(
    made: tuple[Plan, dict[str, float]],
) -> None:
    """None is forgotten, and what a country is told is what the name that it points at says."""
    plan, rates = made
    found = {name.label: name for name in names(plan, rates)}
    if not plan.nominal:
        return
    general = found["mail"]
    asked = {country_of(key.split("/")[0]) for key in plan.nominal}
    assert set(general.answers) - {ANYBODY} | set(general.refused) == asked
    for country, label in general.same.items():
        assert found[label].answers[ANYBODY] == general.answers[country]


@given(some.dictionaries(some.sampled_from("abcdefgh"), some.floats(1e-9, 1e9), min_size=1))
def test_whole_weights_add_up_and_none_is_lost(weights: dict[str, float]) -> None:
    """Each place keeps at least 1, and is at most one per cent of all away from its part."""
    found = whole(weights, 255)
    assert sum(found.values()) == 255
    assert found.keys() == weights.keys()
    assert min(found.values()) >= 1
    for place, weight in weights.items():
        assert abs(found[place] / 255 - weight / sum(weights.values())) < 0.035


def test_whole_weights_by_hand() -> None:
    """Half, a third and a sixth of 12; then more names than the sum holds."""
    assert whole({"a": 3.0, "b": 2.0, "c": 1.0}, 12) == {"a": 6, "b": 4, "c": 2}
    with pytest.raises(ValueError, match="weights"):
        whole({"a": 1.0, "b": 1.0, "c": 1.0}, 2)
