//! The network of a simulated node: a server that answers `/<original host>/<path>` with made-up files, and fails on demand.

use crate::cluster::SECRET;
use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// What goes wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// This status and no file.
    Status(u16),
    /// Half of the body, then the connection ends.
    Cut,
    /// A whole answer with the first half of the file.
    Short,
    /// A whole answer of the right length with other bytes in the middle.
    Flipped,
    /// No answer.
    Hang,
    /// Half of the body, then nothing more.
    Stall,
    /// The connection is reset.
    Refused,
    /// A redirect from https to http.
    WrongRedirect,
}

impl Fault {
    /// As the table of situations writes it: `404`, `cut`, ...
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "cut" => Self::Cut,
            "short" => Self::Short,
            "flipped" => Self::Flipped,
            "hang" => Self::Hang,
            "stall" => Self::Stall,
            "refused" => Self::Refused,
            "wrong-redirect" => Self::WrongRedirect,
            status => Self::Status(status.parse().ok()?),
        })
    }
}

/// A fault, the part of a URL it holds for, and how often.
#[derive(Debug, Clone)]
pub(crate) struct Trouble {
    pub(crate) fault: Fault,
    pub(crate) part: String,
    pub(crate) times: u32,
}

/// What is served, shared with the threads that answer.
#[derive(Default)]
struct Site {
    files: BTreeMap<String, PathBuf>,
    troubles: Mutex<Vec<Trouble>>,
    requests: Mutex<Vec<String>>,
    closed: AtomicBool,
    /// Only what comes through a tunnel is answered.
    tunnels_only: bool,
}

/// A server on a port of its own. It ends with the value.
pub(crate) struct Mirror {
    site: Arc<Site>,
    port: u16,
}

impl fmt::Debug for Mirror {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}", self.url())
    }
}

impl Mirror {
    /// Serves files by `<host>/<path>`.
    pub(crate) fn start(files: BTreeMap<String, PathBuf>, troubles: Vec<Trouble>) -> Self {
        Self::behind(files, troubles, false)
    }

    /// With `tunnels_only` what does not come through a proxy is refused.
    pub(crate) fn behind(files: BTreeMap<String, PathBuf>, troubles: Vec<Trouble>, tunnels_only: bool) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let site = Arc::new(Site { files, troubles: Mutex::new(troubles), tunnels_only, ..Site::default() });
        let shared = Arc::clone(&site);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if shared.closed.load(Ordering::Relaxed) {
                    return;
                }
                let site = Arc::clone(&shared);
                // what a client that hung up makes of the answer is its own affair
                thread::spawn(move || answer(&site, stream).ok());
            }
        });
        Self { site, port }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// `<host>/<path>` of every request so far.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.site.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Mirror {
    fn drop(&mut self) {
        self.site.closed.store(true, Ordering::Relaxed);
        // wakes the thread that accepts
        TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).ok();
    }
}

struct Request {
    path: String,
    /// First byte that is wanted.
    from: u64,
    /// Asked of the original host, through a proxy.
    tunnelled: bool,
}

fn read_request(stream: &TcpStream) -> io::Result<Request> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().unwrap_or_else(|| Ok(String::new()))?;
    let mut path = first.split(' ').nth(1).unwrap_or_default().trim_start_matches('/').to_owned();
    let (mut from, mut tunnelled) = (0, false);
    for line in lines {
        let line = line?;
        if line.is_empty() {
            break;
        }
        // who comes through a proxy asks the original host
        if let Some(host) = line.strip_prefix("Host: ").filter(|host| !host.starts_with("127.0.0.1")) {
            path = format!("{host}/{path}");
            tunnelled = true;
        }
        if let Some(range) = line.to_ascii_lowercase().strip_prefix("range: bytes=") {
            from = range.trim_end_matches('-').parse().unwrap_or_default();
        }
    }
    Ok(Request { path, from, tunnelled })
}

fn answer(site: &Site, mut stream: TcpStream) -> io::Result<()> {
    let request = read_request(&stream)?;
    if request.path.is_empty() {
        return Ok(());
    }
    let is_azures = request.path.starts_with("169.254.169.254/") || request.path.starts_with("168.63.129.16/");
    if site.tunnels_only && request.tunnelled == is_azures {
        return send_status(&mut stream, 403);
    }
    site.requests.lock().unwrap_or_else(PoisonError::into_inner).push(request.path.clone());
    let path = request.path.split('?').next().unwrap_or_default();
    let body = site.files.get(path).and_then(|file| std::fs::read(file).ok()).or_else(|| service(path));
    match (fault(site, path), body) {
        (Some(fault), body) => fail(&mut stream, fault, &request, body.unwrap_or_default()),
        (None, Some(body)) => send(&mut stream, &request, &body, body.len()),
        (None, None) => send_status(&mut stream, 404),
    }
}

/// The fault of this request, if there is one left.
fn fault(site: &Site, path: &str) -> Option<Fault> {
    let mut troubles = site.troubles.lock().unwrap_or_else(PoisonError::into_inner);
    let trouble = troubles.iter_mut().find(|trouble| trouble.times > 0 && path.contains(&trouble.part))?;
    trouble.times -= 1;
    Some(trouble.fault)
}

/// What Azure, Azure Stack, Windows and the owner of a cluster answer themselves.
fn service(path: &str) -> Option<Vec<u8>> {
    let is_nic_list = path.ends_with("/providers/Microsoft.Network/networkInterfaces");
    let text = if path.starts_with("169.254.169.254/metadata/instance") {
        r#"{"compute":{"name":"node","vmSize":"Standard_D2_v3","location":"eastus","resourceGroupName":"my-rg"}}"#.to_owned()
    } else if path.ends_with("/oauth2/token") {
        format!(r#"{{"token_type":"Bearer","access_token":"{SECRET}-token"}}"#)
    } else if is_nic_list {
        NICS.to_owned()
    } else if path.contains("/subnets/") {
        r#"{"properties":{"addressPrefix":"10.240.0.0/16"}}"#.to_owned()
    } else if path.starts_with("fe3.delivery.mp.microsoft.com/") {
        "update".to_owned()
    } else if path.ends_with("/setup.ps1") {
        "Write-Output 'set up'\nexit 0\n".to_owned()
    } else {
        return None;
    };
    Some(text.into_bytes())
}

/// The interfaces of a resource group: another machine's, and this one's with two addresses.
const NICS: &str = r#"{"value":[
 {"properties":{"macAddress":"00-0D-3A-99-99-99","primary":true,"ipConfigurations":[
  {"properties":{"privateIPAddress":"10.240.0.9","primary":true,"subnet":{"id":"/subscriptions/s/virtualNetworks/v/subnets/a"}}}]}},
 {"properties":{"macAddress":"00-0D-3A-11-22-33","primary":true,"ipConfigurations":[
  {"properties":{"privateIPAddress":"10.240.0.4","primary":true,"subnet":{"id":"/subscriptions/s/virtualNetworks/v/subnets/a"}}},
  {"properties":{"privateIPAddress":"10.240.0.5","subnet":{"id":"/subscriptions/s/virtualNetworks/v/subnets/a"}}}]}}]}"#;

fn fail(stream: &mut TcpStream, fault: Fault, request: &Request, mut body: Vec<u8>) -> io::Result<()> {
    let half = body.len() / 2;
    match fault {
        Fault::Status(status) => send_status(stream, status),
        Fault::Cut => send(stream, request, &body, half),
        Fault::Short => send(stream, request, &body[..half], half),
        Fault::Flipped => {
            for byte in body.iter_mut().skip(half).take(64) {
                *byte ^= 0xff;
            }
            send(stream, request, &body, body.len())
        }
        Fault::Hang => wait_for_end(stream),
        Fault::Stall => {
            send(stream, request, &body, half)?;
            wait_for_end(stream)
        }
        // an end without a byte is what a client sees of a reset
        Fault::Refused => Ok(()),
        // curl of the node maps https to http, and so the other way round a scheme that is no https
        Fault::WrongRedirect => {
            write!(stream, "HTTP/1.1 302 Found\r\nLocation: ftp://elsewhere.example/file\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        }
    }
}

/// Until the client hangs up, at most two minutes.
fn wait_for_end(stream: &mut TcpStream) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(120)))?;
    stream.read(&mut [0; 1]).map(|_| ())
}

fn send_status(stream: &mut TcpStream, status: u16) -> io::Result<()> {
    write!(stream, "HTTP/1.1 {status} Status\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
}

/// The wanted part of a body, of which nothing behind `end` is really sent.
fn send(stream: &mut TcpStream, request: &Request, body: &[u8], end: usize) -> io::Result<()> {
    let from = usize::try_from(request.from).unwrap_or(usize::MAX);
    if from > 0 && from >= body.len() {
        return send_status(stream, 416);
    }
    let status = if from > 0 { "206 Partial Content" } else { "200 OK" };
    write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {}\r\n", body.len() - from)?;
    if from > 0 {
        write!(stream, "Content-Range: bytes {from}-{}/{}\r\n", body.len() - 1, body.len())?;
    }
    write!(stream, "Accept-Ranges: bytes\r\nConnection: close\r\n\r\n")?;
    stream.write_all(&body[from.min(end)..end])?;
    stream.flush()
}
