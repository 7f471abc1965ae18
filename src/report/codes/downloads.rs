//! Findings about what nodes download.

use crate::report::{Code, Severity};

super::codes! {
    URL = Code {
        id: "url",
        severity: Severity::Error,
        title: "a text is not a URL",
        explanation: "A download needs a whole URL, `https://host/path/file`. Anything else every node would try in vain.",
        wrong: "{ \"windowsContainerdURL\": \"containerd.zip\" }",
        right: "{ \"windowsContainerdURL\": \"https://example.com/containerd.zip\" }",
        hides_below: false,
    };
    URL_HTTP = Code {
        id: "url-http",
        severity: Severity::Warning,
        title: "a download is not encrypted",
        explanation: "With `http` everyone on the way can read the file and, worse, replace it; what is downloaded runs as the system. When \
            the catalog knows the file's hash, a replaced file is noticed and refused.",
        wrong: "{ \"customWindowsPackageURL\": \"http://example.com/k8s.zip\" }",
        right: "{ \"customWindowsPackageURL\": \"https://example.com/k8s.zip\" }",
        hides_below: false,
    };
    RETIRED_HOST = Code {
        id: "retired-host",
        severity: Severity::Warning,
        title: "a download is at a host that is gone",
        explanation: "Microsoft has retired `*.azureedge.net`. The same files are at packages.aks.azure.com, but for the builds of containerd, \
            which nobody else has. The catalog (`retired`) says what is where; a node asks the new place first. Leave the URL out to get the \
            catalog's file.",
        wrong: "{ \"azureCNIURLWindows\": \"https://kubernetesartifacts.azureedge.net/azure-cni/v1.4.16/binaries/\
            azure-vnet-cni-singletenancy-windows-amd64-v1.4.16.zip\" }",
        right: "{ \"azureCNIURLWindows\": \"https://packages.aks.azure.com/azure-cni/v1.4.16/binaries/\
            azure-vnet-cni-singletenancy-windows-amd64-v1.4.16.zip\" }",
        hides_below: false,
    };
    SCRIPT_HTTP = Code {
        id: "script-http",
        severity: Severity::Error,
        title: "a script would be fetched without encryption",
        explanation: "The script of a pre-provision extension runs with all rights before the node joins. Nodes fetch it over https only, and \
            end with exit code 50 where the URL says http.",
        wrong: "{ \"extensionProfiles\": [{ \"name\": \"prep\", \"rootURL\": \"http://host/\" }] }",
        right: "{ \"extensionProfiles\": [{ \"name\": \"prep\", \"rootURL\": \"https://host/\" }] }",
        hides_below: false,
    };
    DOWNLOAD_HASH = Code {
        id: "download-hash",
        severity: Severity::Warning,
        title: "nobody knows the hash of a download",
        explanation: "A node accepts a file when its SHA-256 is one the catalog lists for it. The catalog does not know this file, so the node \
            takes whatever it gets and runs it as the system. A catalog file (`--catalog`) that extends a built-in one can add just the \
            hash.",
        wrong: "{ \"windowsContainerdURL\": \"https://example.com/containerd.zip\" }",
        right: "{ \"extends\": \"aks-engine\", \"files\": [{ \"url\": \"https://example.com/containerd.zip\", \"sha256\": [\"...\"] }] }",
        hides_below: false,
    };
}
