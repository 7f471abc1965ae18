# Registries that ask who pulls. Logins come as docker's config.json in DOCKER_AUTH_CONFIG, only into the phase that pulls, and are in no
# file of the image.

$script:RegistryFolder = "$script:StateFolder\registry"

# Of the image's registry: Key, as config.json has it, and Login, `name:password`. Nothing where none is given. The parser's own message
# would show a part of the text.
function Get-RegistryLogin {
    param([string]$Image)
    if (-not $env:DOCKER_AUTH_CONFIG) { return }
    try { $all = @((ConvertFrom-Json $env:DOCKER_AUTH_CONFIG).auths.PSObject.Properties) } catch { throw 'DOCKER_AUTH_CONFIG is not the text of a config.json with auths' }
    foreach ($one in $all) {
        if (($one.Name -replace '^https?://' -replace '/.*$' -replace '^index\.docker\.io$', 'docker.io') -ne ($Image -split '/')[0]) { continue }
        $login = if (Get-Property $one.Value 'username') { "$($one.Value.username):$(Get-Property $one.Value 'password')" } else { ConvertFrom-Base64Text "auth of $($one.Name)" "$(Get-Property $one.Value 'auth')" }
        if (-not $login) { throw "DOCKER_AUTH_CONFIG has neither auth nor username of $($one.Name)" }
        Add-Secret @($login, ($login -split ':', 2)[-1], (ConvertTo-Base64Text $login))
        return [pscustomobject]@{ Key = $one.Name; Login = $login }
    }
}

# The words of a pull. ctr knows a login only from its command line, which Windows does not keep; docker reads a file.
function Get-PullCommand {
    param([string]$Runtime, [string]$Image)
    $pull = (Get-RuntimeCommand $Runtime)['Pull']
    $login = Get-RegistryLogin $Image
    if ($null -eq $login) { return $pull + $Image }
    if ($Runtime -ne 'docker') { return $pull + @('--user', $login.Login, $Image) }
    Initialize-ClosedFolder $script:RegistryFolder
    Set-TextFile "$script:RegistryFolder\config.json" (ConvertTo-Json -InputObject @{ auths = @{ $login.Key = @{ auth = ConvertTo-Base64Text $login.Login } } } -Depth 4)
    @('--config', (Resolve-NodePath $script:RegistryFolder)) + $pull + $Image
}

function Save-ImageOfRegistry {
    param([string]$Runtime, [string]$Image)
    try {
        $command = @(Get-PullCommand $Runtime $Image)
        $null = Invoke-WithRetry 'image-images' { Invoke-Runtime $Runtime $command -Seconds 1800 }
    }
    catch { throw "image $Image could not be pulled: $($_.Exception.Message); allow outbound access to its registry, or name its login in DOCKER_AUTH_CONFIG" }
    finally { if (Test-Path -LiteralPath $script:RegistryFolder) { Remove-Item -LiteralPath $script:RegistryFolder -Recurse -Force } }
}
