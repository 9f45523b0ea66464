//! Where a case goes wrong on purpose: at most once by chance, since nothing runs after it.

use crate::{builder::Builder, draw::Draw};

/// The odds of a place that can fail at run time, while a definition grows.
pub(crate) struct Faults {
    /// How many of 100 such places fail; 0 after the first.
    percent: usize,
    /// Whether the first state of the machine is built: what ends there shows little.
    pub(crate) is_early: bool,
    /// Whether the part that the case is about has to go wrong.
    pub(crate) spoil_focus: bool,
    /// Whether the next place that can fail has to.
    pub(crate) is_armed: bool,
}

impl Faults {
    /// Most cases go wrong nowhere.
    pub(crate) fn new(draw: &mut Draw) -> Self {
        let percent = draw.weighted(&[(64, 0), (24, 8), (12, 30)]);
        Self { percent, is_early: false, spoil_focus: false, is_armed: false }
    }
}

impl Builder {
    /// Whether to go wrong here, on purpose.
    pub(crate) fn fault(&mut self, may_fail: bool) -> bool {
        let faults = &mut self.faults;
        if !may_fail || (faults.percent == 0 && !faults.is_armed) {
            return false;
        }
        let percent = if faults.is_early { faults.percent / 6 } else { faults.percent };
        let strikes = faults.is_armed || self.draw.chance(percent);
        if strikes {
            faults.percent = 0;
            faults.is_armed = false;
        }
        strikes
    }
}
