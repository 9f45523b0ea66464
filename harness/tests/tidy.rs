//! Holds the shape of our own sources: short functions and files, an opening sentence, no loose ends, no path of a
//! machine. It looks at text only, so that it needs no parser.
#![allow(clippy::disallowed_methods, reason = "it reads the sources")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use asl_cases::{Level, Requirement, RequirementId, requirements};

/// How a doc comment cites requirements.
const CITATION: &str = "Requirement: ";
const FUNCTION_LINES_MAX: usize = 70;
const FILE_LINES_MAX: usize = 800;
/// A file in which so large a share of the lines holds data is a table, and may be as long as its data.
const TABLE_SHARE: f64 = 0.8;

/// One source file.
struct Source {
    name: String,
    text: String,
}

#[test]
fn files_open_with_what_they_are_for() {
    check("does not open with `//!`", |source| if source.text.starts_with("//!") { vec![] } else { vec![1] });
}

#[test]
fn functions_fit_on_a_page() {
    check("a function of more than 70 lines begins here", |source| {
        let lines: Vec<&str> = source.text.lines().collect();
        let too_long = |begin: &usize| function_length(&lines[*begin..]) > FUNCTION_LINES_MAX;
        (0..lines.len())
            .filter(|index| is_function(lines[*index]))
            .filter(too_long)
            .map(|index| index + 1)
            .collect()
    });
}

#[test]
fn files_that_are_no_tables_are_short() {
    check("the file has more than 800 lines", |source| {
        let length = source.text.lines().count();
        if length > FILE_LINES_MAX && !is_table(&source.text) { vec![FILE_LINES_MAX + 1] } else { vec![] }
    });
}

#[test]
fn nothing_is_left_to_do() {
    let loose_ends = ["to\u{64}o!(", "db\u{67}!(", "unimplement\u{65}d!(", "FIXM\u{45}", "TO\u{44}O"];
    check("a loose end", |source| lines_with(source, &loose_ends));
}

#[test]
fn no_source_knows_a_machine() {
    let places = ["/wor\u{6b}/", "/roo\u{74}/", "/hom\u{65}/", "../share\u{64}"];
    check("a path of some machine", |source| {
        // A test that needs recordings that are not part of the project skips without them.
        if source.name.contains("/tests/") && source.text.contains("skip") {
            return vec![];
        }
        lines_with(source, &places)
    });
}

#[test]
fn cited_requirements_are_in_the_catalogue() {
    check("no such id in cases/requirements.json", |source| {
        let cited = citations(&source.text);
        cited
            .filter(|(_, id)| RequirementId((*id).to_owned()).entry().is_none())
            .map(|(line, _)| line)
            .collect()
    });
}

/// Where AWS's behaviour is binding or was seen, the reference says which of its parts has it.
#[test]
fn reference_cites_every_requirement() {
    let sources = sources();
    let reference = sources.iter().filter(|source| source.name.starts_with("harness/reference/src"));
    let cited: BTreeSet<_> =
        reference.flat_map(|source| citations(&source.text)).map(|(_, id)| id.to_owned()).collect();
    let is_missing =
        |requirement: &&Requirement| requirement.level != Level::Should && !cited.contains(&requirement.id.0);
    let missing: Vec<_> =
        requirements().iter().filter(is_missing).map(|requirement| &requirement.id.0).collect();
    assert!(missing.is_empty(), "cite these in harness/reference, as `{CITATION}ID`: {missing:#?}");
}

#[test]
fn citation_may_name_several_requirements() {
    let text = format!("x\n    /// {CITATION}asl.a.b, asl.c.d\n");
    assert_eq!(citations(&text).collect::<Vec<_>>(), [(2, "asl.a.b"), (2, "asl.c.d")]);
}

#[test]
fn length_of_a_function_ends_with_its_brace() {
    let text = "    fn f() -> u8 {\n        if x {\n        }\n        1\n    }\n\n    fn g() {}\n";
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!((function_length(&lines), function_length(&lines[6..])), (5, 1));
}

/// Fails with the name and line of every offender.
#[track_caller]
fn check(what: &str, offences: impl Fn(&Source) -> Vec<usize>) {
    let sources = sources();
    assert!(sources.len() > 50, "only {} sources were found", sources.len());
    let offenders: Vec<String> = sources
        .iter()
        .flat_map(|source| offences(source).into_iter().map(|line| format!("{}:{line}: {what}", source.name)))
        .collect();
    assert!(offenders.is_empty(), "\n{}\n", offenders.join("\n"));
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();
    files
        .iter()
        .map(|file| Source {
            name: file.strip_prefix(&root).expect("it is below the root").display().to_string(),
            text: fs::read_to_string(file).expect("sources are UTF-8"),
        })
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the workspace").flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let is_ours = name != "target" && !name.to_string_lossy().starts_with('.');
        if path.is_dir() && is_ours {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The requirements that doc comments cite, with their lines.
fn citations(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().flat_map(|(index, line)| {
        let comment = line.trim_start().strip_prefix("///").map(str::trim_start);
        let cited = comment.and_then(|comment| comment.strip_prefix(CITATION)).unwrap_or_default();
        cited.split(',').map(str::trim).filter(|id| !id.is_empty()).map(move |id| (index + 1, id))
    })
}

fn is_function(line: &str) -> bool {
    let line = line.trim_start();
    let signature = ["pub ", "pub(crate) ", "pub(super) ", "const ", "async "]
        .iter()
        .fold(line, |rest, word| rest.strip_prefix(word).unwrap_or(rest));
    signature.starts_with("fn ")
}

/// Up to the closing brace in the column of the `fn`: rustfmt puts it there.
fn function_length(lines: &[&str]) -> usize {
    let indent = lines[0].len() - lines[0].trim_start().len();
    let is_end = |line: &&str| {
        line.len() > indent
            && line.as_bytes()[..indent].iter().all(|byte| *byte == b' ')
            && line.as_bytes()[indent] == b'}'
    };
    let ends_at_once = lines[0].ends_with('}') || lines[0].ends_with(';');
    if ends_at_once { 1 } else { lines.iter().position(is_end).map_or(1, |end| end + 1) }
}

fn is_table(text: &str) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let is_datum = |line: &&&str| line.ends_with(',') || line.starts_with(['"', '(', '#', '}', ')', ']']);
    #[expect(clippy::cast_precision_loss, reason = "files are short")]
    let share = lines.iter().filter(is_datum).count() as f64 / lines.len() as f64;
    share >= TABLE_SHARE
}

fn lines_with(source: &Source, texts: &[&str]) -> Vec<usize> {
    let lines = source.text.lines().enumerate();
    lines
        .filter(|(_, line)| texts.iter().any(|text| line.contains(text)))
        .map(|(index, _)| index + 1)
        .collect()
}
