"""The hub's own programs: web, worker, beat, and the one-off preparation before them."""

import http.client
import signal
import sys
from dataclasses import dataclass

PYTHON = sys.executable


@dataclass(frozen=True)
class Program:
    """A program of the hub that is running as soon as it was started."""

    name: str
    title: str
    command: list[str]
    stop_seconds: float = 20.0
    stop_signal: signal.Signals = signal.SIGTERM

    @property
    def process_options(self) -> dict[str, object]:
        return {}

    def prepare(self) -> None:
        return

    def healthy(self) -> bool:
        return True


@dataclass(frozen=True)
class Web(Program):
    """gunicorn on the loopback address; healthy once it answers a request."""

    port: int = 8000

    def healthy(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", "/", headers={"Host": "127.0.0.1"})
            return connection.getresponse().status < 500
        except OSError:
            return False
        finally:
            connection.close()


def web(port: int) -> Web:
    gunicorn = [PYTHON, "-m", "gunicorn", "community.wsgi", f"--bind=127.0.0.1:{port}", "--access-logfile=-"]
    command = [*gunicorn, "--workers=2", "--threads=4", "--graceful-timeout=10", "--no-control-socket"]
    return Web("web", "Web", command, port=port)


def worker() -> Program:
    command = [PYTHON, "-m", "celery", "-A", "community", "worker", "--loglevel=INFO", "--concurrency=2"]
    return Program("worker", "Worker", command)


def beat() -> Program:
    """Without a pid file, which would stand in the way after a kill."""
    return Program("beat", "Beat", [PYTHON, "-m", "celery", "-A", "community", "beat", "--loglevel=INFO", "--pidfile="])
