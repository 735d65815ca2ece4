import { registerMessages } from './i18n.ts'
import { en } from './locales/en.ts'
import { ko } from './locales/ko.ts'

/** The sentences every feature may use: buttons, roles, states. */
export const common = registerMessages('common', { en, ko })
