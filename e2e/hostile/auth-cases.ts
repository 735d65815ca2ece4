import { createHash } from 'node:crypto'
import { createSession, personNamed, type Session, signUp } from '../support/api.ts'
import { connectSync } from '../support/sync-client.ts'
import { within } from '../support/until.ts'
import { makeWorkspace, openFile, putFile } from '../support/world.ts'
import { alike, type HostileCase } from './hostile-case.ts'
import type { Premises } from './premises.ts'
import { codeOf, describeAnswer } from './refusal.ts'

const JSON_TYPE = { 'content-type': 'application/json' }
const post = (session: Session, procedure: string, input: unknown, headers: Record<string, string> = {}) =>
  session.send(`/trpc/${procedure}`, {
    method: 'POST',
    headers: { ...JSON_TYPE, ...headers },
    body: JSON.stringify(input),
  })
const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

/** A guess at somebody's password from a machine of its own, and how long the answer took. */
async function guess({ product, freshAddress }: Premises, email: string) {
  const session = createSession(product, { localAddress: freshAddress() })
  const startedAt = performance.now()
  const answer = await post(session, 'auth.login', { email, password: 'not the password of anyone' })
  return { said: `${describeAnswer(answer)} ${codeOf(answer)}`, ms: performance.now() - startedAt }
}

/** Somebody new with an open document, so that the end of their session shows on a live socket. */
async function somebodyEditing(premises: Premises) {
  const session = await signUp(premises.product, premises.unique('Somebody'), { localAddress: premises.freshAddress() })
  const workspaceId = await makeWorkspace(session, 'Own')
  await putFile(session, workspaceId, 'own.txt', 'own\n')
  const client = await connectSync(session, await openFile(session, workspaceId, 'own.txt'))
  await client.whenSynced()
  return { session, client }
}

/** What a session's cookie is still good for, and how its socket ended. */
async function afterwards(old: Session, closed: Promise<{ code: number }>): Promise<string> {
  const { code } = await within(1000, 'the socket closes', closed)
  return `${describeAnswer(await old.send('/trpc/auth.sessions'))}, socket ${code}`
}

/** The same cookies in another browser, which forgets nothing when it is told to. */
function copyOf(session: Session): Session {
  const copy = createSession(session.product)
  for (const [name, value] of session.cookies) copy.cookies.set(name, value)
  return copy
}

function withCookie(session: Session, change: (name: string, value: string) => string): Session {
  const copy = createSession(session.product)
  const cookie = [...session.cookies].map(([name, value]) => change(name, value)).join('; ')
  return { ...copy, send: (target, ask) => copy.send(target, { ...ask, headers: { cookie, ...ask?.headers } }) }
}

export const AUTH_CASES: readonly HostileCase[] = [
  {
    name: 'unknown user and wrong password get one answer in the same time',
    expected: '401 invalid_credentials, equally slow',
    async run(premises) {
      const known: number[] = []
      const unknown: number[] = []
      const said = new Set<string>()
      const targets = ['olive', 'edit', 'view', 'stran']
      for (let i = 0; i < 16; i++) {
        const right = await guess(premises, `${targets[i % targets.length]}@example.org`)
        const wrong = await guess(premises, `${premises.unique('nobody')}@example.org`)
        known.push(right.ms)
        unknown.push(wrong.ms)
        said.add(right.said).add(wrong.said)
      }
      const ratio = median(known) / median(unknown)
      return `${alike([...said])}, ${ratio > 0.5 && ratio < 2 ? 'equally slow' : `${ratio.toFixed(2)} times as slow`}`
    },
  },
  {
    name: 'a password of 1 MB',
    expected: '413',
    async run({ product, freshAddress }) {
      const session = createSession(product, { localAddress: freshAddress() })
      return describeAnswer(
        await post(session, 'auth.login', { email: 'olive@example.org', password: 'x'.repeat(1 << 20) }),
      )
    },
  },
  {
    name: 'a password of 1,025 bytes',
    expected: '400',
    async run({ product, freshAddress }) {
      const session = createSession(product, { localAddress: freshAddress() })
      return describeAnswer(
        await post(session, 'auth.login', { email: 'olive@example.org', password: 'é'.repeat(513) }),
      )
    },
  },
  {
    name: 'a passphrase of 64 characters with emoji and spaces at both ends',
    expected: 'taken verbatim: 200, trimmed 401, composed otherwise 401',
    async run({ product, unique, freshAddress }) {
      const name = unique('Verbatim')
      const email = personNamed(name).email
      const password = ` ${'가é🙂 wave and '.repeat(6)}`.slice(0, 63).padEnd(64, ' ')
      const localAddress = freshAddress()
      await createSession(product, { localAddress }).api.auth.signUp.mutate({ email, name, password })
      const login = async (given: string) =>
        describeAnswer(await post(createSession(product, { localAddress }), 'auth.login', { email, password: given }))
      return `taken verbatim: ${await login(password)}, trimmed ${await login(password.trim())}, composed otherwise ${await login(password.normalize('NFD'))}`
    },
  },
  {
    name: 'operators, lists and numbers in place of an e-mail',
    expected: '400',
    async run({ product, freshAddress }) {
      const session = createSession(product, { localAddress: freshAddress() })
      const emails = [{ not: '' }, [], ['olive@example.org'], 1, null, true, { contains: '@' }]
      const answers = await Promise.all(emails.map((email) => post(session, 'auth.login', { email, password: 'x' })))
      return alike(answers.map(describeAnswer))
    },
  },
  {
    name: 'a session cookie cut short, of 8 KB, doubled',
    expected: '401',
    async run({ owner }) {
      const broken = [
        withCookie(owner, (name, value) => `${name}=${value.slice(0, -1)}`),
        withCookie(owner, (name, value) => `${name}=${value.repeat(200).slice(0, 8192)}`),
        withCookie(owner, (name, value) => `${name}=${value}; ${name}=${value}`),
        withCookie(owner, (name, value) => `${name}=${value}; ${name}=`),
        withCookie(owner, (name) => `${name}=%00%ff`),
      ]
      const answers = await Promise.all(broken.map((session) => session.send('/trpc/auth.sessions')))
      return alike(answers.map(describeAnswer))
    },
  },
  {
    name: 'the token after logout',
    expected: '401, socket 4401',
    async run(premises) {
      const { session, client } = await somebodyEditing(premises)
      const old = copyOf(session)
      await session.api.auth.logout.mutate()
      return afterwards(old, client.closed)
    },
  },
  {
    name: "another browser's token after the password was changed",
    expected: '401, socket 4401',
    async run(premises) {
      const { session, client } = await somebodyEditing(premises)
      const me = await session.api.auth.state.query()
      const { email, password } = personNamed(me.me?.name ?? '')
      const other = createSession(premises.product, { localAddress: premises.freshAddress() })
      await other.api.auth.login.mutate({ email, password })
      await other.api.auth.changePassword.mutate({ current: password, next: `${password} at last` })
      return afterwards(session, client.closed)
    },
  },
  {
    name: 'the stored hash of a token in place of the token',
    expected: '401',
    async run({ owner }) {
      const hash = (value: string) => createHash('sha256').update(value).digest()
      const forms = (['hex', 'base64', 'base64url'] as const).map((form) =>
        withCookie(owner, (name, value) => `${name}=${hash(value).toString(form)}`),
      )
      const answers = await Promise.all(forms.map((session) => session.send('/trpc/auth.sessions')))
      return alike(answers.map(describeAnswer))
    },
  },
  {
    name: 'POST from another site, a sibling of this site, an odd origin, a bookmark',
    expected: '403',
    async run({ owner }) {
      const headers: Record<string, string>[] = [
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
        { 'sec-fetch-site': 'none' },
        { 'sec-fetch-site': 'same-origin', origin: 'http://evil.example' },
        { 'sec-fetch-site': 'same-origin', origin: 'null' },
      ]
      const answers = await Promise.all(
        headers.map((more) => post(owner, 'auth.updateProfile', { name: 'Ridden' }, more)),
      )
      return alike(answers.map(describeAnswer))
    },
  },
  {
    name: 'JSON as text/plain, as a form, without a type',
    expected: '415',
    async run({ owner }) {
      const types = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', '']
      const answers = await Promise.all(
        types.map((type) => post(owner, 'auth.updateProfile', { name: 'Ridden' }, { 'content-type': type })),
      )
      return alike(answers.map(describeAnswer))
    },
  },
  {
    name: 'an invite used by ten people at once',
    expected: '1 in, 9 link_invalid',
    async run(premises) {
      const { owner, workspaceId, product } = premises
      const { url } = await owner.api.workspaces.createInvite.mutate({ workspaceId, role: 'viewer' })
      const inviteToken = url.slice(url.lastIndexOf('/') + 1)
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => {
          const session = createSession(product, { localAddress: premises.freshAddress() })
          return post(session, 'auth.signUp', { ...personNamed(premises.unique('Racer')), inviteToken })
        }),
      )
      const refused = answers.filter(({ status }) => status !== 200)
      return `${10 - refused.length} in, ${refused.length} ${alike(refused.map(codeOf))}`
    },
  },
  {
    name: 'a reset link used ten times at once',
    expected: '1 reset, 9 link_invalid',
    async run(premises) {
      const { admin, product } = premises
      const victim = await signUp(product, premises.unique('Forgetful'), { localAddress: premises.freshAddress() })
      const { me } = await victim.api.auth.state.query()
      const { url } = await admin.api.admin.createResetLink.mutate({ userId: me?.id ?? '' })
      const token = url.slice(url.lastIndexOf('/') + 1)
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, i) => {
          const session = createSession(product, { localAddress: premises.freshAddress() })
          return post(session, 'auth.resetPassword', { token, password: `umbrella number ${i} of the rack` })
        }),
      )
      const refused = answers.filter(({ status }) => status !== 200)
      return `${10 - refused.length} reset, ${refused.length} ${alike(refused.map(codeOf))}`
    },
  },
  {
    name: 'fifteen guesses at one account from one machine',
    expected: 'slowed down: 429 rate_limited',
    async run({ product, unique, freshAddress }) {
      const session = createSession(product, { localAddress: freshAddress() })
      const email = `${unique('guessed')}@example.org`
      let last = ''
      for (let i = 0; i < 15; i++) {
        const answer = await post(session, 'auth.login', { email, password: `guess number ${i}` })
        last = `${describeAnswer(answer)} ${codeOf(answer)}`
      }
      return `slowed down: ${last}`
    },
  },
  {
    name: 'setting up a second time',
    expected: '409',
    async run({ product, unique, freshAddress }) {
      const session = createSession(product, { localAddress: freshAddress() })
      return describeAnswer(await post(session, 'auth.setup', personNamed(unique('Usurper'))))
    },
  },
]
