import { spawnSync, type SpawnOptions } from 'node:child_process'
import { chownSync } from 'node:fs'

/** PostgreSQL refuses to run as root, so as root its processes get the account every system has: nobody. */
const NOBODY = 65_534

export interface PostgresAccount {
  /** Gives a file or folder to the account that will use it. */
  own(path: string): void
  /** The command line and spawn options that run a program under the account. */
  command(program: string, args: readonly string[]): { program: string; args: string[]; options: SpawnOptions }
}

interface AccountNeeds {
  /** A program the account must be able to run with `--version`. */
  readonly program: string
  /** A folder the account must be able to enter. */
  readonly directory: string
}

/**
 * Chooses as whom PostgreSQL runs: the current account, or nobody when that is root.
 * On Linux `setpriv` also sends the programs an interrupt when this process dies, so that none is orphaned.
 */
export function choosePostgresAccount(needs: AccountNeeds): PostgresAccount {
  const isRoot = process.getuid?.() === 0
  const hasSetpriv = process.platform === 'linux' && runs('setpriv', ['--pdeathsig', 'INT', 'true'])
  const asNobody = ['--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups']
  const own = (path: string): void => (isRoot ? chownSync(path, NOBODY, NOBODY) : undefined)

  if (!hasSetpriv) {
    const options: SpawnOptions = isRoot ? { uid: NOBODY, gid: NOBODY } : {}
    if (isRoot && !runs('sh', reaches(needs), options)) throw unreachable(needs)
    return { own, command: (program, args) => ({ program, args: [...args], options }) }
  }

  const prefix = isRoot ? prefixThatReaches(asNobody, needs) : []
  return {
    own,
    command: (program, args) => ({
      program: 'setpriv',
      args: [...prefix, '--pdeathsig', 'INT', program, ...args],
      options: {},
    }),
  }
}

/**
 * Under a closed folder such as /root or a fresh `mktemp -d`, nobody can neither read the binaries nor enter the
 * data folder. One capability, to search folders, opens the way without touching anyone's permissions; containers
 * that withhold it mostly grant the second.
 */
function prefixThatReaches(asNobody: readonly string[], needs: AccountNeeds): readonly string[] {
  const candidates = [
    asNobody,
    ...['+dac_read_search', '+dac_override'].map((cap) => [...asNobody, '--inh-caps', cap, '--ambient-caps', cap]),
  ]
  const found = candidates.find((prefix) => runs('setpriv', [...prefix, 'sh', ...reaches(needs)]))
  if (!found) throw unreachable(needs)
  return found
}

/** Really enters and runs: access(2), and so `test -x`, leaves capabilities out of account. */
function reaches({ program, directory }: AccountNeeds): string[] {
  return ['-c', 'cd "$1" && exec "$2" --version', 'sh', directory, program]
}

function runs(program: string, args: readonly string[], options: SpawnOptions = {}): boolean {
  const { uid, gid } = options
  return (
    spawnSync(program, args, {
      stdio: 'ignore',
      cwd: '/',
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
    }).status === 0
  )
}

function unreachable({ program, directory }: AccountNeeds): Error {
  return new Error(
    `The embedded PostgreSQL runs as "nobody" when started by root, and that account cannot reach ${directory} or ${program}. ` +
      'Start the server from another account, move it to a folder everyone may enter, or set DATABASE_URL.',
  )
}
