/**
 * A Llama that recites the alphabet, as a file of llama.cpp (GGUF, version 3). Each token is told by one number of its
 * own in the embedding, attention and feed-forward add nothing to it, and the output knows which token comes next: so
 * what it says is known beforehand, while llama.cpp reads, counts and computes as with any other model.
 */
const FILL_IN = ['<|fim_prefix|>', '<|fim_suffix|>', '<|fim_middle|>']
/** What separates words in the vocabularies of SentencePiece. */
const SPACE = '\u2581'
/** The kinds of token that llama.cpp tells apart. */
const NORMAL = 1
const UNKNOWN = 2
const CONTROL = 3
const BYTE = 6

const BYTES = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`)
const VOCABULARY: readonly (readonly [text: string, kind: number])[] = [
  ['<unk>', UNKNOWN],
  ['<s>', CONTROL],
  ['</s>', CONTROL],
  ...BYTES.map((text) => [text, BYTE] as const),
  [SPACE, NORMAL],
  ...FILL_IN.map((text) => [text, CONTROL] as const),
]
const tokenOf = (text: string): number => VOCABULARY.findIndex(([one]) => one === text)
const tokenOfLetter = (letter: string): number => tokenOf(BYTES[letter.charCodeAt(0)]!)

const HEADS = 5
const HEAD_WIDTH = 64
/** At least one number for each token. */
const WIDTH = HEADS * HEAD_WIDTH
const FEED_FORWARD_WIDTH = 32
const ALIGNMENT = 32

/** After a letter the next one, after z and after anything else a, but m where a gap is to be filled. */
function nextToken(token: number): number {
  const [a, z] = [tokenOfLetter('a'), tokenOfLetter('z')]
  if (token === tokenOf('<|fim_middle|>')) return tokenOfLetter('m')
  return token >= a && token < z ? token + 1 : a
}

/** The file's bytes; `contextTokens`: what it may be asked to keep in mind. */
export function tinyGguf(contextTokens: number): Buffer {
  const facts = factsOf(contextTokens)
  const tensors = tensorsOf()
  let offset = 0
  const infos = tensors.map(({ name, shape, values }) => {
    const info = [text(name), u32(shape.length), ...shape.map(u64), u32(0), u64(offset)]
    offset += values.byteLength + padding(values.byteLength)
    return Buffer.concat(info)
  })
  const head = Buffer.concat([Buffer.from('GGUF'), u32(3), u64(tensors.length), u64(facts.length), ...facts, ...infos])
  const data = tensors.flatMap(({ values }) => [Buffer.from(values.buffer), Buffer.alloc(padding(values.byteLength))])
  return Buffer.concat([head, Buffer.alloc(padding(head.length)), ...data])
}

const factsOf = (contextTokens: number): Buffer[] => [
  fact('general.architecture', STRING, text('llama')),
  fact('general.name', STRING, text('recites the alphabet')),
  fact('llama.context_length', U32, u32(contextTokens)),
  fact('llama.embedding_length', U32, u32(WIDTH)),
  fact('llama.block_count', U32, u32(1)),
  fact('llama.feed_forward_length', U32, u32(FEED_FORWARD_WIDTH)),
  fact('llama.attention.head_count', U32, u32(HEADS)),
  fact('llama.attention.head_count_kv', U32, u32(1)),
  fact('llama.attention.layer_norm_rms_epsilon', F32, f32(1e-5)),
  fact('llama.rope.dimension_count', U32, u32(HEAD_WIDTH)),
  fact('llama.vocab_size', U32, u32(VOCABULARY.length)),
  fact('tokenizer.ggml.model', STRING, text('llama')),
  fact(
    'tokenizer.ggml.tokens',
    ARRAY,
    list(
      STRING,
      VOCABULARY.map(([one]) => text(one)),
    ),
  ),
  fact(
    'tokenizer.ggml.scores',
    ARRAY,
    list(
      F32,
      VOCABULARY.map(() => f32(0)),
    ),
  ),
  fact(
    'tokenizer.ggml.token_type',
    ARRAY,
    list(
      I32,
      VOCABULARY.map(([, kind]) => u32(kind)),
    ),
  ),
  fact('tokenizer.ggml.unknown_token_id', U32, u32(tokenOf('<unk>'))),
  fact('tokenizer.ggml.bos_token_id', U32, u32(tokenOf('<s>'))),
  fact('tokenizer.ggml.eos_token_id', U32, u32(tokenOf('</s>'))),
  fact('tokenizer.ggml.add_space_prefix', BOOL, Buffer.from([0])),
  ...['fim_pre', 'fim_suf', 'fim_mid'].map((name, index) =>
    fact(`tokenizer.ggml.${name}_token_id`, U32, u32(tokenOf(FILL_IN[index]!))),
  ),
  fact('tokenizer.chat_template', STRING, text(CHAT_TEMPLATE)),
]

const CHAT_TEMPLATE =
  "{% for one in messages %}{{ one['role'] + '> ' + one['content'] + '\n' }}{% endfor %}" +
  "{% if add_generation_prompt %}{{ 'assistant> ' }}{% endif %}"

interface Tensor {
  readonly name: string
  /** The fastest running dimension first. */
  readonly shape: readonly number[]
  readonly values: Float32Array
}

function tensorsOf(): Tensor[] {
  const tensor = (name: string, shape: readonly number[], fill = 0): Tensor => {
    const size = shape.reduce((product, length) => product * length, 1)
    return { name: `${name}.weight`, shape, values: new Float32Array(size).fill(fill) }
  }
  const embedding = tensor('token_embd', [WIDTH, VOCABULARY.length])
  const output = tensor('output', [WIDTH, VOCABULARY.length])
  for (const token of VOCABULARY.keys()) {
    embedding.values[token * WIDTH + token] = 1
    output.values[nextToken(token) * WIDTH + token] = 1
  }
  return [
    embedding,
    tensor('output_norm', [WIDTH], 1),
    output,
    tensor('blk.0.attn_norm', [WIDTH], 1),
    tensor('blk.0.attn_q', [WIDTH, WIDTH]),
    tensor('blk.0.attn_k', [WIDTH, HEAD_WIDTH]),
    tensor('blk.0.attn_v', [WIDTH, HEAD_WIDTH]),
    tensor('blk.0.attn_output', [WIDTH, WIDTH]),
    tensor('blk.0.ffn_norm', [WIDTH], 1),
    tensor('blk.0.ffn_gate', [WIDTH, FEED_FORWARD_WIDTH]),
    tensor('blk.0.ffn_up', [WIDTH, FEED_FORWARD_WIDTH]),
    tensor('blk.0.ffn_down', [FEED_FORWARD_WIDTH, WIDTH]),
  ]
}

/** The numbers by which the format names types of values. */
const U32 = 4
const I32 = 5
const F32 = 6
const BOOL = 7
const STRING = 8
const ARRAY = 9

const padding = (length: number): number => (ALIGNMENT - (length % ALIGNMENT)) % ALIGNMENT
const u32 = (value: number): Buffer => Buffer.from(new Uint32Array([value]).buffer)
const u64 = (value: number): Buffer => Buffer.from(new BigUint64Array([BigInt(value)]).buffer)
const f32 = (value: number): Buffer => Buffer.from(new Float32Array([value]).buffer)
const text = (value: string): Buffer => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)])
const list = (type: number, values: readonly Buffer[]): Buffer =>
  Buffer.concat([u32(type), u64(values.length), ...values])
const fact = (name: string, type: number, value: Buffer): Buffer => Buffer.concat([text(name), u32(type), value])
