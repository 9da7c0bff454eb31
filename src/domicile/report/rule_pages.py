"""One page for each rule, from its docstring and facts: `python -m domicile.report.rule_pages`.

The pages are committed, and a test holds them equal to what this module writes.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from textwrap import dedent

from domicile.checker import FAILED, never_waived
from domicile.model.tokens import Counts, Enforcement
from domicile.rules import Rule, all_rules, category_purpose
from domicile.rules.documentation import Documentation, Example, documentation

INDEX = "README.md"
FOLDER = Path("docs/rules")


def pages() -> dict[str, str]:
    """Path within `docs/rules/` → the page's text, the index among them."""
    rules = all_rules()
    return {INDEX: _index(rules)} | {_path(rule): _page(rule) for rule in rules}


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


def _path(rule: Rule) -> str:
    return f"{rule.name}.md"


def _index(rules: tuple[Rule, ...]) -> str:
    parts = [
        "# Rules",
        (
            f"`domicile check` judges a workspace by these {len(rules)} rules. Each is one file, "
            "`src/domicile/rules/<category>/<name>.py`, whose examples are tested. A mandatory "
            "finding makes `check` exit with 1; an advisory one is shown and lets it pass, unless "
            "`--fail-on advisory` is given."
        ),
        (
            f"A rule that fails to run blocks as `{FAILED}`: it can be neither waived nor "
            "configured, because what it guards is not known."
        ),
    ]
    for category, members in groupby(rules, key=lambda rule: rule.name.partition("/")[0]):
        parts.append(f"## {category.capitalize()}: {category_purpose(category)}")
        rows = ["| code | rule | severity | enforcement | finds |", "| -- | -- | -- | -- | -- |"]
        rows += [
            f"| {rule.facts.code} | [{rule.name}]({_path(rule)}) | {rule.facts.severity} | "
            f"{rule.facts.enforcement} | {documentation(rule.documentation).sentence} |"
            for rule in members
        ]
        parts.append("\n".join(rows))
    return "\n\n".join(parts) + "\n"


def _page(rule: Rule) -> str:
    said = documentation(rule.documentation)
    blocks = rule.facts.enforcement is Enforcement.MANDATORY
    parts = [
        f"# {rule.name}",
        f"`{rule.facts.code}` · severity {rule.facts.severity} · {rule.facts.enforcement}: "
        + ("a finding blocks" if blocks else "a finding is shown and does not block"),
        f"**{said.sentence}**",
        *([said.reason] if said.reason else []),
        *_examples(said),
        *_waiving(rule),
        "---",
        (
            f"[All rules](../{INDEX}) · written from `src/domicile/rules/{_source(rule)}` by "
            "`make docs`; its examples are tests."
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _source(rule: Rule) -> str:
    return rule.name.replace("-", "_") + ".py"


def _examples(said: Documentation) -> list[str]:
    return ["## Bad", *_example(said.bad), "## Good", *_example(said.good)]


def _example(example: Example) -> list[str]:
    parts = []
    if example.counts is Counts.EXISTING:
        parts.append("Judged with `--counts existing`.")
    for path, text in example.files.items():
        parts += [f"`{path}`:", f"```yaml\n{text.strip()}\n```"]
    if example.emits:
        parts.append(
            "`stacks/` as `domicile emit` writes it from what is declared, committed unedited."
        )
    return parts


def _waiving(rule: Rule) -> list[str]:
    parts = ["## Waive or configure", "In `policies/waivers.yaml`:"]
    other = (
        Enforcement.ADVISORY
        if rule.facts.enforcement is Enforcement.MANDATORY
        else Enforcement.MANDATORY
    )
    waiver = f"""\
        waivers:
          - id: accepted-for-now
            rule: {rule.facts.code}            # or {rule.name}
            where: infra/           # only findings in files whose path begins so
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
