import { readFile, symlink } from 'node:fs/promises'
import path from 'node:path'
import { until } from '../support/until.ts'
import { makeWorkspace, openFile, putFile, workspaceFolder } from '../support/world.ts'
import type { HostileCase } from './hostile-case.ts'
import { connectTerminals, openTerminal } from './terminal-client.ts'

/** These need bubblewrap and user namespaces: `apt-get install bubblewrap`. Without it they fail. */
export const SANDBOX_CASES: readonly HostileCase[] = [
  {
    name: "a shell looks for the server's data, another workspace, its process and its user's home",
    expected: 'bubblewrap: none is there',
    async run({ editor, workspaceId, foreignWorkspaceId, product }) {
      const client = await connectTerminals(editor, workspaceId)
      const { isolation } = await client.must<{ isolation: string }>('terminal.list', {})
      const terminalId = await openTerminal(client)
      const foreign = path.join(workspaceFolder(product, foreignWorkspaceId), 'secret.txt')
      // The file is there for us, so that its absence inside means something.
      await readFile(foreign)
      const targets = [
        path.join(product.dataDir, 'postgres'),
        path.join(product.dataDir, 'trees'),
        foreign,
        `/proc/${product.pid}/environ`,
        '/etc/shadow',
        '/root',
        '/home',
        '/var/run/docker.sock',
      ]
      const reached: string[] = []
      for (const target of targets) {
        const seen = await client.run(terminalId, `test -e '${target}' && echo the""re`)
        if (/\bthere\r/.test(seen)) reached.push(target)
      }
      const written = await client.run(terminalId, "touch /usr/x /etc/x 2>/dev/null && echo writ''ten")
      if (/\bwritten\r/.test(written)) reached.push('writing to /usr')
      const others = await client.run(terminalId, `ls '${product.dataDir}' '${product.dataDir}/workspaces' | wc -l`)
      if (!/\r5\r/.test(others)) reached.push(`a listing of ${others}`)
      await client.must('terminal.close', { terminalId })
      client.close()
      return `${isolation}: ${reached.length === 0 ? 'none is there' : reached.join(', ')}`
    },
  },
  {
    name: 'the work of a person in the sandbox: node, npm, git, python3, the trash',
    expected: 'all run',
    async run({ editor, owner, workspaceId }) {
      await putFile(owner, workspaceId, 'gone.txt', 'x')
      const client = await connectTerminals(editor, workspaceId)
      const terminalId = await openTerminal(client)
      const failed: string[] = []
      const tries: readonly [command: string, wanted: RegExp][] = [
        ['node -p 6*7', /\r42\r/],
        ['npm --version', /\r\d+\.\d+\.\d+\r/],
        ['mkdir -p r && cd r && git init -q && git status -s && echo git-o""k; cd ..', /git-ok/],
        ['python3 -c "print(6*7)"', /\r42\r/],
        ['echo x > "$HOME/note" && echo home-o""k', /home-ok/],
      ]
      for (const [command, wanted] of tries) {
        const seen = await client.run(terminalId, command)
        if (!wanted.test(seen)) failed.push(seen)
      }
      await client.must('terminal.close', { terminalId })
      client.close()
      await owner.api.files.delete.mutate({ workspaceId: workspaceId as never, path: 'gone.txt' })
      return failed.length === 0 ? 'all run' : failed.join('; ')
    },
  },
  {
    name: 'links put where the server keeps its notes about a workspace',
    expected: 'what they point at is as it was, and the workspace starts',
    async run({ owner, product, unique }) {
      const workspaceId = await makeWorkspace(owner, unique('Linked'))
      await putFile(owner, workspaceId, 'a.txt', 'a\n')
      const runtime = path.join(workspaceFolder(product, workspaceId), '../runtime')
      const precious = path.join(product.dataDir, unique('precious'))
      for (const note of ['agent.pid.new', '../tree.jsonl', '../tree.jsonl.new'])
        await symlink(precious, path.join(runtime, note)).catch(() => undefined)
      await openFile(owner, workspaceId, 'a.txt')
      const pid = await until('the note', () => readFile(path.join(runtime, 'agent.pid'), 'utf8').catch(() => null))
      process.kill(Number(pid), 'SIGKILL')
      await until('another agent', async () => {
        await openFile(owner, workspaceId, 'a.txt').catch(() => undefined)
        const now = await readFile(path.join(runtime, 'agent.pid'), 'utf8').catch(() => pid)
        return now !== pid
      })
      const content = await readFile(precious, 'utf8').catch(() => null)
      return content === null ? 'what they point at is as it was, and the workspace starts' : `written: ${content}`
    },
  },
]
