//! `generate`: cases as JSON lines, the same bytes for the same seed and profile.

use std::fmt::Write;

use asl_cases::Profile;
use asl_generators::{explain_case, generate_case, stream_version};
use asl_reference::reference;

use super::{CommandError, parse_spec};
use crate::{
    engine::EngineSpec,
    exit_code::ExitCode,
    output::{self, Reader},
    registry::Registry,
};

/// Which cases, and how many.
#[derive(clap::Args)]
pub struct Args {
    /// How many cases
    #[arg(short = 'n', long = "cases", value_name = "N", default_value_t = 10)]
    cases: u64,
    /// The seed
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// Only what this engine claims to support: an engine name, or `reference` for everything that is modelled
    #[arg(long, value_name = "ENGINE", value_parser = parse_spec, default_value = "reference")]
    profile: EngineSpec,
    /// Print why each case was drawn so, in place of the case: its area, the swarm of its block, and each decision with
    /// its odds
    #[arg(long)]
    explain: bool,
}

pub(super) fn execute(args: &Args) -> Result<ExitCode, CommandError> {
    let profile = narrowed(&profile_of(&args.profile)?);
    for index in 0..args.cases {
        let text = if args.explain {
            explained(&profile, args.seed, index)
        } else {
            let case = generate_case(&profile, args.seed, index);
            format!("{}\n", serde_json::to_string(&case).expect("a case is JSON"))
        };
        if output::print(&text)? == Reader::Gone {
            break;
        }
    }
    Ok(ExitCode::Agree)
}

/// The case in a sentence, and what led to it.
fn explained(profile: &Profile, seed: u64, index: u64) -> String {
    let (case, explanation) = explain_case(profile, seed, index);
    let mut text = format!("{}: {}\n", case.name, case.title);
    let _ = writeln!(text, "  stream {}, {}", stream_version(), explanation.swarm);
    for decision in explanation.area.iter().chain(&explanation.decisions) {
        let _ = writeln!(text, "  {decision}");
    }
    text.push('\n');
    text
}

pub(super) fn profile_of(spec: &EngineSpec) -> Result<Profile, CommandError> {
    match spec {
        EngineSpec::Reference | EngineSpec::Serve | EngineSpec::Faulty(_) => Ok(reference::profile()),
        EngineSpec::Http(_) => Ok(Profile::everything_real_time()),
        EngineSpec::Named { name, .. } => Registry::embedded()
            .get(name)
            .map(|entry| entry.profile.clone())
            .map_err(|error| CommandError::usage(error.to_string())),
    }
}

/// What both the engine and the oracle know.
pub(super) fn narrowed(profile: &Profile) -> Profile {
    let modelled = reference::profile();
    Profile {
        features: profile.features.intersection(&modelled.features).copied().collect(),
        real_time: profile.real_time,
    }
}
