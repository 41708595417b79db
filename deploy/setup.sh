# Sourced by start.sh and test.sh: finds Python, makes .venv, installs pinned packages once.
# shellcheck shell=bash
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

say() { printf '%s\n' "$*" >&2; }
fail() { say "$@"; exit 1; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo "$@"
    elif command -v sudo >/dev/null && [ -t 0 ]; then sudo "$@"
    else return 1
    fi
}

apt_install() { # PACKAGE...: false when this is no apt system, or it may not or cannot install
    command -v apt-get >/dev/null || return 1
    say "Installing $* with apt-get."
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq >/dev/null || return 1
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

find_python() {
    local name
    for name in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    fail "Turnsmith needs Python 3.11 or newer and found none: install python3, then run this again."
}

make_venv() {
    .venv/bin/python -m pip --version >/dev/null 2>&1 && return
    local python version
    python=$(find_python)
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        apt_install "python$version-venv" || apt_install python3-venv ||
            fail "Python's venv module is missing and could not be installed here." \
                "Install it (Debian, Ubuntu: apt-get install python3-venv), then run this again."
    fi
    "$python" -m venv --clear .venv || fail "Could not make the folder .venv with $python."
}

install_from() { # FILE [OPTION...]: does nothing when the same pins are already installed
    local stamp
    stamp=".venv/$1.$(cat requirements.txt "$1" | sha256sum | cut -c1-16)"
    [ -e "$stamp" ] && return
    say "Installing the packages of $1; this happens once."
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -r "$@" ||
        fail "pip could not install the packages of $1; the reason stands above."
    touch "$stamp"
}

install_app() { # the very files that the image has, by their hashes
    install_from requirements.lock --require-hashes --no-deps --only-binary :all:
}
