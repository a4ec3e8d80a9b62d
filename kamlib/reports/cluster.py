"""The reports of a run on many machines: the same tasks on Dask's workers, each in a fresh process of its worker.

What the reports read goes to shared storage once; a worker fetches it once, makes its reports as one machine does,
and puts them into the storage, from where the run takes them. A lost worker's tasks are done by the others.
"""

import hashlib
import json
import multiprocessing
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from kamlib.errors import DataError, Fault
from kamlib.reports.making import Outcome
from kamlib.reports.manifest import put_file
from kamlib.reports.plan import Task
from kamlib.reports.pool import Pool
from kamlib.runs import code_hash
from kamlib.settings import MOVED, house_path

SUFFIXES = ("ipynb", "html", "pdf")
_fetching = threading.Lock()
_pools: dict[str, Pool] = {}


class Cluster(Pool):
    """Starts reports on the workers of a Dask scheduler; pages over all reports are made here.

    Parameters
    ----------
    address : str
        Of the scheduler, as ``tcp://host:8786``.
    storage : str
        A folder that all machines see, or any address that fsspec knows, as ``s3://bucket/folder``.
    """

    def __init__(self, workers: int, timeout: float, address: str, storage: str) -> None:
        super().__init__(workers, timeout)
        self.address, self.storage = address, storage.rstrip("/")

    def run(
        self, tasks: list[Task], folder: str, engine: str, memory_mib: int, stamp: Callable[[Task], dict[str, Any]]
    ) -> Iterator[tuple[Task, Outcome]]:
        """Make the reports of `tasks` somewhere; yields each, its files in place, as soon as it is there.

        Raises
        ------
        DataError
            No Dask here, no scheduler there, or workers with another version of the code.
        """
        if not tasks:
            return
        as_completed, client = self._connect()
        inputs = _give(tasks, self.storage)
        place = f"{self.storage}/made/{inputs.rsplit('/', 1)[1]}"
        with client:
            self._check_code(client)
            wanted = {
                client.submit(
                    make_remotely, task, inputs, place, engine, memory_mib, self.timeout, stamp(task), pure=False
                ): task
                for task in tasks
            }
            try:
                for future in as_completed(list(wanted), loop=client.loop):
                    yield wanted[future], _take(future, wanted[future], place, Path(folder))
            finally:
                client.cancel(list(wanted))
        _remove(place)
        _remove(inputs)

    def _connect(self) -> tuple[Any, Any]:
        try:
            from distributed import Client, as_completed
        except ImportError as error:
            raise DataError(Fault("--dask", "Dask is not here", "Install kamlib[dask].")) from error
        try:
            return as_completed, Client(self.address, timeout=10, set_as_default=False)
        except (OSError, ValueError) as error:
            raise DataError(
                Fault("--dask", self.address, f"Give the address of a running scheduler ({error}).")
            ) from error

    def _check_code(self, client: Any) -> None:
        client.wait_for_workers(1, timeout=60)
        found = client.run(code_hash)
        if set(found.values()) != {code_hash()}:
            remedy = "Install this version of kamlib on every worker: reports of two versions would not agree."
            raise DataError(Fault("--dask", "workers have another version of kamlib", remedy))


def make_remotely(
    task: Task, inputs: str, place: str, engine: str, memory_mib: int, timeout: float, stamp: dict[str, Any]
) -> Outcome:
    """On a worker: make one report in a fresh process and put its files into the storage."""
    given = _fetch(inputs)
    multiprocessing.current_process()._config["daemon"] = False  # a nanny's worker may start no process otherwise
    os.environ[MOVED] = json.dumps({name: str(given / kept) for name, kept in _names(task).items()})
    local = replace(task, notebook_path=str(given / _notebook(task)))
    with tempfile.TemporaryDirectory(prefix="kam-worker-") as folder:
        with _fetching:
            pool = _pools.setdefault(inputs, Pool(1, timeout))
            pool.warm_up(given)
        ((_, outcome),) = pool.run([local], folder, engine, memory_mib, lambda _: stamp)
        for suffix in SUFFIXES:
            made = _made(Path(folder), task, suffix)
            if made.is_file():
                _copy_up(made, f"{place}/{_made(Path(), task, suffix).as_posix()}")
    return outcome


def _names(task: Task) -> dict[str, str]:
    """What a report's parameters call its inputs, and what they are called in the storage."""
    named = {task.parameters.get("source"): "snapshot", task.parameters.get("policy_file"): "policy.yaml"}
    return {name: kept for name, kept in named.items() if name}


def _notebook(task: Task) -> str:
    return f"notebooks/{task.key['notebook'][:16]}.ipynb"


def _made(folder: Path, task: Task, suffix: str) -> Path:
    return folder / "executed" / f"{task.stem}.ipynb" if suffix == "ipynb" else folder / f"{task.stem}.{suffix}"


def _give(tasks: list[Task], storage: str) -> str:
    """Put what the reports read into the storage; returns where, by its content."""
    files: dict[str, Path] = {}
    for task in tasks:
        files[_notebook(task)] = Path(task.notebook_path)
        for name, kept in _names(task).items():
            place = house_path(name)
            paths = [path for path in place.rglob("*") if path.is_file()] if place.is_dir() else [place]
            files |= {f"{kept}/{path.relative_to(place)}" if place.is_dir() else kept: path for path in paths}
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}:{hashlib.sha256(files[name].read_bytes()).hexdigest()}\n".encode())
    inputs = f"{storage}/inputs/{digest.hexdigest()[:24]}"
    for name, path in files.items():
        _copy_up(path, f"{inputs}/{name}")
    _write_up(json.dumps(sorted(files)).encode(), f"{inputs}/list.json")
    return inputs


def _fetch(inputs: str) -> Path:
    """What the reports read, on this worker's own disk; fetched once, whole or not at all."""
    import fsspec

    kept = Path(tempfile.gettempdir()) / f"kam-inputs-{os.getuid()}-{os.getpid()}" / inputs.rsplit("/", 1)[1]
    with _fetching:
        if not kept.is_dir():
            kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            partial = Path(tempfile.mkdtemp(dir=kept.parent))
            with fsspec.open(f"{inputs}/list.json", "rb") as stream:
                names = json.load(stream)
            for name in names:
                target = partial / name
                if not target.resolve().is_relative_to(partial.resolve()):
                    raise ValueError(f"{name} leaves the folder of inputs")
                target.parent.mkdir(parents=True, exist_ok=True)
                with fsspec.open(f"{inputs}/{name}", "rb") as stream:
                    target.write_bytes(stream.read())
            partial.rename(kept)
            import atexit

            atexit.register(shutil.rmtree, kept.parent, ignore_errors=True)
    return kept


def _take(future: Any, task: Task, place: str, folder: Path) -> Outcome:
    """The outcome of a task, its files moved from the storage to their places."""
    import fsspec

    try:
        outcome = future.result()
        for suffix in SUFFIXES:
            if suffix not in outcome.files and (outcome.status == "made" or suffix != "ipynb"):
                continue
            target = _made(folder, task, suffix)
            with fsspec.open(f"{place}/{_made(Path(), task, suffix).as_posix()}", "rb") as stream:
                content = stream.read()
            if outcome.files and hashlib.sha256(content).hexdigest() != outcome.files[suffix]:
                return Outcome("failed", f"{target.name} was changed on its way from the storage")
            target.parent.mkdir(parents=True, exist_ok=True)
            put_file(target, content)
        return outcome
    except FileNotFoundError as error:
        return outcome if outcome.status == "failed" else Outcome("failed", f"not in the storage: {error}")
    except Exception as error:
        return Outcome("failed", f"{type(error).__name__}: {' '.join(str(error).split())[:300]}")


def _copy_up(path: Path, address: str) -> None:
    _write_up(path.read_bytes(), address)


def _write_up(content: bytes, address: str) -> None:
    import fsspec

    with fsspec.open(address, "wb", auto_mkdir=True) as stream:
        stream.write(content)


def _remove(address: str) -> None:
    import fsspec

    system, path = fsspec.core.url_to_fs(address)
    if system.exists(path):
        system.rm(path, recursive=True)
