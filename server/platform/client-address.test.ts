import type { Socket } from 'node:net'
import { expect, it } from 'vitest'
import { clientAddress } from './client-address.ts'

const from = (forwarded: string | undefined) => ({
  headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  socket: { remoteAddress: '10.0.0.1' } as Socket,
})

it.each([
  ['no proxy is trusted: the header is anyone’s word', 0, '6.6.6.6', '10.0.0.1'],
  ['one proxy names the client last', 1, '6.6.6.6, 203.0.113.9', '203.0.113.9'],
  ['two proxies: the outer one’s word counts', 2, '6.6.6.6, 203.0.113.9, 10.0.0.2', '203.0.113.9'],
  ['fewer entries than proxies', 3, '203.0.113.9', '10.0.0.1'],
  ['no header', 1, undefined, '10.0.0.1'],
  ['an empty entry', 1, '203.0.113.9, ', '10.0.0.1'],
])('%s', (_, hops, forwarded, address) => {
  expect(clientAddress(from(forwarded), hops)).toBe(address)
})
