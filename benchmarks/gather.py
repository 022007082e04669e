"""How fast and how large gathering is, against a real server on loopback with 20 hosts.

    python benchmarks/gather.py speed [--urls 1000] [--pause 0.1]   pages a second, beside bare httpx
    python benchmarks/gather.py memory [--sizes 1000 50000]         peak memory of one run by its size

`speed` gives bare httpx the same limits: one request at a time for a host, the same pause between two,
the same number of connections; it throws its answers away. Ours obeys robots.txt, archives every page,
reads it to a posting and logs its outcome. Each figure comes from a process of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOSTS = 20
CONCURRENCY = 8


@contextlib.contextmanager
def server() -> Iterator[list[str]]:
    command = [sys.executable, str(ROOT / "tests" / "servers" / "board.py"), "--hosts", str(HOSTS)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield [process.stdout.readline().strip() for _ in range(HOSTS)]
        process.stdin.close()


def addresses(hosts: list[str], urls: int) -> list[str]:
    return [f"http://{hosts[n % len(hosts)]}/posting/{n}" for n in range(urls)]


async def bare(hosts: list[str], urls: int, pause: float) -> int:
    """httpx and nothing else, within the same limits."""
    import httpx

    slots, done = asyncio.Semaphore(CONCURRENCY), 0
    queues: dict[str, list[str]] = {host: [] for host in hosts}
    for url in addresses(hosts, urls):
        queues[url.split("/")[2]].append(url)

    async def serve(client: httpx.AsyncClient, queue: list[str]) -> None:
        nonlocal done
        for url in queue:
            async with slots:
                answer = await client.get(url)
            done += answer.status_code == 200
            await asyncio.sleep(pause)

    async with httpx.AsyncClient() as client:
        await asyncio.gather(*(serve(client, queue) for queue in queues.values()))
    return done


def ours(hosts: list[str], urls: int, pause: float, root: Path) -> int:
    """Return the whole of gathering, one outcome after the other."""
    from pipeline.archive import Archive
    from pipeline.records import SourceLine
    from pipeline.settings import FetchSettings
    from pipeline.steps.gather import each

    settings = FetchSettings(pause_seconds=pause, concurrency=CONCURRENCY, allow_private=True)
    lines = [SourceLine(url, number=n) for n, url in enumerate(addresses(hosts, urls), 1)]
    return sum(len(found.postings) for found in each(lines, Archive(root), settings))


def fetched(hosts: list[str], urls: int, pause: float) -> int:
    """Measure fetching alone, without archive and reading."""
    from pipeline.fetch import PoliteFetcher, by_host, host_of
    from pipeline.records import Request
    from pipeline.settings import FetchSettings

    settings = FetchSettings(pause_seconds=pause, concurrency=CONCURRENCY, allow_private=True)
    with PoliteFetcher(settings) as fetcher:

        def work(url: str) -> bool:
            return fetcher.fetch(Request(url)).status == 200

        return sum(by_host(addresses(hosts, urls), host_of, work, 32, fetcher.stop))


def one(what: str, hosts: list[str], urls: int, pause: float) -> dict[str, float]:
    """Run one figure here; `main` starts this in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        if what == "bare":
            done = asyncio.run(bare(hosts, urls, pause))
        elif what == "fetch":
            done = fetched(hosts, urls, pause)
        else:
            done = ours(hosts, urls, pause, Path(folder))
        seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"done": done, "seconds": seconds, "rate": done / seconds, "peak_mb": peak}


def child(what: str, hosts: list[str], urls: int, pause: float) -> dict[str, float]:
    command = [sys.executable, __file__, "one", "--what", what, "--urls", str(urls), "--pause", str(pause)]
    told = subprocess.run([*command, "--hosts", *hosts], capture_output=True, text=True, check=True).stdout
    found: dict[str, float] = json.loads(told)
    if found["done"] != urls:
        raise SystemExit(f"{what}: {found['done']} of {urls} pages")
    return found


def speed(urls: int, pause: float) -> None:
    limit = f"at most {HOSTS / pause:.0f} pages/s by the pause" if pause else "no pause"
    print(f"{urls} pages on {HOSTS} hosts, {CONCURRENCY} at a time, pause {pause} s ({limit})")
    with server() as hosts:
        base = child("bare", hosts, urls, pause)["rate"]
        print(f"bare httpx               {base:7.1f} pages/s")
        for what, name in (("fetch", "fetched politely"), ("gather", "fetched, archived, read")):
            rate = child(what, hosts, urls, pause)["rate"]
            print(f"{name:24} {rate:7.1f} pages/s   {rate / base:.2f} of bare httpx")


def memory(sizes: list[int]) -> None:
    with server() as hosts:
        for urls in sizes:
            found = child("gather", hosts, urls, 0.0)
            print(
                f"{urls:7,} pages: peak {found['peak_mb']:6.1f} MB, {found['rate']:6.1f} pages/s", flush=True
            )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("figure", choices=["speed", "memory", "one"])
    parser.add_argument("--urls", type=int, default=1000)
    parser.add_argument("--pause", type=float, default=0.1)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 50_000])
    parser.add_argument("--what", default="")
    parser.add_argument("--hosts", nargs="+", default=[])
    wanted = parser.parse_args()
    if wanted.figure == "speed":
        speed(wanted.urls, wanted.pause)
    elif wanted.figure == "memory":
        memory(wanted.sizes)
    else:
        print(json.dumps(one(wanted.what, wanted.hosts, wanted.urls, wanted.pause)))


if __name__ == "__main__":
    main()
