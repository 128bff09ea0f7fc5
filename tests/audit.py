"""`pip-audit` over what is installed in production, honest about what it could not look up.

`python -m tests.audit`: exit code 1 for a known vulnerability. The audit passes what the index
knows nothing of as if it were well, and so is green on a machine that cannot reach it; here that is
a line that says *not audited*.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.config import ROOT

LOCK = ROOT / "requirements.lock"
PATIENCE = 120.0  # seconds
WHY = "the package index tells nothing about them here"


@dataclass(frozen=True)
class Told:
    """What to say, and whether something is to be mended."""

    lines: tuple[str, ...]
    bad: bool


def judge(found: Sequence[Mapping[str, Any]]) -> Told:
    """From pip-audit's `dependencies`: each has `vulns`, or a `skip_reason`."""
    skipped = [one["name"] for one in found if "skip_reason" in one]
    bad = [
        f"audit: {one['name']} {one['version']}: {vuln['id']}, mended in "
        f"{', '.join(vuln['fix_versions']) or 'no version yet'}"
        for one in found
        for vuln in one.get("vulns", ())
    ]
    lines = list(bad)
    if skipped or not found:
        lines.append(f"audit: {len(skipped) or 'all'} of {len(found)} packages not audited: {WHY}")
    if not lines:
        lines.append(f"audit: {len(found)} packages, nothing known against them")
    return Told(tuple(lines), bool(bad))


def audit() -> Told:
    """Ask the index about every package of the lock."""
    asked = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes"]
    asked += ["--requirement", str(LOCK), "--progress-spinner", "off", "--format", "json"]
    try:
        done = subprocess.run(
            asked, capture_output=True, text=True, check=False, timeout=PATIENCE, cwd=ROOT
        )
        found = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        return Told((f"audit: not audited: {WHY}",), bad=False)
    return judge(found)


def main() -> None:
    told = audit()
    print("\n".join(told.lines))
    sys.exit(int(told.bad))


if __name__ == "__main__":
    main()
