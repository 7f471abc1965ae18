# A page file of a fixed size: Windows counts it when it promises memory to containers.

function Test-PageFile {
    param([object]$Context)
    $megabyte = $Context.Configuration.pageFileMB
    if ((Get-CimInstance -ClassName Win32_ComputerSystem).AutomaticManagedPagefile) { return }
    $files = @(Get-CimInstance -ClassName Win32_PageFileSetting)
    $right = @($files | Where-Object { $_.InitialSize -eq $megabyte -and $_.MaximumSize -eq $megabyte })
    if ($files.Count -and $right.Count -eq $files.Count) { "$megabyte MB" }
}

function Invoke-PageFile {
    param([object]$Context)
    $megabyte = [uint32]$Context.Configuration.pageFileMB
    $size = @{ InitialSize = $megabyte; MaximumSize = $megabyte }
    Add-RestartReason $Context "a page file of $megabyte MB"
    $computer = Get-CimInstance -ClassName Win32_ComputerSystem
    if ($computer.AutomaticManagedPagefile) { Set-CimInstance -InputObject $computer -Property @{ AutomaticManagedPagefile = $false } }
    $files = @(Get-CimInstance -ClassName Win32_PageFileSetting)
    foreach ($file in $files) { Set-CimInstance -InputObject $file -Property $size }
    if (-not $files.Count) { $null = New-CimInstance -ClassName Win32_PageFileSetting -Property ($size + @{ Name = 'C:\pagefile.sys' }) }
    Set-Decision $Context 'done' "$megabyte MB after the restart"
}

function Assert-PageFile {
    param([object]$Context)
    if (-not (Test-PageFile $Context)) { throw 'the page file has another size: a group policy may set it, look at Win32_PageFileSetting' }
}
