#!/usr/bin/env bash
# Writes requirements.lock: what requirements.txt needs to run, with every version and hash, for
# Python 3.11 and newer on any system. pytest is the writer's own, so the image goes without it.
# What is locked stays as it is, unless told: deploy/lock.sh --upgrade, --upgrade-package urllib3
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
python3 -m venv "$tools"
"$tools/bin/pip" install --quiet --disable-pip-version-check uv==0.13.9
grep -v '^pytest==' requirements.txt |
    "$tools/bin/uv" pip compile - --no-config --quiet --universal --python-version 3.11 \
        --only-binary :all: --generate-hashes --no-annotate \
        --custom-compile-command deploy/lock.sh --output-file requirements.lock "$@" >/dev/null
