"""Before the virtual environment: stamps, what the machine must be, and failures in one sentence."""

import ast
import errno
import platform
import shutil
import subprocess
import sys
import threading
from collections import namedtuple
from pathlib import Path

import pytest

import bootstrap
from bootstrap import browser, console, machine
from bootstrap.failures import Failure, explain, explain_os_error
from bootstrap.packages import counted
from bootstrap.stamps import Stamp, fingerprint

HERE = Path(bootstrap.__file__).parent
Usage = namedtuple("Usage", "total used free")


def test_a_stamp_is_fresh_until_its_inputs_change(tmp_path: Path) -> None:
    lock = tmp_path / "base.txt"
    lock.write_text("Django==5.2")
    stamp = Stamp(tmp_path / "stamps" / "base", fingerprint([lock]))
    assert not stamp.fresh
    stamp.write()
    assert Stamp(stamp.path, fingerprint([lock])).fresh
    assert not Stamp(stamp.path, fingerprint([lock], "3.13")).fresh
    lock.write_text("Django==5.3")
    assert not Stamp(stamp.path, fingerprint([lock])).fresh


def test_a_fingerprint_of_a_folder_sees_new_renamed_and_changed_files(tmp_path: Path) -> None:
    folder = tmp_path / "static"
    folder.mkdir()
    seen = {fingerprint([folder])}
    (folder / "a.css").write_text("a")
    seen.add(fingerprint([folder]))
    (folder / "a.css").rename(folder / "b.css")
    seen.add(fingerprint([folder]))
    (folder / "b.css").write_text("b")
    seen.add(fingerprint([folder]))
    assert len(seen) == 4


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("npm error code ENOSPC", "disk is full"),
        ("mkdir: Read-only file system", "read-only"),
        ("Temporary failure in name resolution", "cannot be reached"),
        ("npm error code EAI_AGAIN", "cannot be reached"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "not the one pinned"),
        ("npm error code EACCES", "chown"),
    ],
)
def test_known_failures_of_other_programs_become_one_sentence(said: str, sentence: str) -> None:
    explained = explain(f"some output\n{said}\nmore")
    assert explained
    assert sentence in explained
    assert explained.count(". ") == 0


def test_an_unknown_failure_names_the_record(tmp_path: Path) -> None:
    log = tmp_path / "setup.log"
    with pytest.raises(Failure, match=rf"Doing it: failed; the whole output is in {log}"):
        console.run(["sh", "-c", "echo odd; exit 4"], "Doing it", log)
    assert log.read_text() == "odd\n"


def test_steps_side_by_side_all_end_before_one_failure_is_told() -> None:
    met, ended = threading.Barrier(2, timeout=10), []

    def fail() -> None:
        met.wait()
        raise Failure("The disk is full.")

    def work() -> None:
        met.wait()
        ended.append("work")

    with pytest.raises(Failure, match="full"):
        console.together(fail, work)
    assert ended == ["work"]


def test_errors_of_the_system_are_explained() -> None:
    assert "disk is full" in explain_os_error(OSError(errno.ENOSPC, "No space left on device", "/x"))
    assert "read-only" in explain_os_error(OSError(errno.EROFS, "Read-only file system", "/x"))
    assert explain_os_error(OSError(errno.EISDIR, "Is a directory", "/x")) == "Is a directory (/x)."


@pytest.mark.parametrize(
    ("system", "processor", "libc"),
    [("Darwin", "arm64", ""), ("Linux", "aarch64", "glibc"), ("Linux", "x86_64", ""), ("Windows", "AMD64", "")],
)
def test_an_unsupported_platform_is_named(
    monkeypatch: pytest.MonkeyPatch, system: str, processor: str, libc: str
) -> None:
    monkeypatch.setattr(platform, "system", lambda: system)
    monkeypatch.setattr(platform, "machine", lambda: processor)
    monkeypatch.setattr(platform, "libc_ver", lambda: (libc, ""))
    with pytest.raises(Failure, match=f"not supported: {system} {processor}"):
        machine.check_platform()


def test_this_platform_is_supported() -> None:
    machine.check_platform()


def test_a_full_disk_is_noticed_before_anything_is_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**12, 10**12, 300 * 1024**2))
    with pytest.raises(Failure, match="The disk is full: 300 MB are free"):
        machine.check_space(tmp_path)
    (tmp_path / ".venv" / "stamps").mkdir(parents=True)
    machine.check_space(tmp_path)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (PermissionError(errno.EACCES, "Permission denied"), "You may not write"),
        (OSError(errno.EROFS, ""), "read-only"),
    ],
)
def test_a_folder_that_cannot_be_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: OSError, sentence: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(Failure, match=sentence):
        machine.check_folder(tmp_path)


def test_an_old_python_can_read_the_entry_and_gets_a_sentence() -> None:
    ast.parse((HERE / "__main__.py").read_text(), feature_version=(3, 5))
    script = "import sys, runpy, os; sys.version_info = (3, 9, 2); os.environ['PATH'] = ''; sys.argv = ['x', 'demo']"
    script += "; runpy.run_module('bootstrap', run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=HERE.parent)
    assert done.returncode == 1
    assert done.stderr.strip() == "Python 3.11 or later is needed and this is Python 3.9: install a newer one."


def test_the_bootstrap_uses_the_standard_library_only() -> None:
    for file in HERE.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                top = name.split(".")[0]
                assert top == "bootstrap" or top in sys.stdlib_module_names, f"{file.name} imports {name}"


def test_pip_is_shown_as_one_counted_line_a_package(tmp_path: Path) -> None:
    lock = tmp_path / "base.txt"
    lock.write_text("amqp==5.4.2 \\\n    --hash=sha256:aa\nclick==8.5.1 \\\n    --hash=sha256:bb\n")
    show = counted(lock)
    shown = [
        show("Collecting amqp==5.4.2 (from -r base.txt (line 1))"),
        show("  Using cached amqp-5.4.2-py3-none-any.whl (51 kB)"),
        show("Requirement already satisfied: click==8.5.1 in ./x (from -r base.txt (line 3)) (8.5.1)"),
        show("ERROR: no"),
    ]
    assert shown == ["[1/2] amqp 5.4.2", None, "[2/2] click 8.5.1", "ERROR: no"]


def test_a_browser_named_by_the_environment_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", sys.executable)
    assert browser.find() == sys.executable
