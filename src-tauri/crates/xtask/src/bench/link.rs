//! A long way to a server: what goes in comes out unchanged, and later.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

/// Opens a port from which it takes half of `there_and_back` to the other one, and as long for each answer. It stays
/// open as long as the program.
pub(crate) fn link(to: u16, there_and_back: Duration) -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    thread::spawn(move || {
        for near in listener.incoming().flatten() {
            if let Ok(far) = TcpStream::connect(("127.0.0.1", to)) {
                // Whoever hangs up ends the way.
                let _ = both_ways(near, far, there_and_back / 2);
            }
        }
    });
    Ok(port)
}

fn both_ways(near: TcpStream, far: TcpStream, delay: Duration) -> std::io::Result<()> {
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    one_way(near.try_clone()?, far.try_clone()?, delay);
    one_way(far, near, delay);
    Ok(())
}

fn one_way(mut from: TcpStream, mut to: TcpStream, delay: Duration) {
    let (sender, under_way) = mpsc::channel::<(Instant, Vec<u8>)>();
    thread::spawn(move || {
        let mut bytes = vec![0; 64 * 1024];
        while let Ok(read @ 1..) = from.read(&mut bytes) {
            if sender.send((Instant::now() + delay, bytes[..read].to_vec())).is_err() {
                return;
            }
        }
    });
    thread::spawn(move || {
        for (due, bytes) in under_way {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            if to.write_all(&bytes).is_err() {
                return;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_over_a_long_way_comes_back_whole_and_late() -> Result<()> {
        let echo = TcpListener::bind("127.0.0.1:0")?;
        let port = link(echo.local_addr()?.port(), Duration::from_millis(60))?;
        let echoing = thread::spawn(move || -> std::io::Result<()> {
            let (mut visitor, _) = echo.accept()?;
            let mut heard = vec![0; 100_000];
            visitor.read_exact(&mut heard)?;
            visitor.write_all(&heard)
        });
        let said: Vec<u8> = (0..100_000_u32).map(|n| (n % 251) as u8).collect();
        let begun = Instant::now();
        let mut visitor = TcpStream::connect(("127.0.0.1", port))?;
        visitor.write_all(&said)?;
        let mut heard = vec![0; said.len()];
        visitor.read_exact(&mut heard)?;
        assert!(begun.elapsed() >= Duration::from_millis(60), "{:?}", begun.elapsed());
        assert_eq!(heard, said);
        assert!(echoing.join().is_ok_and(|done| done.is_ok()));
        Ok(())
    }
}
