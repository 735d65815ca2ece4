/** Folders that are shown but not looked into until somebody opens them: large, made by tools, or both. */
const IGNORED: ReadonlySet<string> = new Set([
  '.git',
  '.hg',
  '.svn',
  'node_modules',
  'bower_components',
  '.venv',
  'venv',
  '__pycache__',
  '.tox',
  '.mypy_cache',
  '.pytest_cache',
  '.gradle',
  '.terraform',
  '.yarn',
  '.pnpm-store',
])

export const isIgnoredFolder = (name: string): boolean => IGNORED.has(name)
