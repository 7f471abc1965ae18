//! Scripts with one fault each, and sound ones beside them: a check that finds nothing anywhere would pass every script.

/// What the planted scripts may use.
pub(crate) const BESIDE: &[(&str, &str)] = &[
    (
        "lib/base.ps1",
        "$script:Folder = 'c:\\k'\n\
         function Get-Property {\n    param([object]$Object, [string]$Name, [object]$Default = $null)\n    $Object.$Name, $Default\n}\n\
         function Write-Event {\n    param([string]$Step, [string]$Kind, [string]$Text = '', [switch]$Loud)\n    \"$Step $Kind $Text $Loud\"\n}\n\
         function Resolve-NodePath {\n    param([string]$Path)\n    $Path\n}\n\
         function Invoke-Program {\n    param([string]$Path, [string[]]$Arguments = @())\n    & $Path @Arguments\n}\n\
         function New-Context {\n    [pscustomobject]@{ Configuration = $null; Secrets = $null }\n}\n\
         function Get-Piped {\n    param([Parameter(ValueFromPipeline = $true)][object]$InputObject)\n    process { $InputObject }\n}\n",
    ),
    ("bootstrap/engine.ps1", "function Start-Run {\n    1\n}\n"),
    ("lib/optional.ps1", "$script:Option = 1\nfunction Get-Option {\n    param([string]$Name)\n    \"$Name $script:Option\"\n}\n"),
    ("steps/other.ps1", "function Get-Other {\n    1\n}\n"),
];

/// Rule, path, script: exactly this rule, and no other, finds something in it.
pub(crate) const FAULTS: &[(&str, &str, &str)] = &[
    ("alias", "steps/a.ps1", "function Test-A {\n    gci -LiteralPath 'c:\\k'\n}\n"),
    ("alias", "steps/a.ps1", "function Test-A {\n    1, 2 | % { $_ }\n}\n"),
    ("ascii", "steps/a.ps1", "function Test-A {\n    'caf\u{e9}'\n}\n"),
    ("ascii", "steps/a.ps1", "function Test-A {\n\t1\n}\n"),
    ("count", "steps/a.ps1", "function Test-A {\n    (Get-Item -LiteralPath 'c:\\k').Count\n}\n"),
    ("count", "steps/a.ps1", "function Test-A {\n    $found = Get-Item -Path 'c:\\k*' | Where-Object { $_ }\n    $found.Count\n}\n"),
    ("count", "steps/a.ps1", "function Test-A {\n    $found = Get-Property 1 'a'\n    $found[0]\n}\n"),
    ("parse", "steps/a.ps1", "function Test-A {\n    try { 1 }\n}\n"),
    ("conditional-definition", "steps/a.ps1", "function Test-A {\n    if (1) { function Get-A { Get-A } }\n}\n"),
    ("delimiters", "steps/a.ps1", "function Test-A {\n    1 ]\n}\n"),
    ("duplicate", "steps/a.ps1", "function Get-Other {\n    2\n}\nfunction Test-A {\n    Get-Other\n}\n"),
    ("duplicate", "steps/a.ps1", "$script:Folder = 'd:\\k'\nfunction Test-A {\n    $script:Folder\n}\n"),
    ("exit", "steps/a.ps1", "function Test-A {\n    exit 3\n}\n"),
    ("exit", "node/a.ps1", "Set-StrictMode -Version Latest\n$ErrorActionPreference = 'Stop'\nexit (Get-Random)\n"),
    ("forbidden", "steps/a.ps1", "function Test-A {\n    Restart-Computer -Force\n}\n"),
    ("forbidden", "steps/a.ps1", "function Test-A {\n    Invoke-Expression '1'\n}\n"),
    ("forbidden", "steps/a.ps1", "function Test-A {\n    Invoke-Program 'powershell.exe' @('-EncodedCommand', 'AAAA')\n}\n"),
    ("forbidden", "steps/a.ps1", "function Test-A {\n    Invoke-Program 'powershell.exe' @('-enc', 'AAAA')\n}\n"),
    ("forbidden", "steps/a.ps1", "function Test-A {\n    Write-Host 'a'\n}\n"),
    ("forbidden", "steps/a.ps1", "function Test-A {\n    Set-ExecutionPolicy Bypass\n}\n"),
    ("forbidden", "steps/a.ps1", "function Test-A {\n    'https://raw.githubusercontent.com/a/b/master/c.psm1'\n}\n"),
    ("forbidden", "steps/a.ps1", "function Test-A {\n    \"https://github.com/a/b/raw/refs/heads/$script:Folder/c\"\n}\n"),
    ("forbidden", "steps/a.ps1", "function Test-A {\n    Set-Service -Name 'a' -StartupType AutomaticDelayedStart\n}\n"),
    ("forbidden", "steps/a.ps1", "function Test-A {\n    Set-Content -LiteralPath 'c:\\k' -Value 'a'\n}\n"),
    ("line-ends", "steps/a.ps1", "function Test-A {\r\n    1\r\n}\r\n"),
    ("line-ends", "steps/a.ps1", "function Test-A {\n    1\n}"),
    ("load-order", "lib/a.ps1", "$script:File = \"$script:Folder\\a\"\nfunction Get-Piped2 {\n    $script:File | Get-Piped2\n}\n"),
    ("load-order", "lib/a.ps1", "$script:File = Get-Piped 1\nfunction Get-Piped2 {\n    $script:File | Get-Piped2\n}\n"),
    ("loop-control", "steps/a.ps1", "function Test-A {\n    1, 2 | ForEach-Object { if ($_ -eq 1) { continue } }\n}\n"),
    ("loop-control", "steps/a.ps1", "function Test-A {\n    break\n}\n"),
    (
        "marks",
        "bootstrap/customdata.ps1",
        "Set-StrictMode -Version Latest\n$ErrorActionPreference = 'Stop'\n$PayloadBase64 = \"@@PAYLOAD@@\"\n",
    ),
    ("not-visible", "steps/a.ps1", "function Test-A {\n    Get-Other\n}\n"),
    ("not-visible", "node/a.ps1", "Set-StrictMode -Version Latest\n$ErrorActionPreference = 'Stop'\nGet-Property 1 'a'\n"),
    ("framework", "steps/a.ps1", "function Test-A {\n    [System.Math]::Clamp(1, 2, 3)\n}\n"),
    (
        "framework",
        "steps/a.ps1",
        "function Test-A {\n    param([object]$Context)\n    [System.IO.File]::Move((Resolve-NodePath $Context), (Resolve-NodePath 'a'), $true)\n}\n",
    ),
    ("framework", "steps/a.ps1", "function Test-A {\n    'a::b'.Split('::')\n}\n"),
    ("stray-output", "steps/a.ps1", "function Test-A {\n    New-Item -Path 'c:\\k' -ItemType Directory -Force\n    'there'\n}\n"),
    (
        "stray-output",
        "steps/a.ps1",
        "function Test-A {\n    [System.IO.Directory]::CreateDirectory((Resolve-NodePath 'c:\\k'))\n    'there'\n}\n",
    ),
    (
        "unknown-key",
        "steps/a.ps1",
        "function Test-A {\n    param([object]$Context)\n    Get-Property $Context.Configuration 'kubernetesVersoin'\n}\n",
    ),
    (
        "unknown-key",
        "steps/a.ps1",
        "function Test-A {\n    param([object]$Context)\n    $Context.Configuration.kubernetesVersoin.Trim()\n}\n",
    ),
    ("unknown-key", "steps/a.ps1", "function Test-A {\n    param([object]$Context)\n    $Context.Secrets.caPrivateKey\n}\n"),
    ("unknown-key", "steps/a.ps1", "function Test-A {\n    param([object]$Context)\n    $Context.Configration\n}\n"),
    ("unused", "steps/a.ps1", "function Test-A {\n    $unread = 1\n    2\n}\n"),
    ("unused", "lib/a.ps1", "function Get-A {\n    param([string]$Unread)\n    Get-A 'a'\n}\n"),
    (
        "unknown-command",
        "steps/a.ps1",
        "function Test-A {\n    param([object]$Context)\n    Get-Property $Context.Configuration (Get-Nothing)\n}\n",
    ),
    ("unknown-member", "steps/a.ps1", "function Test-A {\n    $found = @(Get-Item -LiteralPath 'c:\\k')\n    $found.Cuont\n}\n"),
    ("unknown-member", "steps/a.ps1", "function Test-A {\n    $env:SystemRot\n}\n"),
    ("not-visible", "lib/a.ps1", "function Get-A {\n    Start-Run\n    Get-A\n}\n"),
    ("not-visible", "steps/a.ps1", "function Test-A {\n    Get-Option 'a'\n}\n"),
    ("undefined-variable", "steps/a.ps1", "function Test-A {\n    $script:Option\n}\n"),
    ("null-on-the-left", "steps/a.ps1", "function Test-A {\n    param([object]$Context)\n    $Context -eq $null\n}\n"),
    ("delimiters", "steps/a.ps1", "function Test-A {\n    if (1 { 2 }\n}\n"),
    ("path", "steps/a.ps1", "function Test-A {\n    [System.IO.File]::Exists('c:\\k\\a')\n}\n"),
    ("path", "steps/a.ps1", "function Test-A {\n    [IO.File]::Exists('c:\\k\\a')\n}\n"),
    ("path", "steps/a.ps1", "function Test-A {\n    [System.IO.File]::ReadAllText(\"$script:Folder\\a\")\n}\n"),
    ("path", "steps/a.ps1", "function Test-A {\n    $file = 'c:\\k\\a'\n    [System.IO.Directory]::Exists($file)\n}\n"),
    ("path", "steps/a.ps1", "function Test-A {\n    New-Object System.IO.StreamReader('c:\\k\\a')\n}\n"),
    ("prelude", "node/a.ps1", "$ErrorActionPreference = 'Stop'\nexit 0\n"),
    ("redirection", "steps/a.ps1", "function Test-A {\n    & curl.exe '--version' 2>&1\n}\n"),
    ("redirection", "steps/a.ps1", "function Test-A {\n    Get-Random > c:\\k\\a\n}\n"),
    ("required-parameter", "steps/a.ps1", "function Test-A {\n    param([object]$Context)\n    ConvertTo-Json -InputObject $Context\n}\n"),
    ("reserved-variable", "steps/a.ps1", "function Test-A {\n    param([object]$Host)\n    $Host\n}\n"),
    ("reserved-variable", "steps/a.ps1", "function Test-A {\n    $matches = 1\n    $matches\n}\n"),
    (
        "secret",
        "steps/a.ps1",
        "function Test-A {\n    param([object]$Context)\n    Write-Event 'a' 'b' \"key: $($Context.Secrets.clientPrivateKey)\"\n}\n",
    ),
    ("secret", "steps/a.ps1", "function Test-A {\n    param([string]$Password)\n    throw \"no login with $Password\"\n}\n"),
    (
        "secret",
        "steps/a.ps1",
        "function Test-A {\n    param([object]$Context)\n    Invoke-Program 'curl.exe' @((Get-Property $Context.Secrets 'urlQueries'))\n}\n",
    ),
    (
        "secret",
        "node/a.ps1",
        "param([string]$Secrets = '')\nSet-StrictMode -Version Latest\n$ErrorActionPreference = 'Stop'\n[System.Console]::Out.WriteLine($Secrets)\nexit 0\n",
    ),
    ("template-mark", "steps/a.ps1", "function Test-A {\n    '@@NAME@@'\n}\n"),
    ("template-mark", "steps/a.ps1", "function Test-A {\n    '{{ name }}'\n}\n"),
    ("top-level", "steps/a.ps1", "$folder = 'c:\\k'\nfunction Test-A {\n    $folder\n}\n"),
    ("top-level", "steps/a.ps1", "Get-Random\nfunction Test-A {\n    1\n}\n"),
    ("undefined-variable", "steps/a.ps1", "function Test-A {\n    param([object]$Context)\n    $Contxet\n}\n"),
    ("undefined-variable", "steps/a.ps1", "function Test-A {\n    $IsLinux\n}\n"),
    ("undefined-variable", "steps/a.ps1", "function Test-A {\n    $script:Nowhere\n}\n"),
    ("undefined-variable", "steps/a.ps1", "function Test-A {\n    \"$Nowhere\"\n}\n"),
    ("unknown-command", "steps/a.ps1", "function Test-A {\n    Get-Nothing\n}\n"),
    ("unknown-command", "steps/a.ps1", "function Test-A {\n    \"$(Test-Json '{}')\"\n}\n"),
    ("unknown-program", "steps/a.ps1", "function Test-A {\n    Invoke-Program 'wget.exe' @('-h')\n}\n"),
    ("unknown-program", "steps/a.ps1", "function Test-A {\n    kubectl.exe get nodes\n}\n"),
    ("unused", "steps/a.ps1", "function Get-Unused {\n    1\n}\nfunction Test-A {\n    2\n}\n"),
    ("unused", "steps/a.ps1", "$script:Unread = 1\nfunction Test-A {\n    2\n}\n"),
    ("variable-in-string", "steps/a.ps1", "function Test-A {\n    param([object]$Context)\n    \"$Context: missing\"\n}\n"),
    ("variable-in-string", "steps/a.ps1", "function Test-A {\n    param([object]$Context)\n    \"$Context[0]\"\n}\n"),
    ("verb", "steps/a.ps1", "function Fetch-A {\n    Fetch-A\n}\n"),
    ("verb", "steps/a.ps1", "function Get-Item {\n    Get-Item\n}\n"),
];

/// Path, script: nothing is wrong with it.
pub(crate) const SOUND: &[(&str, &str)] = &[
    (
        "steps/a.ps1",
        "# Restart-Computer, /master/ and $Nowhere may stand in a comment\n\
         $script:File = \"$script:Folder\\a\"\n\
         function Get-A {\n    param([object]$Context, [switch]$Twice)\n    foreach ($one in @($Context)) { if ($one) { break } }\n    \
         $found = @(Get-Item -Path \"c:\\k*\" -ErrorAction SilentlyContinue | Where-Object { $_.Name -eq 'a' })\n    \
         switch ($found.Count) { 0 { return } 1 { 'one' } default { \"${Context}: $($found[0].Name), $env:SystemRoot $script:File\" } }\n    \
         $Twice\n}\n\
         function Test-A {\n    param([object]$Context)\n    if ((Get-Property $Context.Configuration 'name' 1) -eq 2) { Get-A $Context -Twice } else { Get-A -Context $Context }\n    \
         $list = New-Object System.Collections.Generic.List[string]\n    $list.Add('a')\n    $list.Count\n    \
         $size = (Get-Item -LiteralPath 'c:\\k').Length\n    (Get-Item -LiteralPath 'c:\\l').Length - $size\n    \
         $text = @{ a = if ($Context) { 1 } else { 2 }; b = [ordered]@{ c = 3 } }\n    \
         ConvertTo-Json -InputObject $text -Depth 5\n    \
         [System.IO.File]::ReadAllText((Resolve-NodePath \"$script:Folder\\a\"))\n    \
         try { $null = Invoke-Program 'curl.exe' @('-V') } catch [System.IO.IOException], [System.ArgumentException] { throw }\n}\n",
    ),
    (
        "steps/a.ps1",
        "function Test-A {\n    Add-Type -AssemblyName System.IO.Compression.FileSystem\n    \
         [System.IO.Compression.ZipFile]::OpenRead((Resolve-NodePath 'c:\\k'))\n    \
         $ErrorActionPreference = 'Continue'\n    & powershell.exe -NoProfile -File 'c:\\k\\a.ps1' 2>&1 | ForEach-Object { \"$_\" }\n    \
         sc.exe config kubelet depend= a\n    Select-Object -First 1 -Skip -1 -InputObject 1\n    Get-Item 'a', 'b' -Force > $null\n    \
         1 | Get-Piped -ErrorAction Stop\n}\n",
    ),
    (
        "node/a.ps1",
        "param([switch]$Check)\nSet-StrictMode -Version Latest\n$ErrorActionPreference = 'Stop'\n\
         foreach ($file in @(Get-ChildItem -LiteralPath 'c:\\k\\lib' -Filter '*.ps1')) { . $file.FullName }\n$code = 1\n\
         try {\n    if ($Check) { exit 0 }\n    Write-Event 'a' 'b' \"$(Get-Property 1 'a')\"\n    $code = 0\n}\n\
         catch { Write-Event 'a' 'b' $_.Exception.Message }\nexit $code\n",
    ),
    (
        "bootstrap/customdata.ps1",
        "param([string]$Secrets = '')\nSet-StrictMode -Version Latest\n$ErrorActionPreference = 'Stop'\n$PayloadBase64 = '@@PAYLOAD@@'\n\
         $code = [int]\"$PayloadBase64$Secrets\".Length\nexit $code\n",
    ),
    (
        "lib/hns.ps1",
        "function Get-HnsNetwork { param([string]$Id = '') Invoke-Program 'curl.exe' @(\"/networks/$Id\") }\n\
         function Get-Network {\n    if (-not ('GenCse.Hns' -as [type])) {\n        Add-Type -Namespace GenCse -Name Hns -MemberDefinition @'\n\
         public static int Call() { return 0; }\n'@\n    }\n    [GenCse.Hns]::Call()\n    Get-HnsNetwork | Get-Network\n}\n",
    ),
    ("steps/a.ps1", "function Test-A {\n    if (Get-Command Get-Option -ErrorAction SilentlyContinue) { Get-Option 'a' }\n}\n"),
    ("steps/a.ps1", "function Test-A {\n    param([string]$Password)\n    Write-Event 'a' 'b' \"given: $([bool]$Password)\"\n}\n"),
    ("steps/with.ps1", "function Get-A {\n    \"$(Get-Option 'a') $script:Option\"\n    Get-A\n}\n"),
];
