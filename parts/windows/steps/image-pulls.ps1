# Step `image-pulls`: images that pods will want are pulled by a task, never by the extension, whose time they would take. The task waits
# until the kubelet answers, goes on after a restart, and goes when all images are there.

$script:PullTask = @{ Name = 'gen-cse-wanted-images'; Script = 'pull-images.ps1'; Option = ''; Minutes = 240; When = 'at startup' }

function Get-PullFile {
    param($Context)
    Get-NodeFile $Context $script:PullTask['Script']
}

function Test-PullTask {
    $description = Get-TaskDescription $script:PullTask
    @(Get-ScheduledTask -TaskPath '\' | Where-Object { $_.TaskName -eq $script:PullTask['Name'] -and $_.Description -eq $description }).Count -gt 0
}

function Test-ImagePull {
    param($Context)
    if (-not (Test-RecordedFile 'image-pulls' (Get-PullFile $Context))) { return }
    if (Test-PullTask) { return 'the task is registered' }
    if (-not @(Get-MissingImage $Context.Configuration.containerRuntime $Context.Configuration.pullImages).Count) { 'every image is here' }
}

function Invoke-ImagePull {
    param($Context)
    Set-RecordedFile 'image-pulls' (Get-PullFile $Context)
    Register-NodeTask $script:PullTask
    # before a restart it would only be cut off
    if (-not $Context.RebootReasons.Count) { Start-ScheduledTask -TaskName $script:PullTask['Name'] }
    Set-Decision $Context 'done' "the task pulls $(@($Context.Configuration.pullImages).Count) images"
}

function Assert-ImagePull {
    param($Context)
    Assert-RecordedFile 'image-pulls' (Get-PullFile $Context)
}
