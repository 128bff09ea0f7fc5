"""What is needed beyond Python packages, brought up where that is allowed.

`python3 tests/needs.py NAME…` with the names in `NEEDS`. What is missing is installed by apt-get as
root on Debian; otherwise one line names the package and the exit code is 2: nothing is skipped.
It runs before anything is installed, so it takes the standard library only.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

Caller = Callable[[list[str]], subprocess.CompletedProcess[str]]


def call(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
    )


@dataclass(frozen=True)
class Machine:
    """The machine looked at; `files` is where its file system starts."""

    files: Path
    root: bool
    apt: bool
    call: Caller
    setpriv: bool = True
    ensurepip: bool = True

    def browser(self) -> list[str]:
        missing = [] if (self.files / "usr/bin/chromium").exists() else ["chromium"]
        fonts = (self.files / "usr/share/fonts").rglob("*moji*")
        return missing + ([] if any(fonts) else ["fonts-noto-color-emoji"])

    def postgres(self) -> list[str]:
        """The server is in the lock file; as root it must be started as somebody else."""
        return ["util-linux"] if self.root and not self.setpriv else []

    def python(self) -> list[str]:
        """Debian keeps the part of Python that makes environments in a package of its own."""
        major, minor = sys.version_info[:2]
        return [] if self.ensurepip else [f"python{major}.{minor}-venv"]

    def install(self, packages: list[str]) -> str:
        """Empty when all went well, else what apt-get said last."""
        fetch = ["apt-get", "-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3", "-qq"]
        said = ""
        for _ in range(2):  # a mirror may be in the middle of an update
            self.call([*fetch, "update"])
            done = self.call([*fetch, "install", "-y", "--no-install-recommends", *packages])
            if done.returncode == 0:
                return ""
            said = (done.stderr or done.stdout).strip() or f"exit {done.returncode}"
        return said.splitlines()[-1]


NEEDS = {"browser": Machine.browser, "postgres": Machine.postgres, "python": Machine.python}


def bring(machine: Machine, names: list[str]) -> str:
    """Install what is missing; returns the line to print when that cannot be done."""
    packages = [package for name in names for package in NEEDS[name](machine)]
    if not packages:
        return ""
    wanted = " ".join(packages)
    if not machine.root or not machine.apt:
        return f"drumbeat: missing {wanted}: as root, apt-get install {wanted}"
    sys.stdout.write(f"Installing {wanted}\n")
    sys.stdout.flush()
    said = machine.install(packages)
    return f"drumbeat: apt-get could not install {wanted}: {said}" if said else ""


def this_machine() -> Machine:
    return Machine(
        files=Path("/"),
        root=os.geteuid() == 0,
        apt=shutil.which("apt-get") is not None,
        call=call,
        setpriv=shutil.which("setpriv") is not None,
        ensurepip=find_spec("ensurepip") is not None and find_spec("venv") is not None,
    )


def main(names: list[str]) -> int:
    if not names or not set(names) <= set(NEEDS):
        said = f"drumbeat: needs.py takes any of: {', '.join(NEEDS)}"
    else:
        said = bring(this_machine(), names)
    if said:
        sys.stderr.write(f"{said}\n")
    return 2 if said else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
