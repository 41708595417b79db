#!/usr/bin/env bash
# Builds the image and tries it as it is meant to run, on a Debian that has no Docker: an engine of
# its own on a private socket, Debian's own packages in place of the images of a registry.
#   deploy/verify_image.sh           the image
#   deploy/verify_image.sh scale     and the profile `scale` of compose.yaml as well
# Ends with 77 and a reason where it cannot run. What it starts and makes is gone afterwards.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source-path=SCRIPTDIR
. deploy/image/engine.sh

IMAGE=turnsmith
LARGEST_MB=850
BASE=$(sed -n 's/^ARG PYTHON=//p' Dockerfile)
HARD=(--read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges
    --memory 512m --pids-limit 256)

run() { # ARGUMENT...: in the background
    docker run --detach "$@" >"$work/run.log" 2>&1 || { cat "$work/run.log"; fail "it does not run."; }
}

build() { # TAG ARGUMENT...
    docker build --progress=plain --network host --tag "$@" >"$work/build.log" 2>&1 ||
        { tail -25 "$work/build.log"; fail "it does not build."; }
}

build_image() {
    docker import --change 'CMD ["python3"]' "$work/base.tar" "$BASE" >/dev/null
    build "$IMAGE" .
    local megabytes=$(($(docker image inspect -f '{{.Size}}' "$IMAGE") / 1000000))
    [ "$megabytes" -le "$LARGEST_MB" ] || fail "the image has $megabytes MB, more than $LARGEST_MB."
    say "$megabytes MB, of which $(($(docker image inspect -f '{{.Size}}' "$BASE") / 1000000)) are Debian and Python"
}

try_content() { # what is in the image, seen by root
    docker run --rm --network none --user 0 "$IMAGE" sh -c '
        find / -xdev -perm /6000 -type f
        find / -xdev \( -name .git -o -name ".env*" -o -name "*.db" -o -name secrets.toml \)
        find /app /venv -not -user 0
        find /app -name "test*" -o -name "bench"
        for tool in pip pip3 gcc cc make git curl wget; do command -v $tool; done
        python -c "import pip" 2>/dev/null && echo "pip"
        python -c "import pytest" 2>/dev/null && echo "pytest"
        env | grep -iE "key|secret|token|password"
        true' >"$work/odd" 2>&1
    [ ! -s "$work/odd" ] || fail "in the image are: $(tr '\n' ' ' <"$work/odd")"
    [ "$(docker inspect -f '{{.Config.User}}' "$IMAGE")" = 10001 ] || fail "it runs as root."
    docker run --rm --network none "$IMAGE" python -c "import core.service.wiring, psycopg, typst"
    say "no setuid program, no pip, compiler, test, secret or .git; nothing that its user may change"
}

await_health() { # CONTAINER
    local begun=$EPOCHREALTIME state=
    for _ in {1..240}; do
        state=$(docker inspect -f '{{.State.Health.Status}}' "$1")
        [ "$state" = healthy ] && break
        sleep 0.25
    done
    [ "$state" = healthy ] || { docker logs "$1" 2>&1 | tail -5; fail "$1 is $state."; }
    say "$1 is healthy after $(awk "BEGIN { printf \"%.1f\", $EPOCHREALTIME - $begun }") s"
}

try_closed() { # docker run IMAGE, with nothing set: it works, and listens to nobody outside
    run --name closed --network none "$IMAGE"
    await_health closed
    local heard
    heard=$(docker exec closed awk '$2 ~ /:2135$/ && $4 == "0A" { print $2 }' /proc/net/tcp /proc/net/tcp6)
    [ "$heard" = "0100007F:2135" ] || fail "it listens on $heard, not on 127.0.0.1 alone."
    docker rm -f -v closed >/dev/null
}

serve() { # the app beside a slow model, with all that compose.yaml takes from it
    run --name app --network container:model "${HARD[@]}" -v turnsmith:/data \
        -v "$PWD/deploy/image:/try/image:ro" -v "$PWD/tests/samples:/try/tests/samples:ro" \
        -e OPENAI_BASE_URL=http://127.0.0.1:9100/v1 -e OPENAI_MODEL=sim "$IMAGE"
    await_health app
}

ask() { docker exec app python /try/image/probe.py "$@" || fail "it does not do its work."; }

try_hardened() {
    run --name model --network none --health-cmd true -v "$PWD/bench:/try/bench:ro" \
        -w /try "$IMAGE" python -m bench.sim_llm.server --ttft 2
    serve
    docker exec app sh -c 'touch /app/x /venv/x /x /etc/x 2>/dev/null; ls /app/x /venv/x /x /etc/x 2>/dev/null
        grep -E "^(CapEff|CapPrm|NoNewPrivs):" /proc/1/status | tr -d "\t" | tr "\n" " "; id -u' >"$work/rights" || true
    grep -qx 'CapPrm:0\{16\} CapEff:0\{16\} NoNewPrivs:1 10001' "$work/rights" ||
        fail "it may do too much: $(cat "$work/rights")"
    ask edit >/dev/null
    say "it edits on a read-only root, as a plain user without capabilities, in" \
        "$(docker stats --no-stream --format '{{.MemUsage}}' app)"
}

try_stop() { # SIGTERM while an edit runs: a clean end in time, and the edit goes on afterwards
    local id begun taken
    id=$(ask hand-in) || exit 1
    begun=$EPOCHREALTIME
    docker stop --time 10 app >/dev/null
    taken=$(awk "BEGIN { printf \"%.1f\", $EPOCHREALTIME - $begun }")
    [ "$(docker inspect -f '{{.State.ExitCode}}' app)" = 0 ] ||
        fail "SIGTERM ends it with $(docker inspect -f '{{.State.ExitCode}}' app) after $taken s."
    docker rm app >/dev/null
    serve
    ask ended "$id" >/dev/null
    say "SIGTERM ends it in $taken s; the edit comes to its end in the next container"
    docker rm -f app model >/dev/null
}

try_compose() { # that every profile can be read
    local profile
    for profile in none scale local-model; do
        docker compose --profile "$profile" config --quiet || fail "compose.yaml, profile $profile."
    done
    say "compose.yaml reads in every profile"
}

compose() { docker compose -f compose.yaml -f deploy/image/scale.yaml --project-directory . "$@"; }

try_scale() { # two replicas on PostgreSQL behind nginx; one dies, and the address still answers
    local name
    for name in nginx postgres; do
        build "$(sed -n "s/^    image: \(.*$name.*\)/\1/p" compose.yaml)" --target "$name" \
            -f deploy/image/standins.Dockerfile deploy/image
    done
    POSTGRES_PASSWORD=$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')
    export POSTGRES_PASSWORD
    compose --profile scale up --no-build --detach --wait balancer >"$work/compose.log" 2>&1 ||
        { tail -15 "$work/compose.log"; compose --profile scale logs --tail 8; fail "profile scale."; }
    try_edit_through_nginx
    compose --profile scale kill one >/dev/null 2>&1
    try_edit_through_nginx
    compose --profile scale down --volumes >/dev/null 2>&1
    say "an edit goes through nginx to two replicas on PostgreSQL, and still does without one"
}

try_edit_through_nginx() { # asked by a replica: this engine has no way in from outside
    compose --profile scale exec -T -e STORY="$(cat tests/samples/sea_park.json)" two python - <<'PROBE' ||
import json, os, urllib.request
body = {"chapterId": "scale", "summary": None, "story": os.environ["STORY"]}
body["editRequest"] = "돌고래 쇼를 물개 공연으로 바꿔줘"
url = "http://10.213.1.10:8080/edit-scenario"
ask = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
with urllib.request.urlopen(ask, timeout=30) as answer:
    assert json.load(answer)["outcome"] == "edited"
PROBE
        fail "no edit through nginx."
}

main() {
    suits
    work=$(mktemp -d /tmp/turnsmith-image-XXXXXX)
    trap end_engine EXIT
    trap 'exit 130' INT TERM
    step "Debian's docker.io is unpacked" unpack_engine
    step "a base is made of Debian's packages" make_base
    step "its engine listens on a private socket" start_engine
    step "the image is built" build_image
    step "what is in it" try_content
    step "run with nothing set" try_closed
    step "run read-only and without capabilities" try_hardened
    step "stopped with an edit running" try_stop
    step "compose.yaml" try_compose
    [ "${1:-}" != scale ] || step "profile scale" try_scale
}

main "$@"
