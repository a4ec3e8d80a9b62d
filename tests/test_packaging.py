"""environment.yml stays thin and says what pyproject.toml says; the entry points load."""

import tomllib
from importlib.metadata import entry_points

import yaml
from conftest import HOUSE


def project() -> dict:
    return tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def environment() -> dict:
    return yaml.safe_load((HOUSE / "environment.yml").read_text(encoding="utf-8"))


def test_environment_is_python_pip_and_the_project():
    names = [item for item in environment()["dependencies"] if isinstance(item, str)]
    assert names == [f"python{project()['requires-python']}", "pip"]
    pip = next(item["pip"] for item in environment()["dependencies"] if isinstance(item, dict))
    assert pip == ["-r requirements.lock", "-e ."]
    assert environment()["name"] == project()["name"]
    assert "channels" not in environment()


def test_every_dependency_is_in_the_lock():
    lock = (HOUSE / "requirements.lock").read_text(encoding="utf-8")
    wanted = [*project()["dependencies"], *project()["optional-dependencies"]["dev"]]
    for requirement in wanted:
        name = requirement.split(">=")[0].split("[")[0]
        assert f"\n{name}==" in f"\n{lock}", name


def test_spark_is_locked_beside_what_every_machine_needs():
    lock = (HOUSE / "requirements-spark.lock").read_text(encoding="utf-8").splitlines()
    for requirement in project()["optional-dependencies"]["spark"]:
        assert any(line.startswith(f"{requirement.split('>=')[0]}==") for line in lock), requirement
    usual = (HOUSE / "requirements.lock").read_text(encoding="utf-8")
    assert not [line for line in lock if line.split("==")[0] in usual]


def test_entry_points_are_registered_and_load():
    import papermill  # noqa: F401 - it is papermill that loads the engine, never the other way round

    assert entry_points(group="papermill.engine")["kam"].load().__name__ == "KamEngine"
    exporters = entry_points(group="nbconvert.exporters")
    assert exporters["kam-html"].load().file_extension == ".html"
    assert exporters["kam-pdf"].load().file_extension == ".pdf"


def test_jupyter_is_above_the_published_vulnerabilities():
    lock = dict(
        line.split(" ")[0].split("==")
        for line in (HOUSE / "requirements.lock").read_text().splitlines()
        if "==" in line
    )
    assert tuple(map(int, lock["jupyter-server"].split("."))) >= (2, 20)
    assert tuple(map(int, lock["jupyterlab"].split("."))) >= (4, 6, 2)
