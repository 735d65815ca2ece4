/** Neutral, pleasant and without a claim about anyone; the client may translate word by word. */
const ANIMALS = [
  'Heron',
  'Otter',
  'Finch',
  'Lynx',
  'Mole',
  'Wren',
  'Badger',
  'Crane',
  'Dolphin',
  'Egret',
  'Falcon',
  'Gecko',
  'Hare',
  'Ibis',
  'Jay',
  'Kestrel',
  'Lark',
  'Marten',
  'Newt',
  'Oriole',
  'Panda',
  'Quail',
  'Robin',
  'Seal',
  'Tern',
  'Urchin',
  'Vole',
  'Whale',
  'Yak',
  'Zebra',
  'Alpaca',
  'Beaver',
  'Curlew',
  'Dove',
  'Elk',
  'Fox',
  'Grouse',
  'Hoopoe',
  'Impala',
  'Jerboa',
  'Koala',
  'Lemur',
  'Magpie',
  'Nuthatch',
  'Owl',
  'Puffin',
  'Raven',
  'Swan',
] as const

/** The first free name from where the seed points: "Guest Heron", and "Guest Heron 2" only when all are taken. */
export function guestName(seed: number, taken: ReadonlySet<string>): string {
  for (let round = 1; ; round++) {
    for (const i of ANIMALS.keys()) {
      const animal = ANIMALS[(seed + i) % ANIMALS.length] ?? ANIMALS[0]
      const name = round === 1 ? `Guest ${animal}` : `Guest ${animal} ${round}`
      if (!taken.has(name)) return name
    }
  }
}
