//! Bad luck: what the rules of a scenario's `chaos` make of the plan of a task.

use super::{
    mock,
    scenario::chaos::{ChaosEffect, ChaosRule},
};
use crate::{
    asl::model::State,
    engine::{clock::Duration, task::TaskPlan},
    services,
};

/// Draws for each rule that is about a task, in their order. Of those that end it the first one counts.
pub(super) struct Luck {
    random: oorandom::Rand64,
}

impl Luck {
    pub fn new(seed: u64) -> Self {
        Self { random: oorandom::Rand64::new(u128::from(seed.rotate_left(17)) << 64 | 0x51A7_E11F) }
    }

    pub fn strike(&mut self, rules: &[ChaosRule], state: &State, plan: &mut TaskPlan) {
        let is_about = |rule: &&ChaosRule| {
            rule.tasks.is_empty() || rule.tasks.iter().any(|name| *name == state.name || *name == state.path)
        };
        let mut has_ended = false;
        for rule in rules.iter().filter(is_about) {
            let (strikes, share) = (self.random.rand_float() < rule.probability, self.random.rand_float());
            match &rule.effect {
                _ if !strikes => {}
                ChaosEffect::Outcome(outcome) if !has_ended => {
                    has_ended = true;
                    let delay = plan.result.as_ref().map_or(services::DEFAULT_DELAY, |(delay, _)| *delay);
                    plan.result = mock::without_answer(outcome).map(|result| (delay, result));
                    // No worker gets to see it.
                    plan.is_queued = false;
                }
                ChaosEffect::Outcome(_) => {}
                ChaosEffect::Slower { least, most } => {
                    let more = least + ((most - least) as f64 * share) as i64;
                    if let Some((delay, _)) = &mut plan.result {
                        *delay = Duration::from_micros(delay.as_micros().saturating_add(more));
                    }
                }
            }
        }
    }
}
