# shellcheck shell=bash
# What ci/run and ci/test share: a Python, an environment made from a lock, packages of the system.
# Sourced, not run. Plain pip on purpose: uv would save half a minute once per machine, but it reads
# neither pip's mirror nor pip's certificates, which is how many readers reach their packages.

unset CDPATH
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." || exit
me=ci/$(basename -- "$0")

say() { printf '%s: %s\n' "$me" "$1"; }
stop() {
  printf '%s: %s\n' "$me" "$1" >&2
  exit 2
}

# What a shell may carry that would reach into the environment, or past it.
unset PYTHONHOME PYTHONPATH
unset PYTHONDONTWRITEBYTECODE # set, it makes every kernel compile the library again
export PIP_USER=0 PIP_TARGET='' PIP_PREFIX='' PIP_CONSTRAINT='' PIP_DISABLE_PIP_VERSION_CHECK=1

mkdir -p build 2>/dev/null && [[ -w . && -w build ]] || stop "cannot write in $PWD"

# Sets `python` to the first Python that can make an environment. The locks hold wheels for 3.11 to
# 3.14; 3.11, which they are resolved for, comes first.
find_python() {
  local candidate incomplete=''
  for candidate in python3.11 python3.12 python3.13 python3.14 python3 python; do
    python=$candidate
    "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' &>/dev/null || continue
    "$python" -c 'import ensurepip, venv; ensurepip.version()' &>/dev/null && return
    incomplete=${incomplete:-$candidate}
  done
  [[ -z $incomplete ]] || stop "$incomplete has no venv; on Debian and Ubuntu: sudo apt-get install python3-venv"
  stop "Python 3.11 to 3.14 is needed, and none of python3.11 … python3.14, python3, python is one"
}

# What an environment with the packages of lock $1 is made from; equal means that nothing changed.
fingerprint() {
  .venv/bin/python - "ci/locks/$1.txt" pyproject.toml <<'END'
import hashlib, os, pathlib, sys
parts = [os.getcwd(), sys.version, *(pathlib.Path(name).read_text("utf-8") for name in sys.argv[1:])]
print(hashlib.sha256("\0".join(parts).encode()).hexdigest())
END
}

# Makes .venv hold the packages of lock $1 (build, or test, which holds all of build) and the project.
set_up() {
  local wanted=$1 held='' is was='' stamp=.venv/course-setup
  [[ ! -f $stamp ]] || read -r held was <"$stamp"
  is=$(fingerprint "$held" 2>/dev/null) || is=none
  [[ $is == "$was" ]] || held=''
  if [[ $held != "$wanted" && $held != test ]]; then
    # Written again when all is done: what was interrupted is not trusted.
    if [[ -z $held ]]; then
      # The note outlives what clears the environment; the stamp, a build/ that was removed.
      if [[ -L .venv || (-e .venv && ! -f $stamp && ! -f build/venv-made-here) ]]; then
        stop "$PWD/.venv was not made by ci/run or ci/test; move it elsewhere, then run this again"
      fi
      find_python
      : >build/venv-made-here
      say "making .venv with $("$python" --version) ($python)"
      "$python" -m venv --clear .venv || stop "could not make .venv, see above"
    fi
    echo "- unfinished" >"$stamp"
    say "installing the packages of ci/locks/$wanted.txt: about a minute, once"
    if ! .venv/bin/python -m pip install --quiet --require-hashes -r "ci/locks/$wanted.txt" ||
      ! .venv/bin/python -m pip install --quiet --no-deps --no-build-isolation -e .; then
      stop "the packages could not be installed, see above; is the network there?"
    fi
    is=$(fingerprint "$wanted")
    printf '%s %s\n' "$wanted" "$is" >"$stamp"
  fi
  export VIRTUAL_ENV=$PWD/.venv PATH=$PWD/.venv/bin:$PATH
}

has_system_package() {
  case $1 in
    chromium)
      [[ -n $(command -v chromium || command -v chromium-browser || command -v google-chrome) ]]
      ;;
    fonts-noto-cjk)
      [[ -e /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc ||
        -n $(fc-list 'Noto Sans CJK SC' family 2>/dev/null) ]]
      ;;
  esac
}

# Whether a reader sees Chinese: any font for it will do, and a Mac has one.
has_chinese_font() {
  [[ $OSTYPE == darwin* || -n $(fc-list :lang=zh-cn family 2>/dev/null) ]]
}

# Has these Debian packages there, installing them if it may. Else fails, with the advice in `advice`.
system_packages() {
  local package as_root='' missing=()
  for package; do
    has_system_package "$package" || missing+=("$package")
  done
  [[ -n ${missing[*]-} ]] || return 0
  if ! command -v apt-get >/dev/null; then
    advice="please install what Debian calls ${missing[*]} (a Chinese font; Chromium or Chrome on the PATH)"
    return 1
  fi
  advice="please install: sudo apt-get install ${missing[*]}"
  if [[ $EUID != 0 ]]; then
    as_root='sudo -n'
    $as_root true 2>/dev/null || return 1
  fi
  say "installing from Debian: ${missing[*]}"
  {
    $as_root apt-get update || true # a stale list often still serves
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"
  } >build/apt-get.log 2>&1 && return
  advice="apt-get failed (build/apt-get.log says why); $advice"
  return 1
}
