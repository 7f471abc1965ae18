# ctr.exe and crictl.exe: images of containerd, a list in state/images/containerd.txt.
case "$*" in --version|version|-v) trace "$prog" 0 "$@"; echo "$base containerd $(version)"; [ "$*" = version ] && ! running containerd && exit 1; exit 0 ;; esac
if ! running containerd; then
    trace "$prog" 1 "$@"
    echo "$base: failed to dial \"\\\\\\\\.\\\\pipe\\\\containerd-containerd\": open \\\\\\\\.\\\\pipe\\\\containerd-containerd: The system cannot find the file specified." >&2; exit 1
fi
I="$S/images/containerd.txt"; mkdir -p "$S/images"; touch "$I"
words=; skip=; login=
for a in "$@"; do
    if [ -n "$skip" ]; then [ "$skip" = --user ] && login=$a; skip=; continue; fi
    case $a in
        -n|--namespace|-a|--address|--platform|--snapshotter|--user|-u|-r|--runtime-endpoint|-i|--image-endpoint|--timeout|--label) skip=$a ;;
        -*) ;;
        *) words="$words $a" ;;
    esac
done
set -- $words "::" "$@"
v1=$1; v2=$2; v3=$3; v4=$4
while [ "$1" != "::" ]; do shift; done; shift
case "$v1 $v2" in
"image list"|"image ls"|"images list"|"images ls"|"i ls"|"i list")
    trace "$prog" 0 "$@"
    case " $* " in *" -q "*|*" --quiet "*) cat "$I" ;; *)
        echo "REF TYPE DIGEST SIZE PLATFORMS LABELS"
        while read -r r; do [ -n "$r" ] && echo "$r application/vnd.docker.distribution.manifest.list.v2+json sha256:$(printf '%s' "$r" | sha256sum | cut -c1-64) 99.9 MiB windows/amd64 -"; done < "$I" ;; esac; exit 0 ;;
"images ::"|"image ::"|"images -q")
    trace "$prog" 0 "$@"; sed 's/:\([^:/]*\)$/ \1/' "$I" | while read -r r t; do echo "$r $t $(printf '%s' "$r" | sha256sum | cut -c1-13) 105MB"; done; exit 0 ;;
"image pull"|"images pull"|"i pull")
    if pull_ok "$v3" "$login"; then grep -qxF -- "$v3" "$I" || echo "$v3" >> "$I"; trace "$prog" 0 "$@"; echo "unpacking windows/amd64 sha256:$(printf '%s' "$v3" | sha256sum | cut -c1-64)..."; echo done; exit 0; fi
    trace "$prog" 1 "$@"; echo "ctr: failed to resolve reference \"$v3\": failed to do request: dial tcp: lookup ${v3%%/*}: no such host" >&2; exit 1 ;;
"pull "*)
    if pull_ok "$v2"; then grep -qxF -- "$v2" "$I" || echo "$v2" >> "$I"; trace "$prog" 0 "$@"; echo "Image is up to date for $v2"; exit 0; fi
    trace "$prog" 1 "$@"; echo "FATA pulling image: failed to resolve reference \"$v2\"" >&2; exit 1 ;;
"image tag"|"images tag"|"i tag")
    force=; case " $* " in *" --force "*) force=1 ;; esac
    if ! grep -qxF -- "$v3" "$I"; then trace "$prog" 1 "$@"; echo "ctr: image \"$v3\": not found" >&2; exit 1; fi
    if grep -qxF -- "$v4" "$I" && [ -z "$force" ]; then trace "$prog" 1 "$@"; echo "ctr: image \"$v4\": already exists" >&2; exit 1; fi
    grep -qxF -- "$v4" "$I" || echo "$v4" >> "$I"; trace "$prog" 0 "$@"; echo "$v4"; exit 0 ;;
"image import"|"images import"|"i import") trace "$prog" 0 "$@"; echo "imported"; exit 0 ;;
"image rm"|"images rm"|"images remove"|"image remove"|"i rm") grep -vxF -- "$v3" "$I" > "$I.n"; mv "$I.n" "$I"; trace "$prog" 0 "$@"; exit 0 ;;
"image label"|"images label") trace "$prog" 0 "$@"; exit 0 ;;
*) trace "$prog" 0 "$@"; exit 0 ;;
esac
