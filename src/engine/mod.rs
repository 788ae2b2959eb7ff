//! The machine: runs a definition in virtual time, sans-IO.
