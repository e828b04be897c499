"""How is faiss measured? Its flat, 8-bit, fast-scan and inverted indexes over the same files, searched by one thread.

The last argument is the job as JSON (bench/run/child.mjs); each setting is told as one JSON line on descriptor 3.
Timing is that of bench/run/measure.mjs.
"""

import json
import os
import sys
import time

import faiss
import numpy as np

job = json.loads(sys.argv[-1])
n, k, count = job["rows"], job["k"], job["count"]
d = job["base"]["dimension"]
base = np.load(job["base"]["path"], mmap_mode="r")[:n]
queries = np.ascontiguousarray(np.load(job["queries"]["path"], mmap_mode="r")[:count])
budget = job["budgetMs"] / 1000
told = 0


def timed(index, parameters=None):
    """Seconds of each search, round after round, and the ids of the first round."""
    times, answers = [], []

    def search(i):
        if parameters is None:
            return index.search(queries[i : i + 1], k)[1]
        return index.search(queries[i : i + 1], k, params=parameters)[1]

    for i in range(min(8, count)):
        search(i)
    started = time.perf_counter()
    rounds = 0
    while True:
        for i in range(count):
            start = time.perf_counter()
            ids = search(i)
            times.append(time.perf_counter() - start)
            if rounds == 0:
                answers.append(ids[0].tolist())
        rounds += 1
        spent = time.perf_counter() - started
        if spent > budget or (rounds >= 3 and spent > budget / 2) or rounds > 100:
            return np.sort(times) * 1000, answers


def batch_times(index, parameters):
    """The median and least milliseconds per query of 32 searched in one call."""
    batch = np.ascontiguousarray(queries[np.arange(32) % count])
    times = []
    index.search(batch, k, params=parameters)
    while len(times) < 3 or (sum(times) < budget and len(times) < 50):
        start = time.perf_counter()
        index.search(batch, k, params=parameters)
        times.append(time.perf_counter() - start)
        if sum(times) > 4 * budget:
            break
    return float(np.median(times)) * 1000 / 32, min(times) * 1000 / 32


def nearest_rank(times, p):
    return float(times[min(len(times) - 1, int(np.ceil(p * len(times))) - 1)])


def tell(index, mode, setting, build_ms, bytes_per_vector, parameters=None):
    global told
    times, answers = timed(index, parameters)
    ids = os.path.join(job["scratch"], f"ids-{os.getpid()}-{told}.json")
    told += 1
    with open(ids, "w") as file:
        json.dump(answers, file)
    median, least = batch_times(index, parameters)
    line = {
        "mode": mode,
        "backend": "cpu",
        "setting": setting,
        "buildMs": build_ms,
        "bytesPerVector": bytes_per_vector,
        "note": f"faiss {faiss.__version__}, built with {job['buildThreads']} threads",
        "p50Ms": nearest_rank(times, 0.5),
        "p95Ms": nearest_rank(times, 0.95),
        "minMs": float(times[0]),
        "batch32MsPerQuery": median,
        "batch32MinMsPerQuery": least,
        "ids": ids,
    }
    os.write(3, (json.dumps(line) + "\n").encode())


def built(description):
    """The index of a factory string over all rows, and the milliseconds that it took."""
    faiss.omp_set_num_threads(job["buildThreads"])
    started = time.perf_counter()
    index = faiss.index_factory(d, description, faiss.METRIC_INNER_PRODUCT)
    rows = np.ascontiguousarray(base)
    index.train(rows)
    index.add(rows)
    faiss.omp_set_num_threads(job["threads"])
    return index, (time.perf_counter() - started) * 1000


FACTORS = [2, 4, 8, 16, 32]
PROBES = [64, 128, 256, 512]
codes = f"PQ{d // 2}x4fs"
wanted = job["index"]
if wanted == "flat":
    index, ms = built("Flat")
    tell(index, "exact", "IndexFlatIP", ms, 4 * d)
elif wanted == "sq8":
    index, ms = built("SQ8")
    tell(index, "approximate", "SQ8", ms, d)
elif wanted == "pq":
    index, ms = built(f"{codes},RFlat")
    for factor in FACTORS:
        parameters = faiss.IndexRefineSearchParameters(k_factor=factor)
        tell(index, "approximate", f"{codes},RFlat k_factor {factor}", ms, 4 * d + d / 4, parameters)
elif wanted == "ivf":
    index, ms = built(f"IVF2048,{codes},RFlat")
    for probes in PROBES:
        for factor in [4, 16]:
            parameters = faiss.IndexRefineSearchParameters(
                k_factor=factor, base_index_params=faiss.IVFSearchParameters(nprobe=probes)
            )
            name = f"IVF2048,{codes},RFlat nprobe {probes} k_factor {factor}"
            tell(index, "approximate", name, ms, 4 * d + d / 4 + 8, parameters)
