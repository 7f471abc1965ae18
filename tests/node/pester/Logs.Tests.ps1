# What the log collection takes, what it cuts, and what it never reads.
BeforeAll {
    . $PSScriptRoot/Load.ps1
    . ([scriptblock]::Create((Get-NodeScriptText 'collect-logs.ps1')))
}

Describe 'the list of files' {
    It 'has no place for <_>' -ForEach 'c:\k\azure.json', 'c:\k\config', 'c:\k\proxy.json', 'c:\k\ca.crt', 'c:\k\dumps\kubelet.exe\kubelet.exe.4711.dmp', 'C:\var\lib\kubelet\pki\kubelet.pem',
    'C:\AzureData\CustomData.bin', 'C:\AzureData\gen-cse\output\x.out', 'C:\Windows\Minidump\112626-01.dmp', 'C:\var\log\pods\default_web_1\web\0.log',
    'C:\Packages\Plugins\Microsoft.Compute.CustomScriptExtension\1.10.15\RuntimeSettings\0.settings', 'C:\Packages\Plugins\Microsoft.Compute.CustomScriptExtension\1.10.15\Status\0.status',
    'C:\WindowsAzure\Logs\Plugins\Microsoft.Compute.CustomScriptExtension\1.10.15\CustomScriptHandler.log' {
        $path = $_
        # a star of a file system stays in its folder
        $taking = @($script:Files | Where-Object { $path -match ('^' + [regex]::Escape($_).Replace('\*', '[^\\]*') + '$') })
        $taking.Count | Should -Be 0
    }
    It 'has what tells first' {
        foreach ($path in 'C:\AzureData\gen-cse\events.jsonl', 'C:\AzureData\gen-cse\result.json', 'C:\WindowsAzure\Logs\WaAppAgent.log', 'C:\Windows\Logs\CBS\CBS.log', 'C:\Windows\Logs\DISM\dism.log') {
            $script:Files | Should -Contain $path
        }
    }
}

Describe 'a file' {
    BeforeEach {
        $script:Most = 6
        $script:Room = 10
        [System.IO.File]::WriteAllText((Resolve-NodePath 'TestDrive:/one.log'), '0123456789')
        $script:One = Get-Item -LiteralPath 'TestDrive:/one.log'
    }
    It 'is taken whole where it fits, and says nothing' {
        $script:Most = 10
        Copy-End $script:One 'TestDrive:/to.log' | Should -BeNullOrEmpty
        Get-TextFile 'TestDrive:/to.log' | Should -BeExactly '0123456789'
    }
    It 'is cut to its end, and says so' {
        Copy-End $script:One 'TestDrive:/to.log' | Should -BeExactly 'one.log: its first 4 bytes'
        Get-TextFile 'TestDrive:/to.log' | Should -BeExactly '456789'
    }
    It 'takes what the files before it have left' {
        $null = Copy-End $script:One 'TestDrive:/to.log'
        Copy-End $script:One 'TestDrive:/to.log' | Should -BeExactly 'one.log: its first 6 bytes'
        Copy-End $script:One 'TestDrive:/to.log' | Should -BeExactly 'one.log: its first 10 bytes'
        $script:Room | Should -Be 0
    }
    It 'may be open for writing' {
        $writer = [System.IO.File]::Open($script:One.FullName, 'Append', 'Write', 'Read')
        try { Copy-End $script:One 'TestDrive:/to.log' } finally { $writer.Dispose() }
        Get-TextFile 'TestDrive:/to.log' | Should -BeExactly '456789'
    }
}

Describe 'an answer' {
    BeforeEach { $script:Most = 40 }
    It 'is the error where the question fails' {
        Save-Answer 'TestDrive:/a.txt' { throw 'no such thing' } | Should -BeNullOrEmpty
        Get-TextFile 'TestDrive:/a.txt' | Should -BeExactly 'failed: no such thing'
    }
    It 'is cut to its beginning, and says so' {
        Save-Answer 'TestDrive:/a.txt' { 'x' * 100 } | Should -BeLike '*a.txt: its end'
        Get-TextFile 'TestDrive:/a.txt' | Should -BeExactly ('x' * 40)
    }
}

Describe 'a program' {
    It 'that is not there is told, and the next is asked' {
        Mock Invoke-Program { throw "cannot find $Path" }
        @(& $script:Questions['vfp.txt']) | Should -Be 'failed: cannot find vfpctrl.exe'
        @(Get-Saying 'x.exe' 'one', 'two').Count | Should -Be 2
    }
    It 'is asked word by word, and does not hang the collection' {
        Mock Invoke-Program { 'said' }
        & $script:Questions['hnsdiag.txt'] | Should -Be 'said'
        Should -Invoke Invoke-Program -Exactly 1 -ParameterFilter { "$Arguments" -eq 'list all -d' -and $Arguments.Count -eq 3 -and $Seconds -eq 60 }
    }
    It 'tells the rules of each port' {
        Mock Invoke-Program { if ($Arguments[0] -eq '/list-vmswitch-port') { 'ITEM LIST', '  Port name          : 4F1-A', '  Port name : 4F1-B' } else { "rules of $($Arguments[1])" } }
        @(& $script:Questions['vfp.txt']) | Should -Be @('ITEM LIST', '  Port name          : 4F1-A', 'rules of 4F1-A', '  Port name : 4F1-B', 'rules of 4F1-B')
    }
}

Describe 'a trace' {
    BeforeEach {
        $script:Said = @()
        $script:Trace = 5
        Mock Invoke-Program { $script:Said += $Arguments[1] }
        Mock Start-Sleep { }
    }
    It 'lasts as long as asked for, bounded in size' {
        Save-Trace 'c:\k\debug\trace.etl'
        $script:Said | Should -Be @('start', 'stop')
        Should -Invoke Start-Sleep -Exactly 1 -ParameterFilter { $Seconds -eq 5 }
        Should -Invoke Invoke-Program -Exactly 1 -ParameterFilter { $Arguments -contains 'maxsize=100' -and $Arguments -contains 'tracefile=c:\k\debug\trace.etl' }
    }
    It 'is ended when it is broken off' {
        Mock Start-Sleep { throw 'broken off' }
        { Save-Trace 'c:\k\debug\trace.etl' } | Should -Throw 'broken off'
        $script:Said | Should -Be @('start', 'stop')
    }
    It 'of somebody else is not ended' {
        Mock Invoke-Program { $script:Said += $Arguments[1]; throw 'a trace session is already in progress' }
        { Save-Trace 'c:\k\debug\trace.etl' } | Should -Throw '*already*'
        $script:Said | Should -Be @('start')
    }
}

Describe 'the settings of crash dumps' {
    It 'are three of each program, in a folder of its own' {
        $settings = @(Get-WindowsSetting (ConvertFrom-Json '{"crashDumps": ["kubelet", "svchost"]}'))
        $settings.Count | Should -Be 6
        $settings[0..2] | ForEach-Object { $_.Path } | Should -BeLike '*\Windows Error Reporting\LocalDumps\kubelet.exe'
        $settings[3..5] | ForEach-Object { "$($_.Name) $($_.Value) $($_.Kind)" } | Should -Be @('DumpFolder c:\k\dumps\svchost ExpandString', 'DumpCount 2 DWord', 'DumpType 2 DWord')
    }
    It 'are none where the catalog names no program' {
        @(Get-WindowsSetting (ConvertFrom-Json '{}')).Count | Should -Be 0
    }
    It 'come with their folders, as SYSTEM may not make them when it crashes' {
        $script:Made = @()
        Mock Get-RegistryValue { }
        Mock Set-RegistryValue { }
        Mock New-Item { $script:Made += $Path }
        $context = [pscustomobject]@{ Configuration = ConvertFrom-Json '{"crashDumps": ["kubelet", "svchost"]}'; FeaturePending = $false }
        Mock Set-Decision { $script:Decision = $Reason }
        Invoke-WindowsSetting $context
        $script:Made | Should -Be @('c:\k\dumps\kubelet', 'c:\k\dumps\svchost')
        $script:Decision | Should -Be 'set: DumpFolder, DumpCount, DumpType'
    }
    It 'have programs in Go crash so that Windows sees it' {
        $setting = @(Get-ServiceSetting @{ Name = 'kubelet'; Script = 'kubelet-start.ps1' } | Where-Object { $_.Name -eq 'AppEnvironmentExtra' })
        "$($setting.Kind) $($setting.Value)" | Should -Be 'MultiString GOTRACEBACK=wer'
    }
}

# Windows has a drive c: of its own.
Describe 'dumps that take too much room' -Skip:($env:OS -eq 'Windows_NT') {
    BeforeAll {
        $null = New-PSDrive -Name c -PSProvider FileSystem -Root (Resolve-Path 'TestDrive:/').ProviderPath -Scope Global
        Remove-Item -Path 'c:\*' -Recurse -Force
        # sparse: they take no room here
        foreach ($number in 1..4) {
            $path = "c:\k\dumps\kubelet\kubelet.exe.$number.dmp"
            Set-TextFile $path ''
            $stream = [System.IO.File]::OpenWrite((Resolve-NodePath $path))
            $stream.SetLength(1.5GB)
            $stream.Dispose()
            (Get-Item -LiteralPath $path).LastWriteTimeUtc = [System.DateTime]::UtcNow.AddHours(-$number)
        }
        Set-TextFile 'c:\k\kubelet.log' 'stays'
        & "$windows/node/log-cleanup.ps1"
    }
    AfterAll { Remove-PSDrive -Name c -Scope Global }
    It 'go, the oldest first, and nothing else does' {
        @(Get-ChildItem -Path 'c:\k' -Recurse -File | ForEach-Object { $_.Name } | Sort-Object) | Should -Be @('kubelet.exe.1.dmp', 'kubelet.exe.2.dmp', 'kubelet.log')
    }
}

# Windows has a drive c: of its own.
Describe 'the whole collection' -Skip:($env:OS -eq 'Windows_NT') {
    BeforeAll {
        $root = (Resolve-Path 'TestDrive:/').ProviderPath
        $null = New-PSDrive -Name c -PSProvider FileSystem -Root $root -Scope Global
        $env:COMPUTERNAME = 'node1'
        $env:ProgramFiles = 'c:\Program Files'
        $secret = 'S3cr3t-of-the-node'
        $extension = 'Microsoft.Compute.CustomScriptExtension\1.10.15'
        foreach ($path in 'c:\k\azure.json', 'c:\k\config', "C:\Packages\Plugins\$extension\RuntimeSettings\0.settings", "C:\WindowsAzure\Logs\Plugins\$extension\CustomScriptHandler.log",
            'C:\Windows\Minidump\1.dmp', 'C:\var\log\pods\default_web_1\web\0.log', 'C:\AzureData\CustomData.bin') { Set-TextFile $path $secret }
        Set-TextFile 'C:\AzureData\gen-cse\result.json' '{}'
        Set-TextFile 'C:\Windows\Logs\CBS\CBS.log' ('a' * 5MB + 'the end')
        foreach ($number in 1..3) { Set-TextFile "c:\k\kubelet-$number.log" "log $number" }
        $null = New-Item -ItemType Directory -Path 'c:\k\lib', 'c:\k\debug'
        Copy-Item -Path "$windows/lib/*.ps1" -Destination 'c:\k\lib'
        $script:Printed = @(& "$windows/node/collect-logs.ps1")
        $archive = (Resolve-NodePath $script:Printed[-1])
        $script:Taken = @{}
        $zip = [System.IO.Compression.ZipFile]::OpenRead($archive)
        foreach ($entry in $zip.Entries) {
            $reader = New-Object System.IO.StreamReader($entry.Open())
            $script:Taken[$entry.FullName] = $reader.ReadToEnd()
            $reader.Dispose()
        }
        $zip.Dispose()
    }
    AfterAll { Remove-PSDrive -Name c -Scope Global }
    It 'prints the path of its zip and nothing else, and leaves nothing beside it' {
        $script:Printed.Count | Should -Be 1
        $script:Printed[0] | Should -Match '^c:\\k\\debug\\node1-\d+_logs\.zip$'
        @(Get-ChildItem -Path 'c:\k\debug').Count | Should -Be 1
    }
    It 'has an answer to every question, and the files that are there' {
        foreach ($name in @($script:Questions.Keys) + 'result.json', 'CBS.log', 'kubelet-1.log', 'kubelet-3.log') { $script:Taken.Keys | Should -Contain $name }
    }
    It 'names what has a secret, and does not have it' {
        foreach ($name in '0.settings', 'CustomScriptHandler.log', '1.dmp', '0.log', 'azure.json') { $script:Taken['files.txt'] | Should -Match ([regex]::Escape($name)) }
        foreach ($name in $script:Taken.Keys) { $script:Taken[$name] | Should -Not -Match $secret -Because $name }
    }
    It 'says what was cut and what is missing' {
        $script:Taken['CBS.log'].Length | Should -Be 4MB
        $script:Taken['CBS.log'] | Should -Match 'the end$'
        $script:Taken['not-collected.txt'] | Should -Match 'CBS\.log: its first 1048583 bytes'
        $script:Taken['not-collected.txt'] | Should -Match 'events\.jsonl: '
    }
}
