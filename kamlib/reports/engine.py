"""The papermill engine ``kam``: cells run by IPython's own kernel shell inside this process, no kernel beside it.

The shell is ipykernel's, and its messages are taken where it would send them and given to nbclient, which
records them as it does for a kernel: outputs are the same, cell by cell. Use it with
``papermill --engine kam``; one process runs one notebook. Papermill loads this module by its entry point while it is
itself imported, so import papermill, never this first.
"""

import asyncio
import builtins
import logging
import os
import sys
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from ipykernel.compiler import XCachingCompiler
from ipykernel.displayhook import ZMQShellDisplayHook
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.pylabtools import activate_matplotlib
from jupyter_client.session import Session
from matplotlib_inline.backend_inline import configure_inline_support
from matplotlib_inline.config import InlineBackend
from nbclient.client import NotebookClient
from papermill.engines import Engine, NotebookExecutionManager
from traitlets import Any as AnyTrait

TEXT_LIMIT, SHOWN_LIMIT = 200_000, 20_000_000  # characters a notebook may print and show
INLINE = "module://matplotlib_inline.backend_inline"
LANGUAGE = {
    "name": "python",
    "version": ".".join(map(str, sys.version_info[:3])),
    "mimetype": "text/x-python",
    "codemirror_mode": {"name": "ipython", "version": 3},
    "pygments_lexer": "ipython3",
    "nbconvert_exporter": "python",
    "file_extension": ".py",
}


class _Tape(Session):
    """Stands where the kernel's session stands: messages go to `deliver` instead of a socket."""

    deliver = AnyTrait()

    def send(self, stream: Any, msg_or_type: Any, content: Any = None, *_: Any, **__: Any) -> dict:
        msg = msg_or_type if isinstance(msg_or_type, dict) else self.msg(msg_or_type, content)
        self.deliver(msg)
        return msg

    def msg(self, msg_type: str, content: Any = None, *_: Any, **__: Any) -> dict:
        return {
            "msg_type": msg_type,
            "content": content or {},
            "parent_header": {},
            "metadata": {},
            "header": {"msg_type": msg_type},
        }


class _Stream:
    """Standard output or error of a cell; text is gathered and told before anything else is shown."""

    encoding, errors, closed, mode = "utf-8", "replace", False, "w"

    def __init__(self, name: str, tape: _Tape) -> None:
        self.name, self._tape, self._parts, self._waiting = name, tape, [], 0

    def write(self, text: str) -> int:
        """Gather a text; flushed when it has grown long."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._parts.append(text)
        self._waiting += len(text)
        if len(self._parts) > 10_000 or self._waiting > 1_000_000:
            self.flush()
        return len(text)

    def writelines(self, lines: Any) -> None:
        """Gather several texts."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Tell what was gathered."""
        text, self._parts, self._waiting = "".join(self._parts), [], 0
        if text:
            self._tape.send(None, "stream", {"name": self.name, "text": text})

    def isatty(self) -> bool:
        """A notebook is no terminal."""
        return False

    def writable(self) -> bool:
        """Text can be written."""
        return True

    def readable(self) -> bool:
        """Nothing can be read."""
        return False

    def fileno(self) -> int:
        """The descriptor that child processes write to."""
        return {"stdout": 1, "stderr": 2}[self.name]


class _Shell(ZMQInteractiveShell):
    """ipykernel's shell without a kernel behind it."""

    def init_history(self) -> None:
        """No history file: it would be shared between reports."""
        self.config.HistoryManager.enabled = False
        super().init_history()

    def init_io(self) -> None:
        """Streams are set by `_recording`."""

    def enable_gui(self, gui: Any = None) -> None:
        """No event loop to join."""


class _Recorder(NotebookClient):
    """nbclient's bookkeeping of outputs, fed by the tape."""

    def __init__(self, nb_man: NotebookExecutionManager) -> None:
        super().__init__(nb_man.nb, km=None, record_timing=False)
        self.reset_execution_trackers()
        self.cell: Any = None
        self.index = 0
        self.room = {"stream": TEXT_LIMIT, "shown": SHOWN_LIMIT}

    def start(self, cell: Any, index: int) -> None:
        """The outputs to come belong to this cell."""
        self.cell, self.index = cell, index
        self.clear_before_next_output = False
        cell.outputs = []

    def take(self, msg: dict) -> None:
        """Record one message in the running cell; neighbouring texts of one stream are one output."""
        msg = msg if msg["msg_type"] == "error" else self._within_limit(msg)
        if msg is None:
            return
        outputs = self.cell.outputs
        content = msg["content"]
        follows = not self.clear_before_next_output and outputs and outputs[-1].output_type == "stream"
        if msg["msg_type"] == "stream" and follows and outputs[-1].name == content["name"]:
            outputs[-1].text += content["text"]
            return
        self.process_message(msg, self.cell, self.index)

    def _within_limit(self, msg: dict) -> dict | None:
        """The message, or what it says up to the limit with a word that the rest is left out; None beyond it."""
        kind = "stream" if msg["msg_type"] == "stream" else "shown"
        room, length = self.room[kind], _length(msg["content"])
        self.room[kind] -= length
        if room < 0 or length <= room:
            return None if room < 0 else msg
        limit = {"stream": TEXT_LIMIT, "shown": SHOWN_LIMIT}[kind]
        told = f"\n[what this notebook {'printed' if kind == 'stream' else 'showed'} beyond {limit:,} characters was left out]\n"
        content = {
            "name": msg["content"].get("name", "stderr"),
            "text": msg["content"].get("text", "")[:room] + told,
        }
        return msg | {"msg_type": "stream", "content": content}


def _length(content: Any) -> int:
    """Characters of a message's texts."""
    if isinstance(content, str | bytes):
        return len(content)
    if isinstance(content, dict):
        return sum(map(_length, content.values()))
    return sum(map(_length, content)) if isinstance(content, list | tuple) else 0


class KamEngine(Engine):
    """Runs the cells of a notebook in this process."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: NotebookExecutionManager, kernel_name: str, **kwargs: Any) -> None:
        """Run every code cell in order; stop after the first that raises.

        Parameters
        ----------
        nb_man : NotebookExecutionManager
            Papermill's; its notebook is changed in place and saved once at the end, not twice a cell.
        kernel_name : str
            Not used: there is no kernel.
        kwargs
            Papermill's further options; none changes what is run.
        """
        recorder = _Recorder(nb_man)
        tape = _Tape(deliver=recorder.take)
        with _recording(tape) as run_cell:
            for index, cell in enumerate(nb_man.nb.cells):
                _mark(cell, nb_man, "start_time")
                if cell.cell_type == "code" and cell.source.strip():
                    recorder.start(cell, index)
                    failed = not run_cell(cell)
                else:
                    failed = False
                _mark(cell, nb_man, "end_time")
                if failed:
                    nb_man.cell_exception(cell, cell_index=index)
                    break
                cell.metadata.papermill["status"] = nb_man.COMPLETED
        nb_man.nb.metadata["language_info"] = dict(LANGUAGE)


def _mark(cell: Any, nb_man: NotebookExecutionManager, when: str) -> None:
    now = datetime.now(UTC)
    notes = cell.metadata.papermill
    notes[when] = now.isoformat()
    if when == "start_time":
        notes.update(status=nb_man.RUNNING, exception=False)
    else:
        notes["duration"] = (now - datetime.fromisoformat(notes["start_time"])).total_seconds()
        if nb_man.pbar:
            nb_man.pbar.update(1)


@contextmanager
def _recording(tape: _Tape):
    """A shell whose displays and streams go to the tape; yields the function that runs one cell."""
    before = (sys.stdout, sys.stderr, sys.displayhook, sys.excepthook, builtins.input)
    loop = asyncio.new_event_loop()  # what %-magics and awaits of a cell run on
    asyncio.set_event_loop(loop)
    root = logging.getLogger()
    handlers, root.handlers = root.handlers, []  # a kernel starts with none
    environment = dict(os.environ)
    InteractiveShell.clear_instance()
    shell = _Shell.instance(displayhook_class=ZMQShellDisplayHook, compiler_class=XCachingCompiler)
    shell.displayhook.session = shell.display_pub.session = tape
    shell.displayhook.pub_socket = shell.display_pub.pub_socket = object()
    shell.displayhook.topic = b"execute_result"
    streams = _Stream("stdout", tape), _Stream("stderr", tape)
    sys.stdout, sys.stderr = streams
    builtins.input = _no_input
    _draw_inline(shell)
    try:
        yield _cell_runner(shell, streams)
    finally:
        sys.stdout, sys.stderr, sys.displayhook, sys.excepthook, builtins.input = before
        root.handlers = handlers
        os.environ.clear()
        os.environ.update(environment)
        asyncio.set_event_loop(None)
        loop.close()
        _Shell.clear_instance()


def _no_input(prompt: Any = "") -> str:
    raise StdinNotImplementedError("raw_input was called, but this frontend does not support input requests.")


def _draw_inline(shell: _Shell) -> None:
    """Let pyplot's figures show below their cell, as a kernel does, with matplotlib's own settings."""
    os.environ["MPLBACKEND"] = INLINE
    InlineBackend.clear_instance()
    configure_inline_support.current_backend = "unset"  # it remembers the formats as set, on a shell that is gone
    activate_matplotlib(INLINE)
    configure_inline_support(shell, INLINE)


def _cell_runner(shell: _Shell, streams: tuple[_Stream, _Stream]) -> Callable[[Any], bool]:
    def run_cell(cell: Any) -> bool:
        shell._last_traceback_during_displayhook = False
        cell.execution_count = shell.execution_count
        result = shell.run_cell(cell.source, store_history=True, cell_id=cell.get("id"))
        for stream in streams:
            stream.flush()
        return result.success and not shell._last_traceback_during_displayhook

    return run_cell
