use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::within;

/// A connection on which every byte is the test's own.
#[derive(Debug)]
pub(crate) struct Raw(TcpStream);

impl Raw {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("connects");
        stream.set_nodelay(true).expect("sets an option");
        Self(stream)
    }

    /// The peer may have hung up by now, which is its right.
    pub(crate) async fn write(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = within(self.0.write_all(bytes.as_ref())).await;
    }

    /// Nothing more will be written, as when a client leaves in the middle.
    pub(crate) async fn hang_up(&mut self) {
        let _ = self.0.shutdown().await;
    }

    /// Everything until the server closes the connection.
    pub(crate) async fn read_to_end(mut self) -> String {
        let mut bytes = Vec::new();
        let _ = within(self.0.read_to_end(&mut bytes)).await;
        String::from_utf8_lossy(&bytes).into_owned()
    }
}
