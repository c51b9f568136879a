//! The receiver: `receiver.py` in a process of its own.

use super::{eventually, folder::Folder};
use base64::Engine as _;
use serde::Deserialize;
use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

/// A request as it arrived.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    body: String,
}

impl Request {
    /// The value of a header that came once.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(other, _)| other == name);
        let value = values.next().map(|(_, value)| value.as_str());
        assert!(values.next().is_none(), "{name} came twice");
        value
    }
    pub(crate) fn body(&self) -> String {
        let bytes = base64::engine::general_purpose::STANDARD.decode(&self.body).expect("base64");
        String::from_utf8(bytes).expect("bodies are UTF-8")
    }
}

/// In the receiver's folder.
const LOG: &str = "requests.jsonl";

pub(crate) struct Receiver {
    child: Child,
    port: u16,
    folder: Folder,
}

impl Receiver {
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }
    /// As [`Receiver::start`], over TLS by a certificate and its key in PEM files.
    pub(crate) fn secure(certificate: &str, key: &str) -> Self {
        Self::start_with(&[certificate, key])
    }
    fn start_with(args: &[&str]) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/receiver.py");
        let folder = Folder::new();
        let mut command = Command::new("python3");
        command.arg(script).arg(folder.path().join(LOG)).args(args).stdout(Stdio::piped());
        let mut child = command.spawn().expect("python3 runs");
        let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let port = lines.next().expect("a first line").expect("text").parse().expect("a port");
        Self { child, port, folder }
    }
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }
    /// Everything that arrived up to now; a request is written down before it is answered.
    pub(crate) fn seen(&self) -> Vec<Request> {
        let log = std::fs::read_to_string(self.folder.path().join(LOG)).expect("the receiver made it");
        // The last line may be half written.
        let lines = log.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        lines.map(|line| serde_json::from_str(line).expect("a request")).collect()
    }
    /// Waits until `count` requests have arrived.
    pub(crate) async fn wait(&self, count: usize) -> Vec<Request> {
        let what = format!("{count} requests at the receiver");
        eventually(&what, || async { Some(self.seen()).filter(|seen| seen.len() >= count) }).await
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
