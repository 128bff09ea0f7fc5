"""The image without Docker: what the Dockerfile copies, started as compose starts it."""

import asyncio
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml

from bot.config import ROOT, Settings
from bot.reference import variable
from tests.databases import Postgres
from tests.local_slack import serving
from tests.person import until
from tests.program import free_port, towards
from tests.world import KEY

pytestmark = pytest.mark.processes
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc")


def steps(word: str) -> list[str]:
    """What stands behind such an instruction of the Dockerfile's, continued lines joined."""
    text = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    return re.findall(rf"^{word} +(.+)$", text, re.MULTILINE)


def copied() -> Iterator[tuple[str, str]]:
    """(source, target) of what comes from the folder that the image is built in."""
    for step in steps("COPY"):
        *sources, target = step.split()
        if not step.startswith("--from"):
            yield from ((source, target) for source in sources)


def built(folder: Path) -> None:
    """The image's /app."""
    for source, target in copied():
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, folder / target, ignore=LEFT_OUT)
        else:
            shutil.copy(ROOT / source, folder / target)


def composed() -> dict[str, Any]:
    told = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    services: dict[str, Any] = told["services"]
    return services


def test_what_is_copied_is_let_through_to_the_builder() -> None:
    let = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines()
           if line.startswith("!")}  # fmt: skip
    assert {source for source, _ in copied()} == let


def test_compose_sets_what_there_is() -> None:
    services = composed()
    known = {variable(*one) for one in Settings.model_fields.items()}
    assert set(services["bot"]["environment"]) <= known
    named = {*services["bot"]["depends_on"], "bot"}
    assert named == set(services)
    port = services["bot"]["environment"]["PORT"]
    assert steps("EXPOSE") == [str(port)]
    assert services["bot"]["ports"] == [f"127.0.0.1:{port}:{port}"]
    asked = set(re.findall(r"\$\{(\w+)", (ROOT / "compose.yaml").read_text("utf-8")))
    offered = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE))
    assert asked <= offered


async def test_the_image_becomes_ready_on_postgresql(tmp_path: Path, postgres: Postgres) -> None:
    built(tmp_path)
    tools = tmp_path / "tools"  # as the build's `pip install --editable .` makes it
    tools.mkdir()
    program = tools / "drumbeat"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m bot "$@"\n')
    program.chmod(0o755)
    *_, last = steps("CMD")
    port = free_port()
    with postgres.fresh(empty=True) as url:
        async with serving() as (slack, _), aiohttp.ClientSession() as http:
            told = towards(slack, socket=False) | {
                "PATH": f"{tools}:{os.environ['PATH']}",
                "PYTHONPATH": str(tmp_path),
                "DATABASE_URL": url,
                "DRUMBEAT_SECRET_KEY": KEY,
                "HOST": "0.0.0.0",
                "PORT": str(port),
            }
            process = await asyncio.create_subprocess_exec(
                *json.loads(last), cwd=tmp_path, env=told, stderr=asyncio.subprocess.PIPE
            )

            async def ready() -> bool:
                try:
                    async with http.get(f"http://127.0.0.1:{port}/readyz") as answer:
                        return answer.status == 200
                except aiohttp.ClientError:
                    assert process.returncode is None
                    return False

            try:
                await until(ready, 60)
            finally:
                if process.returncode is None:
                    process.terminate()
                _, said = await process.communicate()
    assert process.returncode == 0, said.decode()[-2000:]
