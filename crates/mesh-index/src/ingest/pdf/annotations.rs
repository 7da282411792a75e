//! What people wrote on a page: values of a form's fields, and remarks.

use pdf_extract::{Dictionary, Document, Object, ObjectId, decode_text_string};

/// Fields stand within others a few deep.
const MAX_PARENTS: usize = 32;

/// Flags of an annotation and of a field (ISO 32000-1, tables 165 and 228).
const IS_HIDDEN: i64 = 1 << 1;
const IS_PASSWORD: i64 = 1 << 13;

/// The texts of a page's annotations, in their order, as far as bytes are left; fields with what they are called.
pub(super) fn of_page(document: &Document, page: ObjectId, left: &mut usize) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    let page = document.get_dictionary(page).ok();
    let listed = page.and_then(|page| page.get_deref(b"Annots", document).ok());
    for annotation in listed
        .and_then(|list| list.as_array().ok())
        .into_iter()
        .flatten()
    {
        let annotation = document.dereference(annotation).ok();
        let text = annotation
            .and_then(|(_, annotation)| annotation.as_dict().ok())
            .and_then(|annotation| text(document, annotation));
        // A field may be shown in several places.
        if let Some(mut text) = text.filter(|text| texts.last() != Some(text)) {
            text.truncate(text.floor_char_boundary(*left));
            *left -= text.len();
            texts.push(text);
        }
    }
    texts
}

fn text(document: &Document, annotation: &Dictionary) -> Option<String> {
    let flags = |value: Option<&Object>| value.and_then(|it| it.as_i64().ok()).unwrap_or(0);
    if flags(annotation.get(b"F").ok()) & IS_HIDDEN != 0 {
        return None;
    }
    let text = match annotation.get(b"Subtype").ok()?.as_name().ok()? {
        // What a link says stands on the page, and a pop-up shows another one's text.
        b"Link" | b"Popup" => return None,
        b"Widget" => {
            let field = |key: &[u8]| of_field(document, annotation, key);
            if flags(field(b"Ff")) & IS_PASSWORD != 0 {
                return None;
            }
            let value = match field(b"FT")?.as_name().ok()? {
                b"Btn" => shown_state(annotation)?,
                _ => value(field(b"V")?)?,
            };
            let name = field(b"TU").or_else(|| field(b"T")).and_then(value_of_text);
            match name.filter(|_| !value.trim().is_empty()) {
                Some(name) => format!("{}: {}", name.trim(), value.trim()),
                None => value,
            }
        }
        _ => value_of_text(annotation.get_deref(b"Contents", document).ok()?)?,
    };
    let text = text.trim().replace(['\r', '\n'], " ");
    (!text.is_empty()).then_some(text)
}

/// A value that a field has itself or from one that it stands within.
fn of_field<'a>(document: &'a Document, field: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
    let parent = |field: &&'a Dictionary| field.get_deref(b"Parent", document).ok()?.as_dict().ok();
    let mut fields = std::iter::successors(Some(field), parent).take(MAX_PARENTS);
    fields.find_map(|field| field.get_deref(key, document).ok())
}

/// A box that is ticked: what it calls that.
fn shown_state(button: &Dictionary) -> Option<String> {
    let state = button.get(b"AS").ok()?.as_name().ok()?;
    (state != b"Off").then(|| String::from_utf8_lossy(state).into_owned())
}

/// What was written or chosen, be it several.
fn value(value: &Object) -> Option<String> {
    match value {
        Object::Array(values) => {
            let values: Vec<String> = values.iter().filter_map(value_of_text).collect();
            Some(values.join(", "))
        }
        value => value_of_text(value),
    }
}

/// The library knows no line breaks where a text is not in Unicode.
fn value_of_text(text: &Object) -> Option<String> {
    let bytes = text.as_str().ok()?;
    if bytes.starts_with(b"\xfe\xff") || bytes.starts_with(b"\xef\xbb\xbf") {
        return decode_text_string(text).ok();
    }
    let is_break = |byte: &u8| matches!(byte, b'\r' | b'\n' | b'\t');
    let spaced = bytes
        .iter()
        .map(|byte| if is_break(byte) { b' ' } else { *byte });
    decode_text_string(&Object::string_literal(spaced.collect::<Vec<u8>>())).ok()
}
