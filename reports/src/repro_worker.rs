//! The part of a reproducer that answers an activity as it is scripted, and quoting for bash.

use std::fmt::Write as _;

use asl_cases::Answer;

/// A bash function `answer_N ATTEMPT TOKEN` that answers one attempt; the last answer serves all further attempts.
pub(crate) fn worker_function(number: usize, answers: &[Answer]) -> String {
    let mut function = format!("answer_{number}() {{ # ATTEMPT TOKEN\n  case \"$1\" in\n");
    let mut polled = format!("is_polled_{number}() {{ # ATTEMPT\n  case \"$1\" in\n");
    for (attempt, answer) in answers.iter().enumerate() {
        let pattern = if attempt + 1 == answers.len() { "*".to_owned() } else { attempt.to_string() };
        let lines = answer_lines(answer).join("\n       ");
        writeln!(function, "    {pattern})\n       {lines}\n       ;;").expect("a string takes any text");
        let is_polled = if *answer == Answer::Unpolled { "false" } else { "true" };
        writeln!(polled, "    {pattern}) {is_polled} ;;").expect("a string takes any text");
    }
    format!("{function}  esac\n}}\n{polled}  esac\n}}\n")
}

fn answer_lines(answer: &Answer) -> Vec<String> {
    match answer {
        Answer::Succeed(output) => {
            let output = quoted(&output.to_string());
            vec![format!("sfn send-task-success --task-token \"$2\" --task-output={output}")]
        }
        Answer::Fail { error, cause } => {
            let option = |name: &str, text: &Option<String>| {
                text.as_ref().map_or_else(String::new, |text| format!(" --{name}={}", quoted(text)))
            };
            let options = option("error", error) + &option("cause", cause);
            vec![format!("sfn send-task-failure --task-token \"$2\"{options}")]
        }
        Answer::Silence | Answer::Unpolled | Answer::NoSuchActivity => vec![":".to_owned()],
        // Nobody submits an activity task.
        Answer::Submitted { then, .. } => answer_lines(then),
        Answer::Heartbeats { count, every_seconds, then } => {
            let mut lines = vec![
                format!("for _ in $(seq {count}); do"),
                format!("  sleep {every_seconds}; sfn send-task-heartbeat --task-token \"$2\""),
                "done".to_owned(),
                format!("sleep {every_seconds}"),
            ];
            lines.extend(answer_lines(then));
            lines
        }
    }
}

/// Writes a text to a file of the script, byte for byte, with the script's `put`.
pub(crate) fn heredoc(path: &str, text: &str) -> String {
    let mut end = "END_OF_TEXT".to_owned();
    while text.lines().any(|line| line == end) {
        end.push('_');
    }
    format!("put \"{path}\" <<'{end}'\n{text}\n{end}\n")
}

/// The text as one word of bash.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[test]
    fn last_answer_serves_all_further_attempts() {
        let function = worker_function(3, &[Answer::Silence, Answer::Succeed(json!("it's"))]);
        assert!(function.starts_with("answer_3() {"), "{function}");
        assert!(function.contains("    0)\n       :\n"), "{function}");
        assert!(
            function.contains(
                r#"    *)
       sfn send-task-success --task-token "$2" --task-output='"it'\''s"'"#
            ),
            "{function}"
        );
    }

    #[rstest]
    #[case("{}", "END_OF_TEXT")]
    #[case("a\nEND_OF_TEXT\nb", "END_OF_TEXT_")]
    fn text_never_ends_its_own_quotation(#[case] text: &str, #[case] end: &str) {
        assert_eq!(heredoc("$work/x", text), format!("put \"$work/x\" <<'{end}'\n{text}\n{end}\n"));
    }

    #[test]
    fn missing_error_and_cause_send_none() {
        let lines = answer_lines(&Answer::Fail { error: None, cause: Some("c".to_owned()) });
        assert_eq!(lines, ["sfn send-task-failure --task-token \"$2\" --cause='c'"]);
    }
}
