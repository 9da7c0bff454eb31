"""What a workspace may not say: each refusal has its sentence, its place, its line and help."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from domicile.model.errors import DomicileError, SourceErrors
from domicile.workspace import load

Writer = Callable[..., Path]
Loader = Callable[..., tuple[DomicileError, ...]]

CASES = {
    "misspelt key": (
        "infra/pools.yaml",
        "    maximum: 40",
        "    maximun: 40",
        [
            ("the key `maximum` is missing in `pools`", "infra/pools.yaml:3:5", None),
            ("`maximun` is not a key here", "infra/pools.yaml:7:5", "did you mean `maximum`?"),
        ],
    ),
    "wrong unit": (
        "regions/ovh.yaml",
        "400 Gbit/s",
        "400 Gbps",
        [
            (
                "`Gbps` is not a unit here: use one of `Mbit/s`, `Gbit/s`, `Tbit/s`",
                "regions/ovh.yaml:14:15",
                "did you mean `400 Gbit/s`?",
            )
        ],
    ),
    "no unit": (
        "infra/pools.yaml",
        "40 backends",
        "40",
        [
            (
                "`40` is not a quantity: write a number and one of `backends`, `backend`",
                "infra/pools.yaml:7:14",
                "for example `40 backends`",
            )
        ],
    ),
    "negative capacity": (
        "regions/ovh.yaml",
        "400 Gbit/s",
        "-400 Gbit/s",
        [
            (
                "`-400 Gbit/s` is negative",
                "regions/ovh.yaml:14:15",
                "quantities are zero or more",
            )
        ],
    ),
    "country by its old habit": (
        "infra/demand.yaml",
        "subject: FR",
        "subject: UK",
        [
            (
                "`UK` is not an ISO 3166-1 country code",
                "infra/demand.yaml:3:14",
                "did you mean `GB`?",
            )
        ],
    ),
    "country by its name": (
        "regions/ovh.yaml",
        "country: NO",
        "country: Norway",
        [
            (
                "`Norway` is not an ISO 3166-1 country code",
                "regions/ovh.yaml:20:14",
                "did you mean `NO`?",
            )
        ],
    ),
    "country in small letters": (
        "infra/demand.yaml",
        "subject: FR",
        "subject: fr",
        [
            (
                "`fr` is not an ISO 3166-1 country code",
                "infra/demand.yaml:3:14",
                "did you mean `FR`?",
            )
        ],
    ),
    "country of nobody": (
        "regions/ovh.yaml",
        "{name: OVH SAS, country: FR}",
        "{name: OVH SAS, country: QQ}",
        [
            (
                "`QQ` is not an ISO 3166-1 country code",
                "regions/ovh.yaml:4:38",
                "ISO 3166 lists the codes that there are",
            )
        ],
    ),
    "subdivision of nobody": (
        "regions/ovh.yaml",
        "FR-59",
        "FR-590",
        [
            (
                "`FR-590` is not an ISO 3166-2 subdivision, nor a jurisdiction here",
                "regions/ovh.yaml:11:18",
                "did you mean `FR-59`?",
            )
        ],
    ),
    "no that is not false": (
        "infra/services.yaml",
        "core: true",
        "core: no",
        [
            (
                "`no` stands where `true` or `false` is expected",
                "infra/services.yaml:4:11",
                "did you mean `false`?",
            )
        ],
    ),
    "number where text is meant": (
        "infra/services.yaml",
        "name: Telephony",
        "name: 112",
        [
            (
                "`112` stands where text is expected",
                "infra/services.yaml:3:11",
                'put it in quotes: "112"',
            )
        ],
    ),
    "text where a number is meant": (
        "policies/headroom.yaml",
        "surge: 1.2",
        "surge: '1.2'",
        [("`1.2` stands where a number is expected", "policies/headroom.yaml:5:12", None)],
    ),
    "surge below one": (
        "policies/headroom.yaml",
        "surge: 1.2",
        "surge: 0.5",
        [
            (
                "`0.5` should be greater than or equal to 1",
                "policies/headroom.yaml:5:12",
                (
                    "`surge`: demand that must be served, alone and after each single loss, "
                    "as a multiple of nominal"
                ),
            )
        ],
    ),
    "unknown word": (
        "policies/headroom.yaml",
        "[datacenter]",
        "[data-center]",
        [
            (
                "`data-center` is not one of `datacenter`, `provider`, `failure-domain`, `link`",
                "policies/headroom.yaml:3:14",
                "did you mean `datacenter`?",
            )
        ],
    ),
    "unknown unit of work": (
        "infra/services.yaml",
        "unit: calls",
        "unit: call",
        [
            (
                (
                    "`call` is not one of `calls`, `streams`, `users`, `calls/s`, `requests/s`, "
                    "`messages/s`"
                ),
                "infra/services.yaml:5:11",
                "did you mean `calls`?",
            )
        ],
    ),
    "date": (
        "regions/ovh.yaml",
        "checked: 2026-11-23",
        "checked: 23.11.2026",
        [
            (
                "`23.11.2026` is not a date",
                "regions/ovh.yaml:6:12",
                "write year, month and day: `2026-11-23`",
            )
        ],
    ),
    "name with capitals": (
        "infra/services.yaml",
        "id: telephony",
        "id: Voice Calls",
        [
            (
                (
                    "`Voice Calls` is not a name: names hold lower case letters, digits, "
                    "`.`, `_` and `-`"
                ),
                "infra/services.yaml:2:9",
                "did you mean `voice-calls`?",
            )
        ],
    ),
    "one in place of a list": (
        "infra/demand.yaml",
        "[communications]",
        "communications",
        [
            (
                "`communications` stands where a list is expected",
                "infra/demand.yaml:5:19",
                "begin each item with `- `, or put them in `[…]`",
            )
        ],
    ),
    "empty list": (
        "infra/demand.yaml",
        "[communications]",
        "[]",
        [
            (
                "a list is too short: 1 item at least, not 0",
                "infra/demand.yaml:5:19",
                "`data_classes`: what the data is; each service is reached by those that it handles",  # noqa: E501  (one sentence)
            )
        ],
    ),
    "three ends of a link": (
        "regions/ovh.yaml",
        "[ovh-osl, ovh-gra]",
        "[ovh-osl, ovh-gra, shipped-par]",
        [
            (
                "a list is too long: 2 items at most, not 3",
                "regions/ovh.yaml:26:14",
                (
                    "`between`: the two datacenters; or a country, a territory or a group and a"
                    " datacenter: then it carries what goes between services and their users there,"
                    " who have no way in but such links"
                ),
            )
        ],
    ),
    "name as a key": (
        "infra/backends.yaml",
        "{telephony: 900",
        "{Telephony: 900",
        [
            (
                (
                    "`Telephony` is not a name: names hold lower case letters, digits, "
                    "`.`, `_` and `-`"
                ),
                "infra/backends.yaml:5:16",
                "did you mean `telephony`?",
            )
        ],
    ),
    "nothing where a mapping is meant": (
        "regions/ovh.yaml",
        "coordinates: {latitude: 50.99, longitude: 2.13}",
        "coordinates:",
        [
            (
                "nothing stands where a mapping of keys to values is expected",
                "regions/ovh.yaml:13:17",
                None,
            )
        ],
    ),
    "latitude off the Earth": (
        "regions/ovh.yaml",
        "latitude: 50.99",
        "latitude: 509.9",
        [
            (
                "`509.9` should be less than or equal to 90",
                "regions/ovh.yaml:13:29",
                "`latitude`: degrees north",
            )
        ],
    ),
    "the same name twice in a file": (
        "regions/ovh.yaml",
        "id: ovh-osl",
        "id: ovh-gra",
        [
            (
                "datacenter `ovh-gra` is declared twice, first at regions/ovh.yaml:8:9",
                "regions/ovh.yaml:18:9",
                "keep one of them, or give this one another name",
            )
        ],
    ),
    "file by another name": (
        "regions/ovh.yaml",
        "  id: ovh\n",
        "  id: ovhcloud\n",
        [
            (
                "this file declares provider `ovhcloud`",
                "regions/ovh.yaml:2:7",
                "name the file `ovhcloud.yaml`: it lies over the shipped file of its name",
            )
        ],
    ),
    "not YAML": (
        "infra/demand.yaml",
        "id: fr-telephony",
        "id: [fr-telephony",
        [
            (
                "this is not valid YAML: did not find expected ',' or ']'",
                "infra/demand.yaml:3:12",
                None,
            )
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_refused_with_place(case: str, errors: Loader) -> None:
    """Every error, in the order of the file: sentence, place, help (None: not held)."""
    file, old, new, expected = CASES[case]
    found = errors(file, old, new)
    assert [(e.message, str(e.location)) for e in found] == [(m, at) for m, at, _ in expected]
    for error, (_, _, advice) in zip(found, expected, strict=True):
        assert error.location is not None
        assert error.location.text.strip()
        assert advice is None or error.help == advice


def test_all_errors_are_told_together(write: Writer) -> None:
    """One reading finds what is wrong in every file, in the order of files and lines."""
    root = write(
        {
            "infra/pools.yaml": "pools: [{service: a}]\n",
            "infra/demand.yaml": "demand: yes\n",
            "regions/ovh.yaml": "\x00",
            "policies/headroom.yaml": "",
            "infra/service.yaml": "services: []\n",
        }
    )
    with pytest.raises(SourceErrors) as caught:
        load(root)
    found = [(str(error.location), error.message) for error in caught.value.errors]
    assert found == [
        ("infra/demand.yaml:1:9", "`yes` stands where a list is expected"),
        ("infra/pools.yaml:1:9", "the key `datacenter` is missing in `pools`"),
        ("infra/pools.yaml:1:9", "the key `backend` is missing in `pools`"),
        ("infra/pools.yaml:1:9", "the key `maximum` is missing in `pools`"),
        ("infra/service.yaml:1:1", "`infra/service.yaml` is not a file of a workspace"),
        ("policies/headroom.yaml:1:1", "this file is empty"),
        ("regions/ovh.yaml:1:1", "control character U+0000 is not allowed"),
    ]
    assert caught.value.errors[4].help == "did you mean `services.yaml`?"
    assert str(caught.value) == "`yes` stands where a list is expected (and 6 more)"
    assert caught.value.exit_code == 2


def test_names_twice_across_files(write: Writer) -> None:
    """A name given in two files is an error that names both places, shipped or not."""
    root = write(
        {
            "infra/services.more.yaml": "services:\n  - {id: telephony, name: T, unit: calls, "
            "activities: [log], data_classes: [personal]}\n",
            "infra/demand.more.yaml": "demand:\n  - {id: fr-telephony, subject: FR, "
            "service: telephony, data_classes: [personal], rate: 1 calls}\n",
            "infra/demand.local.yaml": "environment: local\ndemand:\n  - {id: fr-telephony, "
            "subject: FR, service: telephony, data_classes: [personal], rate: 1 calls}\n",
        }
    )
    with pytest.raises(SourceErrors) as caught:
        load(root)
    assert [error.message for error in caught.value.errors] == [
        "demand `fr-telephony` is declared twice, first at infra/demand.more.yaml:2:10",
        "service `telephony` is declared twice, first at infra/services.more.yaml:2:10",
    ]


def test_yml_is_not_overlooked(write: Writer) -> None:
    """A file that would be silently left out is an error."""
    with pytest.raises(SourceErrors) as caught:
        load(write({"infra/pools.yml": "pools: []\n"}))
    assert caught.value.errors[0].help == "name it `pools.yaml`"


def test_a_folder_that_cannot_be_read(write: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder whose permissions forbid reading; root may read all, so the refusal is played."""
    root = write()

    def forbidden(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.scandir", forbidden)
    with pytest.raises(SourceErrors, match="`infra` cannot be read: permission denied"):
        load(root)


def test_a_file_name_that_is_no_text(write: Writer) -> None:
    """Bytes of a name that are not UTF-8 are shown as what they are."""
    root = write()
    Path(os.fsdecode(os.fsencode(root / "infra") + b"/\xff.yaml")).write_text("a: 1")
    with pytest.raises(SourceErrors) as caught:
        load(root)
    assert caught.value.errors[0].message == "the file name '\\udcff.yaml' is not text"


def test_a_malformed_plan(write: Writer) -> None:
    """A plan that cannot be read is an error like any other; one that is absent is none."""
    with pytest.raises(SourceErrors) as caught:
        load(write({"stacks/plan.local.yaml": "environment: local\n"}))
    assert caught.value.errors[0].message.startswith("the key `as_of` is missing")


def test_territories_with_their_own_law(write: Writer) -> None:
    """Places of law that ISO does not know, and groups and unions of two letters, are no errors."""
    text = """\
mechanisms:
  - id: clauses
    declares: [scc]
    subjects: [EEA, FR, CA-QC, AE-DIFC, EU]
    to: [AE-DIFC]
    from: 2026-01-01
    evidence: a drawer
"""
    union = "jurisdiction: EU\nname: European Union\nterritory: [EEA]\n"
    root = write({"policies/mechanisms.yaml": text, "policies/residency/eu.yaml": union})
    assert load(root).mechanisms[0].subjects[3] == "AE-DIFC"
    (root / "policies/residency/eu.yaml").unlink()
    with pytest.raises(SourceErrors) as caught:
        load(root)
    assert [error.message for error in caught.value.errors] == [
        "`EU` is not an ISO 3166-1 country code"
    ]
