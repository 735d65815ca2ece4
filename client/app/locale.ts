import { registerMessages } from '../platform/i18n.ts'

export const messages = registerMessages('app', {
  en: {
    crash: {
      title: 'This page stopped working',
      body: 'What you typed in open files is kept. Reload to go on; if it happens again, tell an admin what you did.',
      reload: 'Reload',
    },
    offline: {
      title: 'The server cannot be reached',
    },
    skip: 'Skip to content',
    nav: {
      label: 'Main',
      workspaces: 'Workspaces',
      admin: 'Admin',
      settings: 'Settings',
      signOut: 'Sign out',
      account: 'Account: {{name}}',
    },
    signOut: {
      title: 'Sign out and lose unsaved edits?',
      body: 'Only this browser has these edits. Signing out removes them from it.',
      advice: 'To keep them, cancel and open the files while connected: they are saved within a moment.',
      edits_one: '{{count}} edit',
      edits_other: '{{count}} edits',
      confirm: 'Sign out and remove',
      failed: 'Signing out did not reach the server, so this browser is still signed in.',
    },
  },
  ko: {
    crash: {
      title: '페이지가 멈췄습니다',
      body: '열린 파일에 입력한 내용은 보관되어 있습니다. 계속하려면 새로 고침하세요. 같은 문제가 또 생기면 무엇을 했는지 관리자에게 알려 주세요.',
      reload: '새로 고침',
    },
    offline: {
      title: '서버에 연결할 수 없습니다',
    },
    skip: '본문으로 건너뛰기',
    nav: {
      label: '주 메뉴',
      workspaces: '워크스페이스',
      admin: '관리',
      settings: '설정',
      signOut: '로그아웃',
      account: '계정: {{name}}',
    },
    signOut: {
      title: '저장되지 않은 편집을 버리고 로그아웃할까요?',
      body: '아래 편집은 이 브라우저에만 있습니다. 로그아웃하면 지워집니다.',
      advice: '보관하려면 취소하고 연결된 상태에서 파일을 여세요. 곧 저장됩니다.',
      edits_one: '편집 {{count}}개',
      edits_other: '편집 {{count}}개',
      confirm: '지우고 로그아웃',
      failed: '로그아웃 요청이 서버에 닿지 않아 이 브라우저는 아직 로그인되어 있습니다.',
    },
  },
})
