"""The engine's process: ``python -m retrieval.stores._edge.process FD...``, started by ``client`` alone.

The first connection brings ``Start`` and stays open as long as the parent lives; each carries one call at a time:
(operation, arguments) in, the result or ``Failed`` out.
"""

import os
import signal
import sys
import threading
from multiprocessing.connection import Connection
from typing import Any

from retrieval.stores._edge.messages import Failed, Start

_ENDED = (EOFError, BrokenPipeError, ConnectionResetError)


def serve(engine: Any, connection: "Connection[Any, Any]") -> None:
    """Until the other end is gone or has closed the engine."""
    from retrieval.stores._edge.engine import operation

    while True:
        try:
            name, arguments = connection.recv()
        except _ENDED:
            return
        try:
            answer = operation(engine, name)(*arguments)
        except Exception as error:  # the engine has no error classes of its own
            answer = Failed(first_line(error))
        try:
            connection.send(answer)
        except _ENDED:
            return


def first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def main(arguments: list[str]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    connections: list[Connection[Any, Any]] = [Connection(int(number)) for number in arguments]
    first = connections[0]
    try:
        start: Start = first.recv()
    except _ENDED:
        return
    os.nice(start.niceness)
    try:
        from retrieval.stores._edge.engine import Engine

        engine = Engine(start)
    except Exception as error:
        first.send(Failed(first_line(error)))
        return
    first.send(None)
    for connection in connections[1:]:
        threading.Thread(target=serve, args=(engine, connection), daemon=True).start()
    serve(engine, first)
    os._exit(0)  # at once, whatever the others do: the parent is gone, or has what it wants


if __name__ == "__main__":
    main(sys.argv[1:])
