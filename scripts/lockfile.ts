interface LockedPackage {
  readonly version?: string
  readonly dev?: boolean
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

export interface Lockfile {
  readonly packages: Readonly<Record<string, LockedPackage>>
}

const SYSTEMS = ['win32', 'darwin', 'android', 'freebsd', 'openbsd', 'netbsd', 'sunos', 'aix', 'openharmony', 'linux']
const PROCESSORS = ['arm64', 'x64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el', 'wasm32']

/** Answers the lock file with an entry for every optional dependency that it names but does not hold. */
export function addMissingOptionals(lockfile: Lockfile): { fixed: Lockfile; added: string[] } {
  const packages: Record<string, LockedPackage> = { ...lockfile.packages }
  const added: string[] = []
  for (const [location, { optionalDependencies, dev }] of Object.entries(lockfile.packages)) {
    for (const [name, range] of Object.entries(optionalDependencies ?? {})) {
      if (isInstalledFor(packages, location, name)) continue
      const version = range.replace(/^[\^~]/, '')
      const entry = { version, ...platformOf(name), ...(dev ? { dev } : {}), optional: true }
      packages[`node_modules/${name}`] = entry
      added.push(name)
    }
  }
  const sorted = Object.entries(packages).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return { fixed: { ...lockfile, packages: Object.fromEntries(sorted) }, added }
}

/** Node's resolution: the package's own node_modules, then each one above it. */
function isInstalledFor(packages: Readonly<Record<string, unknown>>, location: string, name: string): boolean {
  for (let at = location; ; at = at.replace(/\/?node_modules\/(@[^/]+\/)?[^/]+$/, '')) {
    if (`${at === '' ? '' : `${at}/`}node_modules/${name}` in packages) return true
    if (at === '') return false
  }
}

/** The platform a package is for, read off its name as its publishers write it. */
function platformOf(name: string): { os: string[]; cpu: string[]; libc?: string[] } {
  const spelled = name.replaceAll('windows', 'win32').replaceAll('aarch64', 'arm64').replaceAll('x86_64', 'x64')
  const os = SYSTEMS.find((system) => spelled.includes(system)) ?? 'unknown'
  const cpu = PROCESSORS.find((processor) => spelled.includes(processor)) ?? 'unknown'
  return { os: [os], cpu: [cpu], ...(os === 'linux' ? { libc: [spelled.includes('musl') ? 'musl' : 'glibc'] } : {}) }
}
