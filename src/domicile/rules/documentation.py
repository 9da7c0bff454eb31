"""What a rule's docstring says: what goes wrong, why that matters, a bad and a good example.

An example is YAML as people write it. A comment line with a path (`# infra/pools.yaml`) begins a
file, which takes the place of that file in a small workspace; `# counts: existing` says which
counts are judged, and `$ domicile emit` that a plan is emitted first. What `domicile audit` is to
judge, a state or a plan of another tool, begins with `# state.json` or `# plan.json`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from textwrap import dedent

from domicile.model.tokens import Counts

EMIT = "$ domicile emit"
"""The line of an example that has a plan made of what is declared."""

AUDITED = ("state.json", "plan.json")
"""The files of an example that are no workspace's own."""

_FILE = re.compile(r"# (?P<path>(?:regions|policies|infra|stacks)/\S+|(?:state|plan)\.json)")
_COUNTS = re.compile(r"# counts: (?P<counts>\S+)")
_SECTIONS = re.compile(r"^(Bad|Good):$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Example:
    """Files of a workspace, and how it is to be judged."""

    text: str
    """As it stands in the docstring."""
    files: dict[str, str]
    """Path within the workspace → what it holds."""
    counts: Counts
    """The counts to judge; emitted unless said otherwise."""
    emits: bool
    """Whether a plan is emitted first."""


@dataclass(frozen=True, slots=True)
class Documentation:
    """A rule's docstring, taken apart."""

    sentence: str
    """What goes wrong, with its final period."""
    reason: str
    """Why that matters, where there is more to say; may be empty."""
    bad: Example
    """What the rule finds."""
    good: Example
    """What it leaves alone."""


def documentation(docstring: str) -> Documentation:
    """Take a rule's docstring apart.

    Raises:
        ValueError: it has no `Bad:` or no `Good:` section, not in this order, or an example
            says something before its first file.
    """
    prose, *sections = _SECTIONS.split(dedent(docstring))
    if sections[::2] != ["Bad", "Good"]:
        raise ValueError("a rule's docstring has a section `Bad:`, then a section `Good:`")
    sentence, _, reason = prose.strip().partition("\n\n")
    return Documentation(
        sentence=" ".join(sentence.split()),
        reason=reason.strip(),
        bad=_example(sections[1]),
        good=_example(sections[3]),
    )


def _example(section: str) -> Example:
    text = dedent(section).strip()
    files: dict[str, list[str]] = {}
    counts = Counts.EMITTED
    emits = False
    path = None
    for line in text.splitlines():
        if begins := _FILE.fullmatch(line):
            path = begins["path"]
            files[path] = []
        elif chosen := _COUNTS.fullmatch(line):
            counts = Counts(chosen["counts"])
        elif line == EMIT:
            emits = True
        elif path is not None:
            files[path].append(line)
        elif line.strip():
            raise ValueError(f"`{line}` belongs to no file: write `# <path>` above it")
    return Example(
        text=text,
        files={path: "".join(f"{line}\n" for line in lines) for path, lines in files.items()},
        counts=counts,
        emits=emits,
    )
