"""Real kernels, forked from a process that has imported everything: one server for all of them.

jupyter_client finds the provisioner by its entry point.
"""

from __future__ import annotations

import asyncio
import atexit
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client import AsyncKernelClient, AsyncKernelManager
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.provisioning import KernelProvisionerBase, LocalProvisioner

from digigov.course.runs.forkserver import AVAILABLE, ForkedProcess, Forkserver, ServerError

START_SECONDS = 20
"""Seconds after which a forked kernel that does not answer is given up; it takes 0.1 as a rule."""

PROVISIONER = "digigov-forked"
"""Name of the provisioner's entry point."""

_lock = threading.Lock()
_server: Forkserver | None = None
_modules: tuple[str, ...] = ()
_is_closed = False


def warm_up(modules: Sequence[str]) -> None:
    """Start the server now, so that it imports `modules` while this process does something else.

    Parameters
    ----------
    modules : sequence of str
        What the notebooks import. A server that is already there is kept if it imported them.
    """
    global _modules
    if AVAILABLE:
        with _lock:
            if not set(modules) <= set(_modules):
                _close()
                _modules = tuple(modules)
            _start()


def cool_down() -> None:
    """End the server and its kernels; the next run starts another, which imports as it must."""
    global _modules
    with _lock:
        _close()
        _modules = ()


@contextmanager
def closed() -> Iterator[None]:
    """End the server and its kernels, and start no other for a while, whoever asks for one."""
    global _is_closed
    _is_closed = True
    cool_down()
    try:
        yield
    finally:
        _is_closed = False


def _start() -> Forkserver:
    global _server
    if _is_closed:
        raise ServerError("no kernels are started any more")
    if _server is None:
        _server = Forkserver(_modules)
    return _server


def _close() -> None:
    global _server
    if _server is not None:
        _server.close()
        _server = None


atexit.register(cool_down)


def _fork(*arguments: Any) -> tuple[ForkedProcess, dict[str, Any]]:
    """Fork a kernel; start another server, once, where the server itself was killed."""
    with _lock:
        server = _start()
    try:
        return server.fork(*arguments)
    except ServerError:
        if server.closed:
            raise
        with _lock:
            if server is _server:
                _close()
            server = _start()
        return server.fork(*arguments)


class ForkedProvisioner(LocalProvisioner):
    """Provisioner whose kernels are forked from the warm server.

    The kernel chooses its ports itself and tells them, so none can be taken in between.
    """

    process: ForkedProcess | None = None  # type: ignore[assignment]  # like a Popen, as far as asked
    exit_code: int | None = None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Collect what the kernel is started with."""
        manager: Any = self.parent
        key = manager.session.key.decode()
        extra = kwargs.pop("extra_arguments", [])
        command = [f"--Session.key=b{key!r}", f"--ip={manager.ip}", *extra]
        kwargs.pop("transport_encryption", None)
        # Past LocalProvisioner, which would choose ports and write them to a file.
        return await KernelProvisionerBase.pre_launch(self, cmd=command, **kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork the kernel."""
        self.cwd = str(kwargs.get("cwd") or Path.cwd())
        self.process, ports = _fork(cmd, kwargs["env"], self.cwd)
        self.pid = self.pgid = self.process.pid
        manager: Any = self.parent
        for name, port in ports.items():
            setattr(manager, name, port)
        self.connection_info = manager.get_connection_info()
        return self.connection_info

    async def poll(self) -> int | None:
        """Exit code of the kernel, None while it runs."""
        if self.process is None:
            return self.exit_code or 0
        self.exit_code = self.process.poll()
        return self.exit_code

    async def wait(self) -> int | None:
        """Wait for the end of the kernel."""
        if self.process is None:
            return self.exit_code or 0
        loop = asyncio.get_running_loop()
        self.exit_code = await loop.run_in_executor(None, self.process.wait)
        self.process = None
        return self.exit_code

    async def cleanup(self, restart: bool = False) -> None:
        """Nothing is left behind: no file was written, no port reserved."""


class KernelStartError(RuntimeError):
    """A kernel ended before it answered, or never answered; no cell was executed."""


class WarmKernelClient(AsyncKernelClient):
    """Client of a kernel that is known to listen."""

    async def _async_wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers and its outputs are subscribed to.

        jupyter_client's own does the same by polling, and then listens for another 0.2 s.
        """
        deadline = time.monotonic() + min(timeout or START_SECONDS, START_SECONDS)
        requests = {self.kernel_info()}
        answered = subscribed = False
        while not (answered and subscribed):
            channel = self.iopub_channel if answered else self.shell_channel
            try:
                message = await channel.get_msg(timeout=1)
            except Empty:
                if not await self._async_is_alive():
                    raise KernelStartError("it ended before it answered") from None
                if time.monotonic() > deadline:
                    missing = "outputs" if answered else "answer"
                    raise KernelStartError(f"no {missing} within {START_SECONDS} s") from None
                # Its outputs went out before this client was subscribed to them, say.
                requests.add(self.kernel_info())
                continue
            ours = message["parent_header"].get("msg_id") in requests
            if message["msg_type"] == "kernel_info_reply":
                self._handle_kernel_info_reply(message)
                answered = True
            elif ours and message["content"].get("execution_state") == "idle":
                subscribed = True

    # jupyter_client binds the public name to its own function, not to what overrides it.
    wait_for_ready = _async_wait_for_ready


class WarmKernelManager(AsyncKernelManager):
    """Manager of kernels forked from the warm server."""

    client_class = "digigov.course.runs.pool.WarmKernelClient"
    client_factory = WarmKernelClient
    cache_ports = False

    @property
    def kernel_spec(self) -> KernelSpec:
        """A Python kernel, provisioned by `ForkedProvisioner`."""
        return _kernel_spec()

    @property
    def ipykernel(self) -> bool:
        """It is one."""
        return True

    async def _async_wait(self, pollinterval: float = 0.1) -> None:
        """Wait for the end of the kernel.

        jupyter_client's own looks ten times a second, an eighth of what a short lesson takes.
        """
        if self.provisioner:
            await self.provisioner.wait()


@cache
def _kernel_spec() -> KernelSpec:
    return KernelSpec(
        argv=["forked"],
        display_name="Python (warm)",
        language="python",
        metadata={"kernel_provisioner": {"provisioner_name": PROVISIONER, "config": {}}},
    )
