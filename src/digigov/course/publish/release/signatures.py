"""Signatures of a release by OpenSSH: made and checked without a network, with any SSH key."""

from __future__ import annotations

import subprocess
from pathlib import Path

from digigov.course.errors import CourseError
from digigov.temporary import temporary_folder

NAMESPACE = "digigov-release"
"""What a signature is for; one that the same key made for anything else does not count."""


class SignatureError(Exception):
    """A signature that is not what it should be; the message says why."""


def sign(content: bytes, key: Path) -> bytes:
    """Sign with an SSH key, or with the agent that holds the private half of a public one.

    Parameters
    ----------
    content : bytes
    key : Path
        Private key, or the public half of a key that an agent holds.

    Returns
    -------
    bytes
        In the armoured form of OpenSSH.

    Raises
    ------
    CourseError
        If ssh-keygen is not installed, or cannot sign with the key.
    """
    if not key.is_file():
        raise CourseError(f"--key {key}: there is no such key; make one: ssh-keygen -t ed25519")
    done = _ssh_keygen("sign", content, "-f", str(key))
    if done.returncode:
        raise CourseError(f"--key {key}: ssh-keygen cannot sign with it: {_last_line(done)}")
    return done.stdout


def signer(content: bytes, signature: bytes, signers: Path | None) -> str:
    """Who made a signature.

    Parameters
    ----------
    content : bytes
        What was signed.
    signature : bytes
    signers : Path, optional
        Whom to believe, a name and a public key a line (ALLOWED SIGNERS in ``man ssh-keygen``).

    Returns
    -------
    str
        The name in `signers`; without such a file the fingerprint of the key, which anybody may own.

    Raises
    ------
    SignatureError
        If it is none of the content, or of nobody in `signers`.
    CourseError
        If ssh-keygen is not installed, or the file of signers cannot be read.
    """
    if signers is not None and not signers.is_file():
        raise CourseError(f"--signers {signers}: there is no such file")
    with temporary_folder() as folder:
        path = folder / "signature"  # ssh-keygen reads it from a file only
        path.write_bytes(signature)
        done = _ssh_keygen("check-novalidate", content, "-s", str(path))
        if done.returncode:
            raise SignatureError(_last_line(done))
        if signers is None:
            return done.stdout.decode().strip().rpartition(" ")[2]
        known = ("-s", str(path), "-f", str(signers))
        found = _ssh_keygen("find-principals", b"", *known)
        if found.returncode:
            raise SignatureError(f"made by nobody in {signers}")
        name = found.stdout.decode().splitlines()[0].partition(",")[0]
        done = _ssh_keygen("verify", content, *known, "-I", name)
        if done.returncode:
            raise SignatureError(f"not good for {name} in {signers}: {_last_line(done)}")
        return name


def _ssh_keygen(task: str, content: bytes, *options: str) -> subprocess.CompletedProcess[bytes]:
    command = ["ssh-keygen", "-Y", task, *options]
    if task != "find-principals":
        command += ["-n", NAMESPACE]
    try:
        return subprocess.run(command, input=content, capture_output=True, check=False)
    except FileNotFoundError:
        raise CourseError(
            "signatures need ssh-keygen, which is not on the PATH; "
            "install OpenSSH (Debian, Ubuntu: openssh-client)"
        ) from None


def _last_line(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = (done.stderr or done.stdout).decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else f"ssh-keygen ended with {done.returncode}"
