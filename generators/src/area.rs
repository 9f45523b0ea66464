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
    Jsonata,
    Assign,
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
    "jsonata",
    "assign",
];

/// How often each area is drawn: what engines get wrong more often than what they all can.
const WEIGHTS: &[(usize, Area)] = &[
    (16, Area::Choice),
    (12, Area::Map),
    (7, Area::Parallel),
    (8, Area::Retry),
    (8, Area::Catch),
    (22, Area::Intrinsics),
    (9, Area::DataFlow),
    (3, Area::Pass),
    (3, Area::Wait),
    (3, Area::Fail),
    (5, Area::Task),
    (9, Area::Jsonata),
    (5, Area::Assign),
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
            Self::Jsonata => "jsonata",
            Self::Assign => "assign",
        }
    }

    /// An area that an engine with this profile can be given.
    pub(crate) fn draw(draw: &mut Draw, profile: &Profile) -> Self {
        let area = draw.weighted(WEIGHTS);
        if area.fits(profile) { area } else { Self::Intrinsics }
    }

    /// Whether an engine with this profile can be given cases of this area.
    pub(crate) fn fits(self, profile: &Profile) -> bool {
        match self {
            Self::Task => profile.has(Feature::Activities),
            Self::Jsonata => profile.has(Feature::Jsonata),
            Self::Assign => profile.has(Feature::Variables),
            _ => true,
        }
    }

    /// How many levels of Parallel and Map the area needs.
    pub(crate) fn levels(self, profile: &Profile) -> usize {
        match self {
            Self::Map | Self::Parallel | Self::Jsonata => 1,
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
