"""What Pulumi said when it failed, as one plain sentence and the next step."""

from __future__ import annotations

import re
from dataclasses import dataclass

from domicile.model.errors import OutsideError

_RESUME = "then run `domicile up` again: it goes on where it stopped"


@dataclass(frozen=True, slots=True)
class _Trouble:
    pattern: re.Pattern[str]
    says: str
    """What went wrong; `{stack}` and groups of the pattern are filled in."""
    help: str
    """What to do next."""
    repeat: bool = True
    """Whether what Pulumi said is repeated: it names what matters."""


def _trouble(pattern: str, says: str, help: str, *, repeat: bool = True) -> _Trouble:
    return _Trouble(re.compile(pattern, re.IGNORECASE), says, help, repeat)


_TROUBLES = (
    _trouble(
        r"incorrect passphrase|passphrase must be set|could not create secrets manager",
        "the passphrase does not open the secrets of stack `{stack}`",
        "set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE, to the one that it was "
        "made with; without them `.domicile/passphrase` is used",
        repeat=False,
    ),
    _trouble(
        r"unsupported checkpoint version|newer version of (?:the )?pulumi|schema version",
        "the state of stack `{stack}` was written by a newer Pulumi than this one",
        "install that version: `domicile` uses the `pulumi` on PATH where there is one",
    ),
    _trouble(
        # as Go names what failed at which file: providers deny permissions too, in other words
        r"no space left on device|read-only file system"
        r"|(?:open|mkdir|rename|remove|chmod|write|link) \S+(?: \S+)?: permission denied",
        "a file of stack `{stack}` cannot be written",
        "make room, or make it writable, then run `domicile up` again: what was made stays made",
    ),
    _trouble(
        r"stack is currently locked|conflict: another update is currently in progress",
        "stack `{stack}` is locked by another run",
        "wait until it has ended; where its process is gone, `domicile recover` releases the lock",
    ),
    _trouble(
        r"no (?:resource|analyzer|language) plugin '?(?:pulumi-resource-)?(?P<plugin>[\w.-]+)'?"
        r"|could not (?:automatically )?(?:download and )?(?:find|install|load)[^'`]*plugin"
        r"[^'`]*['`]?(?:pulumi-resource-)?(?P<other>[\w.-]*)",
        "Pulumi has no plugin `{plugin}`, which stack `{stack}` needs",
        f'run `eval "$(domicile env)" && pulumi plugin install resource {{plugin}}`, {_RESUME}',
        repeat=False,
    ),
    _trouble(
        r"quota|limit ?exceeded|resource_limit|exceeds? (?:the )?limit|insufficient capacity",
        "the provider of stack `{stack}` refuses to make more: its quota is used up",
        "have the provider raise it, or declare what it gives as `quota` of the datacenter in "
        f"`regions/`, plan and emit; {_RESUME}",
    ),
    _trouble(
        r"credential|unauthori[sz]ed|not authenticated|authentication|access ?denied|"
        r"invalid ?(?:api )?(?:token|key)|\b401\b|\b403\b",
        "the provider of stack `{stack}` takes no credentials, or other ones",
        "give Pulumi the provider's credentials (its page in the Pulumi Registry names the "
        f"variables), {_RESUME}",
    ),
)


def trouble(stack: str, command: str, said: str) -> OutsideError:
    """The error for a command that failed on a stack.

    Args:
        stack: its name.
        command: `up`, `preview` …
        said: what Pulumi said went wrong.
    """
    for each in _TROUBLES:
        match = each.pattern.search(said)
        if match:
            found = match.groupdict()
            plugin = found.get("plugin") or found.get("other") or "it names"
            message = each.says.format(stack=stack, plugin=plugin)
            repeated = f": {said}" if each.repeat else ""
            return OutsideError(message + repeated, help=each.help.format(plugin=plugin))
    return OutsideError(
        f"`pulumi {command}` of stack `{stack}` failed: {said}",
        help="mend what it names, then run `domicile up` again; it finishes what was begun",
    )
