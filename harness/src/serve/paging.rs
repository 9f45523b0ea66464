//! Pages of a list: `maxResults` and `nextToken`.

use serde_json::{Value, json};

use super::{
    api_error::ApiError,
    request::{number, optional_text},
};

const PAGE_DEFAULT: usize = 100;

/// One page of the items under this member, with a `nextToken` when more are left. The token is the offset.
///
/// Recorded: 0 asks for the default size, and a token that is none of ours is refused.
pub(super) fn page(items: &[Value], request: &Value, member: &str) -> Result<Value, ApiError> {
    let offset = match optional_text(request, "nextToken") {
        None => 0,
        Some(token) => token
            .strip_prefix("offset-")
            .and_then(|digits| digits.parse::<usize>().ok())
            .filter(|offset| *offset <= items.len())
            .ok_or_else(ApiError::invalid_token)?,
    };
    let size = match number(request, "maxResults").and_then(|size| usize::try_from(size).ok()) {
        None | Some(0) => PAGE_DEFAULT,
        Some(size) => size,
    };
    let end = items.len().min(offset.saturating_add(size));
    let mut reply = json!({ member: items[offset..end] });
    if end < items.len() {
        reply["nextToken"] = format!("offset-{end}").into();
    }
    Ok(reply)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_concatenate_to_the_whole() {
        let items: Vec<Value> = (0..7).map(Value::from).collect();
        let mut request = json!({"maxResults": 3});
        let mut seen = Vec::new();
        loop {
            let reply = page(&items, &request, "events").expect("a page");
            seen.extend(reply["events"].as_array().expect("an array").clone());
            match reply.get("nextToken") {
                Some(token) => request["nextToken"] = token.clone(),
                None => break,
            }
        }
        assert_eq!(seen, items);
    }

    #[test]
    fn unknown_token_is_refused() {
        let error = page(&[], &json!({"nextToken": "x"}), "events").expect_err("a bad token");
        assert_eq!(error.code, "InvalidToken");
    }
}
