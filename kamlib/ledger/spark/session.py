"""A session of Spark for one ingest: quiet, on this machine alone where it can be, and gone afterwards."""

import logging
import os
import shutil
import signal
import subprocess
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from kamlib.errors import DataError, Fault

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
INSTALL = "Install it: pip install 'kamlib[spark]'."
INSTALL_JAVA = "Install Java 17 or newer (for example Debian's openjdk-17-jre-headless), or set JAVA_HOME."


@contextmanager
def session(url: str, memory: str, scratch: Path, small: bool = False) -> Iterator[Any]:
    """A session on the engine at `url`; everything that it puts on this machine's disk is put below `scratch`.

    With `small`, expressions are interpreted: to compile them takes seconds a table, which only long ones repay.

    Raises
    ------
    DataError
        No pyspark, no Java, an engine that does not answer, or one that gives up.
    """
    try:
        from py4j.protocol import Py4JError
        from pyspark import SparkConf, SparkContext
        from pyspark.errors import PySparkException
        from pyspark.java_gateway import launch_gateway
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise DataError(Fault("engine_url", f"{url}, and pyspark is not installed", INSTALL)) from error
    if not _has_java():
        raise DataError(Fault("engine_url", f"{url}, and Java is not found", INSTALL_JAVA))
    if SparkContext._active_spark_context is not None:
        remedy = "Stop it first: a ledger is read in a session of its own."
        raise DataError(Fault("engine_url", f"{url}, and a Spark session runs in this process", remedy))
    conf = SparkConf(loadDefaults=False).setAll(list(settings(url, memory, scratch, small).items()))
    log, gateway, context = scratch / "spark.log", None, None
    with _as_before(), log.open("wb") as told:
        try:
            streams = {"stdout": told, "stderr": told, "cwd": str(scratch)}
            gateway = launch_gateway(conf, popen_kwargs=streams)
            context = SparkContext(conf=conf, gateway=gateway)
            yield SparkSession(context)
        except (PySparkException, Py4JError) as error:
            raise DataError(Fault("engine_url", f"{url}: {_first_line(error)}", _remedy(log))) from error
        finally:
            with suppress(Py4JError, OSError):
                if context is not None:
                    SparkSession(context).stop()
            if gateway is not None:
                _end(gateway)
            SparkContext._gateway = SparkContext._jvm = None


def settings(url: str, memory: str, scratch: Path, small: bool = False) -> dict[str, str]:
    """How the session runs."""
    folder = str(scratch)
    java = f"-Djava.io.tmpdir={folder} -Duser.timezone=UTC -XX:-UsePerfData"
    found = {
        "spark.master": url,
        "spark.app.name": "kamlib",
        "spark.driver.memory": memory.upper().removesuffix("B").lower(),
        "spark.driver.extraJavaOptions": java,
        "spark.local.dir": folder,
        "spark.sql.warehouse.dir": f"{folder}/warehouse",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
        "spark.sql.variable.substitute": "false",  # a text with ${…} stays one
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.timestampType": "TIMESTAMP_NTZ",
        "spark.sql.ansi.enabled": "true",  # what cannot be read is null by try_…, and nothing else is null in silence
        "spark.sql.decimalOperations.allowPrecisionLoss": "false",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "50000",
    }
    if url.startswith("local"):
        found["spark.sql.shuffle.partitions"] = "16"
    if small:
        found |= {
            "spark.sql.shuffle.partitions": "1",
            "spark.sql.codegen.wholeStage": "false",
            "spark.sql.codegen.factoryMode": "NO_CODEGEN",
            "spark.sql.adaptive.enabled": "false",
            "spark.sql.leafNodeDefaultParallelism": "1",
            "spark.driver.extraJavaOptions": f"{java} -XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        }
    if url.startswith("local") or url.split("//")[-1].rsplit(":", 1)[0] in LOOPBACK:
        found |= {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
    return found


def _has_java() -> bool:
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=str(Path(home) / "bin") if home else None) is not None


@contextmanager
def _as_before() -> Iterator[None]:
    """What pyspark changes in this process is set back; its word on new pandas is no matter here: all is Arrow."""
    main = threading.current_thread() is threading.main_thread()
    handler = signal.getsignal(signal.SIGINT) if main else None
    logger = logging.getLogger("SQLQueryContextLogger")  # tells every refused query on the terminal
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="PySpark does not yet fully support")
        try:
            yield
        finally:
            logger.setLevel(level)
            if main:
                signal.signal(signal.SIGINT, handler)


def _end(gateway: Any) -> None:
    """End the Java process, which lives as long as its standard input."""
    with suppress(Exception):
        gateway.shutdown()
    if gateway.proc is not None:
        gateway.proc.stdin.close()
        try:
            gateway.proc.wait(timeout=20)
        except subprocess.TimeoutExpired:
            gateway.proc.kill()
            gateway.proc.wait()


def _first_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    caused = [line.removeprefix("Caused by: ") for line in lines if line.startswith("Caused by: ")]
    return (caused or lines or [type(error).__name__])[-1 if caused else 0]


def _remedy(log: Path) -> str:
    lines = [line for line in log.read_text("utf-8", "replace").splitlines() if " ERROR " in line]
    told = f" It says: {lines[-1].split(' ERROR ')[-1][:160]}" if lines else ""
    return f"Look whether the engine runs and has the memory, or read the ledger without engine_url.{told}"
