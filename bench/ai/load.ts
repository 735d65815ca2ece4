import http, { type ClientRequest, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import type { Subject } from './subjects.ts'
import { nowUs, type Wish } from './wish.ts'

export interface Heard {
  /** from the request to its first token, without what the upstream itself waited */
  readonly firstMs: number
  /** of each token after the first, from the upstream's write to here */
  readonly transitMs: readonly number[]
}

// Let go of before any server ends what is idle: Node does after five seconds.
const agent = new http.Agent({ keepAlive: true, maxSockets: Infinity, timeout: 3000 })
let turn = 0

/** Asks for one stream. */
export function ask(subject: Subject, wish: Wish): ClientRequest {
  turn += 1
  const body = JSON.stringify({
    model: 'chat',
    stream: true,
    max_tokens: 1000,
    messages: [{ role: 'user', content: JSON.stringify(wish) }],
  })
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    authorization: `Bearer ${subject.keys[turn % subject.keys.length]}`,
  }
  const request = http.request(subject.url, { method: 'POST', agent, headers })
  request.end(body)
  return request
}

/** Hears one stream to its end. */
export async function hear(subject: Subject, wish: Wish): Promise<Heard> {
  const startedUs = nowUs()
  const request = ask(subject, wish)
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  if (response.statusCode !== 200) throw new Error(`${subject.name} answered ${response.statusCode}`)
  const transitMs: number[] = []
  let firstMs = Number.NaN
  let rest = ''
  for await (const chunk of response as AsyncIterable<Buffer>) {
    const at = nowUs()
    const text = rest + chunk.toString('latin1')
    const whole = text.lastIndexOf('\n\n') + 2
    rest = text.slice(whole)
    for (const match of text.slice(0, whole).matchAll(/t=(\d+);/g)) {
      if (Number.isNaN(firstMs)) firstMs = (at - startedUs) / 1000 - wish.firstMs
      else transitMs.push((at - Number(match[1])) / 1000)
    }
  }
  if (transitMs.length !== wish.pieces - 1)
    throw new Error(`${subject.name} lost ${wish.pieces - 1 - transitMs.length}`)
  return { firstMs, transitMs }
}

/** So many streams at once, each followed by the next, until `total` have ended. */
export async function hearMany(subject: Subject, wish: Wish, atOnce: number, total: number): Promise<Heard[]> {
  const heard: Heard[] = []
  let begun = 0
  const worker = async (index: number): Promise<void> => {
    // Not all in one instant: people do not ask in step.
    await new Promise((resolve) => setTimeout(resolve, (index / atOnce) * wish.pieces * wish.everyMs))
    while (begun < total) {
      begun += 1
      heard.push(await hear(subject, wish))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, (_, index) => worker(index)))
  return heard
}
