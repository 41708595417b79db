# Sourced by verify_image.sh: a Docker Engine of its own in a folder of its own, for as long as
# that script runs. Debian's packages are unpacked there, never installed.
# shellcheck shell=bash
work= # the folder; verify_image.sh makes it
SUITE=trixie
MIRROR=http://deb.debian.org/debian
KEYS=/usr/share/keyrings/debian-archive-keyring.gpg
PACKAGES=(docker.io docker-cli docker-buildx docker-compose containerd tini mmdebstrap)

say() { printf '   %s\n' "$*"; }
fail() { say "FAIL: $*" >&2; exit 1; }
skip() { printf 'The image was not tried: %s\n' "$*"; exit 77; }

step() { # SENTENCE COMMAND...: says how long it took
    local begun=$EPOCHREALTIME said=$1
    shift
    "$@"
    printf '%-58s %6.1f s\n' "$said" "$(awk "BEGIN { print $EPOCHREALTIME - $begun }")"
}

suits() {
    # shellcheck source=/dev/null
    . /etc/os-release
    [ "$(id -u)" = 0 ] || skip "it takes root to run a Docker Engine."
    [ "${ID:-}" = debian ] && [ -e "$KEYS" ] || skip "this is not Debian, whose packages it needs."
    case $VERSION_CODENAME in bookworm | trixie) ;; *) skip "Debian $VERSION_CODENAME is not known to it." ;; esac
    command -v gpgv >/dev/null || command -v sqv >/dev/null || skip "apt cannot check signatures here."
}

apt_apart() { # apt-get with lists and sources of its own
    APT_CONFIG=$work/apt/apt.conf apt-get -qq "$@"
}

unpack_engine() {
    mkdir -p "$work"/{apt/lists/partial,apt/archives/partial,deb,run,config/cli-plugins}
    printf 'deb [signed-by=%s] %s %s main\n' "$KEYS" "$MIRROR" "$SUITE" >"$work/apt/sources.list"
    # The one program that runs straight on this machine's kernel and libc.
    [ "$VERSION_CODENAME" = "$SUITE" ] || printf 'deb [signed-by=%s] %s %s main\n' \
        "$KEYS" "$MIRROR" "$VERSION_CODENAME" >>"$work/apt/sources.list"
    touch "$work/apt/status"
    cat >"$work/apt/apt.conf" <<CONF
Dir::Etc::sourcelist "$work/apt/sources.list"; Dir::Etc::sourceparts "/dev/null";
Dir::State::lists "$work/apt/lists"; Dir::State::status "$work/apt/status"; Dir::Cache "$work/apt";
Acquire::Languages "none"; Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
APT::Sandbox::User "root";
CONF
    apt_apart update || skip "Debian's packages cannot be reached."
    (cd "$work/deb" && apt_apart download "${PACKAGES[@]/%//$SUITE}" "runc/$VERSION_CODENAME") ||
        skip "Debian's packages of the engine cannot be had."
    local one
    for one in "$work"/deb/*.deb; do dpkg -x "$one" "$work/root"; done
    ln -s "$work"/root/usr/libexec/docker/cli-plugins/* "$work/config/cli-plugins/"
}

make_base() { # what stands in for Docker Hub's python: the same Debian, the same Python
    local certs=/etc/ssl/certs/ca-certificates.crt
    PATH=$work/root/usr/bin:$PATH mmdebstrap --quiet --variant=minbase \
        --include=ca-certificates,tzdata,python3,python3-venv \
        --customize-hook="chroot \"\$1\" python3 -m venv /usr/local" \
        --customize-hook="copy-in $certs /etc/ssl/certs" \
        --customize-hook="printf '[global]\ncert = $certs\n' >\"\$1/etc/pip.conf\"" \
        "$SUITE" "$work/base.tar" "deb [signed-by=$KEYS] $MIRROR $SUITE main"
}

start_engine() {
    export PATH=$work/root/usr/sbin:$work/root/usr/bin:$PATH
    export DOCKER_HOST=unix://$work/run/docker.sock DOCKER_CONFIG=$work/config DOCKER_BUILDKIT=1
    dockerd --host "$DOCKER_HOST" --data-root "$work/data" --exec-root "$work/exec" \
        --pidfile "$work/run/dockerd.pid" --storage-driver overlay2 --bridge=none \
        --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false \
        >"$work/dockerd.log" 2>&1 &
    engine=$!
    local try
    for try in {1..120}; do
        docker version >/dev/null 2>&1 && return
        kill -0 "$engine" 2>/dev/null || break
        sleep 0.25
    done
    skip "a Docker Engine does not start here ($try): $(grep -v level=info "$work/dockerd.log" | tail -1)"
}

end_engine() { # all that it runs, then itself, then its files
    if [ -n "${engine:-}" ]; then
        docker ps -aq | xargs -r docker rm -f >/dev/null 2>&1 || true
        kill "$engine" 2>/dev/null || true
        wait "$engine" 2>/dev/null || true
    fi
    rm -rf --one-file-system "$work"
}
