"""Asks /health every 20 ms from a process of its own until its input closes; prints the 99th.

python -m bench.probe PORT
"""

import asyncio
import sys
from contextlib import suppress

from bench import client


async def probe(port: int) -> list[float]:
    """Seconds of each answer, in order."""
    times: list[float] = []
    over = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
    while not over.done():
        times.append((await client.get(port, "/health")).seconds)
        await asyncio.sleep(0.02)
    return times


def main() -> None:
    with suppress(KeyboardInterrupt), asyncio.Runner() as runner:
        times = sorted(runner.run(probe(int(sys.argv[1]))))
        print(times[int(len(times) * 0.99)], flush=True)


if __name__ == "__main__":
    main()
