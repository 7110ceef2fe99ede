"""What wick would have fired: `wick backtest` with its default tiers on the same Prometheus."""

import json
import os
import subprocess
import time
from datetime import datetime

import servers
from rivals import held_through
from truth import WORKBOOK
from world import END, MINUTE, WARM_UP_DAYS

OBJECTIVE = "99.9%"
SETTLE_MINUTES = 0.5         # the daemon's default: so much later than the end of a step it looks


def write_definitions(path, services):
    with open(path, "w") as out:
        for service in services:
            select = f'http_requests_total{{job="{service.profile.job}"'
            out.write("\n".join([
                "apiVersion: wick/v1", "kind: ServiceLevels", f"service: {service.profile.job}", "slos:",
                "  - name: availability", f"    objective: {OBJECTIVE}", "    window: 30d", "    sli:",
                f"      events: {{bad: '{select},code=~\"5..\"}}', total: '{select}}}'}}", "---", ""]))


def backtest(wick, folder, url, services):
    """{job: what `wick backtest --format json` says of it}, and what it cost: (seconds, MiB)."""
    path = os.path.join(folder, "definitions.yaml")
    write_definitions(path, services)
    command = [wick, "backtest", "--source", url, "--at", str(END), "--since", f"{services[0].days - WARM_UP_DAYS}d", "--format", "json", path]
    begin = time.monotonic()
    with open(os.path.join(folder, "backtest.json"), "w+") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.PIPE, text=True)
        complaint = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read()
    if process.returncode or not text:
        raise servers.Failure(f"'wick backtest' ends with {process.returncode}: {complaint or text}")
    played = {one["id"].partition("/")[0]: one for one in json.loads(text)}
    return played, (time.monotonic() - begin, usage.ru_maxrss / 1024)


def minute_of(service, text):
    """The minute that ends at the time."""
    return (int(datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()) - service.start) // MINUTE - 1


def unseen(service):
    """Spans without a single scrape of the service: a daemon knows of them only what comes behind."""
    out, begin = [], None
    for minute, seen in enumerate(service.scraped):
        if not seen and begin is None:
            begin = minute
        elif seen and begin is not None:
            out.append((begin, minute))
            begin = None
    return out + ([(begin, service.minutes)] if begin is not None else [])


def alerts(service, played):
    """{tier: a byte per minute}, for the tiers that look at burn rates. A backtest knows what a hole in the data held; nobody is paged for
    it before the hole is over."""
    out = {tier.name: bytearray(service.minutes) for tier in WORKBOOK}
    for alert in played["alerts"]:
        if alert["kind"] != "burn":
            continue
        begin = 0 if alert["already_firing"] else minute_of(service, alert["fired_at"])
        end = minute_of(service, alert["over_at"]) if alert.get("over_at") else service.minutes
        out[alert["tier"]][begin:end] = b"\1" * (end - begin)
    return {tier: held_through(out[tier.name], unseen(service)) for tier in WORKBOOK}
