# Takes away what only the build needed. Payloads of Windows' features stay: a node that adds one must find it here. Temporary files
# go with sysprep, which runs last.

function Invoke-ImageClean {
    param($Context)
    # from here on events go to the console only
    $script:Node.EventFile = ''
    Stop-ImageRuntime $Context
    foreach ($item in @(Get-ChildItem -LiteralPath $script:StateFolder -Force | Where-Object { $_.Name -ne 'installed' })) { Remove-Item -LiteralPath $item.FullName -Recurse -Force }
    if (Test-Path -LiteralPath "$script:WorkFolder\private-fixes") { Remove-Item -LiteralPath "$script:WorkFolder\private-fixes" -Recurse -Force }
}

function Assert-ImageClean {
    param($Context)
    $left = @(Get-BuildLeftover) + @(Get-ClusterLeftover)
    if ($left.Count) { throw ($left -join '; ') }
}
