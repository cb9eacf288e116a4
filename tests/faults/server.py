"""Forks victims on demand: it imports the engine once, holds no connection, and starts each victim in milliseconds.

Run as `python -m tests.faults.server`. Each line on standard input is a request, `{"url", "where", "victims": [{"items", "points",
"after"}]}`; the answer is one line with what became of each victim. A victim with `points` kills itself at the first of them; one with `after`
`[acknowledged, seconds]` is killed from outside, that long after that many answers. Whatever a victim acknowledged went through a
pipe only after the engine had returned.
"""

import json
import os
import selectors
import signal
import sys
import threading
from typing import Any

from tests.faults.points import KillPoints
from tests.faults.work import Where, do
from workflow.errors import WorkflowError
from workflow.queries.campaigns import campaign_by_id
from workflow.store import Store

Told = dict[str, Any]


def main() -> None:
    """Answer requests until standard input ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        request = json.loads(line)
        where = Where(**request["where"])
        _warm(request["url"], where)
        answers.write(json.dumps(_run(request["url"], where, request["victims"])) + "\n")
        answers.flush()


def _warm(url: str, where: Where) -> None:
    """Compile the campaign's pack here, once, so that victims inherit it."""
    store = Store(url)
    with store.read() as session:
        campaign_by_id(session, where.unit_id, where.campaign_id)
    store.dispose()


def _run(url: str, where: Where, victims: list[Told]) -> list[Told]:
    """Fork all victims, let them go at once, and gather what they said until each has ended."""
    start_read, start_write = os.pipe()
    running = [_fork(url, where, victim, start_read, start_write) for victim in victims]
    os.close(start_read)
    os.close(start_write)  # the end of this pipe is the signal to begin
    with selectors.DefaultSelector() as selector:
        for each in running:
            selector.register(each["pipe"], selectors.EVENT_READ, each)
        while selector.get_map():
            for key, _ in selector.select():
                if not _listen(key.data):
                    selector.unregister(key.fileobj)
    return [_bury(each) for each in running]


def _fork(url: str, where: Where, victim: Told, start_read: int, start_write: int) -> Told:
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(start_write)
        os.close(read)
        os.read(start_read, 1)
        _live(url, where, victim, write)
    os.close(write)
    return {"pid": pid, "pipe": os.fdopen(read, "rb", buffering=0), "text": b"", "after": victim.get("after")}


def _live(url: str, where: Where, victim: Told, pipe: int) -> None:
    """Do the items in order and acknowledge each. Never returns."""
    code = 1
    try:
        store = Store(url)
        points = KillPoints(victim["points"]).watch(store)
        _say(pipe, {"ready": True})
        for number, item in enumerate(victim["items"]):
            try:
                _say(pipe, {"n": number, "answer": do(store, where, item)})
            except WorkflowError as refused:
                _say(pipe, {"n": number, "refused": refused.code, "message": str(refused)})
        _say(pipe, {"passed": points.passed})
        code = 0
    except BaseException as error:
        _say(pipe, {"error": f"{type(error).__name__}: {error}"[:2000]})
    finally:
        os._exit(code)


def _say(pipe: int, told: Told) -> None:
    os.write(pipe, json.dumps(told).encode() + b"\n")


def _listen(each: Told) -> bool:
    """Take what a victim said; False when it will say no more. Sets the outside killer when its moment has come."""
    said = os.read(each["pipe"].fileno(), 1 << 16)
    each["text"] += said
    if each["after"] is not None and each["text"].count(b"\n") > each["after"][0]:
        killer = threading.Timer(each["after"][1], os.kill, (each["pid"], signal.SIGKILL))
        each["after"], each["killer"] = None, killer
        killer.start()
    return bool(said)


def _bury(each: Told) -> Told:
    """Wait for a victim and return what it acknowledged (`acks`), its signal, its error, and the points it passed."""
    if "killer" in each:
        each["killer"].join()  # before waiting: until then the process id cannot belong to anybody else
    _, status = os.waitpid(each["pid"], 0)
    each["pipe"].close()
    said = [json.loads(line) for line in each["text"].split(b"\n")[:-1]]
    told: Told = {
        "acks": [line for line in said if "n" in line],
        "signal": os.WTERMSIG(status),
        "error": None,
        "passed": 0,
    }
    for line in said:
        told.update({name: line[name] for name in ("error", "passed") if name in line})
    return told


if __name__ == "__main__":
    main()
