"""The papermill engine ``warm``: papermill's own, on kernels that are forked instead of started.

``papermill --engine warm in.ipynb out.ipynb`` finds it by its entry point. Where a process cannot be
forked safely (Windows, macOS), it says so once and runs the notebook as papermill's own would.

papermill imports this module while it is imported itself; import papermill, not this.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from functools import cache
from typing import Any

from nbclient.exceptions import DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine
from papermill.utils import merge_kwargs, remove_args

from digigov.course.runs.forkserver import AVAILABLE
from digigov.course.runs.pool import KernelStartError, WarmKernelManager

log = logging.getLogger("papermill")

STARTS = 3
"""Kernels that are tried; one that does not start has executed nothing."""


class WarmEngine(NBClientEngine):
    """papermill's own engine, on kernels forked from the warm server."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        log_output: bool = False,
        stdout_file: Any = None,
        stderr_file: Any = None,
        start_timeout: int = 60,
        execution_timeout: int | None = None,
        kernel_environment: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> Any:
        """Execute the notebook.

        Parameters are those of papermill's engine and `kernel_environment`: variables that the
        kernel has beside this process's own. papermill's own engine leaves them out.
        """
        options = {
            "log_output": log_output,
            "stdout_file": stdout_file,
            "stderr_file": stderr_file,
            "start_timeout": start_timeout,
            "execution_timeout": execution_timeout,
        }
        if not AVAILABLE:
            _say_once("kernels cannot be forked here; papermill's own engine is used")
            return NBClientEngine.execute_managed_notebook(nb_man, kernel_name, **options, **kwargs)
        kwargs = remove_args(["input_path", "timeout", "startup_timeout"], **kwargs)
        options = merge_kwargs(
            kwargs,
            timeout=execution_timeout,
            startup_timeout=start_timeout,
            kernel_name="python3",
            kernel_manager_class=WarmKernelManager,
            # The notebook is complete; nothing in the kernel is worth an orderly end.
            shutdown_kernel="immediate",
            log=log,
            log_output=log_output,
            stdout_file=stdout_file,
            stderr_file=stderr_file,
        )
        environment = {**os.environ, **(kernel_environment or {})}
        for attempt in range(STARTS):
            client = PapermillNotebookClient(nb_man, **options)
            manager = client.create_kernel_manager()
            client.owns_km = True
            try:
                return client.execute(env=environment)
            except DeadKernelError:
                code = manager.provisioner.exit_code if manager.provisioner else None
                raise DeadKernelError(_death(code)) from None
            except KernelStartError as error:
                if attempt == STARTS - 1:
                    raise
                log.warning("a kernel did not start (%s); another is forked", error)
        raise AssertionError("unreachable")


def _death(code: int | None) -> str:
    if code is None:
        return "the kernel died"
    if code < 0:
        return f"the kernel died: killed by signal {-code}"
    return f"the kernel died: exit code {code}"


@cache
def _say_once(message: str) -> None:
    log.warning(message)
