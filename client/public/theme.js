// Before the first paint, so that a dark room sees no white flash. Kept beside client/platform/theme.ts.
try {
  const theme = localStorage.getItem('pairloom.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Storage is switched off: the system's theme stands.
}
