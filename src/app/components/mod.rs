//! What the page is made of.

pub mod editor;
pub mod studio;
