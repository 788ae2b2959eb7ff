// Applies the reader's choice of theme before the first paint. Without one, the system's holds.
// The choice is part of what the page keeps, see src/session/saved.rs: "light", "dark", or nothing. Before there were
// several workflows it stood beside the one there was.

try {
  const { theme } = JSON.parse(localStorage.getItem("statelight.page.v1") ?? localStorage.getItem("statelight.session.v1")) ?? {};
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is blocked, or holds something else: the system's theme it is.
}
