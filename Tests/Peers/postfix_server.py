#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A real Postfix of its own on 127.0.0.1, which ends with its standard input.

postfix_server.py FOLDER: takes mail for shop.example, delivers it into FOLDER/mail (a Maildir), and
knows nobody there whose name begins with "gone". Prints its port. As root only: Postfix changes its
user.
"""
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import sys

folder = pathlib.Path(sys.argv[1]).resolve()
# Its own users have to come to their files below.
for part in [folder, *folder.parents]:
    if part.stat().st_mode & 0o001 == 0:
        part.chmod(part.stat().st_mode | 0o011)
etc, queue, data, mail = (folder / name for name in ("etc", "queue", "data", "mail"))
for part in (etc, queue, data, mail):
    part.mkdir()
postfix = pwd.getpwnam("postfix")
nobody = pwd.getpwnam("nobody")
os.chown(data, postfix.pw_uid, 0)
os.chown(mail, nobody.pw_uid, nobody.pw_gid)
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]

(etc / "main.cf").write_text(f"""
compatibility_level = 3.6
queue_directory = {queue}
data_directory = {data}
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.shop.example
mydestination =
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = shop.example
virtual_mailbox_maps = regexp:{etc}/mailboxes
virtual_mailbox_base = {mail}
virtual_uid_maps = static:{nobody.pw_uid}
virtual_gid_maps = static:{nobody.pw_gid}
message_size_limit = 200000
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_reject_unlisted_recipient = yes
smtpd_client_connection_count_limit = 0
""")
(etc / "mailboxes").write_text("if !/^gone/\n/@shop\\.example$/ ./\nendif\n")
master = pathlib.Path("/usr/share/postfix/master.cf.dist")
if not master.exists():
    master = pathlib.Path("/etc/postfix/master.cf")
services = {}
for line in master.read_text().splitlines():
    fields = line.split()
    if not fields or line[0] in " \t#":
        continue
    if fields[:2] == ["smtp", "inet"]:
        fields[0] = f"127.0.0.1:{port}"
    # No chroot: the queue is not set up for one.
    fields[4] = "n"
    services[tuple(fields[:2])] = "\t".join(fields) + "\n"
services["postlog", "unix-dgram"] = "postlog\tunix-dgram\tn\t-\tn\t-\t1\tpostlogd\n"
(etc / "master.cf").write_text("".join(services.values()))
shutil.copytree("/etc/postfix/postfix-files.d", etc / "postfix-files.d", dirs_exist_ok=True)
for name in ("dynamicmaps.cf", "postfix-files"):
    if pathlib.Path(f"/etc/postfix/{name}").exists():
        shutil.copy(f"/etc/postfix/{name}", etc / name)

command = ["postfix", "-c", str(etc)]
started = subprocess.run(command + ["start"], stdout=sys.stderr, stdin=subprocess.DEVNULL)
if started.returncode:
    sys.exit("postfix does not start")
# Its folder may be gone before its end, and with it what "postfix stop" reads.
master_pid = int((queue / "pid" / "master.pid").read_text())
try:
    print(port, flush=True)
    sys.stdin.read()
finally:
    os.kill(master_pid, signal.SIGTERM)
