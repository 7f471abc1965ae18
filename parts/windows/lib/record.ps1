# Files that a step writes from the configuration: path -> text. Compared by digest and replaced whole. What was written is
# recorded, so that the run after a restart, which has no secrets and cannot make the texts anew, can tell that they are as
# they were written.

$script:Records = 'C:\AzureData\gen-cse\files'

# path -> digest. -Files $null: as recorded.
function Get-FileDigest {
    param([string]$Id, [System.Collections.IDictionary]$Files)
    $digests = [ordered]@{}
    if ($null -ne $Files) {
        foreach ($path in $Files.Keys) { $digests[$path] = Get-Digest $Files[$path] }
        return $digests
    }
    $record = Read-JsonFile "$script:Records\$Id.json"
    if ($null -eq $record) { throw "step $Id wrote nothing before the restart, and the secrets are gone since: run the extension again" }
    foreach ($property in @($record.PSObject.Properties)) { $digests[$property.Name] = $property.Value }
    $digests
}

# Paths that are not as wanted.
function Get-DifferentFile {
    param([string]$Id, [System.Collections.IDictionary]$Files)
    $digests = Get-FileDigest $Id $Files
    foreach ($path in $digests.Keys) { if (-not (Test-Path -LiteralPath $path) -or (Get-Sha256 $path) -ne $digests[$path]) { $path } }
}

# Nothing else is wanted than what was recorded.
function Test-SameRecord {
    param([string]$Id, [System.Collections.IDictionary]$Files)
    (Get-TextFile "$script:Records\$Id.json") -ceq (ConvertTo-FlatJson (Get-FileDigest $Id $Files))
}

# The reason to write nothing, or nothing.
function Test-RecordedFile {
    param([string]$Id, [System.Collections.IDictionary]$Files)
    if ((Test-SameRecord $Id $Files) -and -not @(Get-DifferentFile $Id $Files).Count) { 'as wanted' }
}

function Set-RecordedFile {
    param([string]$Id, [System.Collections.IDictionary]$Files)
    if ($null -eq $Files) { throw 'a file changed since it was written, and the secrets are gone since the restart: run the extension again' }
    foreach ($path in @(Get-DifferentFile $Id $Files)) { Set-TextFile $path $Files[$path] }
    Set-TextFile "$script:Records\$Id.json" (ConvertTo-FlatJson (Get-FileDigest $Id $Files))
}

function Assert-RecordedFile {
    param([string]$Id, [System.Collections.IDictionary]$Files)
    $different = @(Get-DifferentFile $Id $Files)
    if ($different.Count) { throw "$($different -join ', ') is not what was written: is something else writing there?" }
}
