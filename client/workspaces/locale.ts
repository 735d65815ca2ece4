import { registerMessages } from '../platform/i18n.ts'
import { en } from './locales/en.ts'
import { ko } from './locales/ko.ts'

export const messages = registerMessages('workspaces', { en, ko })
