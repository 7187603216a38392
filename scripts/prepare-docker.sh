#!/usr/bin/env bash
# Prepares Docker for the tests, on a Debian-like Linux machine without a container registry: `npm run docker:prepare`.
# .ci/run and developers call it. Safe to run again: it does only what is missing, and takes a blink when nothing is.
#
#   1. installs Docker Engine and iptables from Debian's packages where no daemon answers and `dockerd` is missing;
#   2. starts the daemon in the background where none answers (log: $CODELOOM_DOCKERD_LOG, or /var/log/codeloom-dockerd.log);
#   3. makes a stand-in for the default image, node:24-slim, out of the Node binary that npm installed.
#
# It never touches a daemon that answers, nor an image of that name that it did not make: to test against the stock
# image, `docker pull node:24-slim` first.
set -euo pipefail

readonly IMAGE=node:24-slim
readonly LABEL=io.codeloom.test-image
readonly LOG=${CODELOOM_DOCKERD_LOG:-/var/log/codeloom-dockerd.log}
readonly WAIT_SECONDS=60
# What the stock image has in its PATH too: a test must not lean on a command that only this stand-in offers.
readonly APPLETS=(sh \
  arch base64 basename cat chgrp chmod chown comm cp cut date dd df dirname du echo env expand expr factor false fold \
  head hostid id install link ln ls md5sum mkdir mkfifo mknod mktemp mv nice nl nohup nproc od paste printenv printf pwd \
  readlink realpath rm rmdir sha1sum sha256sum sha512sum shuf sleep sort split stat stty sum sync tac tail tee \
  test timeout touch tr true truncate tsort tty uname unexpand uniq unlink wc who whoami yes \
  awk find grep egrep fgrep gunzip gzip zcat hostname ionice more mount mountpoint renice sed setsid tar umount xargs '[')

cd "$(dirname "$0")/.."

say() { printf 'docker:prepare: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }
need_root() { [ "$(id -u)" = 0 ] || fail "$1 needs root: run this command as root."; }
daemon_answers() { [ -n "$(timeout 10 docker info --format '{{.ServerVersion}}' 2>/dev/null)" ]; }

install_packages() {
  need_root "Installing $*"
  command -v apt-get >/dev/null || fail "There is no apt-get here; install $* yourself, then run this again."
  say "installing $* from Debian's packages"
  local apt=(apt-get -qq -o Acquire::Retries=3 -o DPkg::Lock::Timeout=120)
  "${apt[@]}" update >&2
  DEBIAN_FRONTEND=noninteractive "${apt[@]}" install -y --no-install-recommends "$@" >&2 </dev/null
}

# A pid file outlives its daemon when the machine is stopped hard, and its number may be another process's by now:
# dockerd would refuse to start, or take that process for its containerd. True where the process is really $2.
pid_file_is_live() {
  [ -f "$1" ] || return 1
  [ "$(cat "/proc/$(cat "$1")/comm" 2>/dev/null)" = "$2" ] && return 0
  rm -f "$1"
  return 1
}

start_daemon() {
  need_root 'Starting dockerd'
  if [ -d /run/systemd/system ]; then
    systemctl start docker
  elif ! pid_file_is_live /var/run/docker.pid dockerd; then
    pid_file_is_live /var/run/docker/containerd/containerd.pid containerd || true
    say "starting dockerd, log in $LOG"
    # A session of its own and none of our descriptors, so that it outlives this shell and holds nobody's pipe or lock.
    setsid dockerd </dev/null >>"$LOG" 2>&1 9>&- &
  fi
  local deadline=$((SECONDS + WAIT_SECONDS))
  until daemon_answers; do
    if [ "$SECONDS" -ge "$deadline" ]; then
      tail -n 20 "$LOG" >&2 2>/dev/null || true
      fail "dockerd did not answer within $WAIT_SECONDS seconds; the end of $LOG is above."
    fi
    sleep 0.1
  done
}

ensure_daemon() {
  if command -v docker >/dev/null; then
    daemon_answers && return
    [ -z "${DOCKER_HOST:-}" ] || fail "The daemon that DOCKER_HOST names does not answer; start it, or unset DOCKER_HOST to use a local one."
    [ "$(docker context show 2>/dev/null || echo default)" = default ] ||
      fail 'The daemon of the current docker context does not answer; start it, or `docker context use default`.'
  fi
  if ! command -v dockerd >/dev/null || ! command -v iptables >/dev/null; then
    install_packages docker.io iptables
  fi
  # Newer Debian ships the client as a package of its own.
  command -v docker >/dev/null || install_packages docker-cli
  daemon_answers || start_daemon
}

# Lays out the root file system in $1, like the stock image's: merged /usr, Node and npm in /usr/local.
lay_out_root() {
  local root=$1 node=$2 library applet npm tool
  mkdir -p "$root"/{dev,etc,proc,root,run,sys,tmp,home/node,usr/bin,usr/sbin,usr/lib,usr/lib64,usr/local/bin,usr/local/lib/node_modules,var/tmp}
  chmod 1777 "$root/tmp" "$root/var/tmp"
  chmod 700 "$root/root"
  for applet in bin sbin lib lib64; do ln -s "usr/$applet" "$root/$applet"; done

  cp -L "$node" "$root/usr/local/bin/node"
  # The stock image has util-linux, with which the node engine bounds its workers.
  for tool in setpriv prlimit; do cp -L "$(command -v "$tool")" "$root/usr/bin/$tool"; done
  for library in $(ldd "$node" "$root/usr/bin/setpriv" "$root/usr/bin/prlimit" | grep -o '/[^ ]*' | grep -v ':$' | sort -u); do
    mkdir -p "$root/$(dirname "$library")"
    cp -L "$library" "$root/$library"
  done
  cp "$(command -v busybox)" "$root/usr/bin/busybox"
  for applet in "${APPLETS[@]}"; do ln -s busybox "$root/usr/bin/$applet"; done

  # npm is the machine's own: the stock image has one, and the build of our Dockerfile calls it.
  npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm || echo /none)")")")
  if [ -f "$npm/bin/npm-cli.js" ]; then
    cp -RL "$npm" "$root/usr/local/lib/node_modules/npm"
    ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
    ln -s ../lib/node_modules/npm/bin/npx-cli.js "$root/usr/local/bin/npx"
  fi

  printf 'root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\nnobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\n' >"$root/etc/passwd"
  printf 'root:x:0:\nnode:x:1000:\nnogroup:x:65534:\n' >"$root/etc/group"
  printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
  # The stock image has an entry point that prefers `node` for anything that is no command; an engine that forgets to
  # override it must meet it here too.
  cat >"$root/usr/local/bin/docker-entrypoint.sh" <<'ENTRYPOINT'
#!/bin/sh
set -e
case "${1-}" in
  -*) exec node "$@" ;;
esac
command -v "${1-}" >/dev/null 2>&1 || set -- node "$@"
exec "$@"
ENTRYPOINT
  chmod 755 "$root/usr/local/bin/docker-entrypoint.sh"
}

import_root() {
  local root=$1 version=$2 stamp=$3 archive=$1.tar
  # Same names, owners and times every time, so that the layer's digest depends on its contents alone.
  local tar=(tar --sort=name --mtime=@0 --numeric-owner --format=gnu -C "$root")
  "${tar[@]}" --owner=0 --group=0 --exclude=./home/node -cf "$archive" .
  "${tar[@]}" --owner=1000 --group=1000 -rf "$archive" ./home/node
  docker import \
    --change "LABEL $LABEL=$stamp" \
    --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
    --change "ENV NODE_VERSION=${version#v}" \
    --change 'ENTRYPOINT ["docker-entrypoint.sh"]' \
    --change 'CMD ["node"]' \
    "$archive" "$IMAGE" >/dev/null
}

ensure_image() {
  local node=node_modules/node/bin/node version stamp found previous
  [ -x "$node" ] || fail "There is no $node; run \`npm ci\` first."
  version=$("$node" --version)
  stamp=$version-$(cksum <scripts/prepare-docker.sh | cut -d ' ' -f 1)
  if found=$(docker image inspect --format "{{.Id}} {{index .Config.Labels \"$LABEL\"}}" "$IMAGE" 2>/dev/null); then
    case "${found#* }" in
      "$stamp") say "$IMAGE is ready (stand-in, Node $version)"; return ;;
      '' | '<no value>') say "$IMAGE is there and not made here; leaving it as it is"; return ;;
    esac
    previous=${found%% *}
  fi
  [ "$(uname -s)" = Linux ] || fail "A stand-in for $IMAGE can be made on Linux only; here, \`docker pull $IMAGE\`."
  if ! command -v setpriv >/dev/null || ! command -v prlimit >/dev/null; then install_packages util-linux; fi
  if ! command -v busybox >/dev/null || ldd "$(command -v busybox)" >/dev/null 2>&1; then install_packages busybox-static; fi
  say "making a stand-in for $IMAGE from Node $version"
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  mkdir -m 755 "$scratch/root"
  lay_out_root "$scratch/root" "$node"
  import_root "$scratch/root" "$version" "$stamp"
  [ -z "${previous:-}" ] || docker image rm "$previous" >/dev/null 2>&1 || true
}

# One at a time: two runs side by side would both start a daemon.
exec 9>"${TMPDIR:-/tmp}/codeloom-prepare-docker.lock"
if command -v flock >/dev/null; then flock 9; fi
ensure_daemon
ensure_image
