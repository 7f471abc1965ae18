# Registry values as data: path, name, value, kind; the kind 'Bits' adds to what is there.

function New-Setting {
    param([string]$Path, [string]$Name, [object]$Value, [string]$Kind = 'DWord')
    [pscustomobject]@{ Path = $Path; Name = $Name; Value = $Value; Kind = $Kind }
}

function Get-RegistryValue {
    param([string]$Path, [string]$Name)
    if (Test-Path -LiteralPath $Path) { Get-Property (Get-ItemProperty -LiteralPath $Path) $Name }
}

function Test-RegistryValue {
    param([object]$Setting)
    $now = Get-RegistryValue $Setting.Path $Setting.Name
    if ($Setting.Kind -eq 'Bits') { return ($null -ne $now -and ([int]$now -band $Setting.Value) -eq $Setting.Value) }
    $null -ne $now -and "$now" -eq "$($Setting.Value)"
}

# New-Item -Force would empty a key that is there.
function Set-RegistryValue {
    param([object]$Setting)
    if (-not (Test-Path -LiteralPath $Setting.Path)) { $null = New-Item -Path $Setting.Path -Force }
    $kind = $Setting.Kind
    $value = $Setting.Value
    if ($kind -eq 'Bits') {
        $kind = 'DWord'
        $now = Get-RegistryValue $Setting.Path $Setting.Name
        if ($null -ne $now) { $value = [int]$now -bor $value }
    }
    $null = New-ItemProperty -LiteralPath $Setting.Path -Name $Setting.Name -Value $value -PropertyType $kind -Force
}
