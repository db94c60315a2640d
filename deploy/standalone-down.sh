#!/bin/sh
# Ends the cluster that deploy/standalone-up.sh started, workers first. It ends no process but those that were recorded then.
set -u
home=$(CDPATH='' cd "$(dirname "$0")/.." && pwd -P) || exit 2
cluster=${CONVOY_CLUSTER:-$home/target/standalone}
[ -f "$cluster/pids" ] || exit 0

# A process id may have been given to another program since.
ours() {
    ps -o args= -p "$1" 2>/dev/null | grep -q 'org\.apache\.spark\.deploy\.'
}

pids=$(sed '1!G;h;$!d' "$cluster/pids")
for pid in $pids; do
    if ours "$pid"; then kill "$pid" 2>/dev/null; fi
done
tries=0
for pid in $pids; do
    while ours "$pid"; do
        tries=$((tries + 1))
        if [ "$tries" -gt 50 ]; then
            kill -9 "$pid" 2>/dev/null
            break
        fi
        sleep 0.2
    done
done
rm -f "$cluster/pids" "$cluster/master"
