import { expect, it } from 'vitest'
import { WORKSPACE } from './sim-disk.ts'
import { World } from './world.ts'

const TEXT = 'one\ntwo\nthree\n'

async function openedWorld(): Promise<World> {
  const world = new World(1)
  world.server.path = 'a.txt'
  world.files.put(`${WORKSPACE}/a.txt`, TEXT)
  await world.clock.advance(1_000)
  world.startAgent()
  await world.clock.advance(2_000)
  expect(world.server.text()).toBe(TEXT)
  return world
}

it('[K2] waits for a program that is halfway through writing when the agent starts', async () => {
  const world = await openedWorld()
  world.type((text) => text.insert(0, 'colleague\n'))
  await world.clock.advance(3_000)
  expect(world.files.text(world.path)).toBe(`colleague\n${TEXT}`)
  world.killAgent()
  // It had read the file before the colleague came, and cuts it to nothing before it writes.
  const inode = world.files.put(world.path, '')
  world.startAgent()
  await world.clock.advance(200)
  world.files.write(inode, Buffer.from('one\ntwo\nmore\nthree\n'), world.path)
  await world.clock.advance(10_000)
  expect(world.server.text()).toBe('colleague\none\ntwo\nmore\nthree\n')
  expect(world.files.text(world.path)).toBe(world.server.text())
  world.killAgent()
})

it('[K2] waits for a program whose first half is not what the file began with', async () => {
  const world = await openedWorld()
  const seen: string[] = []
  world.server.doc.on('update', () => seen.push(world.server.text()))
  const inode = world.files.put(world.path, 'new\none\n')
  await world.clock.advance(200)
  world.files.write(inode, Buffer.from('new\none\ntwo\nthree\n'), world.path)
  await world.clock.advance(10_000)
  expect(seen).toEqual(['new\none\ntwo\nthree\n'])
  world.killAgent()
})

it('[K2] waits for a program that writes long after it has emptied the file, as on a busy machine', async () => {
  const world = await openedWorld()
  const seen: string[] = []
  world.server.doc.on('update', () => seen.push(world.server.text()))
  const inode = world.files.put(world.path, '')
  await world.clock.advance(1_500)
  world.files.write(inode, Buffer.from(`new\n${TEXT}`), world.path)
  await world.clock.advance(10_000)
  expect(seen).toEqual([`new\n${TEXT}`])
  world.killAgent()
})

it('[K2] waits, too, where the file system has cut the file and not yet set its time', async () => {
  const world = await openedWorld()
  world.type((text) => text.insert(0, 'colleague\n'))
  await world.clock.advance(5_000)
  const seen: string[] = []
  world.server.doc.on('update', () => seen.push(world.server.text()))
  const old = world.files.find(world.path)!.mtimeMs
  const inode = world.files.put(world.path, '')
  inode.mtimeMs = old
  // The watcher's look comes by now.
  await world.clock.advance(60)
  inode.mtimeMs = world.clock.now()
  await world.clock.advance(400)
  world.files.write(inode, Buffer.from(`new\ncolleague\n${TEXT}`), world.path)
  await world.clock.advance(10_000)
  expect(seen).toEqual([`new\ncolleague\n${TEXT}`])
  world.killAgent()
})

it('[K2] takes a file that was really emptied as emptied, at the start too', async () => {
  const world = await openedWorld()
  world.killAgent()
  world.files.put(world.path, '')
  world.startAgent()
  await world.clock.advance(10_000)
  expect(world.server.text()).toBe('')
  world.killAgent()
})
