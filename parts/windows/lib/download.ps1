# Downloads: all at once, one curl.exe each; a file takes its name only when it is what was expected.

# -Component may name its file itself.
function Get-DownloadPath {
    param($Component, [string]$Url)
    Resolve-NodePath "$script:Downloads\$($Component.id)\$(Get-Property $Component 'fileName' (Get-UrlFileName $Url))"
}

# Brings the files of these components: from the image's cache, from an earlier run, else from the network.
function Get-ComponentFile {
    param($Context, [object[]]$Components)
    $missing = @(foreach ($component in $Components) {
            if (-not (Use-CachedFile $Context $component) -and -not (Use-EarlierFile $Context $component)) { $component }
        })
    if ($missing.Count) { Save-Component $Context $missing }
}

# True when a run that broke off had brought the file.
function Use-EarlierFile {
    param($Context, $Component)
    foreach ($url in $Component.urls) {
        $path = Get-DownloadPath $Component $url
        if (-not [System.IO.File]::Exists($path)) { continue }
        $found = Get-Sha256 $path
        if (@(Get-AcceptedHash $Component) -notcontains $found) { continue }
        Add-Artifact $Context $Component $url $path $found 'kept'
        return $true
    }
    $false
}

# Files that the configuration does not name any more.
function Remove-OldDownload {
    param($Context)
    $wanted = @($Context.Configuration.components | ForEach-Object { $_.urls } | ForEach-Object { Get-UrlFileName $_; "$(Get-UrlFileName $_).part" })
    @(Get-ChildItem -LiteralPath $script:Downloads -Recurse -File -ErrorAction SilentlyContinue | Where-Object { $wanted -notcontains $_.Name }) | Remove-Item -Force
}

# ---- the network --------------------------------------------------------------------------------------------------------

# A try is one go through the URLs of each file. What is still missing is tried again together after a pause. Returns when every
# file has its name and its hash, or throws with the URLs and reasons of each that has not. What is complete stays for the next run.
function Save-Component {
    param($Context, [object[]]$Components)
    $jobs = @(foreach ($component in $Components) { New-DownloadJob $Context $component })
    $open = $jobs
    $try = 0
    do {
        $try++
        foreach ($job in $open) { $job.Turns = @($job.Urls) }
        for ($next = $open; $next.Count; $next = @($next | Where-Object { $_.Turns.Count })) { Invoke-DownloadTurn $Context $next $try }
        $failed = @($jobs | Where-Object { -not $_.Done })
        $open = @($failed | Where-Object { $_.Urls.Count })
    } while ($failed.Count -and $failed.Count -eq $open.Count -and $try -lt 6 -and (Wait-NextTry $try))
    if ($failed.Count) { throw "$(Get-OutageReason $jobs)$(@($failed | ForEach-Object { Get-DownloadFailure $_ }) -join '; '); allow outbound access, name a mirror, use an image that has the files, or correct the URL" }
}

# Where nothing came from anywhere, and every host failed alike, no URL is to blame but what lies between. The numbers are curl's.
function Get-OutageReason {
    param([object[]]$Jobs)
    $codes = @($Jobs | ForEach-Object { if ($_.Done) { 0 } else { $_.Codes.Values } } | Select-Object -Unique)
    if ($codes.Count -ne 1) { return }
    switch ($codes[0]) {
        { $_ -in 6, 7, 28 } { 'no host can be reached: this node has no way out, so give its subnet a NAT gateway, a route or a load balancer with an outbound rule, or name the proxy (--http-proxy); ' }
        { $_ -in 35, 51, 60 } { 'no host shows a certificate that this node trusts: if something inspects TLS on the way, give its authority (--trusted-ca); ' }
        { $_ -in 5, 97 } { 'the proxy cannot be reached: correct its address; ' }
    }
}

# The next URL of each of these jobs.
function Invoke-DownloadTurn {
    param($Context, [object[]]$Jobs, [int]$Try)
    try {
        foreach ($job in $Jobs) { Start-Download $job }
        foreach ($job in $Jobs) { Complete-Download $Context $job }
    }
    finally {
        foreach ($job in $Jobs) { if ($null -ne $job.Started -and -not $job.Started.Process.HasExited) { Stop-ProgramTree $job.Started.Process } }
    }
    foreach ($job in $Jobs) { if (-not $job.Done) { Write-Event $script:Node.Step 'retry' "try ${Try}: $($job.Url): $($job.Why[$job.Url])" } }
}

# Urls: where the file may still be; Turns: those of them that this try has not asked. Why: URL -> what became of it last; Codes: its exit
# code.
function New-DownloadJob {
    param($Context, $Component)
    $accepted = @(Get-AcceptedHash $Component)
    foreach ($url in $Component.urls) {
        $target = Get-DownloadPath $Component $url
        $null = [System.IO.Directory]::CreateDirectory([System.IO.Path]::GetDirectoryName($target))
        # without a hash nobody could tell that the rest belongs to what an earlier run began
        if (-not $accepted.Count) { [System.IO.File]::Delete("$target.part") }
    }
    $query = Get-Property (Get-Property $Context.Secrets 'urlQueries') $Component.id
    [pscustomobject]@{ Component = $Component; Accepted = $accepted; Query = $query; Urls = @($Component.urls); Turns = @(); Url = ''; Target = ''; Part = ''
        Started = $null; Seconds = 0; Wrong = @{}; Why = [ordered]@{}; Codes = @{}; Done = $false }
}

function Start-Download {
    param($Job)
    $Job.Url, $Job.Turns = $Job.Turns[0], @($Job.Turns | Select-Object -Skip 1)
    $Job.Target = Get-DownloadPath $Job.Component $Job.Url
    $Job.Part = "$($Job.Target).part"
    # bounds one try, not the download: the next try goes on where this one stopped
    $Job.Seconds = Get-RemainingSecond 600
    if ($Job.Query) { return }
    $arguments = @('--silent', '--show-error', '--fail', '--location', '--connect-timeout', '20', '--speed-limit', '1024', '--speed-time', '30',
        '--max-time', "$($Job.Seconds)", '--write-out', '%{http_code}', '--output', "`"$($Job.Part)`"")
    if ($Job.Url.StartsWith('https:')) { $arguments += @('--proto-redir', '=https') }
    # a node without a way to the revocation lists still has the hash to go by
    if ($Job.Accepted.Count) { $arguments += '--ssl-no-revoke' }
    if ([System.IO.File]::Exists($Job.Part)) { $arguments += @('--continue-at', '-') }
    $arguments += '"' + $Job.Url.Replace('"', '%22') + '"'
    $Job.Started = Start-Program 'curl.exe' ($arguments -join ' ') $Job.Part
}

# A part that was whole already makes the server answer 416: the hash decides, not the exit code. Wrong content once may be an
# accident on the way, twice is what is there: that URL is not asked again, nor is one that refuses.
function Complete-Download {
    param($Context, $Job)
    $answer = if ($Job.Query) { Receive-QueryDownload $Job } else { Wait-Program $Job.Started ($Job.Seconds + 30) }    # curl ends by itself
    $code = $answer.ExitCode
    $Job.Codes[$Job.Url] = $code
    $Job.Why[$Job.Url] = "the transfer ended with code $code, HTTP status $($answer.Output) $($answer.ErrorText)"
    if ([System.IO.File]::Exists($Job.Part)) {
        $found = Get-Sha256 $Job.Part
        if ($Job.Accepted -contains $found -or ($code -eq 0 -and -not $Job.Accepted.Count)) {
            Move-Item -LiteralPath $Job.Part -Destination $Job.Target -Force
            Add-Artifact $Context $Job.Component $Job.Url $Job.Target $found 'downloaded'
            $Job.Done = $true
            $Job.Turns = @()
            return
        }
        if ($code -eq 0) {
            $Job.Why[$Job.Url] = "got SHA-256 $found, expected $($Job.Accepted -join ' or ')"
            $Job.Wrong[$Job.Url] += 1
        }
        if ($code -in 0, 22, 33, 36) { [System.IO.File]::Delete($Job.Part) }    # cannot be continued
    }
    $refused = $code -eq 22 -and $answer.Output -in '400', '401', '403', '404', '410'
    if ($refused -or $Job.Wrong[$Job.Url] -ge 2) { $Job.Urls = @($Job.Urls | Where-Object { $_ -ne $Job.Url }) }
}

function Get-DownloadFailure {
    param($Job)
    @($Job.Why.Keys | ForEach-Object { "${_}: $($Job.Why[$_])" }) -join '; '
}
