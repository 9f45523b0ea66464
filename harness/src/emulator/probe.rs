//! Asks a server on loopback whether it answers as Step Functions does.
//!
//! An open port says nothing: some emulators load the service at the first request.

use std::{
    io::{self, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    time::Duration,
};

const ANSWER_BYTES_MAX: usize = 64 * 1024;
/// The one field of the answer.
const FIELD: &str = "\"stateMachines\"";

/// Whether `ListStateMachines` is answered with 200 and a list. The limit holds for connecting, and for each read.
///
/// The list is asked for because 200 is not enough: moto hands what it cannot place to its S3.
pub(super) fn answers(port: u16, limit: Duration) -> bool {
    ask(port, limit).is_ok_and(|answer| is_ready(&answer))
}

fn ask(port: u16, limit: Duration) -> io::Result<String> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, limit)?;
    stream.set_read_timeout(Some(limit))?;
    stream.set_write_timeout(Some(limit))?;
    stream.write_all(request(port).as_bytes())?;
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    while answer.len() < ANSWER_BYTES_MAX && !is_ready(&String::from_utf8_lossy(&answer)) {
        match stream.read(&mut buffer)? {
            0 => break,
            count => answer.extend_from_slice(&buffer[..count]),
        }
    }
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// The signature is a dummy, which no emulator checks; its scope tells moto which service is meant.
fn request(port: u16) -> String {
    format!(
        "POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX-Amz-Target: AWSStepFunctions.ListStateMachines\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/states/aws4_request, \
         SignedHeaders=host;x-amz-target, Signature=0000\r\nX-Amz-Date: 20260101T000000Z\r\n\
         Content-Type: application/x-amz-json-1.0\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}"
    )
}

fn is_ready(answer: &str) -> bool {
    let mut words = answer.split_whitespace();
    let is_http = words.next().is_some_and(|version| version.starts_with("HTTP/1."));
    is_http && words.next() == Some("200") && answer.contains(FIELD)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use std::{net::TcpListener, thread};

    const LIMIT: Duration = Duration::from_secs(10);

    fn server(reply: &'static str) -> u16 {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = listener.local_addr().expect("bound").port();
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("the probe connects");
            let mut request = [0; 1024];
            let _ = stream.read(&mut request);
            let _ = stream.write_all(reply.as_bytes());
        });
        port
    }

    #[rstest]
    #[case("HTTP/1.1 200 OK\r\nContent-Length: 24\r\n\r\n{\"stateMachines\": []}", true)]
    #[case("HTTP/1.0 200\n\n{\"stateMachines\":[]}", true)]
    #[case("HTTP/1.1 200 OK\r\n\r\n<ListAllMyBucketsResult/>", false)]
    #[case("HTTP/1.1 500 Internal Server Error\r\n\r\n{\"stateMachines\": []}", false)]
    #[case("SSH-2.0-x 200\r\n\"stateMachines\"", false)]
    #[case("", false)]
    fn only_a_list_with_status_200_is_an_answer(#[case] reply: &'static str, #[case] expected: bool) {
        assert_eq!(answers(server(reply), LIMIT), expected);
    }
}
