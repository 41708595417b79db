"""Asks /health every 20 ms from a process of its own until its input closes; prints the 99th.

python -m bench.probe PORT
"""

import asyncio
import sys
from contextlib import suppress

from bench import client


async def asking(port: int) -> asyncio.subprocess.Process:
    """A process that asks by now: who is busy with other answers would measure itself."""
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", "bench.probe", str(port))
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    await asyncio.sleep(1)
    return process


async def worst(asked: asyncio.subprocess.Process) -> float:
    """Seconds of the 99th of all that it asked for; ends it."""
    told, _ = await asked.communicate(b"")
    return float(told)


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
