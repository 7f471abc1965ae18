#!/bin/bash
# Stands in for every native program of the simulated node that is not a PowerShell mock.
# Called as: shim.sh <program name> <arguments...>; state lives in $LAB_ROOT/state.
# A run calls it hundreds of times, so what is common starts no program: helpers leave their result in $R.
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
LC_ALL=C
prog=${1,,}; shift
base=${prog%.exe}
S="$LAB_ROOT/state"

# the proxy that this program was told of, without who may use it
[ -z "$https_proxy" ] || printf '%s %s' "${https_proxy##*[@/]}" "$no_proxy" > "$S/proxy-of-$base"

json() { R=${1//$'\n'/ }; R=${R//$'\t'/ }; R=${R//\\/\\\\}; R=${R//\"/\\\"}; }
slurp() { R=; [ -e "$1" ] && IFS= read -rd '' R < "$1"; }
trace() { # name result args...
    local n=$1 r=$2 a= x t; shift 2
    for x in "$@"; do json "$x"; a+="${a:+,}\"$R\""; done
    slurp "$S/clock"; t=${R//[^0-9]/}; t=${t:-0}; json "$r"
    printf '{"t":%s.%03d,"kind":"native","name":"%s","args":[%s],"result":"%s"}\n' "$((t / 1000))" "$((t % 1000))" "$n" "$a" "$R" >> "$S/trace.jsonl"
}
trace_http() { # name result url
    local t u
    slurp "$S/clock"; t=${R//[^0-9]/}; t=${t:-0}; json "$3"; u=$R; json "$2"
    printf '{"t":%s.%03d,"kind":"http","name":"%s","args":"%s","result":"%s"}\n' "$((t / 1000))" "$((t % 1000))" "$1" "$u" "$R" >> "$S/trace.jsonl"
}
full() { # is the disk full for this program, the first time it writes
    case " $LAB_DISK_FULL " in *" $1 "*) [ ! -e "$S/disk-was-full-$1" ] && : > "$S/disk-was-full-$1" ;; *) false ;; esac
}
advance() { # milliseconds of the virtual clock
    slurp "$S/clock"; local t=${R//[^0-9]/}
    printf '%s' "$((${t:-0} + $1))" > "$S/clock"
}
lower() { printf '%s' "${1,,}"; }
native() { # c:\k\x -> $LAB_ROOT/c/k/x
    R=${1//\\//}
    case $R in [A-Za-z]:*) local d=${R%%:*}; R="$LAB_ROOT/${d,,}${R#*:}" ;; esac
}
found() { # does the file of a windows path exist, whatever the case of its name
    native "$1"; [ -e "$R" ] && return 0
    local d=${R%/*}; [ -d "$d" ] || return 1
    ls "$d" 2>/dev/null | grep -qix -- "${R##*/}"
}
svcdir() { printf '%s/services/%s' "$S" "${1,,}"; }
svcget() { slurp "$S/services/${1,,}/$2"; R=${R%$'\n'}; printf '%s' "$R"; }
svcset() { local d="$S/services/${1,,}"; [ -d "$d" ] || mkdir -p "$d"; printf '%s' "$3" > "$d/$2"; }
running() { svcget "$1" Status > /dev/null; [ "$R" = Running ]; }
version() { printf '%s' "${LAB_SHIM_VERSION:-v0.0.0}"; }
pull_ok() { # does an image pull work right now; login.example asks who pulls
    printf '%s\n' "$1" >> "$S/pulls.txt"
    case $1 in login.example/*) [ "${2:-}" = 'reader:Marker-secret1-9f2c' ] || return 1 ;; esac
    [ "$LAB_NETWORK" = off ] && return 1
    f="$S/pull-failures-left"
    if [ -s "$f" ]; then
        left=$(cat "$f")
        if [ "$left" -gt 0 ]; then echo $((left - 1)) > "$f"; return 1; fi
    fi
    return 0
}

start_service() { # name; prints an error and returns 1 when it cannot start
    local d app dep; d=$(svcdir "$1")
    [ -d "$d" ] || return 2
    app=$(cat "$d/Application" 2>/dev/null)
    [ -n "$app" ] || app=$(sed 's/^"\([^"]*\)".*/\1/; t; s/ .*//' "$d/BinaryPath" 2>/dev/null)
    case $(lower "$app") in
        *powershell.exe|*svchost*|*cmd.exe|"") ;;
        *) found "$app" || return 1 ;;
    esac
    for dep in $(cat "$d/DependsOn" 2>/dev/null | tr '/' ' '); do
        [ -d "$(svcdir "$dep")" ] || return 1
        running "$dep" || start_service "$dep" || return 1
    done
    if ! running "$1"; then
        printf Running > "$d/Status"
        printf '%s\n' "$(cat "$d/Name")" >> "$S/start-queue"
    fi
    return 0
}

case $base in
nssm) . "$LAB_HOME/shims/nssm.sh" ;;
ctr|crictl) . "$LAB_HOME/shims/containerd-client.sh" ;;
docker) . "$LAB_HOME/shims/docker.sh" ;;
curl|tar) . "$LAB_HOME/shims/$base.sh" ;;
kubelet|kube-proxy)
    case "$*" in *--version*) trace "$prog" 0 "$@"; echo "Kubernetes $(version)"; exit 0 ;; esac
    printf '%s' "$base.exe" > "$S/$base.cmdline"; for a in "$@"; do printf '\n%s' "$a" >> "$S/$base.cmdline"; done; echo >> "$S/$base.cmdline"
    trace "$prog" 0 "$@"; exit 0 ;;
kubectl)
    case "$*" in
        *version*) trace "$prog" 0 "$@"; echo "Client Version: $(version)"; exit 0 ;;
        *podCIDR*) trace "$prog" 0 "$@"; echo "10.244.1.0/24"; exit 0 ;;
        *) trace "$prog" 0 "$@"; exit 0 ;;
    esac ;;
containerd|dockerd)
    case "$*" in
        *--version*|-v) trace "$prog" 0 "$@"; echo "$base github.com/containerd/containerd $(version) lab"; exit 0 ;;
        --register-service*)
            name=$base; [ "$base" = dockerd ] && name=docker
            if [ -d "$(svcdir $name)" ]; then trace "$prog" 1 "$@"; echo "failed to create service: service already exists" >&2; exit 1; fi
            svcset $name Name $name; svcset $name DisplayName $name; svcset $name BinaryPath "$0"; svcset $name Status Stopped; svcset $name StartType Automatic
            trace "$prog" 0 "$@"; exit 0 ;;
        *--unregister-service*) name=$base; [ "$base" = dockerd ] && name=docker; rm -rf "$(svcdir $name)"; trace "$prog" 0 "$@"; exit 0 ;;
        "config default"*) trace "$prog" 0 "$@"; printf 'version = 2\nroot = "C:\\\\ProgramData\\\\containerd\\\\root"\n'; exit 0 ;;
        *) trace "$prog" 0 "$@"; exit 0 ;;
    esac ;;
*) trace "$prog" 0 "$@"; exit 0 ;;
esac
