# A page file of a fixed size: Windows counts it when it promises memory to containers.

function Get-PageFileMegabyte {
    param([object]$Context)
    [int](Get-Property $Context.Configuration 'pageFileMB' 8096)
}

function Test-PageFileSize {
    param([int]$Megabyte)
    $computer = Get-CimInstance -ClassName Win32_ComputerSystem
    $files = @(Get-CimInstance -ClassName Win32_PageFileSetting)
    $wrong = @($files | Where-Object { $_.InitialSize -ne $Megabyte -or $_.MaximumSize -ne $Megabyte })
    -not $computer.AutomaticManagedPagefile -and $files.Count -gt 0 -and $wrong.Count -eq 0
}

function Set-PageFileSize {
    param([int]$Megabyte)
    $size = @{ InitialSize = [uint32]$Megabyte; MaximumSize = [uint32]$Megabyte }
    $computer = Get-CimInstance -ClassName Win32_ComputerSystem
    if ($computer.AutomaticManagedPagefile) { Set-CimInstance -InputObject $computer -Property @{ AutomaticManagedPagefile = $false } }
    $files = @(Get-CimInstance -ClassName Win32_PageFileSetting)
    foreach ($file in $files) { Set-CimInstance -InputObject $file -Property $size }
    if (-not $files.Count) { $null = New-CimInstance -ClassName Win32_PageFileSetting -Property ($size + @{ Name = 'C:\pagefile.sys' }) }
}

function Test-PageFile {
    param([object]$Context)
    $megabyte = Get-PageFileMegabyte $Context
    if ($megabyte -le 0) { return 'not asked for' }
    if (Test-PageFileSize $megabyte) { "$megabyte MB" }
}

function Invoke-PageFile {
    param([object]$Context)
    $megabyte = Get-PageFileMegabyte $Context
    Set-PageFileSize $megabyte
    Add-RestartReason $Context "a page file of $megabyte MB"
    Set-Decision $Context 'done' "$megabyte MB after the restart"
}

function Assert-PageFile {
    param([object]$Context)
    $megabyte = Get-PageFileMegabyte $Context
    if (-not (Test-PageFileSize $megabyte)) { throw "the page file is not set to $megabyte MB: a group policy may undo it, look at Win32_PageFileSetting" }
}
