//! What the service holds, and which operation does what. Synchronous: the time is passed in.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use asl_reference::{
    execution::TaskId,
    reference::{ACCOUNT, REGION},
};
use serde_json::Value;

use super::{
    activities::Activity,
    api_error::ApiError,
    clock::{Family, FamilyId},
    executions::StoredExecution,
    machines::StoredMachine,
    operations,
    pending::Pending,
    shape,
    stubs::Stubs,
    tasks::Nested,
};

/// How the service behaves.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The account in its ARNs.
    pub account: String,
    /// The region in its ARNs.
    pub region: String,
    /// Whether waiting takes time.
    pub time: TimeMode,
    /// How many executions that have ended are kept; the oldest ones are forgotten first.
    pub finished_max: usize,
    /// The log groups that are known not to exist; every other one does.
    pub deleted_log_groups: BTreeSet<String>,
    /// What the tasks hear that no worker answers.
    pub stubs: Stubs,
}

/// Whether a second takes a second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum TimeMode {
    /// Waiting costs nothing while no worker is waited for.
    #[default]
    Virtual,
    /// Everything takes as long as it says.
    Real,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            account: ACCOUNT.to_owned(),
            region: REGION.to_owned(),
            time: TimeMode::default(),
            finished_max: 1000,
            deleted_log_groups: BTreeSet::new(),
            stubs: Stubs::default(),
        }
    }
}

/// State machines, executions and activities of one account in one region.
#[derive(Default)]
pub struct Service {
    pub(super) settings: Settings,
    pub(super) machines: BTreeMap<String, StoredMachine>,
    pub(super) executions: BTreeMap<String, StoredExecution>,
    /// The executions that have not ended, with those that they have started.
    pub(super) families: BTreeMap<FamilyId, Family>,
    /// By the ARN of a nested execution, the task that waits for its end.
    pub(super) nested: BTreeMap<String, Nested>,
    /// The executions that have ended, oldest first.
    pub(super) finished: VecDeque<String>,
    pub(super) activities: BTreeMap<String, Activity>,
    pub(super) tokens: BTreeMap<String, (String, TaskId)>,
    pub(super) started: u64,
    /// When the last call was made.
    pub(super) now_ms: i64,
    identifiers: u64,
}

/// The reply to one call.
#[derive(Debug)]
pub enum Reply {
    /// The body of a success.
    Done(Value),
    /// The answer depends on what happens next: see [`Service::resume`].
    Later(Pending),
}

impl Service {
    /// A service that holds nothing yet.
    pub fn new(settings: Settings) -> Self {
        Self { settings, ..Self::default() }
    }

    /// Carries out one operation at this time (milliseconds since the epoch).
    ///
    /// # Errors
    /// The API error that AWS would answer.
    pub fn call(&mut self, operation: &str, request: &Value, now_ms: i64) -> Result<Reply, ApiError> {
        let members =
            operations::members(operation).ok_or_else(|| ApiError::new("UnknownOperationException", ""))?;
        shape::check(request, members)?;
        self.now_ms = now_ms;
        self.advance(now_ms);
        match operation {
            "StartSyncExecution" => return self.start_sync_execution(request, now_ms),
            "GetActivityTask" => return self.get_activity_task(request, now_ms),
            _ => {}
        }
        let body = match operation {
            "StartExecution" => self.start_execution(request, now_ms),
            "StopExecution" => self.stop_execution(request, now_ms),
            "RedriveExecution" => self.redrive_execution(request, now_ms),
            "DescribeExecution" => self.describe_execution(request),
            "DescribeStateMachineForExecution" => self.describe_machine_for_execution(request),
            "ListExecutions" => self.list_executions(request),
            "GetExecutionHistory" => self.execution_history(request),
            "ListMapRuns" => self.list_map_runs(request),
            "DescribeMapRun" => self.describe_map_run(request),
            "UpdateMapRun" => self.update_map_run(request, now_ms),
            "SendTaskSuccess" => self.send_task_success(request, now_ms),
            "SendTaskFailure" => self.send_task_failure(request, now_ms),
            "SendTaskHeartbeat" => self.send_task_heartbeat(request, now_ms),
            _ => self.call_about_things(operation, request, now_ms),
        };
        body.map(Reply::Done)
    }

    /// The operations about what is made and kept: machines, versions, aliases, tags, activities.
    fn call_about_things(
        &mut self,
        operation: &str,
        request: &Value,
        now_ms: i64,
    ) -> Result<Value, ApiError> {
        match operation {
            "CreateStateMachine" => self.create_state_machine(request, now_ms),
            "UpdateStateMachine" => self.update_state_machine(request, now_ms),
            "DescribeStateMachine" => self.describe_state_machine(request),
            "ListStateMachines" => self.list_state_machines(request),
            "DeleteStateMachine" => self.delete_state_machine(request),
            "ValidateStateMachineDefinition" => Self::validate_definition(request),
            "TestState" => self.test_state(request, now_ms),
            "PublishStateMachineVersion" => self.publish_version(request, now_ms),
            "ListStateMachineVersions" => self.list_versions(request),
            "DeleteStateMachineVersion" => self.delete_version(request),
            "CreateStateMachineAlias" => self.create_alias(request, now_ms),
            "UpdateStateMachineAlias" => self.update_alias(request, now_ms),
            "DescribeStateMachineAlias" => self.describe_alias(request),
            "ListStateMachineAliases" => self.list_aliases(request),
            "DeleteStateMachineAlias" => self.delete_alias(request),
            "TagResource" => self.tag_resource(request),
            "UntagResource" => self.untag_resource(request),
            "ListTagsForResource" => self.list_tags(request),
            "CreateActivity" => self.create_activity(request, now_ms),
            "DescribeActivity" => self.describe_activity(request),
            "ListActivities" => self.list_activities(request),
            "DeleteActivity" => self.delete_activity(request),
            // The model has it, this service does not.
            _ => Err(ApiError::new("UnknownOperationException", "")),
        }
    }

    pub(super) fn arn(&self, kind: &str, rest: &str) -> String {
        format!("arn:aws:states:{}:{}:{kind}:{rest}", self.settings.region, self.settings.account)
    }

    /// A UUID that was not given before.
    pub(super) fn draw_uuid(&mut self) -> String {
        self.identifiers += 1;
        let (high, low) = (scrambled(self.identifiers), scrambled(!self.identifiers));
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            0x8000 | ((low >> 48) & 0x3fff),
            low & 0xffff_ffff_ffff,
        )
    }
}

/// Spreads a small number over 64 bits: the finaliser of `SplitMix64`, which maps different numbers to different ones.
fn scrambled(number: u64) -> u64 {
    let mut bits = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// Documented: no white space, wildcards, brackets, quotes, separators or control characters.
pub(super) fn check_name(name: &str) -> Result<(), ApiError> {
    const FORBIDDEN: &str = "?*<>{}[]\"#%\\^|~`$&,;:/\u{fffe}\u{ffff}";
    let is_allowed = |character: char| {
        !character.is_whitespace() && !character.is_control() && !FORBIDDEN.contains(character)
    };
    if name.chars().all(is_allowed) { Ok(()) } else { Err(ApiError::invalid_name(name)) }
}
