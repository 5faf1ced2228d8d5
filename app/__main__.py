"""``python -m app`` serves; ``python -m app ask "question"`` asks a running service and prints its answer."""

import argparse
import contextlib
import json
import logging
import socket
import sys
from typing import Any

from retrieval.errors import PlantwrightError


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m app")
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("serve", help="run the service (the default)")
    commands.add_parser("openapi", help="print the OpenAPI document")
    ask = commands.add_parser("ask", help="ask a running service")
    ask.add_argument("question")
    ask.add_argument("--json", action="store_true", help="the whole answer as JSON")
    ask.add_argument("--url", help="of the service; its settings' own when left out")
    arguments = parser.parse_args(argv)
    try:
        if arguments.command == "ask":
            return _ask(arguments.question, arguments.url, as_json=arguments.json)
        return _openapi() if arguments.command == "openapi" else _serve()
    except PlantwrightError as error:
        print(f"plantwright: {error}", file=sys.stderr)
        return 1


def _serve() -> int:
    import uvicorn

    from app.main import create_app
    from app.settings import app_settings
    from retrieval.settings import retrieval_settings

    settings = app_settings()
    if _busy(settings.host, settings.port):
        print(
            f"plantwright: port {settings.port} on {settings.host} is busy; stop what uses it or set "
            "PLANTWRIGHT_APP__PORT",
            file=sys.stderr,
        )
        return 1
    app = create_app(settings, retrieval_settings(), url=f"http://{settings.host}:{settings.port}")
    config = uvicorn.Config(
        app, host=settings.host, port=settings.port, log_level="warning", timeout_graceful_shutdown=5
    )
    logging.getLogger("uvicorn.error").addFilter(lambda record: app.state.failure is None)  # said by ``main``
    server = uvicorn.Server(config)
    with contextlib.suppress(SystemExit):  # its way to say that starting failed
        server.run()
    if app.state.failure is not None:
        raise app.state.failure
    return 0 if server.started else 1


def _busy(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def _openapi() -> int:
    from app.main import create_app
    from app.settings import app_settings
    from retrieval.settings import retrieval_settings

    print(
        json.dumps(
            create_app(app_settings(), retrieval_settings()).openapi(), indent=1, ensure_ascii=False, sort_keys=True
        )
    )
    return 0


def _ask(question: str, url: str | None, *, as_json: bool) -> int:
    import httpx

    from app.settings import app_settings

    settings = app_settings()
    base = url or f"http://{settings.host}:{settings.port}"
    try:
        response = httpx.post(
            f"{base}/v1/answers",
            json={"question": question},
            timeout=settings.answer_deadline_seconds,
            trust_env=False,  # loopback: no proxy of the environment
        )
    except (httpx.TransportError, httpx.InvalidURL) as error:
        print(f"plantwright: no service at {base} ({error}); start it with: python -m app", file=sys.stderr)
        return 1
    answer = _object(response.text)
    if response.is_error or "sentences" not in answer:
        said = answer.get("detail") or f"{base} answered {response.status_code} without an answer; is it Plantwright?"
        print(f"plantwright: {said}", file=sys.stderr)
        return 1
    print(json.dumps(answer, indent=1, ensure_ascii=False) if as_json else render(answer))
    return 0


def _object(text: str) -> dict[str, Any]:
    """The JSON object; empty where the text is something else, such as a gateway's page."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def render(answer: dict[str, Any]) -> str:
    """An answer as a person reads it in a terminal."""
    numbers = {citation["id"]: str(i) for i, citation in enumerate(answer["citations"], 1)}
    lines = []
    for sentence in answer["sentences"]:
        marks = [numbers[id_] for id_ in sentence["citation_ids"] if id_ in numbers] + sentence["reading_tags"]
        lines.append(sentence["text"] + "".join(f" [{mark}]" for mark in marks))
    lines = lines or [answer["answer"]]
    lines += [f"  ! {notice['text']}" for notice in answer["notices"]]
    for citation in answer["citations"]:
        spot = _spot(citation["locator"])
        lines.append(f"  [{numbers[citation['id']]}] {citation['title']}, rev {citation['revision']}, {spot}")
    lines += [
        f"  {r['tag']}: {r['value']} {r['unit']} ({r['quality']}, {r['state']}, {r['timestamp']})"
        for r in answer["readings"]
    ]
    total = answer["timings_ms"]["total"] or 0
    return "\n".join([*lines, f"  {answer['status']}, {answer['mode']}, {answer['model']}, {total / 1000:.1f} s"])


def _spot(where: dict[str, Any]) -> str:
    if where["kind"] == "page":
        return f"page {where['page']}"
    if where["kind"] == "text":
        first, last = where["first"], where["last"]
        return f"{where['unit']} {first}" if first == last else f"{where['unit']}s {first}-{last}"
    if where["kind"] == "record" and where["table"] not in ("work_orders", "assets"):
        return f"{where['table']}, row {where['row']}"
    return f"row {where['row']}, {where['key']}" if where["kind"] == "record" else f"drawing, {where['item']}"


if __name__ == "__main__":
    sys.exit(main())
