# tar.exe: the real bsdtar, as in Windows, with the machine's paths.
words=(); option=; into=.
for word in "$@"; do
    case $option in
    -C|--directory) native "$word"; word=$R; into=$R ;;
    --file) native "$word"; word=$R ;;
    -*f|[xtc]*f) native "$word"; word=$R ;;
    esac
    option=$word
    words+=("$word")
done
case $1 in -x*) full tar && { trap '' XFSZ; ulimit -f 1; } ;; esac
bsdtar "${words[@]}"; code=$?
# programs in an archive for Windows have no executable bit
find "$into" -name '*.exe' -exec chmod +x {} + 2> /dev/null
trace tar.exe $code "$@"
exit $code
