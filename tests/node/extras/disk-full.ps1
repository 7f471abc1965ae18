# The disk is full at the first download and at the first archive that is unpacked; later it is not.
$env:LAB_DISK_FULL = 'curl tar'
