# with: parallel-pulls
# How many images a kubelet pulls at once has no flag: it stands in a configuration file, over which flags go. What a kubelet with such a
# file takes otherwise than one without is always given as a flag: --anonymous-auth, --authentication-token-webhook,
# --authorization-mode, --read-only-port (kubernetes, cmd/kubelet/app/options, applyLegacyDefaults).

# Writes the file and answers with the flag that leads to it; neither where the definition has one pull after the other, or a file of its own.
function Set-PullLimit {
    param($Configuration)
    $given = @($Configuration.kubeletArgs)
    if ($given -notcontains '--serialize-image-pulls=false' -or @($given -match '^--config=').Count) { return }
    $limit = [int]$Configuration.maxParallelImagePulls
    Set-TextFile 'c:\k\kubelet-config.json' ('{"apiVersion":"kubelet.config.k8s.io/v1beta1","kind":"KubeletConfiguration","maxParallelImagePulls":' + "$limit}`n")
    '--config=c:\k\kubelet-config.json'
}
