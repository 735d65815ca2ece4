import { describe, expect, it } from 'vitest'
import { isLoopbackUrl } from './loopback.ts'

describe('isLoopbackUrl', () => {
  it('tells links that only this computer can open', () => {
    for (const host of ['localhost:3000', '127.0.0.1:3000', '127.8.0.1', '[::1]:3000', 'x.localhost']) expect(isLoopbackUrl(`http://${host}/g/1`), host).toBe(true)
    for (const host of ['192.168.0.4', 'ide.example.org', 'localhost.example.org', '127.0.0.1.example.org']) expect(isLoopbackUrl(`http://${host}/g/1`), host).toBe(false)
  })
})
