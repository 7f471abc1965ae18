# Paths, text files, hashes, JSON.

# .NET knows neither PSDrives nor PowerShell's location: every path goes through here before it reaches System.IO.
function Resolve-NodePath {
    param([string]$Path)
    $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path)
}

# Whole or not at all, UTF-8 without a BOM (5.1's Set-Content -Encoding UTF8 would write one). Move-Item deletes the target
# before it moves, so a reader could find no file; Replace needs a target, and rights that Move-Item does not.
function Set-TextFile {
    param([string]$Path, [string]$Text)
    $full = Resolve-NodePath $Path
    $null = [System.IO.Directory]::CreateDirectory([System.IO.Path]::GetDirectoryName($full))
    [System.IO.File]::WriteAllText("$full.new", $Text)
    try {
        if ([System.IO.File]::Exists($full)) { [System.IO.File]::Replace("$full.new", $full, [System.Management.Automation.Language.NullString]::Value) }
        else { [System.IO.File]::Move("$full.new", $full) }
    }
    catch { Move-Item -LiteralPath "$full.new" -Destination $full -Force }
}

# The text of a file, or $null when there is none.
function Get-TextFile {
    param([string]$Path)
    $full = Resolve-NodePath $Path
    if ([System.IO.File]::Exists($full)) { [System.IO.File]::ReadAllText($full) }
}

function Get-StreamHash {
    param([System.IO.Stream]$Stream)
    $sha = [System.Security.Cryptography.SHA256]::Create()
    try { [System.BitConverter]::ToString($sha.ComputeHash($Stream)).Replace('-', '').ToLowerInvariant() }
    finally { $Stream.Dispose(); $sha.Dispose() }
}

# Archives are large, and asked about by several steps: a file of the same length and time is not read twice in a run.
$script:Hashes = @{}

function Get-Sha256 {
    param([string]$Path)
    $file = Get-Item -LiteralPath $Path
    $key = "$($file.FullName)|$($file.Length)|$($file.LastWriteTimeUtc.Ticks)"
    if (-not $script:Hashes.ContainsKey($key)) { $script:Hashes[$key] = Get-StreamHash ([System.IO.File]::OpenRead((Resolve-NodePath $Path))) }
    $script:Hashes[$key]
}

# SHA-256 of a text as UTF-8, so the hash of the file that Set-TextFile makes of it.
function Get-Digest {
    param([string]$Text)
    Get-StreamHash (New-Object System.IO.MemoryStream(, [System.Text.Encoding]::UTF8.GetBytes($Text)))
}

# Under strict mode a missing JSON property is an error; ask first.
function Get-Property {
    param($Object, [string]$Name, $Default = $null)
    if ($null -ne $Object -and $null -ne $Object.PSObject.Properties[$Name]) { $Object.$Name } else { $Default }
}

# $null when the file is absent or damaged.
function Read-JsonFile {
    param([string]$Path)
    $text = Get-TextFile $Path
    if (-not $text) { return $null }
    try { ConvertFrom-Json $text } catch { $null }
}

# A scalar in double quotes that JSON and YAML read alike, whatever is in it.
function ConvertTo-QuotedText {
    param([string]$Text)
    $escaped = [System.Text.RegularExpressions.Regex]::Replace(($Text -replace '["\\]', '\$0'), '[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]',
        [System.Text.RegularExpressions.MatchEvaluator] { param($found) '\u{0:x4}' -f [int][char]$found.Value })
    '"' + $escaped + '"'
}

# An object of texts and booleans, byte for byte the same in every PowerShell.
function ConvertTo-FlatJson {
    param([System.Collections.IDictionary]$Values)
    $lines = foreach ($key in $Values.Keys) {
        $value = $Values[$key]
        $shown = if ($value -is [bool]) { "$value".ToLowerInvariant() } else { ConvertTo-QuotedText "$value" }
        "    $(ConvertTo-QuotedText $key): $shown"
    }
    "{`n" + ($lines -join ",`n") + "`n}`n"
}

function ConvertTo-Base64Text {
    param([string]$Text)
    [System.Convert]::ToBase64String([System.Text.Encoding]::UTF8.GetBytes($Text))
}

function ConvertFrom-Base64Text {
    param([string]$Name, [string]$Text)
    try { [System.Text.Encoding]::UTF8.GetString([System.Convert]::FromBase64String($Text)) }
    catch { throw "$Name is not base64: correct it in the definition and make this node anew (docs/how-to-scale.md)" }
}
