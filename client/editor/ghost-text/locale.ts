import { registerMessages } from '../../platform/i18n.ts'

export const messages = registerMessages('ghost-text', {
  en: {
    toggle: 'AI completions on or off',
    on: 'Completions on',
    off: 'Completions off',
    paused: 'Completions paused',
    onLong: 'AI suggests what comes next; Tab takes it. Turn it off here.',
    offLong: 'AI suggests nothing in the editor. Turn it on here.',
    saidOn: 'AI completions are on.',
    saidOff: 'AI completions are off.',
  },
  ko: {
    toggle: 'AI 자동 완성 켜기/끄기',
    on: '자동 완성 켜짐',
    off: '자동 완성 꺼짐',
    paused: '자동 완성 일시 중지',
    onLong: 'AI가 이어질 코드를 제안합니다. Tab 키로 받아들입니다. 눌러서 끌 수 있습니다.',
    offLong: '편집기에서 AI가 제안하지 않습니다. 눌러서 켤 수 있습니다.',
    saidOn: 'AI 자동 완성을 켰습니다.',
    saidOff: 'AI 자동 완성을 껐습니다.',
  },
})
