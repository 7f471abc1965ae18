# Files that a step writes from the configuration: path -> text. Compared by digest and replaced whole. What was written is
# recorded, so that the run after a restart, which has no secrets and cannot make the texts anew, can tell that they are as
# they were written.

function Get-RecordPath {
    param([string]$Id)
    "$script:StateFolder\files\$Id.json"
}

# Paths that are not as wanted. -Files $null: as recorded.
function Get-DifferentFile {
    param([string]$Id, [System.Collections.IDictionary]$Files)
    $digests = Get-WantedDigest $Id $Files
    foreach ($path in $digests.Keys) {
        if (-not (Test-Path -LiteralPath $path) -or (Get-Sha256 $path) -ne $digests[$path]) { $path }
    }
}

function Get-WantedDigest {
    param([string]$Id, [System.Collections.IDictionary]$Files)
    $digests = [ordered]@{}
    if ($null -ne $Files) {
        foreach ($path in $Files.Keys) { $digests[$path] = Get-Digest $Files[$path] }
        return $digests
    }
    $record = Read-JsonFile (Get-RecordPath $Id)
    if ($null -eq $record) { throw "step $Id wrote nothing before the restart, and the secrets are gone since: run the extension again" }
    foreach ($property in @($record.PSObject.Properties)) { $digests[$property.Name] = $property.Value }
    $digests
}

# Writes those that differ, then the record.
function Set-RecordedFile {
    param([string]$Id, [System.Collections.IDictionary]$Files)
    $different = @(Get-DifferentFile $Id $Files)
    if ($null -eq $Files) { throw "$($different -join ', ') changed since it was written, and the secrets are gone since the restart: run the extension again" }
    foreach ($path in $different) {
        Set-TextFile $path $Files[$path]
        Write-Event $Id 'written' $path
    }
    Set-TextFile (Get-RecordPath $Id) (ConvertTo-FlatJson (Get-WantedDigest $Id $Files))
}

function Assert-RecordedFile {
    param([string]$Id, [System.Collections.IDictionary]$Files)
    $different = @(Get-DifferentFile $Id $Files)
    if ($different.Count) { throw "$($different -join ', ') is not what was written: is something else writing there?" }
}

# Every file is as wanted, and the record says so for the run after a restart.
function Test-RecordedFile {
    param([string]$Id, [System.Collections.IDictionary]$Files)
    (Test-SameRecord $Id $Files) -and @(Get-DifferentFile $Id $Files).Count -eq 0
}

# Nothing else is wanted than what was recorded. True for $null.
function Test-SameRecord {
    param([string]$Id, [System.Collections.IDictionary]$Files)
    $record = Read-JsonFile (Get-RecordPath $Id)
    if ($null -eq $record) { return $null -eq $Files }
    $digests = Get-WantedDigest $Id $Files
    foreach ($path in $digests.Keys) { if ((Get-Property $record $path) -ne $digests[$path]) { return $false } }
    $true
}
