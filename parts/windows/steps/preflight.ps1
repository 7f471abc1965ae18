# Is this a machine, and is this a configuration, that the steps behind can work with? Every finding in one message.

# What is free on C: plus what it can grow by: a stock image on a bigger disk starts small.
function Get-AvailableGigabyte {
    [System.Math]::Round(((Get-FreeByte) + (Get-UnallocatedByte)) / 1GB, 1)
}

# A node that ran already has its space filled with what was installed.
function Get-SpaceProblem {
    param([object]$Context)
    if (Get-Service -Name 'kubelet' -ErrorAction SilentlyContinue) { return }
    $free = Get-AvailableGigabyte
    $wanted = Get-Property $Context.Configuration 'minimumFreeGB' 10
    if ($free -lt $wanted) { "$free GB can be used on C:, $wanted GB are needed: choose a bigger OS disk" }
}

function Get-MachineProblem {
    param([object]$Context)
    $build = Get-OsBuild
    $known = @(Get-Property $Context.Configuration 'osBuilds' @())
    if ($known -notcontains $build) { "Windows build $build is not one of $($known -join ', '): use an image of one of these, or a catalog that allows this build" }
    if ($PSVersionTable.PSVersion -lt [version]'5.1') { "PowerShell is $($PSVersionTable.PSVersion), 5.1 is needed: use a newer image" }
    if (-not (Test-Elevated)) { 'not an administrator: run it as SYSTEM, as the extension does' }
    Get-SpaceProblem $Context
}

function Get-InputProblem {
    param([object]$Context)
    $configuration = $Context.Configuration
    $schema = Get-Property $configuration 'schema' 0
    if ($schema -ne 1) { "the configuration has schema $schema, these scripts read 1: generate both with the same gen-cse" }
    $absent = @('caCertificate', 'clientCertificate' | Where-Object { -not (Get-Property $configuration $_) })
    if ($absent.Count) { "no $($absent -join ', ') in the configuration: add it to the definition and deploy again" }
    if ($Context.Resuming) { return }
    $secrets = @('clientPrivateKey')
    if (-not (Get-Property $configuration 'useManagedIdentity' $false)) { $secrets += 'servicePrincipalClientSecret' }
    $absent = @($secrets | Where-Object { -not (Get-Property $Context.Secrets $_) })
    if ($absent.Count) { "no $($absent -join ', ') in the extension's protected settings: deploy the template again with these parameters" }
}

function Invoke-Preflight {
    param([object]$Context)
    $problems = @(Get-InputProblem $Context) + @(Get-MachineProblem $Context)
    if ($problems.Count) { throw ($problems -join '; ') }
    Set-Decision $Context 'done' "Windows build $(Get-OsBuild), PowerShell $($PSVersionTable.PSVersion), $(Get-AvailableGigabyte) GB for C:"
}
