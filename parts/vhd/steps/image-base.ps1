# The machine has the Windows that the image is made for.

function Invoke-ImageBase {
    param($Context)
    $build = Get-OsBuild
    if ($Context.Configuration.osBuilds -notcontains $build) { throw "Windows build $build is not $($Context.Configuration.osBuilds -join ', '): $($Context.Configuration.name) is made from another base image" }
    Set-Decision $Context 'done' "Windows build $build"
}
