//! CSV as an `ItemReader` reads it: every cell is a text, every row an object.

use crate::seeded::{Site, seeded};
use serde_json::{Map, Value};

/// The items of a table. Recorded: a short row is filled up with empty texts, cells beyond the headers are dropped, a
/// header may be empty but not there twice, a line without any character is no row.
/// Requirement: asl.map.csv-items
pub(super) fn items(text: &str, headers: Option<&[String]>, delimiter: char) -> Result<Vec<Value>, String> {
    let mut rows = rows(text, delimiter).into_iter();
    let headers = match headers {
        Some(headers) => headers.to_vec(),
        None if seeded(Site::CsvHeadersAreARow) => rows.as_slice().first().cloned().unwrap_or_default(),
        None => rows.next().unwrap_or_default(),
    };
    let is_twice = |index: usize| headers[..index].contains(&headers[index]);
    if (0..headers.len()).any(is_twice) {
        return Err("CSV headers cannot contain duplicates.".to_owned());
    }
    Ok(rows.map(|row| item(&headers, row)).collect())
}

fn item(headers: &[String], row: Vec<String>) -> Value {
    let value = |cell: String| match cell.parse::<i64>() {
        Ok(number) if seeded(Site::CsvReadsNumbers) => number.into(),
        _ => Value::from(cell),
    };
    let cells = row.into_iter().map(value).chain(std::iter::repeat_with(|| Value::from("")));
    Value::Object(headers.iter().cloned().zip(cells).collect::<Map<_, _>>())
}

/// Cells may stand in double quotes, in which a doubled quote is a quote (RFC 4180).
fn rows(text: &str, delimiter: char) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut row = Vec::new();
    let mut cell = String::new();
    let mut is_quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if is_quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            '"' if is_quoted || cell.is_empty() => is_quoted = !is_quoted,
            _ if is_quoted => cell.push(character),
            '\n' => end_row(&mut rows, &mut row, &mut cell),
            '\r' if characters.peek() == Some(&'\n') => {}
            _ if character == delimiter => row.push(std::mem::take(&mut cell)),
            _ => cell.push(character),
        }
    }
    end_row(&mut rows, &mut row, &mut cell);
    rows
}

fn end_row(rows: &mut Vec<Vec<String>>, row: &mut Vec<String>, cell: &mut String) {
    if row.is_empty() && cell.is_empty() {
        return;
    }
    row.push(std::mem::take(cell));
    rows.push(std::mem::take(row));
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case::cells_are_texts("a,b\n1,true\n", json!([{"a": "1", "b": "true"}]))]
    #[case::short_and_long_rows("a,b\n1\n1,2,3", json!([{"a": "1", "b": ""}, {"a": "1", "b": "2"}]))]
    #[case::empty_header("a,\nx,y", json!([{"a": "x", "": "y"}]))]
    #[case::blank_lines("a,b\n\n,,,\n   \n", json!([{"a": "", "b": ""}, {"a": "   ", "b": ""}]))]
    #[case::quotes("a,b\r\n\"x,\"\"y\"\"\n\",z\r\n", json!([{"a": "x,\"y\"\n", "b": "z"}]))]
    fn rows_become_objects_of_texts(#[case] text: &str, #[case] expected: Value) {
        assert_eq!(items(text, None, ',').map(Value::from), Ok(expected));
    }

    #[test]
    fn given_headers_leave_the_first_row_an_item() {
        let headers = ["h".to_owned()];
        assert_eq!(items("1|2", Some(&headers), '|').map(Value::from), Ok(json!([{"h": "1"}])));
    }

    #[test]
    fn header_that_is_there_twice_is_an_error() {
        assert_eq!(items("a,a\n1,2", None, ','), Err("CSV headers cannot contain duplicates.".to_owned()));
    }
}
