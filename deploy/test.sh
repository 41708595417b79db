#!/usr/bin/env bash
# Sets up what is missing and runs every check: ruff, mypy, hadolint, shellcheck, pytest (with a
# real browser, a real PostgreSQL server, nginx, grammar engines and model servers, which the tests
# start themselves).
# Arguments go to pytest, and then only pytest runs: deploy/test.sh tests/chapter -k rename
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

have_browser() {
    local name
    for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
        # Ubuntu's chromium-browser is a snap's placeholder where snaps do not run.
        [ -n "$name" ] && "$name" --version >/dev/null 2>&1 && return
    done
    compgen -G "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}/chromium-*" >/dev/null
}

have_fonts() {
    command -v fc-list >/dev/null && [ -n "$(fc-list :lang=ko)" ] && fc-list | grep -i emoji >/dev/null
}

have_driver() { .venv/bin/python -m playwright --version 2>/dev/null | grep -q Version; }

prepare_browser() {
    have_driver || apt_install libatomic1 || say "Playwright's driver needs libatomic1."
    have_fonts || apt_install fontconfig fonts-noto-cjk fonts-noto-color-emoji ||
        say "No Korean or emoji fonts could be installed: pictures of pages show boxes."
    have_browser || { apt_install chromium && have_browser; } ||
        .venv/bin/python -m playwright install --with-deps chromium >&2 ||
        say "No Chromium here and none could be installed: the browser tests will be skipped."
}

have_postgres() {
    command -v postgres >/dev/null || compgen -G "/usr/lib/postgresql/*/bin/postgres" >/dev/null
}

prepare_postgres() {
    # Debian's package would else start a server of its own; the tests need the program only.
    local own=/etc/postgresql-common/createcluster.conf
    have_postgres || [ -e "$own" ] || [ ! -w /etc ] ||
        { mkdir -p "${own%/*}" && echo "create_main_cluster = false" >"$own"; }
    have_postgres || { apt_install postgresql && have_postgres; } ||
        say "No PostgreSQL here and none could be installed: its tests will be skipped."
}

have_nginx() { [ -n "$(PATH=$PATH:/usr/sbin command -v nginx)" ]; }

prepare_nginx() {
    have_nginx || { apt_install nginx-light && have_nginx; } ||
        say "No nginx here and none could be installed: the test of several replicas will be skipped."
}

have_faults() {
    command -v cc >/dev/null && compgen -G "/usr/lib/*/faketime/libfaketimeMT.so.1" >/dev/null
}

prepare_faults() {
    have_faults || { apt_install gcc libc6-dev libfaketime && have_faults; } ||
        say "No C compiler or libfaketime here: tests of power cuts or clocks will be skipped."
}

prepare_servers() {
    # In a Python of their own: their packages are many, and their versions are not the app's.
    local own=.venv-servers stamp
    stamp="$own/$(sha256sum requirements-servers.txt | cut -c1-16)"
    [ -e "$stamp" ] && return
    say "Installing grammar engines and model servers to test against; this happens once."
    if .venv/bin/python -m venv --clear "$own" &&
        "$own/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps \
            -r requirements-servers.txt; then
        touch "$stamp"
    else
        rm -rf "$own"
        say "They could not be installed here: their tests will be skipped."
    fi
}

make_venv
install_app
install_from requirements-dev.txt
prepare_browser
prepare_postgres
prepare_nginx
prepare_faults
prepare_servers

python=.venv/bin/python
status=0
if [ $# = 0 ]; then
    $python -m ruff check . || status=1
    $python -m ruff format --check . || status=1
    $python -m mypy || status=1
    .venv/bin/hadolint Dockerfile deploy/image/standins.Dockerfile || status=1
    .venv/bin/shellcheck -x deploy/*.sh deploy/image/*.sh .ci/run || status=1
    $python -m deploy.audit || [ $? = 77 ] || status=1
    bash deploy/verify_image.sh || [ $? = 77 ] || status=1
fi
$python -m pytest -q -rs "$@" || status=$?
exit "$status"
