"""Lighthouse's four categories on a mid-range telephone."""

import json
import subprocess
from collections.abc import Iterator

from playwright.sync_api import BrowserContext

from tests.audit import instruments
from tests.audit.readings import Reading
from tests.audit.vitals import Place

GATE = 95
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
PRIVATE = ("receipt", "progress", "owner's page")  # not to be found by a search engine, on purpose
PAGES = ("home", "filing: topic", "filing: details", "policy", "openness", *PRIVATE)
FLAGS = "--headless --no-sandbox --disable-gpu --disable-background-networking"
TRIES = 3
PATIENCE = 180  # seconds


def score(context: BrowserContext, url: str, place: Place) -> Iterator[Reading]:
    """The four categories of one page, in this browser's name: a step of filing needs its draft."""
    cookies = "; ".join(f"{c['name']}={c['value']}" for c in context.cookies(url))
    headers = json.dumps({"Cookie": cookies, "Accept-Language": "zh-CN"})
    address = place.address if place.address.startswith("http") else url + place.address
    wanted = [c for c in CATEGORIES if c != "seo" or place.name not in PRIVATE]
    best: dict[str, float] = {}
    faults: dict[str, list[str]] = {}
    for _again in range(TRIES):
        report = _run(address, headers, wanted)
        for name in wanted:
            found = (report["categories"][name]["score"] or 0) * 100
            # Other work on the machine only ever makes a page slower; what is not speed must hold every time.
            prefer = max if name == "performance" else min
            if found == prefer(found, best.get(name, found)):
                best[name], faults[name] = found, _lost(report, name)
        if best["performance"] >= GATE:
            break
    for name in wanted:
        yield Reading(place.name, name, round(best[name]), GATE, is_least=True)
        if best[name] < 100:
            print(f"    {place.name}, {name}: {'; '.join(faults[name])}")


def _run(address: str, headers: str, categories: list[str]) -> dict:
    words = [
        address,
        "--output=json",
        "--quiet",
        "--form-factor=mobile",
        f"--extra-headers={headers}",
        f"--only-categories={','.join(categories)}",
        f"--chrome-flags={FLAGS}",
        "--disable-full-page-screenshot",
    ]
    ended = subprocess.run(
        instruments.lighthouse(*words),
        env=instruments.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    if ended.returncode != 0:
        raise SystemExit(f"Lighthouse failed on {address}: {ended.stderr[-600:]}")
    report: dict = json.loads(ended.stdout)
    return report


def _lost(report: dict, category: str) -> list[str]:
    """What took points, by Lighthouse's own names."""
    weighed = [r for r in report["categories"][category]["auditRefs"] if r["weight"]]
    audits = {r["id"]: report["audits"][r["id"]] for r in weighed}
    return [
        f"{name} {audit['score']} {audit.get('displayValue', '')}".strip()
        for name, audit in audits.items()
        if audit["score"] is not None and audit["score"] < 0.9
    ]
