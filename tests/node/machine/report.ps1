# What became of a machine.

function Get-LabTrace {
    param([int]$Skip = 0)
    $f = "$([Lab.Node]::State)/trace.jsonl"
    if (-not [IO.File]::Exists($f)) { return }
    $lines = @([IO.File]::ReadAllLines($f) | Select-Object -Skip $Skip | Where-Object { $_ -match '^\{.*\}$' })
    if ($lines.Count) { try { ConvertFrom-Json "[$($lines -join ',')]" } catch { foreach ($l in $lines) { try { ConvertFrom-Json $l } catch { } } } }
}
function Get-LabTraceLength {
    $f = "$([Lab.Node]::State)/trace.jsonl"
    if ([IO.File]::Exists($f)) { [IO.File]::ReadAllLines($f).Count } else { 0 }
}

function Get-LabMachineReport {
    $state = [Lab.Node]::State; $r = [ordered]@{}
    $r.services = @(LabSvcNames |
            ForEach-Object {
            $n = $_
            $o = [ordered]@{
                name = $n
                status = (LabSvcGet $n Status)
                startType = (LabSvcGet $n StartType)
                path = (LabSvcGet $n BinaryPath)
                application = (LabSvcGet $n Application)
                parameters = (LabSvcGet $n AppParameters)
                dependsOn = (LabSvcGet $n DependsOn)
                manager = (LabSvcGet $n Manager)
                failure = (LabSvcGet $n failure)
            }
            $o
    })
    $r.tasks = @(LabTasks); $r.features = @(LabJson 'features'); $r.capabilities = @(LabJson 'capabilities')
    $r.images = [ordered]@{}
    foreach ($rt in 'docker', 'containerd') { $r.images[$rt] = @((LabRead "$state/images/$rt.txt") -split "`n" | Where-Object { $_ }) }
    $r.firewall = @(LabJson 'firewall')
    $r.firewallProfiles = @((LabRead "$state/firewall-profiles") -split "`n" | Where-Object { $_ })
    $r.defender = @((LabRead "$state/defender") -split "`n" | Where-Object { $_ })
    $r.hnsNetworks = @(LabJson 'hns-networks'); $r.partitions = @(LabJson 'partitions'); $r.disks = @(LabJson 'disks')
    $a = ConvertFrom-Json (LabRead "$state/registry-initial.json") -AsHashtable
    $b = ConvertFrom-Json (LabRead "$state/registry.json") -AsHashtable
    $chg = @()
    foreach ($k in $b.Keys) {
        foreach ($v in $b[$k].Keys) {
            $new = $b[$k][$v]
            $old = if ($a.ContainsKey($k)) { $a[$k][$v] }
            $ns = "$($new.kind):$($new.value)$($new.list -join ';')"
            $os = if ($old) { "$($old.kind):$($old.value)$($old.list -join ';')" } else { $null }
            if ($ns -ne $os) { $chg += [ordered]@{ key = $k; name = $v; old = $os; new = $ns } }
        }
    }
    $r.registryChanges = $chg
    $files = @()
    foreach ($d in [IO.Directory]::GetDirectories([Lab.Node]::Root)) {
        if ([IO.Path]::GetFileName($d) -match '^[a-z]$') {
            foreach ($f in [IO.Directory]::EnumerateFiles($d, '*', [IO.EnumerationOptions]@{
                RecurseSubdirectories = $true
                AttributesToSkip = 'ReparsePoint'
            })) {
                if ($f -match '/(dotnet-diagnostic-|clr-debug-pipe-|CoreFxPipe_)') { continue }
                $sha = [Security.Cryptography.SHA256]::HashData([IO.File]::ReadAllBytes($f))
                $files += [ordered]@{
                    path = [Lab.Node]::ToWindows($f)
                    size = ([IO.FileInfo]$f).Length
                    sha256 = [Convert]::ToHexString($sha).ToLower()
                }
            }
        }
    }
    $r.files = $files
    # files whose very name is a windows path: a .NET call with c:\... that went past the drive mapping
    $r.strayFiles = @($files | Where-Object { $_.path -match '[A-Za-z]:\\.*[A-Za-z]:\\' } | ForEach-Object { $_.path })
    foreach ($n in 'kubelet', 'kube-proxy') {
        $c = LabRead "$state/$n.cmdline"
        $r["$n-commandline"] = if ($c) { @($c.TrimEnd() -split "`n") } else { $null }
    }
    $r.imagePulls = @((LabRead "$state/pulls.txt") -split "`n" | Where-Object { $_ })
    $r.virtualSeconds = [Lab.Node]::ClockMs() / 1000.0
    $r }
