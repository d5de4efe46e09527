#!/bin/sh
# Forms the cluster of docker-compose.yml. Run at every start; where the cluster exists it only waits for it.
# Arguments: ADDRESS:PORT of every node, masters first. Addresses, not names: CLUSTER MEET takes nothing else.
set -eu

WAIT_SECONDS=60

ask() { # NODE COMMAND...
  node=$1
  shift
  valkey-cli -h "${node%:*}" -p "${node##*:}" "$@"
}

figure() { # NODE NAME: one line of CLUSTER INFO
  ask "$1" cluster info | tr -d '\r' | sed -n "s/^$2://p"
}

count=$#
fresh=0
for node in "$@"; do
  # A node that is known without an address was left behind by an earlier life of the cluster: joining it to this one
  # would mix the two. (A node that knows nobody yet has no address of its own either.)
  if ask "$node" cluster nodes | grep -v myself | grep -Eq 'noaddr| :0@'; then
    echo "$node remembers nodes without an address. Start anew with: docker compose down --volumes" >&2
    exit 1
  fi
  if [ "$(figure "$node" cluster_known_nodes)" = 1 ] && [ "$(figure "$node" cluster_slots_assigned)" = 0 ]; then
    fresh=$((fresh + 1))
  fi
done

if [ "$fresh" = "$count" ]; then
  valkey-cli --cluster create "$@" --cluster-replicas 1 --cluster-yes
fi

for node in "$@"; do
  waited=0
  until [ "$(figure "$node" cluster_state)" = ok ] &&
    [ "$(figure "$node" cluster_slots_ok)" = 16384 ] &&
    [ "$(figure "$node" cluster_known_nodes)" = "$count" ]; do
    if [ "$waited" = "$WAIT_SECONDS" ]; then
      echo "$node has no whole cluster after $WAIT_SECONDS s. Start anew with: docker compose down --volumes" >&2
      exit 1
    fi
    waited=$((waited + 1))
    sleep 1
  done
done
echo "The cluster of $count nodes is ready."
