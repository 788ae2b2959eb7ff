//! Activity workers and the consumers of queues. Each polls, takes one thing, works on it, reports, pauses and polls
//! again. A poll stays open until there is something; when all are at work, what comes next has to wait.

use std::{
    collections::{BTreeMap, VecDeque},
    rc::Rc,
};

use super::{Happening, PoolId, Who, World, name_of, parsed};
use crate::{
    engine::{
        Execution,
        clock::{Duration, Instant},
        task::{TaskPlan, TaskRequest, TaskResult},
    },
    jsonata,
    sim::{
        mock::failed_answer,
        scenario::{AnswerOutcome, world::Workers},
        trace::Happened,
    },
    value::Value,
};

pub(super) struct Pool<'a> {
    settings: &'a Workers,
    /// Those with an open poll, in the order in which they asked.
    polling: VecDeque<u32>,
    jobs: BTreeMap<u32, Job>,
    next_job: u32,
    /// Tasks of an activity that nobody has taken yet.
    queued: VecDeque<(Who, TaskRequest)>,
}

/// What a worker works on.
struct Job {
    number: u32,
    work: Work,
    /// When it reports.
    done: Instant,
}

#[derive(Clone)]
enum Work {
    Task(Who, TaskRequest),
    Message { id: Rc<str>, body: Rc<str> },
}

impl World<'_> {
    /// All workers poll from the start on.
    pub(super) fn hire(&mut self) {
        let world = &self.scenario.world;
        let consumers = world.queues.iter().filter_map(|(name, queue)| Some((name, queue.consumers.as_ref()?)));
        let consumers = consumers.map(|(name, workers)| (PoolId::Queue(name.clone()), workers));
        let workers = world.activities.iter().map(|(name, workers)| (PoolId::Activity(name_of(name)), workers));
        let pools = consumers.chain(workers).map(|(id, settings)| {
            let polling = (1..=settings.count).collect();
            (id, Pool { settings, polling, jobs: BTreeMap::new(), next_job: 0, queued: VecDeque::new() })
        });
        self.pools = pools.collect();
    }

    /// A task of an activity waits for a worker; where the world has none of that name, its default answer counts.
    pub(super) fn queue_activity(&mut self, who: Who, request: &TaskRequest, plan: &mut TaskPlan) {
        let id = PoolId::Activity(name_of(&request.task.resource.arn));
        let Some(pool) = self.pools.get_mut(&id) else { return };
        pool.queued.push_back((who, request.clone()));
        *plan = TaskPlan { is_queued: true, ..TaskPlan::default() };
        let input = request.task.payload.to_json().into();
        let token = request.token.clone().unwrap_or_default();
        self.note(who, id.name(), Happened::TaskQueued { token, input });
        self.schedule(self.now, Happening::Offer(id));
    }

    /// Hands out what there is, as long as somebody asks for it.
    pub(super) fn offer(&mut self, id: &PoolId, run: &mut Execution) {
        while let Some(worker) = self.pools.get(id).and_then(|pool| pool.polling.front().copied()) {
            let by: Rc<str> = name_of_worker(id, worker);
            let work = match id {
                PoolId::Queue(queue) => self.receive(queue, &by).map(|(id, body)| Work::Message { id, body }),
                PoolId::Activity(_) => self.take(id, &by, run),
            };
            let (Some(work), Some(pool)) = (work, self.pools.get_mut(id)) else { return };
            pool.polling.pop_front();
            pool.next_job += 1;
            let (number, settings) = (pool.next_job, pool.settings);
            let done = self.now + Duration::from_micros(settings.work);
            pool.jobs.insert(worker, Job { number, work, done });
            if settings.outcome != AnswerOutcome::Never {
                self.schedule(done, Happening::Report { pool: id.clone(), worker, job: number });
            }
            self.schedule_beat(id, worker, number);
        }
    }

    /// Takes the first queued task that still waits.
    fn take(&mut self, id: &PoolId, by: &Rc<str>, run: &mut Execution) -> Option<Work> {
        loop {
            let (who, request) = self.pools.get_mut(id)?.queued.pop_front()?;
            let taken = |execution: &mut Execution| execution.take(&request, Some(by.clone()));
            if !self.execution(who, run).is_some_and(taken) {
                continue;
            }
            let token = request.token.clone().unwrap_or_default();
            self.note(who, id.name(), Happened::TaskTaken { token, worker: by.clone() });
            self.go_on(who, run);
            return Some(Work::Task(who, request));
        }
    }

    /// Heartbeats end with the work, also where no report follows.
    fn schedule_beat(&mut self, id: &PoolId, worker: u32, job: u32) {
        let Some(pool) = self.pools.get(id) else { return };
        let (Some(every), Some(done)) = (pool.settings.heartbeat, pool.jobs.get(&worker).map(|job| job.done)) else {
            return;
        };
        let at = self.now + Duration::from_micros(every);
        if at < done {
            self.schedule(at, Happening::Beat { pool: id.clone(), worker, job });
        }
    }

    pub(super) fn beat(&mut self, id: &PoolId, worker: u32, job: u32, run: &mut Execution) {
        let Some(work) = self.work_of(id, worker, job) else { return };
        if let Some((who, request)) = self.task_of(&work) {
            let token = request.token.clone().unwrap_or_default();
            if self.execution(who, run).is_some_and(|execution| execution.beat(&request)) {
                self.note(who, id.name(), Happened::Heartbeat { token, worker: name_of_worker(id, worker) });
                self.go_on(who, run);
            }
        }
        self.schedule_beat(id, worker, job);
    }

    pub(super) fn report(&mut self, id: &PoolId, worker: u32, job: u32, run: &mut Execution) {
        let Some(work) = self.work_of(id, worker, job) else { return };
        let Some(pool) = self.pools.get_mut(id) else { return };
        pool.jobs.remove(&worker);
        let settings = pool.settings;
        let result = self.result(settings, &work);
        let has_failed = matches!(result, TaskResult::Failed { .. });
        let task = self.task_of(&work);
        let has_task = task.is_some();
        if let Some((who, request)) = task {
            let counts = self.complete(who, &request, result, run);
            let token = request.token.clone().unwrap_or_default();
            let worker = name_of_worker(id, worker);
            self.answered.insert(token.clone());
            self.note(who, id.name(), Happened::TaskReported { token, worker, failed: has_failed, late: !counts });
        }
        if let (Work::Message { id: message, .. }, PoolId::Queue(queue)) = (&work, id)
            && (has_task || !has_failed)
        {
            self.delete_message(queue, message);
        }
        let ready = self.now + Duration::from_micros(settings.pause);
        self.schedule(ready, Happening::Ready { pool: id.clone(), worker });
    }

    pub(super) fn ask_again(&mut self, id: &PoolId, worker: u32, run: &mut Execution) {
        if let Some(pool) = self.pools.get_mut(id) {
            pool.polling.push_back(worker);
            self.offer(id, run);
        }
    }

    fn work_of(&self, id: &PoolId, worker: u32, job: u32) -> Option<Work> {
        let found = self.pools.get(id)?.jobs.get(&worker).filter(|found| found.number == job)?;
        Some(found.work.clone())
    }

    /// The task that a piece of work is for: an activity's, or that of which the message holds the token.
    fn task_of(&self, work: &Work) -> Option<(Who, TaskRequest)> {
        match work {
            Work::Task(who, request) => Some((*who, request.clone())),
            Work::Message { body, .. } => {
                let found = self.open.iter().find(|(token, _)| body.contains(&***token));
                found.map(|(_, task)| task.clone())
            }
        }
    }

    fn result(&self, settings: &Workers, work: &Work) -> TaskResult {
        match &settings.outcome {
            AnswerOutcome::Return(value) => TaskResult::Succeeded(value.clone()),
            AnswerOutcome::Throw { error, cause } => TaskResult::Failed { error: error.clone(), cause: cause.clone() },
            AnswerOutcome::TimeOut | AnswerOutcome::Never => TaskResult::TimedOut,
            AnswerOutcome::Expression(expression) => {
                let input = match work {
                    Work::Task(_, request) => request.task.payload.clone(),
                    Work::Message { body, .. } => parsed(body),
                };
                let asked = Worked { input, now: self.now };
                match expression.compiled.evaluate(&asked, &jsonata::Limits::default()) {
                    Ok(value) => TaskResult::Succeeded(value),
                    Err(failure) => failed_answer(expression, &failure),
                }
            }
        }
    }
}

impl PoolId {
    pub(super) const fn name(&self) -> &Rc<str> {
        match self {
            Self::Queue(name) | Self::Activity(name) => name,
        }
    }
}

fn name_of_worker(id: &PoolId, worker: u32) -> Rc<str> {
    match id {
        PoolId::Queue(_) => format!("consumer-{worker}").into(),
        PoolId::Activity(_) => format!("worker-{worker}").into(),
    }
}

/// What the expression of a worker sees: the input of its task, or the body of its message.
struct Worked {
    input: Value,
    now: Instant,
}

impl jsonata::Environment for Worked {
    fn states(&self, member: &str) -> Option<Value> {
        (member == "input").then(|| self.input.clone())
    }

    fn variable(&self, _: &str) -> Option<Value> {
        None
    }

    fn now(&self) -> i64 {
        self.now.as_micros().div_euclid(1000)
    }

    /// The same for each: a worker that draws would have the run depend on who works first.
    fn random(&self) -> u64 {
        0
    }
}
