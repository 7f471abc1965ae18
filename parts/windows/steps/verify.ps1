# The node as a whole: everything the configuration asks for is there. Each step has proved its own; this sees what a later
# step, or something else, has undone.

function Get-ExpectedFile {
    param([object]$Context)
    $configuration = $Context.Configuration
    'c:\k\kubelet.exe'; 'c:\k\kube-proxy.exe'; 'c:\k\kubectl.exe'; 'c:\k\nssm.exe'
    'c:\k\azure.json'; 'c:\k\ca.crt'; 'c:\k\config'; 'c:\k\kubeclusterconfig.json'
    if (Get-Property $configuration 'azureStackCloud') { 'c:\k\azurestackcloud.json' }
    if (Get-Property $configuration 'exportAzureStackRoot' $false) { 'c:\k\azsroot.cer'; 'c:\k\addazsroot.bat' }
    if (Get-Property $configuration 'enableCsiProxy' $false) { 'c:\k\csi-proxy.exe' }
    if ((Get-Property $configuration 'networkPlugin' '') -eq 'azure') { 'c:\k\azurecni\netconf\10-azure.conflist' }
    if ((Get-Property $configuration 'containerRuntime' 'containerd') -eq 'containerd') { "$env:ProgramFiles\containerd\containerd.exe" } else { "$env:ProgramFiles\docker\dockerd.exe" }
    foreach ($argument in @(Get-Property $configuration 'kubeletArgs' @())) {
        if ($argument -match '^--image-credential-provider-(config|bin-dir)=(.+)$') { $Matches[2] }
    }
}

function Get-ExpectedService {
    param([object]$Context)
    Get-Property $Context.Configuration 'containerRuntime' 'containerd'
    'kubelet'; 'kubeproxy'
    if (Get-Property $Context.Configuration 'enableCsiProxy' $false) { 'csi-proxy' }
    if (Get-Property $Context.Configuration 'enableHostsConfigAgent' $false) { 'hosts-config-agent' }
    if (Get-Property $Context.Configuration 'sshEnabled' $false) { 'sshd' }
}

function Get-ExpectedRule {
    param([object]$Context)
    'gen-cse-kubelet'
    if (Get-Property $Context.Configuration 'sshEnabled' $false) { 'OpenSSH-Server-In-TCP' }
}

function Get-Absence {
    param([object]$Context)
    foreach ($path in @(Get-ExpectedFile $Context)) { if (-not (Test-Path -LiteralPath $path)) { "file $path" } }
    foreach ($name in @(Get-ExpectedService $Context)) { if (-not (Get-Service -Name $name -ErrorAction SilentlyContinue)) { "service $name" } }
    foreach ($name in 'k8s-restart-job', 'hns-remediator-task', 'log-cleanup-task') {
        if (-not (Get-ScheduledTask -TaskName $name -ErrorAction SilentlyContinue)) { "task $name" }
    }
    foreach ($name in @(Get-ExpectedRule $Context)) { if (-not (Get-NetFirewallRule -Name $name -ErrorAction SilentlyContinue)) { "firewall rule $name" } }
    if ([int](Get-RegistryValue 'HKLM:\SYSTEM\CurrentControlSet\Services\hns\State' 'HNSControlFlag') -eq 0) { 'registry value HNSControlFlag' }
    foreach ($folder in 'c:\k', $script:StateFolder) {
        $open = Get-OpenAclReason $folder
        if ($open) { "access: $open" }
    }
}

function Assert-Verify {
    param([object]$Context)
    $absent = @(Get-Absence $Context)
    if ($absent.Count) { throw "missing: $($absent -join ', '); events.jsonl names the step that made it, run the extension again" }
}
