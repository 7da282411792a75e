"""A server under test: started on a free port, awaited by its ready line, stopped at the end."""

import contextlib
import queue
import subprocess
import threading

READY = "listening on "
START_SECONDS = 30
STOP_SECONDS = 10


@contextlib.contextmanager
def served(command, log):
    """Runs `command` and gives its address; everything it says on stderr goes to the file `log`."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    addresses = queue.Queue()
    reader = threading.Thread(target=drain, args=(process.stderr, log, addresses), daemon=True)
    reader.start()
    try:
        yield await_address(command, addresses, log)
    finally:
        stop(process)
        reader.join(STOP_SECONDS)


def drain(stream, log, addresses):
    """Reads to the end, so that a full pipe never holds the server up."""
    with open(log, "wb") as copy:
        for line in stream:
            copy.write(line)
            copy.flush()
            text = line.decode("utf-8", "replace")
            if READY in text:
                addresses.put(text.split(READY, 1)[1].split()[0])
    addresses.put(None)


def await_address(command, addresses, log):
    try:
        address = addresses.get(timeout=START_SECONDS)
    except queue.Empty:
        raise RuntimeError(f"{command[0]} said no `{READY}` line in {START_SECONDS} s; see {log}") from None
    if address is None:
        with open(log, errors="replace") as said:
            raise RuntimeError(f"{command[0]} ended before it listened: {said.read().strip()}")
    return address.rstrip("/")


def stop(process):
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
