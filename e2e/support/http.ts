import { Agent, request as httpRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http'

export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly setCookies: readonly string[]
  readonly text: string
  readonly bytes: Buffer
}

export interface HttpAsk {
  readonly method?: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string | Uint8Array
  /** the address of this machine it comes from, where one of several is meant (127.0.0.2 …) */
  readonly localAddress?: string
}

const agent = new Agent({ keepAlive: false })

/**
 * One HTTP request exactly as given: the target is sent as it stands, unlike fetch's. Answers that come before the
 * whole body was sent are answers too.
 */
export function sendHttp(port: number, target: string, ask: HttpAsk = {}): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers = {}, body, localAddress } = ask
    const req = httpRequest({
      host: '127.0.0.1',
      port,
      path: target,
      method,
      agent,
      headers: {
        host: `localhost:${port}`,
        ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
        ...headers,
      },
      ...(localAddress === undefined ? {} : { localAddress }),
    })
    let isAnswered = false
    req.on('response', (res) => {
      isAnswered = true
      const chunks: Buffer[] = []
      res.on('data', (chunk: Buffer) => chunks.push(chunk))
      const finish = () => {
        const bytes = Buffer.concat(chunks)
        resolve({
          status: res.statusCode ?? 0,
          headers: res.headers,
          setCookies: res.headers['set-cookie'] ?? [],
          text: bytes.toString(),
          bytes,
        })
      }
      res.on('end', finish)
      res.on('error', finish)
    })
    // A server that refuses a long body answers and closes; the rest of the body then meets a closed socket.
    req.on('error', (error) => (isAnswered ? undefined : reject(error)))
    req.end(body)
  })
}
