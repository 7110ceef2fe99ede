"""Scenarios by name: each file here has a function play(world)."""

import importlib
import importlib.util
import os

from .. import generate
from ..world import World


def load(name, **options):
    """The world of a scenario: a name in this folder, a Python file, or "generated:key=value,..."."""
    world = World()
    if name.startswith("generated"):
        pairs = [one.split("=") for one in name.partition(":")[2].split(",") if one]
        generate.play(world, **{key: value if key in ("start", "name") else float(value) if "." in value else int(value) for key, value in pairs}, **options)
        return world
    if os.path.exists(name):
        spec = importlib.util.spec_from_file_location("scenario_of_github", name)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    else:
        module = importlib.import_module(f"{__name__}.{name}")
    module.play(world, **options)
    return world
