"""One origin of a ledger's rows, as a run file names it: a path, or the address of a database."""

from pydantic import Field, model_validator

from kamlib.settings import Strict


class Source(Strict):
    """One source of several.

    Attributes
    ----------
    path : str or None
        A file (text, workbook, Parquet, SQLite, DuckDB) or a folder of files.
    url : str or None
        An SQLAlchemy address; its secrets stand as ``${NAME}``, filled in from the environment.
    url_env : str or None
        The environment variable that holds the whole address.
    queries : dict
        Canonical table → the SQL that gives its rows; with an address only.
    profile : str
        How it is read.
    name : str
        How reports call the database; never its address.
    """

    path: str | None = None
    url: str | None = None
    url_env: str | None = Field(None, pattern="^[A-Za-z_][A-Za-z0-9_]*$")
    queries: dict[str, str] = {}
    profile: str = "canonical"
    name: str = Field("database", pattern="^[A-Za-z0-9][A-Za-z0-9 ._-]{0,40}$")

    @model_validator(mode="after")
    def _one_kind(self) -> "Source":
        if sum(given is not None for given in (self.path, self.url, self.url_env)) != 1:
            raise ValueError("give one of path, url or url_env")
        if bool(self.queries) != (self.path is None):
            raise ValueError("give queries with url or url_env, and only there")
        return self
