import { type Browser, type BrowserContext, expect, type Locator, type Page } from '@playwright/test'
import type { Session } from './api.ts'

/** A person's browser in the IDE. */
export interface Ide {
  readonly page: Page
  readonly context: BrowserContext
  /** Goes to a file and waits until it can be read. */
  open(workspaceId: string, file: string): Promise<void>
  editor(file: string): Locator
  /** The text of the editor that has this file. */
  text(file: string): Promise<string>
  /** Puts the caret where a person would click; lines and columns from 1. */
  placeCaret(file: string, line: number, column: number): Promise<void>
  /** The sentence about the state of the file in front. */
  expectStatus(sentence: string | RegExp): Promise<void>
  expectText(file: string, text: string): Promise<void>
  close(): Promise<void>
}

interface ModelLike {
  readonly uri: { readonly path: string }
  getValue(): string
}
interface EditorLike {
  getModel(): ModelLike | null
  setPosition(position: { lineNumber: number; column: number }): void
  focus(): void
}
/** Monaco puts itself there when MonacoEnvironment.globalAPI asks for it. */
interface MonacoWindow {
  monaco: { editor: { getEditors(): readonly EditorLike[]; getModels(): readonly ModelLike[] } }
}
declare const window: MonacoWindow

/** Monaco's own switch to be found by a page's other scripts: the built client stays as it is shipped. */
const exposeMonaco = () => {
  let environment: object = { globalAPI: true }
  Object.defineProperty(globalThis, 'MonacoEnvironment', {
    configurable: true,
    get: () => environment,
    set: (value: object) => (environment = { ...value, globalAPI: true }),
  })
}

interface BrowserOptions {
  readonly locale?: string
  readonly colorScheme?: 'light' | 'dark'
  readonly viewport?: { readonly width: number; readonly height: number }
}

/** A browser of its own, signed in as this session's person, or as nobody. */
export async function openBrowser(
  browser: Browser,
  session: Session | null,
  options: BrowserOptions = {},
): Promise<Ide> {
  return openIn(await browser.newContext(options), session)
}

/** The same in a context that is there already, for example that of a profile on disk. */
export async function openIn(context: BrowserContext, session: Session | null): Promise<Ide> {
  await context.addInitScript(exposeMonaco)
  if (session !== null) await signIn(context, session)
  const page = await context.newPage()
  const editor = (file: string) =>
    page.getByRole('textbox', { name: `${file.slice(file.lastIndexOf('/') + 1)}, code editor` })
  const text = (file: string) =>
    page.evaluate((path) => {
      const found = window.monaco.editor
        .getEditors()
        .find((one) => one.getModel()?.uri.path.endsWith(`/${path}`) === true)
      return found?.getModel()?.getValue() ?? ''
    }, file)
  const expectStatus = (sentence: string | RegExp) => expect(statusOf(page)).toHaveText(sentence, { timeout: 15_000 })
  return {
    page,
    context,
    editor,
    text,
    expectStatus,
    async open(workspaceId, file) {
      if (session === null) throw new Error('nobody is signed in here')
      await page.goto(`${session.product.url}/w/${workspaceId}/f/${file.split('/').map(encodeURIComponent).join('/')}`)
      await expect(editor(file)).toBeVisible({ timeout: 20_000 })
      await expectStatus(/^(Saved|View only)/)
    },
    async placeCaret(file, lineNumber, column) {
      // Others may see the file here before this page's own editor shows it.
      await page.waitForFunction(
        ({ path, position }) => {
          const found = window.monaco.editor
            .getEditors()
            .find((one) => one.getModel()?.uri.path.endsWith(`/${path}`) === true)
          const lines = found?.getModel()?.getValue().split('\n').length ?? 0
          if (found === undefined || lines < position.lineNumber) return false
          found.setPosition(position)
          found.focus()
          return true
        },
        { path: file, position: { lineNumber, column } },
      )
    },
    expectText: (file, wanted) => expect.poll(() => text(file), { timeout: 15_000 }).toBe(wanted),
    close: () => context.close(),
  }
}

/** The part of the status bar that says whether edits are safe. */
const statusOf = (page: Page): Locator => page.getByTestId('save-state')

export async function signIn(context: BrowserContext, session: Session): Promise<void> {
  await context.addCookies(
    [...session.cookies].map(([name, value]) => ({
      name,
      value,
      domain: 'localhost',
      path: '/',
      httpOnly: true,
      sameSite: 'Lax' as const,
    })),
  )
}
