"""Runs every workload on Covector and its peers in turn; prints medians and ratios, and writes
results.json and chart.svg. Every library runs in a process of its own, and only one at a time."""

import argparse
import json
import math
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

import chart
import floor
import workloads

HERE = pathlib.Path(__file__).parent
BINARY = HERE / ".build" / "release" / "bench"
PEERS = ["jax", "torch", "mlx", "numpy"]


class Process:
    """A library that answers commands."""

    def __init__(self, name, command):
        self.name, self.command = name, command
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def ask(self, *words):
        self.process.stdin.write("\t".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"{self.name} ended on {' '.join(map(str, words))}")
        return answer.split()

    def results(self, name):
        with tempfile.NamedTemporaryFile() as file:
            if self.ask("check", name, file.name) != ["ok"]:
                return None
            return np.fromfile(file.name, np.float32).astype(np.float64)

    def times(self, name, count):
        return list(map(float, self.ask("time", name, count)))

    def first(self):
        """Microseconds until a fresh process has printed its first gradient, and that number."""
        start = time.perf_counter()
        fresh = subprocess.run([*self.command, "first"], capture_output=True, text=True, check=True)
        return (time.perf_counter() - start) * 1e6, np.array([float(fresh.stdout)])


def memory(command, name):
    """Bytes a process takes for a workload: its inputs, what it keeps, and the most it needs at a time."""
    process = Process(name, command)
    process.ask("time", "scalar gradient", 1)  # what the library itself takes does not count

    def status(key):
        lines = pathlib.Path(f"/proc/{process.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(key))

    before = status("VmRSS")
    if process.ask("time", name, 1) == ["unknown"]:
        return None
    # Nor does what compilation took for a while: the peak is that of calls that are warm.
    pathlib.Path(f"/proc/{process.process.pid}/clear_refs").write_text("5")
    process.ask("time", name, 3)
    peak = status("VmHWM") - before
    process.process.kill()
    return peak


def compare_memory(names, commands):
    """Prints what every workload takes on Covector and on its peers."""
    peers = [l for l in commands if l != "covector"]
    print(f"{'workload':25}{'covector MB':>12}" + "".join(f"{p + ' MB':>12}{'×':>7}" for p in peers))
    for name in names:
        if name == "fresh process":
            continue
        peaks = {l: memory(command, name) for l, command in commands.items()}
        line = f"{name:25}{peaks['covector'] / 1e6:12.1f}"
        for peer in peers:
            line += f"{peaks[peer] / 1e6:12.1f}{peaks[peer] / max(peaks['covector'], 1):7.2f}" if peaks[peer] else " " * 19
        print(line, flush=True)


def available(peer):
    module = "mlx.core" if peer == "mlx" else peer
    return subprocess.run([sys.executable, "-c", f"import {module}"], capture_output=True).returncode == 0


def tolerance(name):
    """The difference allowed, as a part of the largest element."""
    return 3e-2 if "bf16" in name else 2e-3


def check(name, results):
    """Ends the run where two libraries disagree; the number checked against is Covector's."""
    ours = results["covector"]
    for peer, theirs in results.items():
        if theirs.shape != ours.shape:
            raise SystemExit(f"{name}: {ours.size} numbers, but {theirs.size} from {peer}")
        difference = np.abs(theirs - ours).max() / max(np.abs(theirs).max(), 1e-30)
        if not difference <= tolerance(name):
            raise SystemExit(f"{name}: differs from {peer} by {difference:.2g} of the largest element")


def measure(name, libraries, rounds, seconds):
    """Microseconds of every repetition, by library, and their results; the libraries take turns."""
    if name == "fresh process":
        firsts = {l: [process.first() for _ in range(rounds)] for l, process in libraries.items() if l != "numpy"}
        results = {l: values[0][1] for l, values in firsts.items()}
        return {l: [t for t, _ in values] for l, values in firsts.items()}, results
    results = {l: process.results(name) for l, process in libraries.items()}
    results = {l: r for l, r in results.items() if r is not None}
    check(name, results)
    times = {l: [] for l in results}
    # As many repetitions in a turn as fit into a share of a second.
    counts = {l: max(1, min(1000, int(seconds * 1e6 / libraries[l].times(name, 1)[0]))) for l in results}
    for _ in range(rounds):
        for l in results:
            times[l] += libraries[l].times(name, counts[l])
    return times, results


def rates(floors):
    """What the machine can do, of measurements all along: the upper quartile, as it is now and then busy for
    others, and a copy now and then finds all in a cache."""
    return [statistics.quantiles(column, n=4)[2] for column in zip(*floors)]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(workloads.NAMES))
    parser.add_argument("--rounds", type=int, default=7, help="turns each library gets")
    parser.add_argument("--seconds", type=float, default=0.05, help="the length of a turn")
    parser.add_argument("--peers", default=",".join(PEERS), help="libraries beside Covector, none with ''")
    parser.add_argument("--memory", action="store_true", help="compare memory instead of time")
    options = parser.parse_args()
    unknown = [n for n in options.names if n not in workloads.NAMES]
    if unknown:
        parser.error(f"no workload is called {', '.join(unknown)}; there are {', '.join(workloads.NAMES)}")
    commands = {"covector": [BINARY]}
    for peer in filter(None, options.peers.split(",")):
        if available(peer):
            commands[peer] = [sys.executable, HERE / "peers.py", peer]
        else:
            print(f"without {peer}, which is not installed")
    if options.memory:
        compare_memory(options.names or workloads.NAMES, commands)
        return
    libraries = {l: Process(l, command) for l, command in commands.items()}
    floors = [list(map(float, libraries["covector"].ask("floor"))) for _ in range(5)]
    peers = [l for l in libraries if l != "covector"]
    print(f"{'workload':22}{'covector µs':>12}{'floor':>9}" + "".join(f"{p + ' µs':>13}{'×':>7}" for p in peers))
    rows = []
    for name in options.names or workloads.NAMES:
        times, results = measure(name, libraries, options.rounds, options.seconds)
        if name == "fresh process":
            check(name, results)
        medians = {l: statistics.median(values) for l, values in times.items()}
        floors.append(list(map(float, libraries["covector"].ask("floor"))))
        copied, operated = rates(floors)
        least = floor.microseconds(name, copied, operated)
        rows.append({"name": name} | {
            f"{l}_us": round(medians[l], 2) if l in medians else None for l in ("covector", "jax", "torch", "mlx")
        })
        ours = medians["covector"]
        line = f"{name:22}{ours:12.1f}{least:9.1f}"
        for peer in peers:
            line += f"{medians[peer]:13.1f}{medians[peer] / ours:7.2f}" if peer in medians else " " * 20
        print(line, flush=True)
    for peer in peers:
        key = f"{peer}_us"
        ratios = [r[key] / r["covector_us"] for r in rows if r.get(key)]
        if ratios:
            mean = math.exp(statistics.fmean(map(math.log, ratios)))
            behind = sum(ratio < 1 for ratio in ratios)
            print(f"{peer}: geometric mean {mean:.2f}, ahead of us in {behind} of {len(ratios)}")
    print(f"copy {copied / 1e3:.1f} GB/s, multiply-add {operated / 1e3:.0f} GFLOP/s")
    for row in rows:
        row["floor_us"] = round(floor.microseconds(row["name"], copied, operated), 2)
    if not options.names:
        lines = ",\n".join(" " + json.dumps(row) for row in rows)
        (HERE / "results.json").write_text(f"[\n{lines}\n]\n")
        (HERE / "chart.svg").write_text(chart.svg(rows))


if __name__ == "__main__":
    main()
