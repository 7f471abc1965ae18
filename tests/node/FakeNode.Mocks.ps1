# The mocked commands, one family per file. Dot-sourced at global scope (not a module), so that they see the caller's
# $ErrorActionPreference like compiled cmdlets do. Each function keeps itself out of the caller's strict mode. Internal helpers
# are called Lab*.
foreach ($labFamily in 'helpers', 'time', 'services', 'features', 'programs', 'tools', 'acl', 'web', 'cim', 'network', 'hns', 'disks', 'tasks', 'system', 'image', 'aliases') {
    . "$env:LAB_HOME/mocks/$labFamily.ps1"
}
Remove-Variable labFamily
