//! Tells open browser tabs that there is something new.
//!
//! The server gets our address in `CRIER_DEV_RELOAD` (`http://127.0.0.1:3001`). While that is set, its pages hold
//! a small script that listens to the server-sent events here and loads the page again at each event.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::Result;

const PORT: u16 = 3001;

const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-store\r\n\
    access-control-allow-origin: *\r\nconnection: close\r\n\r\nretry: 500\n\n";

/// The tabs that listen.
pub(crate) struct Reload {
    tabs: Arc<Mutex<Vec<TcpStream>>>,
    /// The value for `CRIER_DEV_RELOAD`.
    pub(crate) url: String,
}

impl Reload {
    /// Listens on port 3001, or any free one where that is taken.
    pub(crate) fn start() -> Result<Self> {
        let listener =
            TcpListener::bind(("127.0.0.1", PORT)).or_else(|_| TcpListener::bind(("127.0.0.1", 0)))?;
        let url = format!("http://{}", listener.local_addr()?);
        let tabs = Arc::new(Mutex::new(Vec::new()));
        let added = Arc::clone(&tabs);
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                // One short read takes the request: whatever a tab asks, this is the answer.
                let _ = stream.set_read_timeout(Some(Duration::from_secs(1)));
                if stream.read(&mut [0; 4096]).is_ok() && stream.write_all(HEAD.as_bytes()).is_ok() {
                    added.lock().unwrap_or_else(PoisonError::into_inner).push(stream);
                }
            }
        });
        Ok(Self { tabs, url })
    }

    /// Reloads every tab; those that closed are forgotten.
    pub(crate) fn now(&self) {
        let mut tabs = self.tabs.lock().unwrap_or_else(PoisonError::into_inner);
        tabs.retain_mut(|tab| tab.write_all(b"data: reload\n\n").is_ok());
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader};

    use super::*;
    use crate::run;

    #[test]
    fn a_tab_hears_of_a_change() {
        let reload = Reload::start().unwrap();
        let mut tab = TcpStream::connect(reload.url.trim_start_matches("http://")).unwrap();
        tab.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
        run::wait_for(Duration::from_secs(30), "the tab", || {
            Ok((!reload.tabs.lock().unwrap().is_empty()).then_some(()))
        })
        .unwrap();
        reload.now();
        let mut lines = BufReader::new(tab).lines().map_while(Result::ok);
        assert!(lines.any(|line| line == "content-type: text/event-stream"));
        assert!(lines.any(|line| line == "data: reload"));
    }
}
