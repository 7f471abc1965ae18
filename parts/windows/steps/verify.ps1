# The node as a whole, where a script of the cluster's owner ran: each step has proved its own, and none of ours undoes what another
# has done, but nobody knows what that script does.

function Invoke-Verify {
    param($Context)
    $problems = @(foreach ($assert in $Context.Asserted) { try { $null = & $assert $Context } catch { $_.Exception.Message } })
    if ($problems.Count) { throw "undone since: $($problems -join '; '); run the extension again" }
    Set-Decision $Context 'done' "$($Context.Asserted.Count) steps hold"
}
