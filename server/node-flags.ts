import path from 'node:path'

/**
 * How Node runs the server. Its room for short-lived objects grows to 32 MB otherwise: clearing that away at once holds
 * everybody up for 20 to 30 ms, and what a thousand open files leave in it costs each of them twice its memory. With
 * 4 MB a pause is 4 to 5 ms, for about a tenth more work where 250 rooms are typed in; with 8 MB it is 6 ms and more.
 * The thread for large documents collects after each of them: `gc` is there for it.
 */
export const SERVER_FLAGS: readonly string[] = ['--max-semi-space-size=4', '--expose-gc']

/**
 * Where Node keeps what it made of the server's code, from one start to the next: to take the types away itself costs
 * each thread some fifteen megabytes beside the code. And from what size on the C library of Linux maps a block by itself,
 * so that the system has it back at once: else that size grows with the largest block ever freed, and after one large
 * text the next ones stay with the process.
 */
export const SERVER_ENV = {
  NODE_COMPILE_CACHE: path.join(import.meta.dirname, 'dist'),
  GLIBC_TUNABLES: 'glibc.malloc.mmap_threshold=262144:glibc.malloc.trim_threshold=1048576',
} as const
