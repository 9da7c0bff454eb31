"""One page for each jurisdiction, from its file: `python -m domicile.report.regime_pages`.

The pages are committed, and a test holds them equal to what this module writes. They do not depend
on a day: dates are printed, and nothing is left out because of them.
"""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from domicile.model.base import Record
from domicile.model.law import AdequacyEntry, Citation, Jurisdiction, LawRule, Reach, Way
from domicile.model.place import Member
from domicile.model.tokens import Evidence
from domicile.model.words import listed
from domicile.report.rule_pages import write_pages
from domicile.residency import Law
from domicile.residency.facts import Rule
from domicile.residency.words import kind
from domicile.workspace import Workspace, load_law, load_shipped

FOLDER = Path("docs/regimes")
CONDITIONS = "conditions.md"
SEEN = (Evidence.OFFICIAL, Evidence.REPRODUCED)
DISCLAIMER = "Engineering support, not legal advice."


def pages() -> dict[str, str]:
    """Path within `docs/regimes/` → the page's text, the index and the conditions among them."""
    workspace = load_shipped()
    law = load_law(workspace)
    made = {
        f"{name.lower()}.md": _page(workspace, law, each)
        for name, each in workspace.jurisdictions.items()
    }
    return {"README.md": _index(workspace), CONDITIONS: _conditions(workspace)} | made


def _index(workspace: Workspace) -> str:
    every = workspace.jurisdictions
    rules = [rule for each in every.values() for rule in each.rules]
    own = {name: _regime(each) for name, each in every.items()}
    seen = sum(1 for found in own.values() if found and all(r.evidence in SEEN for r in found))
    inherits = sum(1 for name, found in own.items() if not found and every[name].under)
    grades = ", ".join(
        f"{sum(rule.evidence is grade for rule in rules)} {grade}" for grade in Evidence
    )
    rows = ["| id | name | general law | how data may leave | evidence | rules | list |"]
    rows += ["| -- | -- | -- | -- | -- | --: | --: |"]
    for name, each in every.items():
        found = own[name]
        how = listed(dict.fromkeys(_kind(name, rule) for rule in found)) if found else ""
        how = how or (f"as {listed(each.under)}" if each.under else "not known")
        trust = listed(dict.fromkeys(str(rule.evidence) for rule in found)) if found else ""
        status = each.general.status if each.general else "as above it" if each.under else ""
        rows.append(
            f"| [{name}]({name.lower()}.md) | {_text(each.name)} | {status} | {_text(how)} | "
            f"{trust} | {len(each.rules)} | {len(each.lists)} |"
        )
    return _joined(
        "# Regimes",
        f"What the shipped law says, jurisdiction by jurisdiction, as its files in "
        f"`policies/residency/` have it. {DISCLAIMER}",
        f"{len(every)} jurisdictions with {len(rules)} rules ({grades}). The law of transfer of "
        f"personal data rests on official or reproduced text in {seen} of them, itself; {inherits} "
        f"live by that of another. [What each token means]({CONDITIONS}).",
        "\n".join(rows),
    )


def _conditions(workspace: Workspace) -> str:
    users: dict[str, list[str]] = {}
    for name, each in workspace.jurisdictions.items():
        for rule in each.rules:
            for token in dict.fromkeys(
                (*rule.when, *(n for way in rule.unless for n in way.needs))
            ):
                users.setdefault(token, []).append(f"{name}:{rule.id}")
        for entry in each.lists:
            for token in entry.needs:
                users.setdefault(token, []).append(entry.id)
    parts = ["# What tokens mean", "What must be true where a workspace declares one."]
    for token, condition in workspace.conditions.items():
        links = ", ".join(_to_rule(rule) for rule in users.get(token, ()))
        parts += [f"## {token}", f"{_text(condition.means)}", f"Asked for by {links}."]
    return _joined(*parts)


def _page(workspace: Workspace, law: Law, jurisdiction: Jurisdiction) -> str:
    name = jurisdiction.jurisdiction
    facts = {rule.id: rule for rule in law.jurisdictions[name].rules}
    regimes = [rule for rule in jurisdiction.rules if rule.regime]
    others = [rule for rule in jurisdiction.rules if not rule.regime]
    parts = [f"# {_text(jurisdiction.name)} ({name})", DISCLAIMER, *_general(jurisdiction)]
    if jurisdiction.territory:
        parts.append(f"It holds in {_text(listed(jurisdiction.territory, 60))}.")
    above = _above(law, name)
    if above:
        links = ", ".join(f"[{each}]({each.lower()}.md)" for each in above)
        parts.append(f"Its people's data lives under the rules of {links}, too.")
    for title, rules in (("How data may leave", regimes), ("What else binds", others)):
        if rules:
            parts.append(f"## {title}")
        for rule in rules:
            parts += _rule(name, rule, facts)
    return _joined(*parts, *_beside(workspace, jurisdiction))


def _beside(workspace: Workspace, jurisdiction: Jurisdiction) -> Iterator[str]:
    """What stands on a page below the rules."""
    name = jurisdiction.jurisdiction
    if jurisdiction.lists:
        yield "## Adequacy list"
        yield _list(jurisdiction.lists)
    if jurisdiction.reaches:
        yield "## What its law reaches abroad"
    for reach in jurisdiction.reaches:
        yield from _reach(name, reach)
    sought = (_text(jurisdiction.looked_for),) if jurisdiction.looked_for else ()
    for title, lines in (
        ("Groups", list(_groups(workspace, name))),
        ("Found, and no rule", [_text(note) for note in jurisdiction.notes]),
        ("Not known", list(sought)),
    ):
        if lines:
            yield f"## {title}"
            yield _bullets(lines)


def _above(law: Law, name: str) -> list[str]:
    """The jurisdictions whose rules reach it too, on the last day that its facts were checked."""
    checked = [
        rule.checked for each in law.jurisdictions.values() for rule in each.rules if each.rules
    ]
    return [each for each in law.on(max(checked)).chain(name) if each != name]


def _general(jurisdiction: Jurisdiction) -> Iterator[str]:
    general = jurisdiction.general
    if general is None:
        return
    said = [_text(general.name) if general.name else "no general law is known", general.status]
    if general.from_:
        said.append(f"since {general.from_}")
    if general.authority:
        said.append(f"supervised by {_text(general.authority)}")
    source = f" {_cited(general.citation)}" if general.citation else ""
    yield f"**General law**: {'; '.join(said)} ({general.evidence}).{source}"


def _rule(owner: str, rule: LawRule, facts: Mapping[str, Rule]) -> Iterator[str]:
    fact = facts[f"{owner}:{rule.id}"]
    yield f"### {owner}:{rule.id}"
    yield _text(rule.says)
    what = listed((*rule.regime, *rule.data), 30) or "all data"
    covers = f"{what}; {listed(rule.does)}" if rule.does else what
    lines = [f"**{kind(fact)}**: {covers}"]
    if isinstance(rule.in_, tuple):
        lines.append(f"inside {_text(listed(rule.in_, 60))}")
    if rule.not_in:
        lines.append(f"not in {_text(listed(rule.not_in, 60))}")
    if rule.of != "place":
        lines.append(f"looks at the {rule.of}")
    if rule.when:
        lines.append(f"binds {', '.join(_to_token(token) for token in rule.when)}")
    if rule.whose:
        lines.append(f"whose data: {rule.whose}")
    if rule.replaces:
        lines.append(f"takes out {', '.join(_to_rule(each) for each in rule.replaces)}")
    lines += [f"way out: {_way(way)}" for way in rule.unless]
    lines.append(f"{_dates(rule)}; evidence: {rule.evidence}; checked {rule.checked}")
    lines.append(_cited(rule.citation))
    if rule.conflicts:
        lines.append(f"sources disagree: {_text(rule.conflicts)}")
    if rule.note:
        lines.append(_text(rule.note))
    yield _bullets(lines)


def _way(way: Way) -> str:
    said = []
    if way.list is not None:
        said.append(f"the [adequacy list of {way.list}]({way.list.lower()}.md)")
    if way.to:
        said.append(f"to {_text(listed(way.to, 60))}")
    if way.needs:
        said.append("with " + " and ".join(_to_token(need) for need in way.needs))
    if way.from_ or way.until:
        said.append(_dates(way))
    if way.evidence is not None:
        said.append(f"({way.evidence})")
    if way.citation is not None:
        said.append(_cited(way.citation))
    return " ".join(said) or "without conditions"


def _list(entries: Iterable[AdequacyEntry]) -> str:
    rows = ["| id | to | scope, needs | instrument | days | evidence |", "| -- " * 6 + "|"]
    for entry in entries:
        scope = [_text(entry.scope)] if entry.scope else []
        scope += [_to_token(need) for need in entry.needs]
        scope += [_text(each) for each in (entry.note, entry.conflicts) if each]
        rows.append(
            f"| {_text(entry.id)} | {_text(listed(entry.to, 60))} | {'; '.join(scope)} | "
            f"{_cited(entry.citation)} | {_dates(entry)} | {entry.evidence} |"
        )
    return "\n".join(rows)


def _reach(owner: str, reach: Reach) -> Iterator[str]:
    yield f"### {owner}:{reach.id}"
    yield _text(reach.says)
    lines = [f"{_dates(reach)}; evidence: {reach.evidence}; checked {reach.checked}"]
    lines.append(_cited(reach.citation))
    if reach.note:
        lines.append(_text(reach.note))
    yield _bullets(lines)


def _groups(workspace: Workspace, name: str) -> Iterator[str]:
    for group in workspace.groups.values():
        for member in group.members:
            code = member.of if isinstance(member, Member) else member
            if code == name:
                days = f", {_dates(member)}" if isinstance(member, Member) else ""
                yield f"{group.id}: {_text(group.name)}{days} ({group.evidence})"


def _regime(jurisdiction: Jurisdiction) -> list[LawRule]:
    return [rule for rule in jurisdiction.rules if "personal" in rule.regime]


def _kind(owner: str, rule: LawRule) -> str:
    if rule.in_ == "world":
        return "free" if not rule.not_in else "forbidden to named countries"
    return f"leaves {owner} on conditions" if rule.unless else f"stays in {owner}"


def _dates(fact: Record) -> str:
    begin, end = getattr(fact, "from_", None), getattr(fact, "until", None)
    if begin is None:
        return "start not known" if end is None else f"until {end}"
    return f"since {begin}" if end is None else f"{begin} to {end}"


def _cited(citation: Citation) -> str:
    said = _text(citation.instrument)
    if citation.article:
        said += f", {_text(citation.article)}"
    if citation.url and re.match(r"https?://", citation.url):
        address = citation.url.replace(")", "%29").replace("(", "%28").replace(" ", "%20")
        said = f"[{said}](<{address}>)"
    if citation.quote:
        said += f": “{_text(citation.quote)}”"
        said += f" ({citation.language})" if citation.language else ""
    return said


def _to_token(token: str) -> str:
    return f"[{token}]({CONDITIONS}#{re.sub(r'[^a-z0-9-]', '', token.lower())})"


def _to_rule(rule: str) -> str:
    owner = rule.split(":", maxsplit=1)[0].lower()
    return f"[{_text(rule)}]({owner}.md)"


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _text(text: str) -> str:
    """Text that Markdown and HTML take as such, on one line."""
    plain = html.escape(" ".join(text.split()), quote=False)
    return re.sub(r"([\\`*_\[\]|~])", r"\\\1", plain)


def _joined(*parts: str) -> str:
    return "\n\n".join(parts) + "\n"


def main() -> int:
    """Write the pages; the exit code is 0."""
    folder = Path(sys.argv[1]) if sys.argv[1:] else FOLDER
    for path in write_pages(folder, pages()):
        sys.stdout.write(f"{folder / path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
