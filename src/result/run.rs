//! One run of the bootstrap: its steps in the order they ran, each with what happened in it.

use super::State;
use serde::{Deserialize, Serialize};
use std::time::{Duration, SystemTime};

/// A line of `events.jsonl`, as `Write-Event` in `parts/windows/lib/log.ps1` writes it.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Event {
    /// UTC, RFC 3339.
    pub time: String,
    /// Id of the step, or `bootstrap` for the run as a whole.
    pub id: String,
    /// What was decided or done.
    pub decision: String,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Only where a step ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// Only where a step or the run ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i64>,
    /// Only where a file was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
}

impl Event {
    fn at(&self) -> Option<SystemTime> {
        humantime::parse_rfc3339(&self.time).ok()
    }

    /// When what it tells began: a step's event is written at its end.
    fn began(&self) -> Option<SystemTime> {
        let took = Duration::try_from_secs_f64(self.seconds.unwrap_or_default()).unwrap_or_default();
        self.at()?.checked_sub(took)
    }

    fn ends_run(&self) -> bool {
        self.id == "bootstrap" && self.exit_code.is_some()
    }
}

/// What `result.json` says of the last run.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RunResult {
    /// What generated the scripts.
    #[serde(default)]
    pub version: Option<String>,
    /// `running`, `complete`, `restart` or `failed`.
    pub state: String,
    /// Absent while the run goes on.
    #[serde(default)]
    pub exit_code: Option<i64>,
    /// Of a failure.
    #[serde(default)]
    pub reason: Option<String>,
    /// What the image turned out to be.
    #[serde(default)]
    pub flavour: Option<String>,
    /// When the run began: UTC, RFC 3339.
    #[serde(default)]
    pub started: Option<String>,
    /// Of the whole run.
    #[serde(default)]
    pub seconds: Option<f64>,
    /// In the order they ran; a result of a run that could not begin has none.
    #[serde(default)]
    pub steps: Vec<StepRecord>,
}

/// A step as it went in one run.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct StepRecord {
    /// Id of the step.
    pub id: String,
    /// Seconds from the beginning of the run to its end; unknown from `result.json` alone.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub ended: Option<f64>,
    /// How long it took.
    #[serde(default)]
    pub seconds: f64,
    /// What was decided or done.
    pub decision: String,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// 0 unless it failed.
    #[serde(default)]
    pub exit_code: i64,
    /// What happened on the way: files taken, second tries, remarks.
    #[serde(skip_deserializing, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Event>,
}

/// A run of the bootstrap.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Run {
    /// When its first event was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub began: Option<String>,
    /// How it ended.
    pub state: State,
    /// What the extension, or the task after the restart, ended with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i64>,
    /// Of a failure, or what the restart is for.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// From the first event to the last, or what the result says.
    pub seconds: f64,
    /// In the order they ran.
    pub steps: Vec<StepRecord>,
    /// Events of no step: those before the first and behind the last.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Event>,
}

impl State {
    fn of(word: &str) -> Self {
        match word {
            "complete" => Self::Complete,
            "restart" => Self::Restart,
            "failed" => Self::Failed,
            _ => Self::Running,
        }
    }
}

impl Run {
    /// Cuts the events of a node into its runs: each but the last has its end.
    pub(super) fn of_events(events: Vec<Event>) -> Vec<Self> {
        let mut runs: Vec<Vec<Event>> = Vec::new();
        let mut open = false;
        for event in events {
            if !open {
                runs.push(Vec::new());
            }
            open = !event.ends_run();
            if let Some(run) = runs.last_mut() {
                run.push(event);
            }
        }
        runs.into_iter().map(Self::of_one).collect()
    }

    fn of_one(events: Vec<Event>) -> Self {
        let start = events.first().and_then(Event::began);
        let since = |event: &Event| Some(event.at()?.duration_since(start?).ok()?.as_secs_f64());
        let mut run = Self {
            began: events.first().map(|event| event.time.clone()),
            state: State::Running,
            exit_code: None,
            reason: String::new(),
            seconds: events.last().and_then(since).unwrap_or_default(),
            steps: Vec::new(),
            notes: Vec::new(),
        };
        let mut notes: Vec<Event> = Vec::new();
        for event in events {
            if event.ends_run() {
                (run.state, run.exit_code, run.reason) = (State::of(&event.decision), event.exit_code, event.reason);
            } else if let (Some(seconds), Some(exit_code)) = (event.seconds, event.exit_code) {
                let (ours, others) = notes.drain(..).partition(|note: &Event| note.id == event.id);
                run.notes.extend::<Vec<_>>(others);
                let ended = since(&event);
                let Event { id, decision, reason, .. } = event;
                run.steps.push(StepRecord { id, ended, seconds, decision, reason, exit_code, notes: ours });
            } else {
                notes.push(event);
            }
        }
        run.notes.extend(notes);
        run
    }

    /// A run of which only `result.json` is left.
    pub(super) fn of_result(result: &RunResult) -> Self {
        let mut run = Self {
            began: result.started.clone(),
            state: State::Running,
            exit_code: None,
            reason: String::new(),
            seconds: result.seconds.unwrap_or_default(),
            steps: result.steps.clone(),
            notes: Vec::new(),
        };
        run.end_as(result);
        run
    }

    /// Events that break off, and a result that knows the end.
    pub(super) fn end_as(&mut self, result: &RunResult) {
        self.state = State::of(&result.state);
        self.exit_code = result.exit_code;
        self.reason = result.reason.clone().unwrap_or_default();
    }

    /// The step that failed.
    #[must_use]
    pub fn failed_step(&self) -> Option<&StepRecord> {
        self.steps.iter().find(|step| step.exit_code != 0)
    }
}
