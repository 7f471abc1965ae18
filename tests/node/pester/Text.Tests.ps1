BeforeAll { . "$PSScriptRoot/Load.ps1" }

Describe 'texts' {
    It 'quotes <Text> for JSON and YAML' -TestCases @(
        @{ Text = 'plain'; Wanted = '"plain"' }
        @{ Text = 'a"b\c'; Wanted = '"a\"b\\c"' }
        @{ Text = "line`nline"; Wanted = '"line\u000aline"' }
        @{ Text = '$(x) `n'; Wanted = '"$(x) `n"' }
    ) { ConvertTo-QuotedText $Text | Should -BeExactly $Wanted }

    It 'reads back what it quotes' {
        $text = "'quotes' `"double`" \back `$name \u tab`t $([char]0x2028)"
        (ConvertFrom-Json "{`"v`":$(ConvertTo-QuotedText $text)}").v | Should -BeExactly $text
    }

    It 'writes the same JSON in every PowerShell' {
        ConvertTo-FlatJson ([ordered]@{ name = 'a'; on = $true }) | Should -BeExactly "{`n    `"name`": `"a`",`n    `"on`": true`n}`n"
    }

    It 'takes base64 of text there and back' { ConvertFrom-Base64Text 'x' (ConvertTo-Base64Text ([string][char]0xe9 + 'a')) | Should -BeExactly ([string][char]0xe9 + 'a') }
    It 'does not show what is no base64' { { ConvertFrom-Base64Text 'the key' '!secret!' } | Should -Throw 'the key is not base64*' }
    It 'gives the default for a missing property' { Get-Property ([pscustomobject]@{ a = 1 }) 'b' 'none' | Should -Be 'none' }
    It 'gives the default for nothing at all' { Get-Property $null 'b' 'none' | Should -Be 'none' }
    It 'hashes a text as the file that it becomes' { Get-Digest 'abc' | Should -Be 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' }
}

Describe 'a text file' {
    It 'is written whole, without a byte order mark, over one that is there' {
        foreach ($text in 'first', 'second') { Set-TextFile "$TestDrive/deep/file.txt" $text }
        [System.IO.File]::ReadAllBytes("$TestDrive/deep/file.txt") | Should -Be ([System.Text.Encoding]::ASCII.GetBytes('second'))
        @(Get-ChildItem "$TestDrive/deep").Count | Should -Be 1
    }
    It 'that is damaged JSON reads as nothing' {
        Set-TextFile "$TestDrive/broken.json" '{"a":'
        Read-JsonFile "$TestDrive/broken.json" | Should -BeNullOrEmpty
    }
}

Describe 'what is logged' {
    BeforeEach { $script:Node.Secrets = @() }
    It 'hides the longest secret first' {
        Add-Secret 'secret', 'secret-and-more'
        ConvertTo-LogLine 'it is secret-and-more here' | Should -BeExactly 'it is *** here'
    }
    It 'hides a secret of several lines and stays one line' {
        Add-Secret "first`nsecond"
        ConvertTo-LogLine "a first`nsecond b`r`nc" | Should -BeExactly 'a *** b | c'
    }
    It 'leaves words of less than four characters alone' {
        Add-Secret 'abc'
        ConvertTo-LogLine 'abc' | Should -BeExactly 'abc'
    }
    It 'knows a secret in each form' -TestCases @(@{ Form = 'k"1\2' }, @{ Form = 'k\"1\\2' }, @{ Form = 'ayIxXDI=' }) {
        Add-Secret @(Get-SecretForm ([pscustomobject]@{ key = 'k"1\2' }))
        ConvertTo-LogLine "x $Form y" | Should -BeExactly 'x *** y'
    }
}
