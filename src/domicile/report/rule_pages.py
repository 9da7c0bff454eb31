"""One page for each rule, from its documentation and facts: `python -m domicile.report.rule_pages`.

The pages are committed, and a test holds them equal to what this module writes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path
from textwrap import dedent

from domicile.checker import FAILED, never_waived
from domicile.model.tokens import Counts, Enforcement
from domicile.report.rule_texts import RuleText, rule_texts
from domicile.resources.rule_documentation import PURPOSE
from domicile.resources.rules import UNKNOWN_TYPE
from domicile.rules import category_purpose
from domicile.rules.documentation import AUDITED, EMIT, Documentation, Example

INDEX = "README.md"
FOLDER = Path("docs/rules")


def pages() -> dict[str, str]:
    """Path within `docs/rules/` → the page's text, the index among them."""
    return {INDEX: _index()} | {rule.page: _page(rule) for rule in rule_texts()}


def write(folder: Path) -> tuple[str, ...]:
    """Write every page that differs, and remove pages that no rule has; see `write_pages`."""
    return write_pages(folder, pages())


def write_pages(folder: Path, wanted: Mapping[str, str]) -> tuple[str, ...]:
    """Write every page that differs, and remove those that are not wanted.

    Args:
        folder: where the pages stand; made where it is missing.
        wanted: path within the folder → the page's text.

    Returns:
        The paths, within the folder, that were written or removed.
    """
    standing = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*.md"))
    }
    changed = sorted(
        path for path in wanted.keys() | standing.keys() if wanted.get(path) != standing.get(path)
    )
    for path in changed:
        page = folder / path
        if path in wanted:
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(wanted[path], encoding="utf-8")
        else:
            page.unlink()
    return tuple(changed)


def body(rule: RuleText) -> str:
    """What a rule's page says, in Markdown, without the page's title and end."""
    said, blocks = rule.said, rule.enforcement is Enforcement.MANDATORY
    parts = [
        f"`{rule.code}` · severity {rule.severity} · {rule.enforcement}: "
        + ("a finding blocks" if blocks else "a finding is shown and does not block"),
        f"**{said.sentence}**",
        *([said.reason] if said.reason else []),
        *_examples(said),
        *(["## Mend", f"{_begun(rule.steps)}."] if rule.steps else []),
        *_waiving(rule),
    ]
    return "\n\n".join(parts)


def _index() -> str:
    rules = rule_texts()
    of_resources = [rule for rule in rules if rule.of_resources]
    of_workspaces = [rule for rule in rules if not rule.of_resources]
    parts = [
        "# Rules",
        (
            f"`domicile check` judges a workspace by these {len(of_workspaces)} rules. Each is one "
            "file, `src/domicile/rules/<category>/<name>.py`, whose examples are tested. A "
            "mandatory finding makes `check` exit with 1; an advisory one is shown and lets it "
            "pass, unless `--fail-on advisory` is given."
        ),
        (
            f"A rule that fails to run blocks as `{FAILED}`: it can be neither waived nor "
            "configured, because what it guards is not known."
        ),
    ]
    for category, members in groupby(of_workspaces, key=lambda rule: rule.category):
        parts += [f"## {category.capitalize()}: {category_purpose(category)}", _table(members)]
    parts += [
        f"## Resource: {PURPOSE}",
        (
            f"`domicile audit` judges what stands, and the policy pack (`docs/pack.md`) what is "
            f"about to be made, by these {len(of_resources)} rules."
        ),
        _table(of_resources),
    ]
    return "\n\n".join(parts) + "\n"


def _table(rules: Iterable[RuleText]) -> str:
    rows = ["| code | rule | severity | enforcement | finds |", "| -- | -- | -- | -- | -- |"]
    rows += [
        f"| {rule.code} | [{rule.name}]({rule.page}) | {rule.severity} | {rule.enforcement} | "
        f"{rule.said.sentence} |"
        for rule in rules
    ]
    return "\n".join(rows)


def _page(rule: RuleText) -> str:
    end = (
        f"[All rules](../{INDEX}) · written from `{rule.source}` by `make docs`; its examples "
        "are tests."
    )
    return "\n\n".join((f"# {rule.name}", body(rule), "---", end)) + "\n"


def _examples(said: Documentation) -> list[str]:
    return ["## Bad", *_example(said.bad), "## Good", *_example(said.good)]


def _example(example: Example) -> list[str]:
    parts = []
    if example.counts is Counts.EXISTING:
        parts.append("Judged with `--counts existing`.")
    for path, text in example.files.items():
        if path in AUDITED:
            parts += [f"`domicile audit {path}`, of:", f"```json\n{text.strip()}\n```"]
        else:
            parts += [f"`{path}`:", f"```yaml\n{text.strip()}\n```"]
    if example.emits:
        parts.append(
            f"`stacks/` as `{EMIT.removeprefix('$ ')}` writes it from what is declared, committed "
            "unedited."
        )
    return parts


def _begun(steps: str) -> str:
    return steps[:1].upper() + steps[1:]


def _only(rule: RuleText) -> str:
    """What narrows a waiver down to some of a rule's findings."""
    if rule.code == UNKNOWN_TYPE.code:  # of types alone, so at no resource's place
        return "matches: aws_rds_       # only findings that say this"
    if rule.of_resources:
        return "where: urn:pulumi:prod::shop::  # only if URN, address, type or name begin so"
    return "where: infra/           # only findings in files whose path begins so"


def _waiving(rule: RuleText) -> list[str]:
    parts = ["## Waive or configure", "In `policies/waivers.yaml`:"]
    other = (
        Enforcement.ADVISORY if rule.enforcement is Enforcement.MANDATORY else Enforcement.MANDATORY
    )
    waiver = f"""\
        waivers:
          - id: accepted-for-now
            rule: {rule.code}            # or {rule.name}
            {_only(rule)}
            reason: why it is accepted
            approver: who accepted it
            until: 2027-03-31       # last day; the end is itself a finding
        """
    setting = f"""\
        enforcement:
          - rule: {rule.name}
            enforcement: {other}   # or disabled
            reason: why it is enforced otherwise here
        """
    if never_waived(rule.name):
        parts.append(
            "A finding about a waiver cannot be waived itself; the rule can be configured:"
        )
        shown = dedent(setting)
    else:
        shown = dedent(waiver) + dedent(setting)
    return [*parts, f"```yaml\n{shown.strip()}\n```"]


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
