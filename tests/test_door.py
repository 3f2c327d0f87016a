"""The door, on a small project of its own: the real script, a lock without packages, and a program that answers."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from runtime.settings import ROOT, environment

PROGRAM = """
import json, sys
print(json.dumps({"arguments": sys.argv[1:], "path": sys.path[:2], "prefix": sys.prefix}))
sys.exit(int(sys.argv[-1]) if sys.argv[-1:] and sys.argv[-1].isdigit() else 0)
"""


def make_project(folder: Path) -> Path:
    (folder / "requirements").mkdir(parents=True)
    (folder / "cli").mkdir()
    for name in ("app", "dev"):
        (folder / "requirements" / f"{name}.txt").write_text(f"# {name}\n")
    (folder / "cli" / "__init__.py").touch()
    (folder / "cli" / "start.py").write_text(PROGRAM)
    shutil.copy2(ROOT / "tieout", folder / "tieout")
    return folder


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Set up once: making an environment takes seconds."""
    folder = make_project(tmp_path_factory.mktemp("door") / "project")
    done = start(folder, "first")
    assert done.returncode == 0, done.stderr
    assert "installing what requirements/app.txt locks" in done.stderr
    return folder


def start(
    project: Path, *arguments: str, cwd: Path | None = None, python: str = sys.executable, **variables: str
) -> subprocess.CompletedProcess[str]:
    plain = {name: value for name, value in environment(**variables).items() if name != "PYTHONPATH"}
    return subprocess.run(
        [python, str(project / "tieout"), *arguments], cwd=cwd, env=plain, capture_output=True, text=True, check=False
    )


def test_it_goes_on_inside_the_environment_with_the_root_on_the_path(project: Path, tmp_path: Path) -> None:
    (tmp_path / "cli").mkdir()
    (tmp_path / "cli" / "start.py").write_text("print('a stranger')")
    done = start(project, "sync", "--full", cwd=tmp_path)
    answer = json.loads(done.stdout)
    assert answer["arguments"] == ["sync", "--full"]
    assert answer["path"][0] == str(project)
    assert answer["prefix"] == str(project / ".venv")
    assert not done.stderr


def test_it_ends_with_what_the_program_ends_with(project: Path) -> None:
    assert start(project, "verify", "1").returncode == 1


def test_a_second_start_is_instant(project: Path) -> None:
    def seconds() -> float:
        before = time.perf_counter()
        start(project)
        return time.perf_counter() - before

    # Two interpreters start one after the other; a second is far above that and far below any installation.
    assert min(seconds() for _ in range(3)) < 1


def test_it_can_be_called_by_a_link_from_elsewhere(project: Path, tmp_path: Path) -> None:
    (tmp_path / "tieout").symlink_to(project / "tieout")
    done = start(tmp_path, "x")
    assert json.loads(done.stdout)["prefix"] == str(project / ".venv")


def test_it_is_executable_and_needs_nothing_but_python() -> None:
    assert (ROOT / "tieout").stat().st_mode & stat.S_IXUSR
    code = "import runpy, sys; sys.path[:] = [p for p in sys.path if 'site-packages' not in p]; runpy.run_path(sys.argv[1])"
    subprocess.run([sys.executable, "-S", "-I", "-c", code, str(ROOT / "tieout")], check=True)


def test_a_changed_lock_is_installed(tmp_path: Path, project: Path) -> None:
    copy = shutil.copytree(project, tmp_path / "project", symlinks=True)
    (copy / "requirements" / "app.txt").write_text("# changed\n")
    assert "installing" in start(copy).stderr
    assert not start(copy).stderr


def test_tests_and_dev_install_the_larger_lock_which_serves_the_app_too(tmp_path: Path, project: Path) -> None:
    copy = shutil.copytree(project, tmp_path / "project", symlinks=True)
    assert "requirements/dev.txt" in start(copy, "test").stderr
    assert not start(copy, "dev").stderr
    assert not start(copy, "demo").stderr


def test_an_installation_that_was_cut_off_is_done_again(tmp_path: Path, project: Path) -> None:
    copy = shutil.copytree(project, tmp_path / "project", symlinks=True)
    (copy / ".venv" / "installed-app").unlink()
    shutil.rmtree(next((copy / ".venv" / "lib").glob("python3*/site-packages/pip")))
    done = start(copy, "again")
    assert done.returncode == 0, done.stderr
    assert "making" in done.stderr
    assert json.loads(done.stdout)["arguments"] == ["again"]


def test_a_lock_that_cannot_be_installed_ends_with_3_and_leaves_no_stamp(tmp_path: Path, project: Path) -> None:
    copy = shutil.copytree(project, tmp_path / "project", symlinks=True)
    (copy / "requirements" / "app.txt").write_text("./nowhere.whl --hash=sha256:" + "0" * 64 + "\n")
    done = start(copy)
    assert done.returncode == 3
    assert done.stderr.endswith("start again.\n")
    assert not (copy / ".venv" / "installed-app").exists()


def test_a_start_waits_for_one_that_installs_and_then_has_nothing_to_do(tmp_path: Path, project: Path) -> None:
    copy = shutil.copytree(project, tmp_path / "project", symlinks=True)
    stamp = copy / ".venv" / "installed-app"
    kept = stamp.read_text()
    stamp.unlink()
    with (copy / ".venv" / ".lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        waiting = subprocess.Popen(
            [sys.executable, str(copy / "tieout"), "x"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.communicate(timeout=0.2)
        stamp.write_text(kept)
    out, err = waiting.communicate(timeout=240)
    assert json.loads(out)["arguments"] == ["x"]
    assert not err


def test_without_venv_it_prints_the_line_that_installs_it(tmp_path: Path) -> None:
    bare = make_project(tmp_path / "bare")
    code = f"import sys, runpy; sys.modules['ensurepip'] = None; sys.argv = ['tieout']; runpy.run_path({str(bare / 'tieout')!r}, run_name='__main__')"
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "apt-get").write_text("#!/bin/sh\n")
    (tmp_path / "bin" / "apt-get").chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(PATH=str(tmp_path / "bin")),
        capture_output=True,
        text=True,
        check=False,
    )
    sudo = "" if os.geteuid() == 0 else "sudo "
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert done.returncode == 2
    assert (
        done.stderr
        == f"tieout: Python's venv is not installed; install it with: {sudo}apt-get install -y python{version}-venv\n"
    )


def test_an_old_python_is_told_so(tmp_path: Path) -> None:
    code = f"import sys, runpy; sys.version_info = (3, 9, 2); runpy.run_path({str(ROOT / 'tieout')!r}, run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "tieout: needs Python 3.11 or newer, and this one is 3.9; install a newer python3.\n"
