# The node as a whole. Each step has proved its own; this sees what a later step, or something else, has undone since.

function Invoke-Verify {
    param([object]$Context)
    $problems = @(foreach ($assert in $Context.Asserted) { try { $null = & $assert $Context } catch { $_.Exception.Message } })
    if ($problems.Count) { throw "undone since: $($problems -join '; '); run the extension again" }
    Set-Decision $Context 'done' "$($Context.Asserted.Count) steps hold"
}
