/// A form with a file (RFC 7578), and its content type.
pub(super) fn form(filename: &str, text: &str) -> (String, String) {
    let boundary = boundary(text);
    let filename = escaped(filename);
    let body = format!(
        "--{boundary}\r\n\
         content-disposition: form-data; name=\"purpose\"\r\n\r\n\
         assistants\r\n\
         --{boundary}\r\n\
         content-disposition: form-data; name=\"file\"; filename=\"{filename}\"\r\n\
         content-type: text/plain; charset=utf-8\r\n\r\n\
         {text}\r\n\
         --{boundary}--\r\n"
    );
    (format!("multipart/form-data; boundary={boundary}"), body)
}

/// One that the text does not hold.
fn boundary(text: &str) -> String {
    let mut boundary = String::from("mesh-boundary");
    while text.contains(&boundary) {
        boundary.push('-');
    }
    boundary
}

/// WHATWG HTML, section 4.10.21.8: a name ends neither its quotes nor its line.
fn escaped(filename: &str) -> String {
    let filename = filename.replace('\r', "%0D").replace('\n', "%0A");
    filename.replace('"', "%22")
}
