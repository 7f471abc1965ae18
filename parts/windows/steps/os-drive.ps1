# C: takes the whole disk that the pool was given.

# Less than a gigabyte is not worth the minutes in which Windows finds out how far a partition can grow.
function Test-OsDrive {
    param($Context)
    if ((Get-OsPartition).Unallocated -lt 1GB) { 'C: has its full size' }
}

function Invoke-OsDrive {
    param($Context)
    $most = (Get-PartitionSupportedSize -DriveLetter C).SizeMax
    # Resize-Partition refuses less than 1 MB
    if ($most - (Get-OsPartition).Size -lt 1MB) { Set-Decision $Context 'done already' 'what is free on the disk is not next to C:'; return }
    Resize-Partition -DriveLetter C -Size $most
    Set-Decision $Context 'done' "C: has $([System.Math]::Round($most / 1GB, 1)) GB"
}
