//! A receiver that knows in which order requests arrived on several connections: one thread reads
//! each as a whole, in the order in which the system says that they are there.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpListener, TcpStream},
};

/// The largest request of these tests, on one connection and in one piece.
const LARGEST: usize = 64 * 1024;

#[derive(Default)]
struct Seen {
    connections: usize,
    active: usize,
    busiest: usize,
    deliveries: Vec<String>,
}

/// Answers 200, after a pause.
pub struct Arrivals {
    pub address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
}

impl Arrivals {
    pub fn start(pause: Duration) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("set");
        let address = listener.local_addr().expect("an address");
        let seen = Arc::new(Mutex::new(Seen::default()));
        let notes = Arc::clone(&seen);
        // Ends with the process of the test.
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async {
                let listener = TcpListener::from_std(listener).expect("a listener");
                while let Ok((stream, _)) = listener.accept().await {
                    notes.lock().expect("whole").connections += 1;
                    tokio::spawn(serve(stream, Arc::clone(&notes), pause));
                }
            });
        });
        Self { address, seen }
    }
    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }
    pub fn connections(&self) -> usize {
        self.seen.lock().expect("whole").connections
    }
    /// The most requests that were there at the same time.
    pub fn busiest(&self) -> usize {
        self.seen.lock().expect("whole").busiest
    }
    /// The ids of deliveries, in the order of their arrival.
    pub fn deliveries(&self) -> Vec<String> {
        self.seen.lock().expect("whole").deliveries.clone()
    }
}

async fn serve(mut stream: TcpStream, seen: Arc<Mutex<Seen>>, pause: Duration) {
    let mut buffer = vec![0; LARGEST];
    loop {
        if stream.readable().await.is_err() {
            return;
        }
        let count = match stream.try_read(&mut buffer) {
            Ok(0) => return,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
            Err(_) => return,
        };
        // Until there is nothing more, or the next one could be read without asking the system, before what came
        // earlier on another connection. It can't be there yet: nothing was answered.
        let more = stream.try_read(&mut [0]);
        assert!(more.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock), "a request in one piece");
        let text = String::from_utf8_lossy(&buffer[..count]).into_owned();
        let id = text.lines().find_map(|line| line.strip_prefix("webhook-delivery: ")).expect("an id");
        {
            let mut seen = seen.lock().expect("whole");
            seen.deliveries.push(id.to_owned());
            seen.active += 1;
            seen.busiest = seen.busiest.max(seen.active);
        }
        // The reader stands back, so that others are read meanwhile.
        tokio::time::sleep(pause).await;
        seen.lock().expect("whole").active -= 1;
        if stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.is_err() {
            return;
        }
    }
}
