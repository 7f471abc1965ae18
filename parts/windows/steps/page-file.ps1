# A page file of a fixed size: Windows counts it when it promises memory to containers.

# The settings there are, asked once in a run. Where Windows manages the page file there is none.
$script:PageFiles = $null

function Get-PageFile {
    if ($null -eq $script:PageFiles) { $script:PageFiles = @(Get-CimInstance -ClassName Win32_PageFileSetting) }
    $script:PageFiles
}

function Test-PageFile {
    param($Context)
    $megabyte = $Context.Configuration.pageFileMB
    $files = @(Get-PageFile)
    $right = @($files | Where-Object { $_.InitialSize -eq $megabyte -and $_.MaximumSize -eq $megabyte -and (Test-PageFileDrive $_ $megabyte) })
    if (-not $files.Count -or $right.Count -lt $files.Count) { return }
    if ($Context.Resuming) { Get-PageFileUsage $megabyte } else { "$megabyte MB" }
}

# D:, where images may want the page file, is a disk that machine sizes have large, small or not at all. C: is the last resort.
function Test-PageFileDrive {
    param($File, [int]$Megabyte)
    $letter = $File.Name.Substring(0, 1)
    if ($letter -eq 'C') { return $true }
    (Test-Path -LiteralPath "${letter}:\") -and (Get-PSDrive -Name $letter).Free / 1MB + $File.InitialSize -ge $Megabyte
}

# What Windows made of the setting when it started: on a full or missing drive a smaller one, without a word.
function Get-PageFileUsage {
    param([int]$Megabyte)
    $used = @(Get-CimInstance -ClassName Win32_PageFileUsage | ForEach-Object { "$($_.Name) with $($_.AllocatedBaseSize) MB" }) -join ', '
    if ($used -notmatch "with $Megabyte MB") { Write-Event 'page-file' 'note' "a page file of $Megabyte MB is set, and Windows uses $used" }
    "$Megabyte MB, in use: $used"
}

function Invoke-PageFile {
    param($Context)
    $megabyte = [uint32]$Context.Configuration.pageFileMB
    $size = @{ InitialSize = $megabyte; MaximumSize = $megabyte }
    Add-RestartReason $Context "a page file of $megabyte MB"
    $files = @(Get-PageFile)
    if (-not $files.Count) {
        $computer = Get-CimInstance -ClassName Win32_ComputerSystem
        if ($computer.AutomaticManagedPagefile) { Set-CimInstance -InputObject $computer -Property @{ AutomaticManagedPagefile = $false } }
        # managed by itself until now, Windows may have left one
        $files = @(Get-CimInstance -ClassName Win32_PageFileSetting)
    }
    $there = @($files | Where-Object { Test-PageFileDrive $_ $megabyte })
    foreach ($file in $files) { if ($there -contains $file) { Set-CimInstance -InputObject $file -Property $size } else { Remove-CimInstance -InputObject $file } }
    if (-not $there.Count) { $null = New-CimInstance -ClassName Win32_PageFileSetting -Property ($size + @{ Name = 'C:\pagefile.sys' }) }
    Set-Decision $Context 'done' "$megabyte MB after the restart"
}
