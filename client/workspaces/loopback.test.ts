import { describe, expect, it } from 'vitest'
import { isLoopbackUrl } from './loopback.ts'

const opensHere = (host: string) => isLoopbackUrl(`http://${host}/g/1`)

describe('isLoopbackUrl', () => {
  it.each(['localhost:3000', '127.0.0.1:3000', '127.8.0.1', '[::1]:3000', 'x.localhost'])(
    'tells that only this computer opens %s',
    (host) => expect(opensHere(host)).toBe(true),
  )

  it.each(['192.168.0.4', 'ide.example.org', 'localhost.example.org', '127.0.0.1.example.org'])(
    'lets others open %s',
    (host) => expect(opensHere(host)).toBe(false),
  )
})
