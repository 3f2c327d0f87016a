"""dlt from PyPI on the same lists into the same PostgreSQL, in an environment of its own that is thrown away."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.sync.stripe import SHARES

VERSION = "1.31.0"

_SCRIPT = """
import json, resource, sys, time
import dlt
from dlt.sources.rest_api import rest_api_source

base, host, kinds = sys.argv[1], sys.argv[2], sys.argv[3].split(",")
place = f"postgresql://postgres:none@localhost:5432/peer?host={host}"


class LastId(dlt.sources.helpers.rest_client.paginators.BasePaginator):
    def update_state(self, response, data=None):
        self._has_next_page = response.json()["has_more"]
        self.after = data[-1]["id"] if data else None

    def update_request(self, request):
        request.params = {**(request.params or {}), "starting_after": self.after}


def resource_of(kind):
    endpoint = {"path": f"v1/{kind}", "params": {"limit": 100}, "data_selector": "data", "paginator": LastId()}
    return {"name": kind, "endpoint": endpoint, "primary_key": "id", "write_disposition": "merge", "max_table_nesting": 0}


source = rest_api_source({"client": {"base_url": base}, "resources": [resource_of(kind) for kind in kinds]})
source.max_table_nesting = 0
pipeline = dlt.pipeline("peer", pipelines_dir=sys.argv[4], destination=dlt.destinations.postgres(place), dataset_name="peer")
started, before = time.perf_counter(), time.process_time()
pipeline.run(source)
seconds = time.perf_counter() - started
peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) // 1024
counts = pipeline.last_trace.last_normalize_info.row_counts
rows = sum(count for name, count in counts.items() if not name.startswith("_"))
used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
cpu = sum(one.ru_utime + one.ru_stime for one in used) - before
told = {"seconds": seconds, "cpu_seconds": cpu, "rows": rows, "rows_a_second": rows / seconds, "peak_mb": peak}
print(json.dumps({name: round(value, 3) if "seconds" in name else round(value) for name, value in told.items()}))
"""


def prepare(folder: Path) -> Path:
    """The environment's interpreter, made if it is not there: half a minute."""
    python = folder / "dlt" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder / "dlt")], check=True)
        command = [str(python), "-m", "pip", "install", "-q", f"dlt[postgres]=={VERSION}"]
        subprocess.run(command, check=True, stdout=sys.stderr)
    return python


def measure(python: Path, folder: Path, base: str, socket_folder: str) -> dict[str, Any]:
    """Into the database `peer` of the server whose socket lies in the folder."""
    script = folder / "peer.py"
    script.write_text(_SCRIPT)
    state = folder / "state"
    command = [str(python), str(script), base, socket_folder, ",".join(SHARES), str(state)]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "RUNTIME__DLTHUB_TELEMETRY": "false"}
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=environment, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
