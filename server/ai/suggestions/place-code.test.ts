import { describe, expect, it } from 'vitest'
import { placeCode } from './place-code.ts'

const file = `import { log } from './log'

export function add(a, b) {
  return a + b
}

class Stack {
  items = []

  push(item) {
    this.items.push(item)
    log('pushed')
  }

  pop() {
    log('popping')
    return this.items.pop()
  }
}

export function subtract(a, b) {
  return a - b
}
`

describe('code from a conversation', () => {
  it('replaces the function it is a new version of', () => {
    const code = 'export function add(a, b, c = 0) {\n  return a + b + c\n}\n'
    expect(placeCode(file, code)).toBe(file.replace('export function add(a, b) {\n  return a + b\n}\n', code))
  })

  it('is indented as what it replaces', () => {
    const code = 'pop() {\n  if (this.items.length === 0) throw new Error()\n  return this.items.pop()\n}'
    expect(placeCode(file, code)).toBe(
      file.replace(
        "  pop() {\n    log('popping')\n    return this.items.pop()\n  }\n",
        '  pop() {\n    if (this.items.length === 0) throw new Error()\n    return this.items.pop()\n  }\n',
      ),
    )
  })

  it('loses an indentation that the file does not have', () => {
    const code = '    export function subtract(a, b) {\n      return b - a\n    }'
    expect(placeCode(file, code)).toBe(file.replace('return a - b', 'return b - a'))
  })

  it('replaces the whole block whose first line it words anew', () => {
    const code = 'export const add = (a: number, b: number): number => {\n  return a + b\n}\n'
    expect(placeCode(file, code)).toBe(file.replace('export function add(a, b) {\n  return a + b\n}\n', code))
  })

  it('with types finds the line without', () => {
    const before = 'function add(a, b) {\n  return a + b\n}\nfunction sub(a, b) {\n  return a - b\n}\n'
    const code = 'function sub(a: number, b: number): number {\n  return a - b\n}\n'
    expect(placeCode(before, code)).toBe(`function add(a, b) {\n  return a + b\n}\n${code}`)
  })

  it('is the whole file where it begins and goes on like it', () => {
    const code = file
      .replace("import { log } from './log'\n", "import { log } from './log'\nimport x from 'x'\n")
      .trimEnd()
    expect(placeCode(file, code)).toBe(`${code}\n`)
  })

  it('is the whole file where most of it is there', () => {
    const code = file.replace("import { log } from './log'\n\n", '')
    expect(placeCode(file, code)).toBe(code)
  })

  it('keeps what it leaves out', () => {
    const code = 'class Stack {\n  // ... existing code ...\n  pop() {\n    return this.items.pop()\n  }\n  // …\n}\n'
    expect(placeCode(file, code)).toBe(file.replace("    log('popping')\n", ''))
  })

  it('is not mistaken for something left out where it spreads', () => {
    const before = 'const all = [\n  first,\n  second,\n]\n'
    expect(placeCode(before, 'const all = [\n  first,\n  ...others,\n]\n')).toBe(
      'const all = [\n  first,\n  ...others,\n]\n',
    )
  })

  it('of one line replaces the line that begins alike', () => {
    const before = 'const host = 1\nconst port = 80\nconst name = 2\n'
    expect(placeCode(before, 'const port = 443')).toBe('const host = 1\nconst port = 443\nconst name = 2\n')
  })

  it('that is nowhere in the file finds no place', () => {
    expect(placeCode(file, 'def unrelated():\n    pass\n')).toBeNull()
    expect(placeCode(file, '}\n')).toBeNull()
    expect(placeCode(file, '// ...\n')).toBeNull()
  })

  it('that fits in two places finds none', () => {
    const twice = 'start()\nrun(1)\nend()\nother\nmore\nstart()\nrun(1)\nend()\n'
    expect(placeCode(twice, 'start()\nrun(2)\nend()\n')).toBeNull()
  })

  it('is all of an empty file', () => {
    expect(placeCode('', 'a\nb')).toBe('a\nb\n')
  })

  it('leaves a last line without a break as it is', () => {
    expect(placeCode('one two\nlast three', 'last four')).toBeNull()
    expect(placeCode('one two\nlast line = 3', 'last line = 4')).toBe('one two\nlast line = 4')
  })

  it('is found in a large file by the lines that both have', () => {
    const lines = Array.from({ length: 50_000 }, (_, i) => `const value${i} = compute(${i})\n`)
    const code = lines.slice(30_000, 30_040).map((line, i) => (i === 20 ? 'const another = 1\n' : line))
    expect(placeCode(lines.join(''), code.join(''))).toBe(lines.with(30_020, 'const another = 1\n').join(''))
  })

  it('is given up on where file and code are too large to compare', () => {
    const large = Array.from({ length: 100_000 }, (_, i) => `line ${i}\n`).join('')
    expect(placeCode(large, Array.from({ length: 1_000 }, (_, i) => `code ${i}\n`).join(''))).toBeNull()
  })
})
