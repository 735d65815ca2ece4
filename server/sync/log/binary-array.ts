/** What an element is to PostgreSQL, by the number of its type. */
const ELEMENT = { bool: 16, bytea: 17, int8: 20, text: 25 } as const

const HEAD_BYTES = 20
const EMPTY_HEAD_BYTES = 12

/** `count` elements of `bytes` in all, in the binary form of an array of one dimension. */
function binaryArray(
  type: keyof typeof ELEMENT,
  count: number,
  bytes: number,
  write: (target: Buffer, offset: number, index: number) => number,
): Buffer {
  const target = Buffer.allocUnsafe(count === 0 ? EMPTY_HEAD_BYTES : HEAD_BYTES + 4 * count + bytes)
  target.writeInt32BE(count === 0 ? 0 : 1, 0)
  target.writeInt32BE(0, 4)
  target.writeInt32BE(ELEMENT[type], 8)
  if (count === 0) return target
  target.writeInt32BE(count, 12)
  target.writeInt32BE(1, 16)
  let offset = HEAD_BYTES
  for (let index = 0; index < count; index++) {
    const size = write(target, offset + 4, index)
    target.writeInt32BE(size, offset)
    offset += 4 + size
  }
  return target
}

/*
 * Arrays as parameters of a statement. node-postgres writes an array as text, bytes among it as hexadecimal digits:
 * each end spends more on that than on all else it does with a small row. A Buffer it hands on as it is.
 */

export function textArray(values: readonly string[]): Buffer {
  const bytes = values.reduce((size, value) => size + Buffer.byteLength(value), 0)
  return binaryArray('text', values.length, bytes, (target, offset, index) =>
    target.write(values[index] as string, offset, 'utf8'),
  )
}

export function byteaArray(values: readonly Uint8Array[]): Buffer {
  const bytes = values.reduce((size, value) => size + value.length, 0)
  return binaryArray('bytea', values.length, bytes, (target, offset, index) => {
    const value = values[index] as Uint8Array
    target.set(value, offset)
    return value.length
  })
}

/** Of safe integers. */
export function bigintArray(values: readonly number[]): Buffer {
  return binaryArray('int8', values.length, 8 * values.length, (target, offset, index) => {
    const value = values[index] as number
    target.writeInt32BE(Math.floor(value / 2 ** 32), offset)
    target.writeUInt32BE(value >>> 0, offset + 4)
    return 8
  })
}

export function booleanArray(values: readonly boolean[]): Buffer {
  return binaryArray('bool', values.length, values.length, (target, offset, index) => {
    target[offset] = values[index] ? 1 : 0
    return 1
  })
}
