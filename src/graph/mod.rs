//! A definition as a drawing: nodes, edges and containers with coordinates. Pure geometry: knows the
//! model of a definition and nothing of runs, colours or browsers.
