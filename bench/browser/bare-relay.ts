import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Page } from '@playwright/test'
import { WebSocketServer } from 'ws'
import { createPlainEditor } from './key-to-paint.ts'

interface Change {
  readonly range: object
  readonly text: string
}
interface Editor {
  readonly onDidChangeModelContent: (listener: (event: { readonly changes: readonly Change[] }) => void) => void
  readonly getModel: () => { applyEdits(edits: readonly Change[]): void }
}
declare const window: { monaco: { editor: { getEditors(): readonly Editor[] } } }

/**
 * Two editors with nothing of ours, one telling the other its changes through a server that only passes them on: what
 * Monaco, two browsers and a socket cost on this machine, without anything being kept or merged.
 */
export async function connectPlainEditors(from: Page, to: Page, text: string): Promise<() => void> {
  const relay = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await once(relay, 'listening')
  relay.on('connection', (socket) => {
    socket.on('message', (message) => {
      for (const other of relay.clients) if (other !== socket) other.send(String(message))
    })
  })
  const url = `ws://127.0.0.1:${(relay.address() as AddressInfo).port}`
  for (const page of [to, from]) {
    await createPlainEditor(page, text)
    await page.evaluate(
      ({ address, isSender }) =>
        new Promise<void>((resolve) => {
          const editor = window.monaco.editor.getEditors().at(-1)
          const socket = new WebSocket(address)
          socket.addEventListener('open', () => resolve())
          if (isSender) editor?.onDidChangeModelContent(({ changes }) => socket.send(JSON.stringify(changes)))
          else
            socket.addEventListener('message', ({ data }: MessageEvent<string>) => {
              editor?.getModel().applyEdits(JSON.parse(data) as Change[])
            })
        }),
      { address: url, isSender: page === from },
    )
  }
  return () => {
    for (const client of relay.clients) client.terminate()
    relay.close()
  }
}
