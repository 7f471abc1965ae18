//! A proxy on this machine, of which the node has been told under another name: it opens tunnels to the mirror for whoever gives the right
//! user and password, and notes to which hosts.

use crate::cluster::PROXY_CREDENTIALS;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// A proxy on a port of its own, for as long as the test runs.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    hosts: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    pub(crate) fn start(mirror: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let hosts = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&hosts);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let hosts = Arc::clone(&shared);
                // what a client that hung up makes of the answer is its own affair
                thread::spawn(move || serve(stream, mirror, &hosts).ok());
            }
        });
        Self { port, hosts }
    }

    /// `host:port` of every tunnel.
    pub(crate) fn hosts(&self) -> Vec<String> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn serve(mut client: TcpStream, mirror: u16, hosts: &Mutex<Vec<String>>) -> io::Result<()> {
    let mut reader = BufReader::new(client.try_clone()?);
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line.trim_end().is_empty() {
            break;
        }
        head.push(line.trim_end().to_owned());
    }
    let wanted = format!("Basic {}", STANDARD.encode(PROXY_CREDENTIALS.replace("%40", "@")));
    let is_known = head
        .iter()
        .filter_map(|line| line.split_once(": "))
        .any(|(name, value)| name.eq_ignore_ascii_case("Proxy-Authorization") && value == wanted);
    let host = head.first().and_then(|line| line.strip_prefix("CONNECT ")?.split(' ').next()).map(str::to_owned);
    let Some(host) = host.filter(|_| is_known) else {
        return client.write_all(
            b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        );
    };
    hosts.lock().unwrap_or_else(PoisonError::into_inner).push(host);
    let mut server = TcpStream::connect((Ipv4Addr::LOCALHOST, mirror))?;
    client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
    let (mut answers, mut back) = (server.try_clone()?, client.try_clone()?);
    let answering = thread::spawn(move || io::copy(&mut answers, &mut back).and_then(|_| back.shutdown(std::net::Shutdown::Write)));
    io::copy(&mut reader, &mut server).ok();
    answering.join().ok();
    Ok(())
}
