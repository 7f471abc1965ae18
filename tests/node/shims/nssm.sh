# nssm.exe: services, whose settings stand in state/services/<name>/.
cmd=${1,,}; name=$2
case $cmd in
install)
    if [ -d "$S/services/${name,,}" ]; then
        trace nssm.exe 5 "$@"; echo "Error creating service!"; echo "CreateService(): The specified service already exists."; exit 5
    fi
    app=$3; svcset "$name" Name "$name"; svcset "$name" DisplayName "$name"
    svcset "$name" Application "$app"; svcset "$name" BinaryPath "$(dirname "$0")/nssm.exe"
    svcset "$name" Status Stopped; svcset "$name" StartType Automatic
    svcset "$name" Manager nssm
    shift 3; svcset "$name" AppParameters "$*"
    trace nssm.exe 0 install "$name" "$app" "$@"
    echo "Service \"$name\" installed successfully!"; exit 0 ;;
set)
    [ -d "$S/services/${name,,}" ] || { trace nssm.exe 3 "$@"; echo "Can't open service!"; echo "OpenService(): The specified service does not exist as an installed service."; exit 3; }
    p=$3; trace nssm.exe 0 "$@"; shift 3; v="$*"
    case ${p,,} in
        start) case $v in
            SERVICE_AUTO_START|SERVICE_DELAYED_AUTO_START) svcset "$name" StartType Automatic ;;
            SERVICE_DEMAND_START) svcset "$name" StartType Manual ;;
            SERVICE_DISABLED) svcset "$name" StartType Disabled ;;
            *) echo "Invalid startup type \"$v\"!"; exit 1 ;;
            esac ;;
        dependonservice) svcset "$name" DependsOn "$v" ;;
        displayname) svcset "$name" DisplayName "$v" ;;
        description) svcset "$name" Description "$v" ;;
        objectname) svcset "$name" ObjectName "$v" ;;
        application) svcset "$name" Application "$v" ;;
        appparameters) svcset "$name" AppParameters "$v" ;;
        appdirectory) svcset "$name" AppDirectory "$v" ;;
        *) svcset "$name" "nssm.$p" "$v" ;;
    esac
    echo "Set parameter \"$p\" for service \"$name\"."; exit 0 ;;
get)
    [ -d "$S/services/${name,,}" ] || { trace nssm.exe 3 "$@"; echo "Can't open service!"; exit 3; }
    trace nssm.exe 0 "$@"
    case ${3,,} in
        start) svcget "$name" StartType > /dev/null; case $R in Automatic) echo SERVICE_AUTO_START ;; Manual) echo SERVICE_DEMAND_START ;; *) echo SERVICE_DISABLED ;; esac ;;
        dependonservice) svcget "$name" DependsOn | tr ' /' '\n\n'; echo ;;
        application) svcget "$name" Application; echo ;;
        appparameters) svcget "$name" AppParameters; echo ;;
        appdirectory) svcget "$name" AppDirectory; echo ;;
        *) svcget "$name" "nssm.$3"; echo ;;
    esac; exit 0 ;;
start|restart)
    [ -d "$S/services/${name,,}" ] || { trace nssm.exe 3 "$@"; echo "Can't open service!"; exit 3; }
    [ "$cmd" = restart ] && svcset "$name" Status Stopped
    if start_service "$name"; then trace nssm.exe 0 "$@"; echo "$name: START: The operation completed successfully."; exit 0; fi
    trace nssm.exe 1 "$@"; echo "$name: Unexpected status SERVICE_PAUSED in response to START control."; exit 1 ;;
stop) svcset "$name" Status Stopped; trace nssm.exe 0 "$@"; echo "$name: STOP: The operation completed successfully."; exit 0 ;;
status)
    if [ -d "$S/services/${name,,}" ]; then trace nssm.exe 0 "$@"
        if running "$name"; then echo SERVICE_RUNNING; else echo SERVICE_STOPPED; fi; exit 0
    fi
    trace nssm.exe 3 "$@"; echo "Can't open service!"; exit 3 ;;
remove)
    [ -d "$S/services/${name,,}" ] || { trace nssm.exe 3 "$@"; echo "Can't open service!"; exit 3; }
    rm -rf "$(svcdir "$name")"; trace nssm.exe 0 "$@"; echo "Service \"$name\" removed successfully!"; exit 0 ;;
version|--version) trace nssm.exe 0 "$@"; echo "NSSM 2.24 64-bit 2014-08-31"; exit 0 ;;
*) trace nssm.exe 1 "$@"; echo "NSSM: The non-sucking service manager"; exit 1 ;;
esac
