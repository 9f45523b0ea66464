//! The areas that random cases are drawn for and named by.

use asl_cases::{Feature, Profile};

use crate::draw::Draw;

/// The dominant feature of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Area {
    Choice,
    Map,
    Parallel,
    Retry,
    Catch,
    Intrinsics,
    DataFlow,
    Pass,
    Wait,
    Fail,
    Task,
}

/// All areas that random cases are named by.
pub const AREAS: &[&str] = &[
    "choice",
    "map",
    "parallel",
    "retry",
    "catch",
    "intrinsics",
    "data-flow",
    "pass",
    "wait",
    "fail",
    "task",
];

/// How often each area is drawn: what engines get wrong more often than what they all can.
const WEIGHTS: &[(usize, Area)] = &[
    (17, Area::Choice),
    (13, Area::Map),
    (9, Area::Parallel),
    (9, Area::Retry),
    (9, Area::Catch),
    (15, Area::Intrinsics),
    (13, Area::DataFlow),
    (4, Area::Pass),
    (4, Area::Wait),
    (4, Area::Fail),
    (3, Area::Task),
];

impl Area {
    /// The area of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        WEIGHTS.iter().map(|(_, area)| *area).find(|area| area.name() == name)
    }

    /// The name, as it stands in the names of cases.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Choice => "choice",
            Self::Map => "map",
            Self::Parallel => "parallel",
            Self::Retry => "retry",
            Self::Catch => "catch",
            Self::Intrinsics => "intrinsics",
            Self::DataFlow => "data-flow",
            Self::Pass => "pass",
            Self::Wait => "wait",
            Self::Fail => "fail",
            Self::Task => "task",
        }
    }

    /// An area that an engine with this profile can be given.
    pub(crate) fn draw(draw: &mut Draw, profile: &Profile) -> Self {
        let area = draw.weighted(WEIGHTS);
        if area.fits(profile) { area } else { Self::Intrinsics }
    }

    /// Whether an engine with this profile can be given cases of this area.
    pub(crate) fn fits(self, profile: &Profile) -> bool {
        self != Self::Task || profile.has(Feature::Activities)
    }

    /// How many levels of Parallel and Map the area needs.
    pub(crate) fn levels(self, profile: &Profile) -> usize {
        match self {
            Self::Map | Self::Parallel => 1,
            Self::Retry | Self::Catch if !profile.has(Feature::Activities) => 1,
            _ => 0,
        }
    }
}

/// The areas that an engine with this profile can be given.
pub fn areas_for(profile: &Profile) -> Vec<&'static str> {
    AREAS.iter().copied().filter(|name| Area::named(name).is_some_and(|area| area.fits(profile))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_area_has_a_weight_and_reads_back_from_its_name() {
        assert_eq!(AREAS.len(), WEIGHTS.len());
        for name in AREAS {
            assert_eq!(Area::named(name).map(Area::name), Some(*name));
        }
    }
}
