# The text of c:\k\config: how kubelet and kube-proxy reach the API server. It holds the key, so it is never shown.

# -Values: Name of the cluster; Address of the API server; Authority, Certificate and Key as base64 of PEM.
function Get-KubeconfigText {
    param([hashtable]$Values)
    $address = $Values['Address']
    if ($address.Contains(':')) { $address = "[$address]" }
    $name = ConvertTo-QuotedText $Values['Name']
    $user = ConvertTo-QuotedText "$($Values['Name'])-admin"
    @"
apiVersion: v1
kind: Config
clusters:
- name: $name
  cluster:
    certificate-authority-data: $(ConvertTo-QuotedText $Values['Authority'])
    server: $(ConvertTo-QuotedText "https://${address}:443")
contexts:
- name: $name
  context:
    cluster: $name
    user: $user
current-context: $name
users:
- name: $user
  user:
    client-certificate-data: $(ConvertTo-QuotedText $Values['Certificate'])
    client-key-data: $(ConvertTo-QuotedText $Values['Key'])

"@
}
