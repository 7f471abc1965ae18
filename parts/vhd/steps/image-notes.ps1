# The release notes: everything that is in the image, gathered while the build still knows where each file came from.

# After the build has been cleaned up, the notes are all that is left to tell.
function Test-ImageNotes {
    param($Context)
    if ((Test-Path -LiteralPath $script:NotesFile) -and -not (Test-Path -LiteralPath $script:Artifacts)) { 'written' }
}

function Invoke-ImageNotes {
    param($Context)
    Start-ImageRuntime $Context
    $notes = Get-ImageContent $Context ([System.Guid]::NewGuid().ToString())
    $notes['services'] = [object[]]@(Get-Service | ForEach-Object { [ordered]@{ name = "$($_.Name)"; startType = "$($_.StartType)" } })
    Set-TextFile $script:NotesFile (ConvertTo-Json -InputObject $notes -Depth 6)
}
