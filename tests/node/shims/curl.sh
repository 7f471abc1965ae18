# curl.exe: the real curl. Hosts are the mirror's and paths the machine's; time limits pass $LAB_TIME_SCALE times faster, and what
# a transfer spent waiting in vain is added to the virtual clock.
scale=${LAB_TIME_SCALE:-15}
headers="$S/curl-$$.headers"; errors="$S/curl-$$.errors"
way=(--noproxy '*')
proxied() { # does the environment send this URL through a proxy, which is the one of the lab
    local host=${1#*://} proxy=$https_proxy one
    host=${host%%/*}; case $1 in http:*) proxy=$http_proxy ;; esac
    [ -n "$proxy" ] && [ -n "$LAB_PROXY" ] || return 1
    for one in ${no_proxy//,/ }; do case $host in "$one"|*."${one#.}") return 1 ;; esac; done
    proxy=${proxy#*://}; case $proxy in *@*) proxy="${proxy%%@*}@$LAB_PROXY" ;; *) proxy=$LAB_PROXY ;; esac
    way=(--proxy "http://$proxy" --proxytunnel)
}
words=(); url=; option=; secure=
for word in "$@"; do
    case $option in
    -o|--output|--cacert|-T|--upload-file|-K|--config)
        case $option in -o|--output) full curl && word=/dev/full ;; esac
        case ${word,,} in /dev/full) ;; nul) word=/dev/null ;; -) ;; *) native "$word"; word=$R ;; esac ;;
    --speed-time|-y|--retry-delay) word=$(((word + scale - 1) / scale)) ;;
    --max-time|-m|--connect-timeout) word=$(awk "BEGIN { print ($word / $scale < 1) ? 1 : $word / $scale }") ;;
    esac
    option=$word
    case $word in
    http://*|https://*)
        url=$word; case $url in https:*) secure=1 ;; esac
        if proxied "$url"; then word="http://${url#*://}"; else word="$LAB_MIRROR/${url#*://}"; fi ;;
    esac
    words+=("$word")
done
# the mirror speaks http for https: what may only be https stays on the mirror's scheme
for i in "${!words[@]}"; do [ "${words[$i]}" = =https ] && words[$i]='=http'; done
host=${url#*://}; host=${host%%/*}
if [ "$LAB_NETWORK" = off ] && [ "$host" != 169.254.169.254 ] && [ "$host" != 168.63.129.16 ]; then
    echo "curl: (6) Could not resolve host: $host" >&2; code=6; status=0
    advance 1000
else
    started=$(date +%s%N)
    curl -q "${way[@]}" --dump-header "$headers" "${words[@]}" 2> "$errors"; code=$?
    sed "s|$LAB_MIRROR/||g" "$errors" >&2
    [ $code = 28 ] && advance $((($(date +%s%N) - started) / 1000000 * scale))
    slurp "$headers"; status=$(printf '%s' "$R" | sed -n 's|^HTTP/[0-9.]* \([0-9]*\).*|\1|p' | tail -n 1)
    rm -f "$headers" "$errors"
fi
trace curl.exe "$code" "$@"
trace_http "curl GET" "status ${status:-0} exit $code" "$url"
exit $code
