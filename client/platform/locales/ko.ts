import type { SameKeys } from '../i18n.ts'
import type { en } from './en.ts'

export const ko: SameKeys<typeof en> = {
  product: 'Pairloom',
  action: {
    cancel: '취소',
    close: '닫기',
    copy: '복사',
    copied: '복사했습니다',
    create: '만들기',
    delete: '삭제',
    remove: '제거',
    rename: '이름 바꾸기',
    retry: '다시 시도',
    save: '저장',
    undo: '실행 취소',
    more: '추가 작업',
    back: '뒤로',
    show: '표시',
    hide: '숨기기',
    dismiss: '닫기',
  },
  copy: {
    failed: '이 브라우저에서는 바로 복사할 수 없습니다. {{key}} 키를 눌러 선택된 글을 복사하세요.',
  },
  time: { justNow: '방금', soon: '1분 안에' },
  state: {
    loading: '불러오는 중',
    saving: '저장하는 중…',
    saved: '저장했습니다',
  },
  role: {
    owner: '소유자',
    admin: '관리자',
    editor: '편집자',
    viewer: '뷰어',
    link: '게스트',
  },
  error: {
    network: '서버에 연결할 수 없습니다. 연결을 확인하고 다시 시도하세요.',
    request: '요청 {{id}}',
  },
  budget: {
    user_day: '오늘 내 AI 예산',
    user_month: '이번 달 내 AI 예산',
    workspace_day: '오늘 이 워크스페이스의 AI 예산',
    workspace_month: '이번 달 이 워크스페이스의 AI 예산',
    platform_day: '오늘 서버 전체의 AI 예산',
    platform_month: '이번 달 서버 전체의 AI 예산',
    key_day: '오늘 이 키의 AI 예산',
    key_month: '이번 달 이 키의 AI 예산',
    warning: '{{budget}}의 {{percent}}%를 썼습니다.',
    used: '{{budget}}을 다 썼습니다. {{when}}에 다시 시작됩니다.',
    raise: '{{names}} 님이 늘릴 수 있습니다.',
  },
  toast: {
    region: '알림',
  },
}
