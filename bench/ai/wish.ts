/** What a benchmark asks the upstream to say. */
export interface Wish {
  readonly pieces: number
  /** 0: as fast as it is read */
  readonly everyMs: number
  readonly firstMs: number
  /** of filler in each piece */
  readonly bytes?: number
  /** Told with the time at which the socket closes early. */
  readonly id?: number
}

/** Microseconds on the clock that all processes of this machine share. */
export const nowUs = (): number => Number(process.hrtime.bigint() / 1000n)
