# docker.exe: images of the engine, a list in state/images/docker.txt.
case "$1" in --version|-v) trace "$prog" 0 "$@"; echo "Docker version $(version), build lab"; exit 0 ;; esac
if ! running docker; then
    trace "$prog" 1 "$@"; echo 'error during connect: open //./pipe/docker_engine: The system cannot find the file specified.' >&2; exit 1
fi
I="$S/images/docker.txt"; mkdir -p "$S/images"; touch "$I"
full() { case ${1##*/} in *:*) printf '%s' "$1" ;; *) printf '%s:latest' "$1" ;; esac; }
login=
if [ "$1" = --config ]; then login=$(sed -n 's/.*"auth": *"\([^"]*\)".*/\1/p' "$2/config.json" | base64 -d); shift 2; fi
case "$1 $2" in
"version "*) trace "$prog" 0 "$@"; v=$(cat "$S/docker-version" 2>/dev/null); v=${v:-20.10.9}
    case "$*" in *Server.Version*|*Client.Version*) echo "$v" ;; *) echo "Client: Version: $v"; echo "Server: Version: $v" ;; esac; exit 0 ;;
"info "*) trace "$prog" 0 "$@"; echo "Server Version: $(cat "$S/docker-version" 2>/dev/null)"; exit 0 ;;
"images "*|"image ls"|"image list")
    trace "$prog" 0 "$@"
    want=; fmt=; prev=; n=0; q=
    for a in "$@"; do
        case $prev in --format) fmt=$a; prev=; continue ;; esac
        case $a in --format) prev=--format ;; --format=*) fmt=${a#--format=} ;; -q|--quiet) q=1 ;; -*|images|image|ls|list) ;; *) want=$a ;; esac
    done
    while read -r r; do
        [ -n "$r" ] || continue
        rn=${r%:*}; rt=${r##*:}
        if [ -n "$want" ]; then [ "$r" = "$want" ] || [ "$rn" = "$want" ] || continue; fi
        id=$(printf '%s' "$r" | sha256sum | cut -c1-12)
        if [ -n "$q" ]; then echo "$id"
        elif [ -n "$fmt" ]; then case $fmt in *Digest*) echo "$rn:$rt sha256:$(printf '%s' "$r" | sha256sum | cut -c1-64)" ;; *json*) echo "{\"Repository\":\"$rn\",\"Tag\":\"$rt\",\"ID\":\"$id\"}" ;; *) echo "$rn:$rt" ;; esac
        else [ $n = 0 ] && echo "REPOSITORY TAG IMAGE ID SIZE"; n=1; echo "$rn $rt $id 252MB"; fi
    done < "$I"; exit 0 ;;
"pull "*) r=$(full "$2"); if pull_ok "$r" "$login"; then grep -qxF -- "$r" "$I" || echo "$r" >> "$I"; trace "$prog" 0 "$@"; echo "Status: Downloaded newer image for $r"; exit 0; fi
    trace "$prog" 1 "$@"; echo "Error response from daemon: Get https://${r%%/*}/v2/: dial tcp: lookup ${r%%/*}: no such host" >&2; exit 1 ;;
"tag "*) a=$(full "$2"); b=$(full "$3")
    grep -qxF -- "$a" "$I" || { trace "$prog" 1 "$@"; echo "Error response from daemon: No such image: $a" >&2; exit 1; }
    grep -qxF -- "$b" "$I" || echo "$b" >> "$I"; trace "$prog" 0 "$@"; exit 0 ;;
"build "*) t=; prev=; for a in "$@"; do [ "$prev" = -t ] && t=$a; prev=$a; done; [ -n "$t" ] && echo "$(full "$t")" >> "$I"; trace "$prog" 0 "$@"; exit 0 ;;
*) trace "$prog" 0 "$@"; exit 0 ;;
esac
