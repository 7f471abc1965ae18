//! The TLS endpoint of an Azure Stack Hub: a server whose certificate a root of its own has signed.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// `openssl s_server` on a port of its own. It ends with the value.
pub(crate) struct Stack {
    server: Child,
    pub(crate) port: u16,
    /// The root, which the node trusts.
    pub(crate) root: PathBuf,
}

impl Stack {
    pub(crate) fn start(folder: &Path) -> Self {
        let file = |name: &str| folder.join(name);
        openssl(folder, "req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -days 30 -subj /CN=AzureStackRoot");
        openssl(folder, "req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj /CN=management.local.azurestack.external");
        openssl(folder, "x509 -req -in server.csr -CA root.pem -CAkey root.key -CAcreateserial -out server.pem -days 30");
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr()).expect("a free port").port();
        let mut command = Command::new("openssl");
        command.args(["s_server", "-quiet", "-accept", &format!("127.0.0.1:{port}"), "-cert"]).arg(file("server.pem"));
        command.arg("-key").arg(file("server.key"));
        let server = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("openssl");
        Self { server, port, root: file("root.pem") }
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        self.server.kill().ok();
        self.server.wait().ok();
    }
}

fn openssl(folder: &Path, words: &str) {
    let output = Command::new("openssl").args(words.split(' ')).current_dir(folder).output().expect("openssl");
    assert!(output.status.success(), "openssl {words}: {}", String::from_utf8_lossy(&output.stderr));
}
