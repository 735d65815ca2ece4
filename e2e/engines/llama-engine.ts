import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { tinyGguf } from './tiny-gguf.ts'

export const CONTEXT_TOKENS = 16_384

export interface ChatMessage {
  readonly role: string
  readonly content: string
}

/** What llama.cpp itself says of one answer. */
export interface Generated {
  readonly promptTokens: number
  readonly completionTokens: number
  /** All that the engine has in mind at the end: the prompt as it read it, then what it said but for the last token. */
  readonly context: readonly number[]
  readonly stopReason: string
}

interface Generation {
  readonly maxTokens: number
  readonly signal: AbortSignal
  onText(text: string): void
}

/** llama.cpp with the model that recites the alphabet, in this process. It answers one at a time. */
export async function loadLlama(folder: string) {
  const { getLlama, JinjaTemplateChatWrapper, LlamaCompletion } = await importLlama()
  const modelPath = path.join(folder, 'alphabet.gguf')
  await writeFile(modelPath, tinyGguf(CONTEXT_TOKENS))
  const llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, logLevel: 'error', maxThreads: 1 })
  const model = await llama.loadModel({ modelPath })
  const context = await model.createContext({ contextSize: CONTEXT_TOKENS, threads: 1 })
  const template = model.fileInfo.metadata.tokenizer.chat_template
  const wrapper = new JinjaTemplateChatWrapper({ template })
  const { bos, infill } = model.tokens

  return {
    /** As the model's own template renders a chat; what people write never becomes a special token. */
    chatTokens(messages: readonly ChatMessage[]): number[] {
      const chatHistory = messages.map(({ role, content }) => ({ type: role, text: content }))
      const answer = { type: 'model', response: [] }
      return wrapper
        .generateContextState({ chatHistory: [...chatHistory, answer] })
        .contextText.tokenize(model.tokenizer)
    },
    /** A rendered prompt, in which special tokens may be named. */
    promptTokens: (prompt: string): number[] => model.tokenize(prompt, true),
    /** A gap as the model wants it, by the numbers that it gives its tokens and without their names. */
    fillInTokens: (prefix: string, suffix: string): number[] => [
      bos,
      infill.prefix,
      ...model.tokenize(prefix),
      infill.suffix,
      ...model.tokenize(suffix),
      infill.middle,
    ],
    async generate(tokens: readonly number[], { maxTokens, signal, onText }: Generation): Promise<Generated> {
      const sequence = context.getSequence()
      const completion = new LlamaCompletion({ contextSequence: sequence })
      const { metadata } = await completion
        .generateCompletionWithMeta([...tokens], {
          maxTokens,
          signal,
          stopOnAbortSignal: true,
          temperature: 0,
          repeatPenalty: false,
          onTextChunk: onText,
        })
        .finally(() => completion.dispose({ disposeSequence: false }))
      const { usedInputTokens, usedOutputTokens } = sequence.tokenMeter
      const generated = {
        // The meter books a prompt's last token with the first that is said, since both are one step.
        promptTokens: usedInputTokens + 1,
        completionTokens: usedOutputTokens,
        context: [...sequence.contextTokens],
        stopReason: metadata.stopReason,
      }
      sequence.dispose()
      return generated
    },
    dispose: (): Promise<void> => llama.dispose(),
  }
}

export type LlamaEngine = Awaited<ReturnType<typeof loadLlama>>

/** The parts of node-llama-cpp that are used here; its own types are there only once it is installed. */
interface NodeLlamaCpp {
  getLlama(options: object): Promise<{ loadModel(options: object): Promise<Model>; dispose(): Promise<void> }>
  readonly JinjaTemplateChatWrapper: new (options: object) => {
    generateContextState(options: object): { contextText: { tokenize(tokenizer: unknown): number[] } }
  }
  readonly LlamaCompletion: new (options: object) => {
    generateCompletionWithMeta(
      tokens: readonly number[],
      options: object,
    ): Promise<{ metadata: { stopReason: string } }>
    dispose(options: object): void
  }
}
interface Model {
  readonly fileInfo: { readonly metadata: { readonly tokenizer: { readonly chat_template: string } } }
  readonly tokens: {
    readonly bos: number
    readonly infill: { readonly prefix: number; readonly suffix: number; readonly middle: number }
  }
  readonly tokenizer: unknown
  tokenize(text: string, hasSpecialTokens?: boolean): number[]
  createContext(options: object): Promise<{ getSequence(): Sequence }>
}
interface Sequence {
  readonly tokenMeter: { readonly usedInputTokens: number; readonly usedOutputTokens: number }
  readonly contextTokens: readonly number[]
  dispose(): void
}

/** Has a package.json of its own, apart from the product's. Without the builds for graphics cards, which are large. */
async function importLlama(): Promise<NodeLlamaCpp> {
  const cwd = path.join(import.meta.dirname, 'llama')
  if (!existsSync(path.join(cwd, 'node_modules/.package-lock.json'))) {
    const args = ['ci', '--ignore-scripts', '--omit=optional']
    execFileSync('npm', args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] })
  }
  const entry = createRequire(path.join(cwd, 'package.json')).resolve('node-llama-cpp')
  return (await import(pathToFileURL(entry).href)) as NodeLlamaCpp
}
