//! What goes on, on standard error: only where that is a terminal, only after a second, and gone when it is over.

use super::terminal;
use std::io::{self, IsTerminal as _};
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// What is faster needs no display.
const PATIENCE: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(200);
/// To the start of the line, and nothing on it any more.
const CLEAR: &str = "\r\u{1b}[2K";

/// Shows what goes on until it is dropped.
pub(super) struct Progress {
    text: Arc<Mutex<String>>,
    /// The display's thread, and what ends it by being dropped; none where nobody looks.
    display: Option<(Sender<()>, JoinHandle<()>)>,
}

/// Shows this while the work lasts.
pub(super) fn during<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let _shown = Progress::start(what);
    work()
}

impl Progress {
    pub(super) fn start(what: &str) -> Self {
        let text = Arc::new(Mutex::new(what.to_owned()));
        let display = is_watched().then(|| {
            let (end, ended) = mpsc::channel();
            let shown = Arc::clone(&text);
            (end, thread::spawn(move || show(&shown, |pause| ended.recv_timeout(pause) == Err(RecvTimeoutError::Timeout))))
        });
        Self { text, display }
    }

    /// The `number`th file of all.
    pub(super) fn at(&self, number: usize, all: usize, file: &Path) {
        if let (Some(_), Ok(mut text)) = (&self.display, self.text.lock()) {
            *text = format!("{number} of {all}: {}", file.display());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((end, thread)) = self.display.take() {
            drop(end);
            // a display that broke is no reason to break
            let _ = thread.join();
        }
    }
}

fn is_watched() -> bool {
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    io::stderr().is_terminal() && !dumb && !terminal::is_quiet()
}

/// `goes_on` waits that long, or until it is over.
fn show(text: &Mutex<String>, goes_on: impl Fn(Duration) -> bool) {
    let began = Instant::now();
    if !goes_on(PATIENCE) {
        return;
    }
    loop {
        let text = text.lock().map(|text| text.clone()).unwrap_or_default();
        let line = format!("{text} ({} s)", began.elapsed().as_secs());
        let cut: String = line.chars().take(terminal::width() - 1).collect();
        terminal::complain_rendered(CLEAR);
        terminal::complain(&cut);
        if !goes_on(PAUSE) {
            break;
        }
    }
    terminal::complain_rendered(CLEAR);
}
