// Applies the reader's choice of theme before the first paint. Without one, the system's holds.
// src/app writes the choice: "light", "dark", or nothing.

try {
  const theme = localStorage.getItem("statelight.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is blocked: the system's theme it is.
}
