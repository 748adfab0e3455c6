"""Keeps a handful of programs running until told to stop; why not an existing one: docs/decisions/supervisor.md."""

import os
import re
import signal
import time
from datetime import datetime
from pathlib import Path
from types import FrameType

from bootstrap.failures import Failure, explain
from community.embedded.children import Child, Server

TICK = 0.2
START_SECONDS = 60.0


class Stopped(Exception):
    """Somebody asked to stop while something was being started."""


class Supervisor:
    """Starts servers in order, restarts those that end, and stops all of them in reverse order, in one thread."""

    def __init__(self, log: Path):
        self.log = log
        self.children: list[Child] = []
        self.stopping = False

    def __enter__(self) -> "Supervisor":
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.ask_to_stop)
        return self

    def __exit__(self, *_: object) -> None:
        for child in reversed(self.children):
            self.stop(child)

    def ask_to_stop(self, number: int, _frame: FrameType | None) -> None:
        if not self.stopping:
            self.say(f"{signal.Signals(number).name} received, stopping")
        self.stopping = True

    def say(self, text: str) -> None:
        """One line per event; written at once and safe to call from a signal handler."""
        os.write(1, f"{datetime.now():%H:%M:%S}  {text}\n".encode())

    def pause(self) -> None:
        """One tick of waiting; raises Stopped so that no start goes on after Ctrl-C."""
        if self.stopping:
            raise Stopped
        time.sleep(TICK)

    def start(self, server: Server) -> None:
        """Start a server and wait until it answers; raises Failure when it does not."""
        child = Child(server, self.log)
        child.start()
        self.children.append(child)
        deadline = time.monotonic() + START_SECONDS
        while not server.healthy():
            if (end := child.ended()) or time.monotonic() > deadline:
                raise Failure(f"{server.title} does not start ({end or 'no answer'}): {self.last_words(server)}")
            self.pause()
        self.say(f"{server.title} is running")

    def last_words(self, server: Server) -> str:
        """The last error in its log, or the last line, as one line."""
        path = self.log / f"{server.name}.log"
        lines = path.read_text(errors="replace").strip().splitlines()[-40:]
        errors = [line for line in lines if re.match(r"[\w.]*(Error|Exception)\b|.*FATAL:", line)]
        said = (errors or lines or ["nothing said"])[-1].strip()
        return explain("\n".join(lines)) or f"{said} ({path})"

    def watch(self) -> None:
        """Until asked to stop: notice ended children, and start them again when their pause is over."""
        while not self.stopping:
            for child in self.children:
                self.look_after(child)
            time.sleep(TICK)

    def look_after(self, child: Child) -> None:
        if end := child.ended():
            wait = (child.due or 0) - child.clock()
            log = self.log / f"{child.server.name}.log"
            self.say(f"{child.server.title} {end}; starting it again in {wait:.0f} s (see {log})")
        elif child.due is not None and child.clock() >= child.due:
            try:
                child.start()
                self.say(f"{child.server.title} was started again")
            except (Failure, OSError) as error:
                child.postpone()
                self.say(f"{child.server.title} cannot be started: {error}")

    def stop(self, child: Child) -> None:
        if child.running:
            clean = child.stop()
            self.say(f"{child.server.title} {'stopped' if clean else 'did not stop in time and was killed'}")
