import { lstatSync, readlinkSync } from 'node:fs'
import path from 'node:path'

/** How programs of a workspace are shut in: its own folder to write, the machine's programs to read, nothing else. */
export interface Sandbox {
  /** An agent outside of it is ended rather than taken over. */
  readonly isRequired: boolean
  /** The program and its arguments by which this command runs inside. `folder` is the workspace's. */
  wrap(command: readonly string[], folder: string): readonly string[]
}

export interface SandboxFacts {
  /** the database, the keys and the other workspaces */
  readonly dataDir: string
  /** where this product lies */
  readonly product: string
  readonly nodeBinary: string
  readonly isRequired: boolean
  /** null where there is nothing; `link` is where a link points */
  readonly look?: (file: string) => { readonly link: string | null } | null
}

/** The descriptor on which bubblewrap tells the number of the first process inside. */
export const INFO_FD = 3

/** What the product needs of itself to run an agent. Its `.env` and a data folder beside these stay out. */
const PRODUCT = ['agent', 'shared', 'node_modules', 'package.json']
/** On most systems links into /usr. */
const SYSTEM = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32']
/** Names, certificates, linker and settings of tools; no keys, no password hashes, nothing of this machine's services. */
const SETTINGS = [
  ...['alternatives', 'bash.bashrc', 'bashrc', 'ca-certificates', 'crypto-policies', 'default/locale', 'environment'],
  ...['fonts', 'gai.conf', 'gitconfig', 'group', 'host.conf', 'hosts', 'inputrc', 'java', 'ld.so.cache'],
  ...['ld.so.conf', 'ld.so.conf.d', 'locale.conf', 'localtime', 'mime.types', 'npmrc', 'nsswitch.conf', 'os-release'],
  ...['passwd', 'perl', 'pki/ca-trust', 'pki/tls/certs', 'profile', 'profile.d', 'protocols', 'python3', 'resolv.conf'],
  ...['services', 'ssl/certs', 'ssl/openssl.cnf', 'terminfo', 'timezone', 'vim'],
].map((name) => `/etc/${name}`)

const isWithin = (inner: string, outer: string): boolean => inner === outer || inner.startsWith(`${outer}/`)

/** A sandbox by bubblewrap: user namespace without capabilities, own processes, devices and /tmp; the network is shared. */
export function createSandbox(facts: SandboxFacts): Sandbox {
  const { dataDir, product, nodeBinary, look = lookAt } = facts
  const readOnly = (file: string): string[] => (look(file) === null ? [] : ['--ro-bind', file, file])
  const system = SYSTEM.flatMap((name) => {
    const found = look(name)
    if (found === null) return []
    return found.link === null ? ['--ro-bind', name, name] : ['--symlink', found.link, name]
  })
  const nodePrefix = path.dirname(path.dirname(nodeBinary))
  const mounts = [
    ...readOnly('/usr'),
    ...system,
    ...SETTINGS.filter((name) => look(name) !== null).flatMap((name) => ['--ro-bind-try', name, name]),
    ...['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', '--tmpfs', '/run', '--tmpfs', '/var/tmp'],
    ...PRODUCT.flatMap((name) => readOnly(path.join(product, name))),
    // npm lies beside a Node that a version manager put somewhere.
    ...(look(path.join(nodePrefix, 'lib/node_modules/npm')) !== null && !isWithin(nodePrefix, '/usr')
      ? readOnly(nodePrefix)
      : []),
    ...readOnly(nodeBinary),
    // Should it lie in a folder that is there for another reason, it is hidden again.
    ...(isWithin(dataDir, '/usr') ? ['--tmpfs', dataDir] : []),
  ]
  return {
    isRequired: facts.isRequired,
    wrap: (command, folder) => [
      'bwrap',
      ...['--unshare-user', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'],
      ...mounts,
      // One mount for files and runtime: between two, a file could not be renamed into the trash.
      ...['--bind', folder, folder, '--chdir', folder],
      ...['--info-fd', String(INFO_FD)],
      // No --die-with-parent: an agent outlives its server, and the next one finds it again.
      '--',
      ...command,
    ],
  }
}

function lookAt(file: string): { readonly link: string | null } | null {
  try {
    return { link: lstatSync(file).isSymbolicLink() ? readlinkSync(file) : null }
  } catch {
    return null
  }
}
