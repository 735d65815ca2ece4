import { errorCode } from './locate.ts'

/** The code a person is told when the disk refuses. Null: it is no refusal but a bug. */
export function refusalOf(error: unknown): 'disk_full' | 'disk_read_only' | 'unavailable' | 'path_not_found' | null {
  switch (errorCode(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'path_not_found'
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return 'disk_full'
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return 'disk_read_only'
    case 'EIO':
    case 'EMFILE':
    case 'ENFILE':
    case 'EBUSY':
    case 'ETXTBSY':
    case 'ESTALE':
      return 'unavailable'
    default:
      return null
  }
}
