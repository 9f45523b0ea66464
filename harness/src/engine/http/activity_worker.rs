//! The worker of one Task state: polls the state's own activity and answers each attempt as the stub says.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use asl_cases::{Answer, Identities};
use futures::{
    future::BoxFuture,
    stream::{FuturesUnordered, StreamExt},
};
use serde_json::Value;
use tokio::{
    sync::mpsc,
    time::{Instant, sleep},
};

use super::{
    api_failure::{ApiError, ApiFailure},
    client::Api,
    identities::remember,
    lowering::ActivityTask,
};

/// How often a worker asks again after the engine failed inside.
const FAILED_POLLS_MAX: u32 = 3;

/// Tasks of one state that may wait for their answer at once.
const TASKS_AT_ONCE_MAX: usize = 1024;

/// A poll that ends sooner than this without a task was no long poll; the next one waits a little.
const LONG_POLL_MIN: Duration = Duration::from_millis(50);

/// The pause between two looks at the history while an attempt is left unpolled.
const LOOK_PAUSE: Duration = Duration::from_millis(200);

/// How long after its time-out an unpolled attempt is surely over, and before a retry can begin.
const TIMEOUT_MARGIN: Duration = Duration::from_millis(300);

/// Refusals of an answer that only say that the engine has given the attempt up meanwhile.
const TOO_LATE: [&str; 2] = ["TaskTimedOut", "TaskDoesNotExist"];

/// The worker of one Task state.
pub(super) struct ActivityWorker<'a> {
    pub(super) api: Api,
    pub(super) task: &'a ActivityTask,
    pub(super) activity_arn: &'a str,
    /// The execution, if its history shows when this state's attempts are scheduled.
    pub(super) execution_arn: Option<&'a str>,
    pub(super) identities: &'a Mutex<Identities>,
}

impl<'a> ActivityWorker<'a> {
    /// Answers until it is dropped. Returns early only when no attempt will ever be polled again.
    pub(super) async fn serve(self) -> Result<(), ApiError> {
        let (sender, receiver) = mpsc::channel(TASKS_AT_ONCE_MAX);
        tokio::try_join!(self.take_tasks(sender), self.answer_tasks(receiver)).map(drop)
    }

    /// Takes one task after the other; the answers run beside, since iterations of a Map ask at the same time.
    async fn take_tasks(&self, to_answer: mpsc::Sender<(String, &'a Answer)>) -> Result<(), ApiError> {
        let answers: &'a [Answer] = &self.task.answers;
        let mut attempt = 0;
        while let Some(answer) = Answer::for_attempt(answers, attempt) {
            if *answer == Answer::Unpolled {
                if answers.iter().skip(attempt).all(|later| *later == Answer::Unpolled) {
                    return Ok(());
                }
                self.pass_over(attempt).await?;
            } else {
                let token = self.poll().await?;
                let placeholder = format!("<task-token:{}:{attempt}>", self.task.state);
                remember(
                    &mut self.identities.lock().unwrap_or_else(PoisonError::into_inner),
                    &token,
                    placeholder,
                );
                to_answer.send((token, answer)).await.ok();
            }
            attempt += 1;
        }
        Ok(())
    }

    async fn answer_tasks(&self, mut tasks: mpsc::Receiver<(String, &'a Answer)>) -> Result<(), ApiError> {
        let mut answering = FuturesUnordered::new();
        loop {
            tokio::select! {
                Some((token, answer)) = tasks.recv() => answering.push(self.answer_one(token, answer)),
                Some(result) = answering.next() => result?,
                else => return Ok(()),
            }
        }
    }

    /// Asks until there is a task. An engine that fails inside a poll gets another chance: the task is still there.
    async fn poll(&self) -> Result<String, ApiError> {
        let mut failed = 0;
        loop {
            let asked = Instant::now();
            match self.api.get_activity_task(self.activity_arn).await {
                Ok(Some(token)) => return Ok(token),
                Ok(None) => {}
                Err(ApiError { failure: ApiFailure::Internal { .. }, .. }) if failed < FAILED_POLLS_MAX => {
                    failed += 1;
                }
                Err(error) => return Err(error),
            }
            sleep(LONG_POLL_MIN.saturating_sub(asked.elapsed())).await;
        }
    }

    async fn answer_one(&self, token: String, answer: &Answer) -> Result<(), ApiError> {
        match self.say(&token, answer).await {
            Err(ApiError { failure: ApiFailure::Refused { code, .. }, .. })
                if TOO_LATE.contains(&code.as_str()) =>
            {
                Ok(())
            }
            result => result,
        }
    }

    fn say<'b>(&'b self, token: &'b str, answer: &'b Answer) -> BoxFuture<'b, Result<(), ApiError>> {
        Box::pin(async move {
            match answer {
                Answer::Succeed(output) => self.api.send_task_success(token, &output.to_string()).await,
                Answer::Fail { error, cause } => {
                    self.api.send_task_failure(token, error.as_deref(), cause.as_deref()).await
                }
                // A task that was taken cannot be given back: unpolled can only mean silence here.
                Answer::Silence | Answer::Unpolled | Answer::NoSuchActivity => Ok(()),
                // Nobody submits an activity task.
                Answer::Submitted { then, .. } => self.say(token, then).await,
                Answer::Heartbeats { count, every_seconds, then } => {
                    let pause = Duration::from_secs(u64::from(*every_seconds));
                    for _ in 0..*count {
                        sleep(pause).await;
                        self.api.send_task_heartbeat(token).await?;
                    }
                    sleep(pause).await;
                    self.say(token, then).await
                }
            }
        })
    }

    /// Lets an attempt run into its time-out. Polling cannot tell attempts apart, so it must not begin before.
    async fn pass_over(&self, attempt: usize) -> Result<(), ApiError> {
        let scheduled_timeout = match self.execution_arn {
            Some(execution_arn) => self.wait_until_scheduled(execution_arn, attempt).await?,
            None => None,
        };
        match scheduled_timeout.or(self.task.timeout_seconds) {
            Some(seconds) => sleep(Duration::from_secs(seconds) + TIMEOUT_MARGIN).await,
            None => std::future::pending().await,
        }
        Ok(())
    }

    /// Waits until the history shows this attempt, and returns the time-out that it was scheduled with.
    async fn wait_until_scheduled(
        &self,
        execution_arn: &str,
        attempt: usize,
    ) -> Result<Option<u64>, ApiError> {
        loop {
            let trace = self.api.execution_history(execution_arn).await?;
            let ours = |details: &serde_json::Map<String, Value>| {
                details.get("resource").and_then(Value::as_str) == Some(self.activity_arn)
            };
            let mut attempts =
                trace.0.iter().filter(|event| event.kind.ends_with("Scheduled") && ours(&event.details));
            if let Some(scheduled) = attempts.nth(attempt) {
                return Ok(scheduled.details.get("timeoutInSeconds").and_then(Value::as_u64));
            }
            sleep(LOOK_PAUSE).await;
        }
    }
}
