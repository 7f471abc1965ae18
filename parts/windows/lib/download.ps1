# Downloads: all at once, one curl.exe each; a file takes its name only when it is what was expected.

# Brings the files of these components: from the image's cache, from an earlier run, else from the network. Returns how many
# came from where.
function Get-ComponentFile {
    param([object]$Context, [object[]]$Components)
    $count = [pscustomobject]@{ Cached = 0; Downloaded = 0 }
    $missing = @(foreach ($component in $Components) {
            if (Use-CachedFile $Context $component) { $count.Cached++ }
            elseif (-not (Use-EarlierFile $component)) { $component }
        })
    if ($missing.Count) { Save-Component $Context $missing }
    $count.Downloaded = $missing.Count
    $count
}

function Use-CachedFile {
    param([object]$Context, [object]$Component)
    $file = Find-CachedFile $Context $Component
    if ($null -eq $file) { return $false }
    Set-ArtifactEntry $Component $file.Path $file.Sha256 'cache'
    Add-ByteCount $Context 'cached' $file.Bytes
    Write-Event $script:Node.Step 'cached' "$($Component.id): $($file.Path)" @{ bytes = $file.Bytes }
    $true
}

function Get-DownloadPath {
    param([object]$Component)
    Resolve-NodePath "$script:Downloads\$($Component.id)\$($Component.fileName)"
}

# True when a run that broke off had brought the file already, but not entered it.
function Use-EarlierFile {
    param([object]$Component)
    $target = Get-DownloadPath $Component
    foreach ($path in $target, "$target.part") {
        if (-not [System.IO.File]::Exists($path)) { continue }
        $found = Get-Sha256 $path
        if (@(Get-AcceptedHash $Component) -notcontains $found) { continue }
        if ($path -ne $target) { Move-Item -LiteralPath $path -Destination $target -Force }
        foreach ($stream in 'out', 'err') { [System.IO.File]::Delete("$target.part.$stream") }
        Set-ArtifactEntry $Component $target $found 'network'
        return $true
    }
    $false
}

# Files and folders of components, or of file names, that the configuration does not name any more.
function Remove-OldDownload {
    param([object]$Context)
    if (-not (Test-Path -LiteralPath $script:Downloads)) { return }
    $wanted = @{}
    foreach ($component in @(Get-Property $Context.Configuration 'components' @())) { $wanted[$component.id] = $component.fileName }
    foreach ($folder in @(Get-ChildItem -LiteralPath $script:Downloads -Directory)) {
        if (-not $wanted.ContainsKey($folder.Name)) { Remove-Item -LiteralPath "$script:Downloads\$($folder.Name)" -Recurse -Force; continue }
        foreach ($file in @(Get-ChildItem -LiteralPath "$script:Downloads\$($folder.Name)" -File)) {
            if ($file.Name -notin $wanted[$folder.Name], "$($wanted[$folder.Name]).part") { Remove-Item -LiteralPath "$script:Downloads\$($folder.Name)\$($file.Name)" -Force }
        }
    }
    $entries = @(Read-ArtifactIndex)
    $kept = @($entries | Where-Object { $wanted.ContainsKey("$($_.id)") })
    if ($kept.Count -ne $entries.Count) { Save-ArtifactIndex $kept }
}

# ---- the network --------------------------------------------------------------------------------------------------------

# Those that failed are tried again together after a pause. Returns when every file has its name and its hash, or throws with
# the URL and the reason of each that has not. What is complete stays for the next run.
function Save-Component {
    param([object]$Context, [object[]]$Components, [int]$Times = 6)
    $jobs = @(foreach ($component in $Components) { New-DownloadJob $Context $component })
    for ($try = 1; ; $try++) {
        $open = @($jobs | Where-Object { $_.State -eq 'open' })
        try {
            foreach ($job in $open) { Start-Download $job }
            foreach ($job in $open) { Complete-Download $Context $job }
        }
        finally { foreach ($job in $open) { Stop-Download $job } }
        $open = @($jobs | Where-Object { $_.State -eq 'open' })
        if ($open.Count -eq 0 -or @($jobs | Where-Object { $_.State -eq 'lost' }).Count -or $try -ge $Times) { break }
        if (-not (Wait-NextTry $open $try $Times)) { break }
    }
    $failed = @($jobs | Where-Object { $_.State -ne 'done' } | Group-Object -Property Why | ForEach-Object { "$(@($_.Group | ForEach-Object { $_.Component.url }) -join ', '): $($_.Name)" })
    if ($failed.Count) { throw ($failed -join '; ') }
}

function New-DownloadJob {
    param([object]$Context, [object]$Component)
    $target = Get-DownloadPath $Component
    $null = [System.IO.Directory]::CreateDirectory([System.IO.Path]::GetDirectoryName($target))
    # without a hash nobody could tell that the rest belongs to what an earlier run began
    if (-not @(Get-AcceptedHash $Component).Count -and [System.IO.File]::Exists("$target.part")) { [System.IO.File]::Delete("$target.part") }
    $query = "$(Get-Property (Get-Property $Context.Secrets 'urlQueries') $Component.id '')".TrimStart('?')
    [pscustomobject]@{ Component = $Component; Target = $target; Part = "$target.part"; Query = $query; Started = $null; Seconds = 0; Wrong = 0; State = 'open'; Why = '' }
}

# False when the deadline of the run comes first.
function Wait-NextTry {
    param([object[]]$Jobs, [int]$Try, [int]$Times)
    $pause = [System.Math]::Min(60.0, [System.Math]::Pow(2, $Try)) * (Get-Random -Minimum 0.8 -Maximum 1.0)
    if ([System.DateTime]::UtcNow.AddSeconds($pause) -ge $script:Node.Deadline) {
        foreach ($job in $Jobs) { $job.Why = "deadline of the run reached: $($job.Why)" }
        return $false
    }
    foreach ($job in $Jobs) { Write-Event $script:Node.Step 'retry' "try $Try of ${Times}: $($job.Component.url): $($job.Why)" @{ pauseSeconds = [System.Math]::Round($pause, 1) } }
    Start-Sleep -Milliseconds ([int]($pause * 1000))
    $true
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
    if (@(Get-AcceptedHash $Job.Component).Count) { $arguments += '--ssl-no-revoke' }
    if ([System.IO.File]::Exists($Job.Part)) { $arguments += @('--continue-at', '-') }
    $arguments += '"' + $Job.Component.url.Replace('"', '%22') + '"'
    $Job.Started = Start-Program 'curl.exe' ($arguments -join ' ') $Job.Part
}

function Stop-Download {
    param([object]$Job)
    if ($null -ne $Job.Started -and -not $Job.Started.Process.HasExited) { Stop-ProgramTree $Job.Started.Process }
}

# .NET Framework on an older build offers less by itself.
function Enable-Tls12 {
    [System.Net.ServicePointManager]::SecurityProtocol = [System.Net.ServicePointManager]::SecurityProtocol -bor [System.Net.SecurityProtocolType]::Tls12
}

# A query is a secret (a shared access signature). Arguments of a program can be seen by others, so it is asked for from here.
# Without a hash to go by it is not followed elsewhere: .NET would also follow from https to http.
function Receive-QueryDownload {
    param([object]$Job)
    $join = if ($Job.Component.url.Contains('?')) { '&' } else { '?' }
    $request = @{ UseBasicParsing = $true; Uri = "$($Job.Component.url)$join$($Job.Query)"; OutFile = $Job.Part; TimeoutSec = $Job.Seconds }
    if (-not @(Get-AcceptedHash $Job.Component).Count) { $request['MaximumRedirection'] = 0 }
    try {
        Enable-Tls12
        $null = Invoke-WebRequest @request
        [pscustomobject]@{ Code = 0; Status = '200'; Text = '' }
    }
    catch {
        $response = Get-Property $_.Exception 'Response'
        $status = Get-Property $response 'StatusCode'
        if ($null -ne $status) { [pscustomobject]@{ Code = 22; Status = "$([int]$status)"; Text = '' } }
        else { [pscustomobject]@{ Code = 1; Status = ''; Text = $_.Exception.Message } }
    }
}

# Code as curl gives it: 0, 22 for an answer that is an error (Status), others for no answer (Text says more).
function Receive-Download {
    param([object]$Job)
    if ($Job.Query) { return Receive-QueryDownload $Job }
    $ended = Wait-Program $Job.Started ($Job.Seconds + 30)    # curl ends by itself
    [pscustomobject]@{ Code = $(if ($ended.Ended) { $ended.ExitCode } else { 28 }); Status = $ended.Output; Text = $ended.ErrorText }
}

function Complete-Download {
    param([object]$Context, [object]$Job)
    $answer = Receive-Download $Job
    if ([System.IO.File]::Exists($Job.Part)) {
        $found = Get-Sha256 $Job.Part
        $bytes = [long](Get-Item -LiteralPath $Job.Part).Length
        if (Test-Download $Job $answer.Code $found $bytes) { Save-Download $Context $Job $found $bytes; return }
        if ($answer.Code -eq 0) { Deny-Download $Job $found $bytes; return }
        if ($answer.Code -in 22, 33, 36 -or $Job.Query) { [System.IO.File]::Delete($Job.Part) }    # this part cannot be continued
    }
    $Job.Why = Get-DownloadProblem $answer
    if ($answer.Code -eq 22 -and $answer.Status -in '400', '401', '403', '404', '410') {
        $Job.State = 'lost'
        $Job.Why = "the server answers $($answer.Status): correct the URL in the definition, or put the file there"
    }
}

# A part that was whole already makes the server answer 416: the hash decides, not the exit code.
function Test-Download {
    param([object]$Job, [int]$Code, [string]$Sha256, [long]$Bytes)
    $accepted = @(Get-AcceptedHash $Job.Component)
    if ($accepted.Count) { return $accepted -contains $Sha256 }
    $expected = [long](Get-Property $Job.Component 'bytes' 0)
    $Code -eq 0 -and ($expected -le 0 -or $expected -eq $Bytes)
}

function Save-Download {
    param([object]$Context, [object]$Job, [string]$Sha256, [long]$Bytes)
    Move-Item -LiteralPath $Job.Part -Destination $Job.Target -Force
    Set-ArtifactEntry $Job.Component $Job.Target $Sha256 'network'
    Add-ByteCount $Context 'downloaded' $Bytes
    $Job.State = 'done'
    Write-Event $script:Node.Step 'downloaded' "$($Job.Component.id): $($Job.Component.url)" @{ bytes = $Bytes }
    if (-not @(Get-AcceptedHash $Job.Component).Count) { Write-Event $script:Node.Step 'unverified' "$($Job.Component.id): no SHA-256 is known for it; this one has $Sha256" }
}

# Once may be an accident on the way, twice is the content.
function Deny-Download {
    param([object]$Job, [string]$Sha256, [long]$Bytes)
    [System.IO.File]::Delete($Job.Part)
    $accepted = @(Get-AcceptedHash $Job.Component)
    $wanted = if ($accepted.Count) { $accepted -join ' or ' } else { "$(Get-Property $Job.Component 'bytes' 0) bytes" }
    $Job.Wrong++
    $Job.Why = "got $Bytes bytes with SHA-256 $Sha256, expected ${wanted}: put the expected file at this URL, or correct the hash in the catalog"
    if ($Job.Wrong -ge 2) { $Job.State = 'lost' }
}

# By exit code of curl.
function Get-DownloadProblem {
    param([object]$Answer)
    $open = 'allow DNS and outbound access to it, name a mirror, or use an image that has the file'
    $later = 'run the extension again later, or name a mirror'
    $problems = @{
        6 = "the host name cannot be resolved: $open"
        7 = "no connection: $open"
        22 = "the server answers $($Answer.Status): $later"
        28 = "no answer in time, or too slow: $later"
    }
    $code = [int]$Answer.Code
    if ($problems.ContainsKey($code)) { $problems[$code] } else { "the transfer broke off (code $code of curl$(if ($Answer.Text) { ", $($Answer.Text)" })): $later" }
}
