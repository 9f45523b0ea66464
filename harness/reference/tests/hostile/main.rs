//! Whatever is thrown at the reference, it ends with an answer: no panic, no stack overflow, no endless run.

mod documents;
mod expressions;
mod long_run;
mod loops;
