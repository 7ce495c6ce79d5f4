# SPDX-License-Identifier: Apache-2.0
"""Starts localstripe, a fake of Stripe that others made, for this machine alone.

    python localstripe_loopback.py

It has to run with a Python that has localstripe. By itself localstripe listens to everybody and
keeps what it knows in a file; here it listens on 127.0.0.1, prints its port, forgets all, and ends
when its standard input does. Of a confirmation it does not know the parameter off_session, which
Stripe wants from us: that one is taken out.
"""
import asyncio
import sys
import threading

from aiohttp import web
from localstripe import resources

PATH = "/v1/payment_intents/{id}/confirm"
known = next(call for _, path, call in resources.extra_apis if path == PATH)


def confirm(off_session=None, **fields):
    return known(**fields)


resources.extra_apis[:] = [
    (method, path, confirm if path == PATH else call)
    for method, path, call in resources.extra_apis
]

from localstripe import server  # noqa: E402  it takes over the list above

server.store.dump_to_disk = lambda: None


async def main():
    runner = web.AppRunner(server.app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()

    def wait():
        sys.stdin.read()
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=wait, daemon=True).start()
    await ended.wait()


asyncio.run(main())
