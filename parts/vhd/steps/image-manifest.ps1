# c:\vhd-id.txt and, last of all, the manifest: with it the cache counts as that of an image. It is the notes without what a node
# has no use for.

function Invoke-ImageManifest {
    param($Context)
    $notes = Read-JsonFile $script:NotesFile
    $problems = @(Get-ModelProblem $Context $notes) + @(Get-ManifestProblem $notes)
    if ($problems.Count) { throw ($problems -join '; ') }
    $manifest = [ordered]@{}
    foreach ($property in @($notes.PSObject.Properties | Where-Object { $_.Name -ne 'services' })) { $manifest[$property.Name] = $property.Value }
    Set-TextFile 'c:\vhd-id.txt' "$($notes.id)`n"
    Set-TextFile $script:ManifestFile (ConvertTo-Json -InputObject $manifest -Depth 6)
    Set-Decision $Context 'done' "image $($notes.id), $(@($notes.files).Count) files, $(@($notes.images).Count) container images"
}

function Assert-ImageManifest {
    param($Context)
    if ($null -eq (Read-CacheManifest)) { throw "$script:ManifestFile cannot be read back" }
}
