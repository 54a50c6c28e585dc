"""The demo's reply templates (常用语), written by the manager of the desk before the first case."""

import tomllib
from datetime import datetime

from shared.demo import people
from shared.demo.matters import FOLDER
from shared.identity.models import Estate
from shared.phrases import writing
from shared.phrases.writing import Wording

WRITER = "何建英"


def fill(estate: Estate, at: datetime) -> None:
    """Write every template, in the change that is open."""
    for table in tomllib.loads((FOLDER / "phrases.toml").read_text(encoding="utf-8"))["phrase"]:
        wording = Wording(table["name"], table["text"], table.get("category"), table.get("act"))
        writing.add(estate.id, wording, by=people.user(WRITER), at=at)
