"""A Django database backend: Postgres as Django has it, on a server that is started when the first connection is asked for."""

from functools import cache
from pathlib import Path

from django.db.backends.postgresql import base, client

from .server import PostgresServer


@cache
def server_in(folder: str) -> PostgresServer:
    """The server of this process for a folder: one object, so that the process counts as one user of it."""
    return PostgresServer(Path(folder), database="newsarchive")


class DatabaseClient(client.DatabaseClient):
    def runshell(self, parameters):
        server_in(self.connection.settings_dict["HOST"]).use()
        super().runshell(parameters)


class DatabaseWrapper(base.DatabaseWrapper):
    """HOST is the folder to keep the server in."""

    client_class = DatabaseClient

    def get_new_connection(self, conn_params):
        server = server_in(self.settings_dict["HOST"])
        server.use()
        conn_params = {**conn_params, "host": str(server.socket_folder), "user": server.superuser}
        try:
            return super().get_new_connection(conn_params)
        except self.Database.OperationalError:
            if server.is_running():
                raise
            # It was killed under us.
            server.start()
            return super().get_new_connection(conn_params)
