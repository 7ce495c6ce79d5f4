#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A real pgbouncer of its own on 127.0.0.1, which ends with its standard input.

pgbouncer_server.py FOLDER MODE HOST USER: pools by MODE (session, transaction, statement) what is
in the server at HOST, a folder of sockets, as USER. Prints its port.
"""
import os
import pathlib
import pwd
import socket
import subprocess
import sys
import time

folder, mode, host, user = pathlib.Path(sys.argv[1]).resolve(), *sys.argv[2:]
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
(folder / "pgbouncer.ini").write_text(f"""
[databases]
* = host={host} user={user}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = {mode}
logfile = {folder}/log
""")
command = ["pgbouncer", "-q", str(folder / "pgbouncer.ini")]
if os.geteuid() == 0:
    # It does not run as root, and as this user it comes to the server's socket.
    owner = pwd.getpwnam("postgres")
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    for part in folder.parents:
        if part.stat().st_mode & 0o001 == 0:
            part.chmod(part.stat().st_mode | 0o011)
    command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"] + command
child = subprocess.Popen(command, cwd="/", stdin=subprocess.DEVNULL, stdout=sys.stderr)
try:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        if child.poll() is not None:
            sys.exit("pgbouncer does not start")
        time.sleep(0.05)
    print(port, flush=True)
    sys.stdin.read()
finally:
    # It does not always heed a request to end, and has nothing to lose.
    child.kill()
    child.wait()
