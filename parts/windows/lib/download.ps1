# Downloads: all at once, one curl.exe each; a file takes its name only when it is what was expected.

function Get-DownloadPath {
    param([object]$Component)
    Resolve-NodePath "$script:Downloads\$($Component.id)\$($Component.fileName)"
}

# Brings the files of these components: from the image's cache, from an earlier run, else from the network.
function Get-ComponentFile {
    param([object]$Context, [object[]]$Components)
    $missing = @(foreach ($component in $Components) {
            if (-not (Use-CachedFile $Context $component) -and -not (Use-EarlierFile $Context $component)) { $component }
        })
    if ($missing.Count) { Save-Component $Context $missing }
}

# True when a run that broke off had brought the file.
function Use-EarlierFile {
    param([object]$Context, [object]$Component)
    $path = Get-DownloadPath $Component
    if (-not [System.IO.File]::Exists($path)) { return $false }
    $found = Get-Sha256 $path
    if (@(Get-AcceptedHash $Component) -notcontains $found) { return $false }
    Add-Artifact $Context $Component $path $found 'kept'
    $true
}

# Files that the configuration does not name any more.
function Remove-OldDownload {
    param([object]$Context)
    $wanted = @($Context.Configuration.components | ForEach-Object { $_.fileName; "$($_.fileName).part" })
    @(Get-ChildItem -LiteralPath $script:Downloads -Recurse -File -ErrorAction SilentlyContinue | Where-Object { $wanted -notcontains $_.Name }) | Remove-Item -Force
}

# ---- the network --------------------------------------------------------------------------------------------------------

# Those that failed are tried again together after a pause. Returns when every file has its name and its hash, or throws with
# the URL and the reason of each that has not. What is complete stays for the next run.
function Save-Component {
    param([object]$Context, [object[]]$Components)
    $jobs = @(foreach ($component in $Components) { New-DownloadJob $Context $component })
    $open = $jobs
    $try = 0
    do {
        $try++
        try {
            foreach ($job in $open) { Start-Download $job }
            foreach ($job in $open) { Complete-Download $Context $job }
        }
        finally {
            foreach ($job in $open) { if ($null -ne $job.Started -and -not $job.Started.Process.HasExited) { Stop-ProgramTree $job.Started.Process } }
        }
        $failed = @($jobs | Where-Object { $_.State -ne 'done' })
        $open = @($failed | Where-Object { $_.State -eq 'open' })
        foreach ($job in $open) { Write-Event $script:Node.Step 'retry' "try ${try}: $($job.Component.url): $($job.Why)" }
    } while ($failed.Count -and $failed.Count -eq $open.Count -and $try -lt 6 -and (Wait-NextTry $try))
    if ($failed.Count) { throw "$(@($failed | ForEach-Object { "$($_.Component.url): $($_.Why)" }) -join '; '); allow outbound access, name a mirror, use an image that has the files, or correct the URL" }
}

function New-DownloadJob {
    param([object]$Context, [object]$Component)
    $target = Get-DownloadPath $Component
    $null = [System.IO.Directory]::CreateDirectory([System.IO.Path]::GetDirectoryName($target))
    $accepted = @(Get-AcceptedHash $Component)
    # without a hash nobody could tell that the rest belongs to what an earlier run began
    if (-not $accepted.Count) { [System.IO.File]::Delete("$target.part") }
    $query = Get-Property (Get-Property $Context.Secrets 'urlQueries') $Component.id
    [pscustomobject]@{ Component = $Component; Accepted = $accepted; Target = $target; Part = "$target.part"; Query = $query; Started = $null; Seconds = 0; Wrong = 0; State = 'open'; Why = '' }
}

function Start-Download {
    param([object]$Job)
    # bounds one try, not the download: the next try goes on where this one stopped
    $Job.Seconds = Get-RemainingSecond 600
    if ($Job.Query) { return }
    $arguments = @('--silent', '--show-error', '--fail', '--location', '--connect-timeout', '20', '--speed-limit', '1024', '--speed-time', '30',
        '--max-time', "$($Job.Seconds)", '--write-out', '%{http_code}', '--output', "`"$($Job.Part)`"")
    if ($Job.Component.url.StartsWith('https:')) { $arguments += @('--proto-redir', '=https') }
    # a node without a way to the revocation lists still has the hash to go by
    if ($Job.Accepted.Count) { $arguments += '--ssl-no-revoke' }
    if ([System.IO.File]::Exists($Job.Part)) { $arguments += @('--continue-at', '-') }
    $arguments += '"' + $Job.Component.url.Replace('"', '%22') + '"'
    $Job.Started = Start-Program 'curl.exe' ($arguments -join ' ') $Job.Part
}

# A part that was whole already makes the server answer 416: the hash decides, not the exit code. Wrong content once may be an
# accident on the way, twice is what is there.
function Complete-Download {
    param([object]$Context, [object]$Job)
    $answer = if ($Job.Query) { Receive-QueryDownload $Job } else { Wait-Program $Job.Started ($Job.Seconds + 30) }    # curl ends by itself
    $code = $answer.ExitCode
    $Job.Why = "the transfer ended with code $code, HTTP status $($answer.Output) $($answer.ErrorText)"
    if ([System.IO.File]::Exists($Job.Part)) {
        $found = Get-Sha256 $Job.Part
        if ($Job.Accepted -contains $found -or ($code -eq 0 -and -not $Job.Accepted.Count)) {
            Move-Item -LiteralPath $Job.Part -Destination $Job.Target -Force
            Add-Artifact $Context $Job.Component $Job.Target $found 'downloaded'
            $Job.State = 'done'
            return
        }
        if ($code -eq 0) {
            $Job.Why = "got SHA-256 $found, expected $($Job.Accepted -join ' or ')"
            $Job.Wrong++
        }
        if ($code -in 0, 22, 33, 36) { [System.IO.File]::Delete($Job.Part) }    # cannot be continued
    }
    if ($Job.Wrong -ge 2 -or ($code -eq 22 -and $answer.Output -in '400', '401', '403', '404', '410')) { $Job.State = 'lost' }
}
