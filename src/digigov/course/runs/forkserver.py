"""A warm process from which kernels are forked, so that a run does not import anything again.

Run as a program, this is the server: it imports ipykernel and the modules it is told, then forks a
real kernel for each request on the socket it was started with. `Forkserver` is what starts and asks
it. Linux only: see `AVAILABLE`.

Nothing of one kernel reaches another: each is a child of the untouched server, in a process group,
working directory, environment and random state of its own. The one thing that kernels of a server
share, and separately started ones do not, is the seed of Python's string hashes.
"""

from __future__ import annotations

import builtins
import contextlib
import json
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

AVAILABLE = sys.platform == "linux" and hasattr(os, "pidfd_open")
"""Whether kernels can be forked here."""

MESSAGE_BYTES = 1 << 20
"""Largest request: an environment and a command fit many times over."""

START_SECONDS = 60
"""Seconds after which a server that does not answer, or a kernel that has no ports, failed."""

PR_SET_PDEATHSIG = 1
"""Linux's prctl(2): which signal a process gets when its parent ends."""

KERNEL_MODULES = (
    "ipykernel.kernelapp",
    # What a kernel imports late, by name.
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "IPython.core.logger",
)


class ServerError(RuntimeError):
    """The server ended; a new one has to be started."""


class ForkedProcess:
    """A forked kernel, with the part of `subprocess.Popen` that jupyter_client uses.

    Parameters
    ----------
    server : Forkserver
        Its parent.
    pid : int
    pidfd : int
        File descriptor that becomes readable when the process ends; closed with it.
    """

    stdin = stdout = stderr = None

    def __init__(self, server: Forkserver, pid: int, pidfd: int) -> None:
        self.server, self.pid, self.pidfd = server, pid, pidfd
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Exit code, negative for a signal; None while the process runs."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """Exit code of the process, once it has ended.

        Raises
        ------
        subprocess.TimeoutExpired
            If it has not after `timeout` seconds.
        """
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(f"kernel {self.pid}", timeout or 0)
        return code

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None:
            milliseconds = None if timeout is None else 1000 * timeout
            poller = select.poll()
            poller.register(self.pidfd, select.POLLIN)
            if poller.poll(milliseconds):
                self.returncode = self.server.exit_code(self.pid)
                os.close(self.pidfd)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal to the process, unless it has ended."""
        if self.poll() is None:
            signal.pidfd_send_signal(self.pidfd, number)

    def terminate(self) -> None:
        """Ask the process to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the process."""
        self.send_signal(signal.SIGKILL)


class Forkserver:
    """A running server.

    Parameters
    ----------
    modules : sequence of str
        What the server imports before the first fork. One that cannot be imported is left to the
        kernel, which fails where it imports it.

    Notes
    -----
    May be used by several threads. The server ends with the process that started it, however that
    ends, and takes its kernels along.
    """

    def __init__(self, modules: Sequence[str] = ()) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        environment = {
            **os.environ,
            # Threads of a library don't survive a fork, and runs are parallel already.
            **{f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL")},
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # else the debugger warns that it is imported
        }
        with theirs:
            self._process = subprocess.Popen(
                # Not as a module: that imports its package, and pandas, before `serve` prepares it.
                [sys.executable, "-P", __file__, str(theirs.fileno()), *modules],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env=environment,
                # Ctrl-C is for the process that started it, which then ends the runs in order.
                start_new_session=True,
            )
        self._socket, self._lock, self._ready = ours, threading.Lock(), False
        self.closed = False
        """Whether it was ended on purpose."""

    @property
    def pid(self) -> int:
        """Process id of the server."""
        return self._process.pid

    def fork(
        self, arguments: Sequence[str], environment: Mapping[str, str], folder: str
    ) -> tuple[ForkedProcess, dict[str, Any]]:
        """Fork a kernel.

        Parameters
        ----------
        arguments : sequence of str
            Command line of ``ipykernel_launcher``.
        environment : mapping of str to str
            The whole environment of the kernel.
        folder : str
            Its working directory.

        Returns
        -------
        ForkedProcess, dict
            The kernel, and the ports that it listens on.

        Raises
        ------
        ServerError
            If the server is not there any more.
        RuntimeError
            If the kernel ended, or hung, before it listened.
        """
        request = {"arguments": [*arguments], "environment": {**environment}, "folder": folder}
        answer, (pidfd, ports) = self._ask({"fork": request}, descriptors=2)
        process = ForkedProcess(self, answer["pid"], pidfd)
        with os.fdopen(ports, "rb") as stream:
            if not select.select([stream], [], [], START_SECONDS)[0]:
                process.kill()
                raise RuntimeError(f"the kernel did not listen within {START_SECONDS} s")
            said = stream.read()
        if not said:
            raise RuntimeError(f"the kernel ended at once: exit code {process.wait(START_SECONDS)}")
        return process, json.loads(said)

    def exit_code(self, pid: int) -> int:
        """Exit code of a kernel that has ended; -9 if its server cannot say any more."""
        try:
            return self._ask({"reap": pid})[0]["code"]
        except ServerError:
            return -signal.SIGKILL

    def close(self) -> None:
        """End the server and every kernel that still runs."""
        self.closed = True
        # Not close(): another thread may be reading from it.
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _ask(
        self, question: Mapping[str, Any], descriptors: int = 0
    ) -> tuple[dict[str, Any], list[int]]:
        with self._lock:
            try:
                if not self._ready:
                    self._socket.settimeout(START_SECONDS)
                    self._ready = bool(self._socket.recv(MESSAGE_BYTES))
                    self._socket.settimeout(None)
                self._socket.sendall(json.dumps(question).encode())
                said, fds, _flags, _address = socket.recv_fds(
                    self._socket, MESSAGE_BYTES, descriptors
                )
            except OSError as error:
                raise ServerError(f"the server of kernels does not answer: {error}") from error
        if not said:
            raise ServerError("the server of kernels ended")
        return json.loads(said), fds


# ------------------------------------------------------------------------------- in the server


def serve(connection: socket.socket, modules: Sequence[str]) -> None:
    """Import, say so, then fork a kernel for each request until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Until then nothing is received but the end of the other process, which ends this one at once.
    _signal_on_input(connection, True)
    from importlib import import_module

    # pandas asks once, while it is imported, whether it runs in a kernel, and prints accordingly.
    vars(builtins)["get_ipython"] = lambda: SimpleNamespace(kernel=None)
    for module in (*KERNEL_MODULES, *modules):
        # A module that is broken or missing is the kernel's to report, in the cell that imports it.
        with contextlib.suppress(Exception):
            import_module(module)
    if any(module.partition(".")[0] == "digigov" for module in modules):
        # What goes wrong here is the kernel's to report, too.
        with contextlib.suppress(Exception):
            import_module("digigov.lesson").prepare()
    del vars(builtins)["get_ipython"]
    import gc

    gc.collect()
    gc.freeze()  # what was imported stays on pages that all kernels share
    kernels: set[int] = set()
    try:
        # ConnectionError: the other end is gone, and so is all reason to be here.
        with contextlib.suppress(ConnectionError):
            _signal_on_input(connection, False)
            connection.sendall(b"ready")
            while said := connection.recv(MESSAGE_BYTES):
                question = json.loads(said)
                if "fork" in question:
                    _fork(connection, question["fork"], kernels)
                else:
                    _pid, status = os.waitpid(question["reap"], 0)
                    kernels.discard(question["reap"])
                    code = os.waitstatus_to_exitcode(status)
                    connection.sendall(json.dumps({"code": code}).encode())
    finally:
        for pid in kernels:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)


def _signal_on_input(connection: socket.socket, wanted: bool) -> None:
    """Have the system send SIGIO, which ends a process, when something comes, or the other end goes."""
    import fcntl

    descriptor = connection.fileno()
    flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
    fcntl.fcntl(descriptor, fcntl.F_SETOWN, os.getpid())
    flags = flags | os.O_ASYNC if wanted else flags & ~os.O_ASYNC
    fcntl.fcntl(descriptor, fcntl.F_SETFL, flags)
    if wanted and select.select([connection], [], [], 0)[0]:  # it went before this was asked for
        os._exit(0)


def _fork(connection: socket.socket, request: Mapping[str, Any], kernels: set[int]) -> None:
    """Fork a kernel and tell its pid; the kernel is among `kernels` before anything can go wrong."""
    read_end, write_end = os.pipe()
    server = os.getpid()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            end_with(server)
            os.setpgid(0, 0)
            connection.close()
            os.close(read_end)
            _become_kernel(request, write_end)
            code = 0
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else bool(error.code)
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(code)
    kernels.add(pid)
    # In the child and here: whoever comes first, its group exists when the pid is told.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.setpgid(pid, pid)
    os.close(write_end)
    pidfd = os.pidfd_open(pid)
    socket.send_fds(connection, [json.dumps({"pid": pid}).encode()], [pidfd, read_end])
    os.close(pidfd)
    os.close(read_end)


def end_with(parent: int) -> None:
    """Have the system kill this process when the one that started it ends, even by kill -9.

    Parameters
    ----------
    parent : int
        Its process id. On Linux only; elsewhere nothing is done.
    """
    if not AVAILABLE:
        return
    import ctypes

    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the system was told
        os._exit(1)


def _become_kernel(request: Mapping[str, Any], write_end: int) -> None:
    """Run a kernel in this freshly forked process until it is shut down."""
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    # Python reseeds `random` itself after a fork; numpy's global state is copied.
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    from ipykernel.kernelapp import IPKernelApp
    from traitlets import default
    from traitlets.config import Config

    class KernelApp(IPKernelApp):
        """A kernel that tells its ports instead of writing a file for others to find."""

        @default("log_level")
        def _only_what_ends_it(self) -> int:
            return logging.CRITICAL  # a kernel warns of unencrypted TCP at each start

        def write_connection_file(self, **_options: Any) -> None:
            names = ("shell_port", "iopub_port", "stdin_port", "hb_port", "control_port")
            with os.fdopen(write_end, "w", encoding="utf-8") as stream:
                json.dump({name: getattr(self, name) for name in names}, stream)

        def cleanup_connection_file(self) -> None:
            """There is none."""

    quiet = Config({"HistoryManager": {"enabled": False}})
    KernelApp.launch_instance(request["arguments"], config=quiet)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as server_socket:
        serve(server_socket, sys.argv[2:])
    os._exit(0)  # there is nothing to tidy up but what takes the time of two thousand modules
