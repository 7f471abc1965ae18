# The content test: each check gives the problems it found, in words.

# Name of each check and what it runs.
function Get-ImageCheck {
    param($Context, $Manifest)
    [ordered]@{
        manifest = { @(Get-ModelProblem $Context $Manifest) + @(Get-ManifestProblem $Manifest) }
        files = { Get-FileProblem $Manifest }
        images = { Get-ImageProblem $Context $Manifest }
        features = { Get-FeatureProblem $Manifest }
        services = { Get-ServiceProblem $Context }
        settings = { Get-SettingProblem $Context $Manifest }
        cluster = { Get-ClusterLeftover }
        build = { @(Get-BuildLeftover) + @(Get-PackerLeftover) }
    }
}

# Returns the exit code.
function Test-Image {
    param([string]$Model, [string]$Report)
    $context = New-ImageContext $Model
    $manifest = Read-JsonFile $script:ManifestFile
    $checks = if ($null -eq $manifest) { [ordered]@{ manifest = { "$script:ManifestFile is missing or cannot be read" } } } else { Get-ImageCheck $context $manifest }
    $answers = [object[]]@(foreach ($name in $checks.Keys) {
            try { $problems = @(& $checks[$name]) } catch { $problems = @("the check failed: $($_.Exception.Message)") }
            Write-Event $name $(if ($problems.Count) { 'failed' } else { 'passed' }) ($problems -join '; ')
            [ordered]@{ name = $name; passed = (-not $problems.Count); problems = [object[]]@($problems | ForEach-Object { "$_" }) }
        })
    $passed = -not @($answers | Where-Object { -not $_['passed'] }).Count
    $answer = [ordered]@{ schema = 1; image = $context.Configuration.name; id = "$(Get-Property $manifest 'id')"; passed = $passed; checks = $answers }
    Set-TextFile $Report (ConvertTo-Json -InputObject $answer -Depth 5)
    if ($passed) { 0 } else { 1 }
}
