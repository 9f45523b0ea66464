//! One file for each state type, or for two that are built alike.

mod choice;
mod distributed;
mod ending;
mod map;
mod parallel;
mod pass;
mod script;
mod task;
mod wait;
