import { expect, it } from 'vitest'
import { addMissingOptionals } from './lockfile.ts'

it('adds an entry, bound to its platform, for an optional package that the registry did not show', () => {
  const { fixed, added } = addMissingOptionals({
    packages: {
      '': {},
      'node_modules/tool': {
        version: '1.0.0',
        dev: true,
        optionalDependencies: { '@tool/linux-arm64-musl': '^1.0.0', '@tool/win32-x64': '1.0.0' },
      },
      'node_modules/@tool/win32-x64': { version: '1.0.0' },
    },
  })

  expect(added).toEqual(['@tool/linux-arm64-musl'])
  expect(fixed.packages['node_modules/@tool/linux-arm64-musl']).toEqual({
    version: '1.0.0',
    os: ['linux'],
    cpu: ['arm64'],
    libc: ['musl'],
    dev: true,
    optional: true,
  })
})

it('leaves alone an optional package that is installed inside its dependent', () => {
  const packages = {
    'node_modules/tool': { version: '1.0.0', optionalDependencies: { fsevents: '2.0.0' } },
    'node_modules/tool/node_modules/fsevents': { version: '2.0.0' },
  }

  expect(addMissingOptionals({ packages })).toEqual({ fixed: { packages }, added: [] })
})
