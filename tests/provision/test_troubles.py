"""What providers and the engine say when they fail becomes one sentence with the next step."""

from __future__ import annotations

import pytest

from domicile.provision.troubles import trouble

SAID = [
    ("incorrect passphrase", "passphrase does not open", "PULUMI_CONFIG_PASSPHRASE"),
    (
        "the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end",
        "locked by another run",
        "domicile recover",
    ),
    (
        "no resource plugin 'pulumi-resource-hcloud' found in the workspace at version v1.2.3",
        "no plugin `hcloud`",
        "pulumi plugin install resource hcloud",
    ),
    (
        "VcpuLimitExceeded: You have requested more vCPU capacity than your current vCPU limit",
        "quota is used up",
        "`quota` of the datacenter",
    ),
    ("googleapi: Error 403: Quota 'CPUS' exceeded. Limit: 24.0", "quota is used up", "up` again"),
    ("server limit reached (resource_limit_exceeded)", "quota is used up", "up` again"),
    ("No valid credential sources found", "no credentials", "credentials"),
    ("unable to authenticate (unauthorized)", "no credentials", "credentials"),
    ("the moon is full", "`pulumi up` of stack `s` failed: the moon is full", "domicile up"),
]


@pytest.mark.parametrize(("said", "message", "help"), SAID)
def test_each_failure_has_a_plain_sentence_and_a_next_step(
    said: str, message: str, help: str
) -> None:
    """What was said by AWS, Google, Hetzner and the engine itself."""
    error = trouble("s", "up", said)
    assert error.exit_code == 3
    assert message in error.message
    assert "`s`" in error.message
    assert help in str(error.help)
