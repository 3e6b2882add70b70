#!/usr/bin/env bash
# A real Slurm of a few nodes on this machine, below one folder, for tests. Every node has namespaces of its own (processes,
# host name, mounts, clock of its boot), so that it can crash whole and boot again. Needs root, or user namespaces.
# With NET=own, from within a network namespace (unshare --net), each node has its own end of a network there, too.
#
#   cluster.sh install              Debian's Slurm, munge and PMIx; starts nothing
#   cluster.sh up DIR               controller and nodes; returns when all nodes are idle (NODES=3 CPUS=4)
#   cluster.sh run DIR COMMAND …    a command that talks to it
#   cluster.sh crash DIR NODE       the node dies at once, with everything that runs on it
#   cluster.sh boot DIR NODE        and comes back
#   cluster.sh cut DIR NODE         the node loses its network (NET=own only); what runs on it goes on
#   cluster.sh mend DIR NODE        and has it again
#   cluster.sh controller DIR kill|start
#   cluster.sh down DIR             ends all that `up` started; the logs stay
set -uo pipefail
action=${1:-}
[ -n "$action" ] || { sed -n '2,15s/^# \{0,1\}//p' "$0"; exit 2; }
shift
export PATH=$PATH:/usr/sbin:/sbin
say() { echo "cluster: $*" >&2; }
die() {
  say "$*"
  exit 1
}

install() {
  local packages=(slurmctld slurmd slurm-client munge libpmix2 iproute2) missing=() package root=()
  for package in "${packages[@]}"; do
    dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  [ "$(id -u)" -eq 0 ] || root=(sudo)
  local try
  for try in 1 2 3; do
    "${root[@]}" apt-get update -qq
    # policy-rc.d: a package's own daemons must not start.
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "${missing[@]}" \
      >/dev/null </dev/null && return 0
    sleep $((try * 5))
  done
  die "cannot install ${missing[*]}"
}

if [ "$action" = install ]; then
  install
  exit
fi
folder=$(realpath -m "${1:?DIR is missing}")
shift
export SLURM_CONF=$folder/etc/slurm.conf
user=$(id -un)
# Dead daemons may stay as zombies where the first process of a machine reaps late.
lives() { local state; state=$(sed 's/.*) //' "/proc/${1:-0}/stat" 2>/dev/null) && [[ $state != [ZX]* ]]; }
pid_of() { cat "$folder/run/$1.pid" 2>/dev/null; }
start() { # NAME COMMAND …: in the background, away from our terminal
  local name=$1
  shift
  setsid "$@" </dev/null >>"$folder/log/$name.out" 2>&1 &
  echo $! >"$folder/run/$name.pid"
}
end() { # NAME: politely, then not
  local pid tenth
  pid=$(pid_of "$1")
  lives "$pid" && kill -TERM "$pid" 2>/dev/null
  for tenth in $(seq 50); do lives "$pid" || break; sleep 0.1; done
  lives "$pid" && kill -KILL "$pid" 2>/dev/null
  rm -f "$folder/run/$1.pid"
}
start_controller() {
  start slurmctld slurmctld -D
  local try
  for try in $(seq 100); do
    scontrol ping 2>/dev/null | grep -q 'is UP' && return 0
    sleep 0.1
  done
  tail -n 5 "$folder"/log/slurmctld.* >&2
  die "the controller does not come up"
}

# Which network: "own" or, all nodes on the loopback, "shared".
network() { cat "$folder/run/network" 2>/dev/null; }
address_of() { # NODE
  if [ "$(network)" = own ]; then echo "10.77.0.${1#node}"; else echo 127.0.0.1; fi
}
controllers_address() { if [ "$(network)" = own ]; then echo 10.77.0.254; else echo 127.0.0.1; fi; }
# A bridge in this namespace, which must not be the machine's.
make_network() {
  echo shared >"$folder/run/network"
  [ "${NET:-shared}" = own ] || return 0
  [ "$(readlink /proc/self/ns/net)" != "$(readlink /proc/1/ns/net)" ] || die "NET=own in the machine's own network"
  { ip link set lo up && ip link add exa0 type bridge && ip addr add 10.77.0.254/24 dev exa0 && ip link set exa0 up; } ||
    die "cannot make a network here"
  echo own >"$folder/run/network"
}
plug_in() { # NODE PID: the node's end of a cable, once the node has left our namespace
  local node=$1 pid=$2 ours try
  ours=$(readlink /proc/self/ns/net)
  for try in $(seq 100); do
    [ "$(readlink "/proc/$pid/ns/net")" = "$ours" ] || break
    sleep 0.02
  done
  ip link del "to-$node" 2>/dev/null # a crashed node's
  # A node that boots again has the address that the others remember.
  ip link add "to-$node" type veth peer name eth0 address "$(printf '02:00:00:00:00:%02x' "${node#node}")" netns "$pid" || die "no cable to $node"
  ip link set "to-$node" master exa0 up
}

# The first process of a node: it sets the node's name, hides the machine's shared memory, waits for its network, and ends
# with all below it. The names in the node's environment, because the shell that reads these lines is the node's.
node_begins='hostname "$NODE"; mount -t tmpfs tmpfs /dev/shm; mount --bind "$FOLDER/etc/hosts" /etc/hosts
if [ "$NETWORK" = own ]; then
  until ip link show eth0 >/dev/null 2>&1; do sleep 0.02; done
  ip link set lo up && ip addr add "$ADDRESS/24" dev eth0 && ip link set eth0 up || exit 1
fi
exec slurmd -D -N "$NODE"'
start_node() {
  local node=$1 apart=(--uts --mount --pid --fork --kill-child --mount-proc)
  [ "$(network)" != own ] || apart+=(--net)
  [ "$(id -u)" -eq 0 ] || apart+=(--user --map-root-user)
  mkdir -p "$folder/spool/$node" "$folder/tmp/$node"
  chmod 1777 "$folder/tmp/$node"
  # A clock of its own tells the controller of a reboot.
  [ ! -e /proc/self/ns/time ] || apart+=(--time --boottime "-$(cut -d. -f1 /proc/uptime)")
  start "node.$node" env NODE="$node" FOLDER="$folder" NETWORK="$(network)" ADDRESS="$(address_of "$node")" \
    unshare "${apart[@]}" bash -c "$node_begins"
  [ "$(network)" != own ] || plug_in "$node" "$(pid_of "node.$node")"
}
cut_or_mend() { # NODE down|up
  [ "$(network)" = own ] || die "the nodes share the loopback, which cannot be cut"
  ip link set "to-$1" "$2"
}
crash_node() {
  local pid
  pid=$(pid_of "node.$1")
  lives "$pid" && kill -KILL "$pid"
  rm -f "$folder/run/node.$1.pid"
  # PMIx leaves sockets that a job which comes back would trip over.
  rm -rf "$folder/spool/$1"/*pmix* "$folder/tmp/$1"/*
}

write_settings() { # NODES CPUS PORT
  local name k
  name=$(hostname -s)
  cat >"$folder/etc/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=$name($(controllers_address))
SlurmctldPort=$3
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$folder/run/munge.sock,cred_expire=5
$([ "$(network)" = own ] || echo CommunicationParameters=NoInAddrAny,NoCtldInAddrAny)
StateSaveLocation=$folder/state
SlurmctldPidFile=$folder/run/slurmctld.own
SlurmctldLogFile=$folder/log/slurmctld.log
SlurmdSpoolDir=$folder/spool/%n
SlurmdPidFile=$folder/run/slurmd.%n.own
TmpFS=$folder/tmp/%n
SlurmdLogFile=$folder/log/slurmd.%n.log
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
TaskProlog=$folder/etc/prolog.sh
MpiDefault=pmix
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=1,sched_interval=1
PropagateResourceLimits=NONE
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
JobRequeue=1
KillWait=10
SlurmdTimeout=10
SlurmctldTimeout=10
MessageTimeout=5
InactiveLimit=0
MinJobAge=300
ReturnToService=2
MailProg=/bin/true
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/linux
CONF
  for k in $(seq "$1"); do
    echo "NodeName=node$k NodeAddr=$(address_of "node$k") NodeHostname=node$k Port=$(($3 + k)) CPUs=$2 RealMemory=2000"
  done >>"$folder/etc/slurm.conf"
  # What runs in `urgent` sends what runs in `main` back into the queue.
  echo "PartitionName=main Nodes=node[1-$1] Default=YES MaxTime=INFINITE State=UP PriorityTier=1 GraceTime=10" >>"$folder/etc/slurm.conf"
  echo "PartitionName=urgent Nodes=node[1-$1] MaxTime=INFINITE State=UP PriorityTier=9 PreemptMode=OFF" >>"$folder/etc/slurm.conf"
  echo "CgroupAutomount=no" >"$folder/etc/cgroup.conf"
  {
    echo "127.0.0.1 localhost"
    echo "$(controllers_address) $name"
    for k in $(seq "$1"); do echo "$(address_of "node$k") node$k"; done
  } >"$folder/etc/hosts"
  # All "nodes" share two cores.
  cat >"$folder/etc/prolog.sh" <<'PROLOG'
#!/bin/sh
echo "export TMPDIR=FOLDER/tmp/$SLURMD_NODENAME"
for setting in OMPI_MCA_btl_tcp_if_include=INTERFACE OMPI_MCA_oob_tcp_if_include=INTERFACE OMPI_MCA_mpi_yield_when_idle=1 \
  OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; do
  echo "export $setting"
done
PROLOG
  local interface=lo
  [ "$(network)" != own ] || interface=eth0
  sed -i "s|FOLDER|$folder|; s|INTERFACE|$interface|g" "$folder/etc/prolog.sh"
  chmod 755 "$folder/etc/prolog.sh"
}

up() {
  local nodes=${NODES:-3} cpus=${CPUS:-4} port try
  [ ! -e "$folder/run/nodes" ] || die "there is a cluster in $folder"
  [ ${#folder} -le 70 ] || die "$folder is too long for the names of sockets"
  mkdir -p "$folder"/{etc,run,log,state,spool,tmp} || die "cannot make $folder"
  chmod 755 "$folder" "$folder/run"
  mkdir -p -m 700 "$folder/munge"
  make_network
  for try in $(seq 100); do
    port=$((20000 + RANDOM % 600 * 20))
    ss -Hltn | grep -qE ":($(seq -s '|' "$port" $((port + 19)))) " || break
  done
  write_settings "$nodes" "$cpus" "$port"
  (umask 077 && head -c 128 /dev/urandom >"$folder/munge/key")
  start munged munged --foreground --force --key-file="$folder/munge/key" --socket="$folder/run/munge.sock" \
    --pid-file="$folder/munge/pid" --log-file="$folder/munge/log" --seed-file="$folder/munge/seed"
  for try in $(seq 100); do
    munge --socket="$folder/run/munge.sock" --no-input >/dev/null 2>&1 && break
    sleep 0.05
  done
  seq -f 'node%g' "$nodes" >"$folder/run/nodes"
  start_controller
  local node
  while read -r node; do start_node "$node"; done <"$folder/run/nodes"
  for try in $(seq 300); do
    [ "$(sinfo --noheader --partition=main --Node --format=%t 2>/dev/null | grep -c idle)" -eq "$nodes" ] && return 0
    sleep 0.1
  done
  tail -n 5 "$folder"/log/* >&2
  die "the nodes do not come up"
}

down() {
  local node try
  if lives "$(pid_of slurmctld)"; then
    timeout 10 scancel --quiet --user="$user" >/dev/null 2>&1
    for try in $(seq 120); do
      [ -n "$(timeout 5 squeue --noheader 2>/dev/null)" ] || break
      sleep 0.1
    done
  fi
  while read -r node; do crash_node "$node"; done <"$folder/run/nodes"
  end slurmctld
  end munged
  [ "$(network)" != own ] || ip link del exa0 2>/dev/null
  rm -f "$folder/run/nodes"
}

case $action in
  up) up ;;
  down) down ;;
  run) exec "$@" ;;
  crash) crash_node "${1:?NODE is missing}" ;;
  boot) start_node "${1:?NODE is missing}" ;;
  cut) cut_or_mend "${1:?NODE is missing}" down ;;
  mend) cut_or_mend "${1:?NODE is missing}" up ;;
  controller)
    case ${1:-} in
      kill)
        kill -KILL "$(pid_of slurmctld)"
        while lives "$(pid_of slurmctld)"; do sleep 0.05; done
        ;;
      start) start_controller ;;
      *) die "controller kill or controller start" ;;
    esac
    ;;
  *) die "there is no action $action" ;;
esac
