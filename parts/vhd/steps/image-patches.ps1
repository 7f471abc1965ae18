# The updates that the catalog lists for this build of Windows. 2359302: wusa says that it is installed already.

function Invoke-ImagePatches {
    param($Context)
    $patches = @($Context.Configuration.patches)
    foreach ($patch in $patches) {
        $file = [pscustomobject]@{ id = $patch.kb; urls = @($patch.url); sha256 = @($patch.sha256) }
        Get-ComponentFile $Context @($file)
        Install-Update $patch.kb (Get-ArtifactEntry $patch.kb).path $patch.sha256 @(0, 3010, 2359302)
    }
    Set-Decision $Context 'done' "$($patches.Count) patches"
}
