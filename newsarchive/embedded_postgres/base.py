"""A Django database backend: Postgres as Django has it, on a server that is started when the first connection is asked for."""

from functools import cache
from pathlib import Path

from django.db.backends.postgresql import base, client

from .server import PostgresServer, ServerError


@cache
def server_in(folder: str) -> PostgresServer:
    """The server of this process for a folder: one object, so that the process counts as one user of it."""
    return PostgresServer(Path(folder), database="newsarchive")


class DatabaseClient(client.DatabaseClient):
    """`dbshell` with the psql of the server's own version."""

    @classmethod
    def settings_to_cmd_args_env(cls, settings_dict, parameters):
        server = server_in(settings_dict["HOST"])
        settings_dict = {**settings_dict, "HOST": str(server.socket_folder), "USER": server.superuser}
        (_, *arguments), environment = super().settings_to_cmd_args_env(settings_dict, parameters)
        return [str(server.program("psql")), *arguments], environment

    def runshell(self, parameters):
        server_in(self.connection.settings_dict["HOST"]).use()
        super().runshell(parameters)


class DatabaseWrapper(base.DatabaseWrapper):
    """HOST is the folder to keep the server in."""

    client_class = DatabaseClient

    def get_new_connection(self, conn_params):
        server = server_in(self.settings_dict["HOST"])
        try:
            server.use()
        except ServerError as error:
            raise self.Database.OperationalError(str(error)) from error
        conn_params = {**conn_params, "host": str(server.socket_folder), "user": server.superuser}
        try:
            return super().get_new_connection(conn_params)
        except self.Database.OperationalError:
            if server.is_running():
                raise
            # It was killed under us.
            server.start()
            return super().get_new_connection(conn_params)
