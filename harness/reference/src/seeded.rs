//! Places at which the reference can be made to go wrong on purpose, so that the suite can be held against engines with
//! known bugs.
//!
//! Each site is one mistake that an engine author really makes; what the mistake is stands in the harness's catalogue of
//! mutants. None is chosen unless somebody asks for it, for one call and on one thread: then [`seeded`] reads one
//! thread-local number.

use std::cell::Cell;

/// One place with one mistake; named by what the engine with the mistake does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
#[expect(missing_docs, reason = "the names say it, and the catalogue of mutants says it in a sentence")]
pub enum Site {
    // choice/compile.rs
    NestedRulesMayHaveNext,
    CombinatorsMayBeEmpty,
    FirstOperatorCounts,
    OperandsNotChecked,
    // choice/mod.rs
    AndAsksAllParts,
    OrAsksAllParts,
    IsPresentNeedsThePath,
    NullIsNotPresent,
    MissingVariableIsFalse,
    MissingIsNull,
    MissingOperandIsFalse,
    WrongTypeFails,
    PathOperandIsText,
    // choice/numeric.rs
    NumbersByText,
    NumbersMayBeText,
    // choice/pattern.rs
    OneStarAlone,
    EscapedStarIsWild,
    PatternMatchesPart,
    StarNeedsText,
    PatternFoldsCase,
    // choice/string.rs
    StringsFoldCase,
    StringsAreTrimmed,
    StringsByCodePoint,
    // choice/timestamps.rs
    TimestampsByText,
    // choice/value_kind.rs
    TextOfDigitsIsNumeric,
    TimestampIsNoString,
    TextMayBeBoolean,
    AnyTextIsTimestamp,
    // definition/distributed_map.rs
    LabelsNotChecked,
    // definition/fields.rs
    UnknownFieldsIgnored,
    CommentsRefused,
    RequiredFieldsNotChecked,
    TypeAndResourceNotChecked,
    ExclusiveFieldsNotChecked,
    UnknownValuesAccepted,
    FractionsAreCut,
    RangesNotChecked,
    BackoffMayShrink,
    ListsMayBeEmpty,
    WrongTypesIgnored,
    // definition/flow_graph.rs
    TargetsNotChecked,
    FlowsNeedNoEnd,
    UnreachableStatesAccepted,
    // definition/map.rs
    IteratorRefused,
    // definition/parse.rs
    ScopesNotChecked,
    NamesMayRepeat,
    NamesMayBeLong,
    // definition/path_fields.rs
    ManyNodesAccepted,
    ResultPathIntoContext,
    PathsNeedNoDollar,
    // definition/resource.rs
    ExpressTakesAnyTask,
    ResourcesNotChecked,
    // definition/retry_catch.rs
    EmptyRetryRefused,
    ZeroAttemptsRefused,
    AllMayStandAnywhere,
    // definition/states.rs
    LanguagesMayMix,
    TimestampsNotCheckedAtCreation,
    NeitherNextNorEndIsEnd,
    // definition/task.rs
    CredentialsNotChecked,
    HeartbeatMayExceedTimeout,
    // execution/children.rs
    ChildExecutionsSeeVariables,
    // execution/choice.rs
    VariableOfRawInput,
    LastRuleWins,
    NoMatchEndsWell,
    // execution/composite.rs
    ChildrenStartWithoutVariables,
    ResultsInOrderOfCompletion,
    IterationsShareVariables,
    BranchesShareVariables,
    FailedIterationGivesNull,
    FailedBranchGivesNull,
    BranchFailureHasItsOwnName,
    EmptyMapGivesNull,
    MapDropsNulls,
    SingleBranchUnwrapped,
    BranchOutputsMerged,
    // execution/context.rs
    ContextNameIsArn,
    ContextWithoutToken,
    ContextIndexFromOne,
    ContextSourceInline,
    // execution/data_flow.rs
    ParametersSeeRawInput,
    OutputSeesAssigned,
    JsonataOutputDefaultsToInput,
    ChoiceAssignsWhateverRule,
    CatchUsesResultPathOfState,
    CatchAppliesResultSelector,
    CatchAppliesOutputPath,
    ResultSelectorSeesInput,
    OutputPathBeforeResultPath,
    NullPathGivesNull,
    MissingPathIsNull,
    ResultPathConflictReplaces,
    ResultPathIntoEffectiveInput,
    // execution/fail.rs
    FailWithoutErrorIsNamed,
    FailEndsExecution,
    FailPathTakesNoCall,
    // execution/limits.rs
    ExpressHasNoLimit,
    PayloadsHaveNoLimit,
    // execution/map/batcher.rs
    BatchesOneLarger,
    BatchesAreArrays,
    // execution/map/csv.rs
    CsvHeadersAreARow,
    CsvReadsNumbers,
    // execution/map/inline.rs
    ItemUnknownInside,
    // execution/map/mod.rs
    ItemSelectorSeesItem,
    ItemsOfRawInput,
    SingleItemWrapped,
    // execution/map/tolerance.rs
    ToleratedCountExcluded,
    // execution/parallel.rs
    BranchesGetRawInput,
    // execution/retry.rs
    RetryCounterShared,
    MaxAttemptsCountFirst,
    MaxAttemptsOneMore,
    RetryIgnoresTimeouts,
    LastRetrierWins,
    ExhaustedRetrierPassesOn,
    BackoffNotApplied,
    BackoffAdded,
    BackoffOneStepEarly,
    // execution/state_error.rs
    UnnamedErrorIsTaskFailed,
    AbsentCauseIsEmpty,
    JsonataErrorsAreTerminal,
    AllCatchesRuntime,
    RuntimeIsCaughtByName,
    FirstErrorNameAlone,
    AllIsAName,
    AllPassesTimeoutsBy,
    TaskFailedIsAName,
    TaskFailedMatchesTimeouts,
    HeartbeatNameUnknown,
    TimeoutPassesHeartbeatsBy,
    ErrorNamesFoldCase,
    ErrorNamesMatchByPrefix,
    TimeoutCauseIsNull,
    ErrorOutputWithoutCause,
    ErrorOutputInLowerCase,
    ErrorOutputLeavesNullOut,
    // execution/task/mod.rs
    HeartbeatsAreNotHeard,
    ResultTextIsParsed,
    HeartbeatHasItsOwnName,
    // execution/thread.rs
    RetryCountersKept,
    RetryEntersAgain,
    AssignForgetsOthers,
    SucceedEndsExecution,
    CatchBeforeRetry,
    ContextInputIsOfState,
    ContextEnteredAtStart,
    ContextRetryCountStands,
    ContextRetryCountEverywhere,
    // execution/wait.rs
    PastTimestampFails,
    WaitReturnsAtOnce,
    WaitHasNoLimit,
    MissingSecondsAreZero,
    NegativeSecondsAreZero,
    FractionOfSecondsIsCut,
    MissingTimestampIsNow,
    // intrinsics/arrays.rs
    ArrayFlattens,
    PartitionRounds,
    PartitionDropsRest,
    ContainsComparesTypes,
    RangeRefusesDirection,
    RangeExcludesEnd,
    RangeHasNoLimit,
    GetItemOutOfRangeIsNull,
    GetItemCountsFromEnd,
    GetItemCountsFromOne,
    LengthTakesText,
    UniqueKeepsOrder,
    UniqueLeavesContainers,
    // intrinsics/encoding.rs
    Base64IsUrlSafe,
    Base64WrapsLines,
    Base64DecodesStrictly,
    HashOfJson,
    HashNamesAreLoose,
    HashInUpperCase,
    TextsHaveNoLimit,
    // intrinsics/expression.rs
    MissingArgumentIsNull,
    // intrinsics/format.rs
    FormatKeepsBackslashes,
    FormatIgnoresSurplus,
    FormatNullIsEmpty,
    FormatQuotesTexts,
    FormatPrintsJson,
    // intrinsics/function.rs
    UuidRefusesArguments,
    // intrinsics/json.rs
    BlankIsNoJson,
    JsonIsContainer,
    JsonTextSortsKeys,
    JsonTextIsSpaced,
    JsonTextOfText,
    MergeFirstWins,
    MergeIgnoresDeep,
    MergeIsDeep,
    // intrinsics/math.rs
    AddTruncates,
    AddRoundsTheSum,
    AddHasNoLimit,
    RandomIncludesEnd,
    RandomIgnoresSeed,
    // intrinsics/parser.rs
    AnyEscapeAccepted,
    // intrinsics/strings.rs
    SplitByWholeDelimiter,
    SplitKeepsEmptyParts,
    // jsonata/expression.rs
    BlanksAroundMarks,
    UnclosedIsPlainText,
    ResultIsInput,
    NoErrorOutput,
    NoContext,
    AnyMemberOfStates,
    UndefinedIsNull,
    TypesAreNotChecked,
    // jsonata/functions.rs
    JsonataPartitionDropsRest,
    JsonataRangeExcludesEnd,
    JsonataHashIgnoresAlgorithm,
    JsonataParseGivesText,
    // jsonata/template.rs
    ExpressionsStopAtArrays,
    // jsonpath/operators.rs
    FilterLessIncludesEqual,
    // jsonpath/walk.rs
    NoMatchIsNull,
    SingleMatchUnwrapped,
    NoMatchFails,
    NegativeIndexUnknown,
    WildcardSkipsObjects,
    FirstOfIndicesAlone,
    ScanStopsAtMatch,
    NegativeSliceFromStart,
    SliceIncludesEnd,
    // nested.rs
    NestedOutputStaysText,
    NestedFailureKeepsItsName,
    // path.rs
    UnassignedIsNull,
    ResultPathNeedsParents,
    ResultPathMerges,
    // template.rs
    MissingMemberLeftOut,
    TemplatesStopAtArrays,
    TemplatesStopAtObjects,
    TemplateValuesNotChecked,
    DynamicKeyKeepsEnding,
    IndexOutOfRangeFails,
    MissingMemberIsNull,
    // timestamp.rs
    TimestampMayBeDate,
    TimestampMayHaveBlank,
    TimestampLosesFraction,
    TimestampNeedsNoZone,
    TimestampLosesOffset,
}

const OFF: u16 = u16::MAX;
const NOTING: u16 = u16::MAX - 1;
const SEVERAL: u16 = u16::MAX - 2;

thread_local! {
    static CHOSEN: Cell<u16> = const { Cell::new(OFF) };
    static ASKED: Cell<SiteSet> = const { Cell::new(SiteSet([0; WORDS])) };
    static CHOSEN_TOGETHER: Cell<SiteSet> = const { Cell::new(SiteSet([0; WORDS])) };
}

/// Whether the mistake of this site is to be made here and now.
#[inline]
pub fn seeded(site: Site) -> bool {
    match CHOSEN.get() {
        OFF => false,
        NOTING => note(site),
        SEVERAL => is_among_several(site),
        chosen => chosen == site as u16,
    }
}

#[cold]
fn note(site: Site) -> bool {
    ASKED.set(ASKED.get().with(site));
    false
}

#[cold]
fn is_among_several(site: Site) -> bool {
    CHOSEN_TOGETHER.get().contains(site)
}

/// What the work gives when the mistake of this site is made in it, wherever the work comes by.
pub fn with_site<T>(site: Site, work: impl FnOnce() -> T) -> T {
    let _scope = Scope::enter(site as u16, SiteSet::default());
    work()
}

/// The same with the mistakes of all these sites.
pub fn with_sites<T>(sites: SiteSet, work: impl FnOnce() -> T) -> T {
    let _scope = Scope::enter(SEVERAL, sites);
    work()
}

/// What the work gives without any mistake, and the sites that it came by: with another site than these it gives the
/// same.
pub fn noting_sites<T>(work: impl FnOnce() -> T) -> (T, SiteSet) {
    let _scope = Scope::enter(NOTING, SiteSet::default());
    ASKED.set(SiteSet::default());
    let result = work();
    (result, ASKED.get())
}

/// Goes back to what was chosen before, also when the work panics.
struct Scope {
    before: u16,
    together_before: SiteSet,
}

impl Scope {
    fn enter(chosen: u16, together: SiteSet) -> Self {
        Self { before: CHOSEN.replace(chosen), together_before: CHOSEN_TOGETHER.replace(together) }
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        CHOSEN.set(self.before);
        CHOSEN_TOGETHER.set(self.together_before);
    }
}

const WORDS: usize = 4;

/// A set of sites.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SiteSet([u64; WORDS]);

impl SiteSet {
    /// Whether the site is in it.
    pub fn contains(self, site: Site) -> bool {
        let (word, bit) = place(site);
        self.0[word] & bit != 0
    }

    /// All sites of both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(std::array::from_fn(|word| self.0[word] | other.0[word]))
    }

    /// The set with this site too.
    #[must_use]
    pub fn with(mut self, site: Site) -> Self {
        let (word, bit) = place(site);
        self.0[word] |= bit;
        self
    }
}

fn place(site: Site) -> (usize, u64) {
    let number = site as usize;
    (number / 64, 1 << (number % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistake_is_made_inside_its_scope_alone() {
        assert!(!seeded(Site::BackoffNotApplied));
        with_site(Site::BackoffNotApplied, || {
            assert!(seeded(Site::BackoffNotApplied));
            assert!(!seeded(Site::BackoffAdded));
        });
        assert!(!seeded(Site::BackoffNotApplied));
    }

    #[test]
    fn mistakes_are_made_together() {
        let both = SiteSet::default().with(Site::BackoffAdded).with(Site::FormatNullIsEmpty);
        let made = with_sites(both, || {
            let sites = [Site::BackoffAdded, Site::FormatNullIsEmpty, Site::BackoffNotApplied];
            sites.map(seeded)
        });
        assert_eq!(made, [true, true, false]);
        assert!(!seeded(Site::BackoffAdded));
    }

    #[test]
    fn scope_ends_with_a_panic() {
        let panicked = std::panic::catch_unwind(|| {
            with_site(Site::BackoffAdded, || panic!("on purpose"));
        });
        assert!(panicked.is_err());
        assert!(!seeded(Site::BackoffAdded));
    }

    #[test]
    fn sites_that_were_asked_are_noted_and_not_seeded() {
        let (was_seeded, sites) = noting_sites(|| seeded(Site::BackoffNotApplied));
        assert!(!was_seeded);
        assert!(sites.contains(Site::BackoffNotApplied));
        assert!(!sites.contains(Site::BackoffAdded));
    }
}
