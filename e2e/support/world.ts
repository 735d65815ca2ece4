import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { createSession, personNamed, type Session, setUp } from './api.ts'
import type { Product } from './product.ts'

/** An account made by a workspace invite of this role, signed in and a member. */
export async function joinByInvite(
  owner: Session,
  workspaceId: string,
  role: 'admin' | 'editor' | 'viewer',
  name: string,
): Promise<Session> {
  const { url } = await owner.api.workspaces.createInvite.mutate({ workspaceId, role })
  const session = createSession(owner.product)
  const inviteToken = url.slice(url.lastIndexOf('/') + 1)
  await session.api.auth.signUp.mutate({ ...personNamed(name), inviteToken })
  return session
}

/** The first admin of a fresh product, with sign-up open to everyone. */
export async function setUpOpen(product: Product): Promise<Session> {
  const admin = await setUp(product)
  await admin.api.admin.updateSettings.mutate({ signUp: 'open' })
  return admin
}

/** A new workspace from nothing or from the sample. */
export async function makeWorkspace(
  owner: Session,
  name: string,
  source: 'empty' | 'sample' = 'empty',
): Promise<string> {
  const made = await owner.api.workspaces.create.mutate({ source, name })
  if (!('workspaceId' in made)) throw new Error('expected a workspace, not an import')
  return made.workspaceId
}

/** A file of the workspace with this content, put there as an upload. */
export async function putFile(
  session: Session,
  workspaceId: string,
  file: string,
  content: string | Uint8Array,
): Promise<void> {
  const target = `/api/workspaces/${workspaceId}/files/${file.split('/').map(encodeURIComponent).join('/')}`
  const answer = await session.send(target, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream' },
    body: content,
  })
  if (answer.status >= 300) throw new Error(`putting ${file} was answered with ${answer.status}: ${answer.text}`)
}

/** The id of the document of a file. */
export async function openFile(session: Session, workspaceId: string, file: string): Promise<string> {
  const { documentId } = await session.api.files.open.mutate({ workspaceId, path: file })
  return documentId
}

/** Where the local runtime keeps a workspace's files. */
export const workspaceFolder = (product: Product, workspaceId: string): string =>
  path.join(product.dataDir, 'workspaces', workspaceId, 'files')

export const readOnDisk = (product: Product, workspaceId: string, file: string): Promise<string> =>
  readFile(path.join(workspaceFolder(product, workspaceId), file), 'utf8')
