//! A client that has sent its request may close its half of the connection and wait for the answer (RFC 9112, section 9.6); one
//! that has left looks the same. So the end of what a client sends is told to the HTTP server a little later, where an answer
//! is due: it is sent if it comes by then, and otherwise the client counts as gone.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

/// Most answers take a tenth of that; work for clients that left should not go on for longer.
const GRACE: Duration = Duration::from_millis(500);

pub(super) struct HalfClose {
    stream: TcpStream,
    /// Something was received since something was sent.
    awaits_answer: bool,
    end: Option<Pin<Box<Sleep>>>,
}

impl HalfClose {
    pub(super) const fn new(stream: TcpStream) -> Self {
        Self {
            stream,
            awaits_answer: false,
            end: None,
        }
    }
}

impl AsyncRead for HalfClose {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Some(end) = &mut self.end {
            return end.as_mut().poll(cx).map(Ok);
        }
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        if buf.filled().len() > before {
            self.awaits_answer = true;
        } else if self.awaits_answer {
            let end = self.end.insert(Box::pin(sleep(GRACE)));
            return end.as_mut().poll(cx).map(Ok);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for HalfClose {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.awaits_answer = false;
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.awaits_answer = false;
        Pin::new(&mut self.stream).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
