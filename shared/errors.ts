/**
 * Every expected failure has a code here. The table maps it to HTTP (and so tRPC), to a sync close code
 * where one exists, and to the sentences a person reads: what happened and what to do next.
 */
interface ErrorFacts {
  readonly http: 400 | 401 | 403 | 404 | 405 | 409 | 410 | 413 | 415 | 429 | 499 | 500 | 502 | 503 | 504
  readonly en: string
  readonly ko: string
}

export const ERRORS = {
  bad_request: {
    http: 400,
    en: 'The request was not understood. Nothing was changed.',
    ko: '요청을 이해하지 못했습니다. 바뀐 것은 없습니다.',
  },
  unauthenticated: {
    http: 401,
    en: 'You are signed out. Sign in again to go on.',
    ko: '로그아웃되었습니다. 계속하려면 다시 로그인하세요.',
  },
  invalid_credentials: {
    http: 401,
    en: 'E-mail or password is not right.',
    ko: '이메일 또는 비밀번호가 맞지 않습니다.',
  },
  suspended: {
    http: 403,
    en: 'This account is suspended. Ask an admin of this server.',
    ko: '정지된 계정입니다. 이 서버의 관리자에게 문의하세요.',
  },
  forbidden: {
    http: 403,
    en: 'Your role does not allow this. Nothing was changed.',
    ko: '현재 역할로는 할 수 없습니다. 바뀐 것은 없습니다.',
  },
  cross_site: {
    http: 403,
    en: 'The request came from another site and was refused.',
    ko: '다른 사이트에서 온 요청이라 거부했습니다.',
  },
  not_found: {
    http: 404,
    en: 'Nothing here, or your account cannot see it.',
    ko: '찾을 수 없거나 이 계정으로는 볼 수 없습니다.',
  },
  method_not_allowed: {
    http: 405,
    en: 'This address does not take that kind of request.',
    ko: '이 주소에서는 그런 요청을 받지 않습니다.',
  },
  conflict: {
    http: 409,
    en: 'Someone else changed this at the same time. Look again and retry.',
    ko: '다른 사람이 동시에 바꾸었습니다. 확인 후 다시 시도하세요.',
  },
  email_taken: {
    http: 409,
    en: 'There is already an account with this e-mail. Sign in instead.',
    ko: '이미 이 이메일로 만든 계정이 있습니다. 로그인하세요.',
  },
  last_owner: {
    http: 409,
    en: 'A workspace needs an owner. Make someone else owner first.',
    ko: '워크스페이스에는 소유자가 있어야 합니다. 먼저 다른 사람을 소유자로 지정하세요.',
  },
  last_admin: {
    http: 409,
    en: 'This server needs an admin. Make someone else admin first.',
    ko: '서버에는 관리자가 있어야 합니다. 먼저 다른 사람을 관리자로 지정하세요.',
  },
  setup_done: {
    http: 409,
    en: 'This server is already set up. Sign in instead.',
    ko: '이미 설정이 끝난 서버입니다. 로그인하세요.',
  },
  setup_code: {
    http: 403,
    en: 'The setup code is not right. It is printed on the server’s console.',
    ko: '설정 코드가 맞지 않습니다. 코드는 서버 콘솔에 표시됩니다.',
  },
  sign_up_closed: {
    http: 403,
    en: 'This server takes no new account this way. An admin can invite you, or open sign-up under Admin → Settings.',
    ko: '지금 설정으로는 가입할 수 없습니다. 관리자가 초대하거나, 관리 → 설정에서 가입을 열 수 있습니다.',
  },
  weak_password: {
    http: 400,
    en: 'Choose a longer or less common password: at least 15 characters.',
    ko: '더 길거나 흔하지 않은 비밀번호를 쓰세요. 15자 이상이어야 합니다.',
  },
  link_invalid: {
    http: 410,
    en: 'This link was used, has expired or was revoked. Ask for a new one.',
    ko: '이미 썼거나 만료되었거나 취소된 링크입니다. 새 링크를 요청하세요.',
  },
  oauth_failed: {
    http: 400,
    en: 'Signing in with that provider did not work. Try again or use a password.',
    ko: '해당 서비스로 로그인하지 못했습니다. 다시 시도하거나 비밀번호를 쓰세요.',
  },
  path_invalid: { http: 400, en: 'This is not a path inside the workspace.', ko: '워크스페이스 안의 경로가 아닙니다.' },
  path_exists: {
    http: 409,
    en: 'A file or folder with this name is already there.',
    ko: '같은 이름의 파일이나 폴더가 이미 있습니다.',
  },
  path_not_found: { http: 404, en: 'This file or folder is no longer there.', ko: '파일이나 폴더가 더 이상 없습니다.' },
  name_conflict: {
    http: 409,
    en: 'A name that differs only in case or in Unicode form is already there.',
    ko: '대소문자나 유니코드 형식만 다른 이름이 이미 있습니다.',
  },
  not_text: {
    http: 415,
    en: 'This file is not text. It can be downloaded.',
    ko: '텍스트 파일이 아닙니다. 내려받을 수 있습니다.',
  },
  not_a_file: {
    http: 400,
    en: 'This is not an ordinary file, so it was left alone.',
    ko: '일반 파일이 아니어서 건드리지 않았습니다.',
  },
  too_large: {
    http: 413,
    en: 'This is larger than allowed. Nothing was changed.',
    ko: '허용된 크기보다 큽니다. 바뀐 것은 없습니다.',
  },
  archive_invalid: {
    http: 400,
    en: 'This archive is damaged or holds something that is not allowed. Nothing was imported.',
    ko: '압축 파일이 손상되었거나 허용되지 않는 내용이 있습니다. 가져온 것은 없습니다.',
  },
  archive_too_large: {
    http: 413,
    en: 'This archive unpacks to more than is allowed. Nothing was imported.',
    ko: '압축을 풀면 허용된 크기를 넘습니다. 가져온 것은 없습니다.',
  },
  git_failed: {
    http: 400,
    en: 'The repository could not be cloned. Check its address and that it is public.',
    ko: '저장소를 복제하지 못했습니다. 주소와 공개 여부를 확인하세요.',
  },
  disk_full: {
    http: 503,
    en: 'The workspace’s disk is full. Your edits are kept; they are written once there is room.',
    ko: '워크스페이스 디스크가 가득 찼습니다. 편집 내용은 보관되며, 공간이 생기면 파일에 씁니다.',
  },
  disk_read_only: {
    http: 503,
    en: 'This file cannot be written on the workspace’s disk. Your edits are kept.',
    ko: '워크스페이스 디스크에 이 파일을 쓸 수 없습니다. 편집 내용은 보관됩니다.',
  },
  unsupported_media: {
    http: 415,
    en: 'The request is not in a form this address takes.',
    ko: '이 주소에서 받을 수 없는 형식의 요청입니다.',
  },
  rate_limited: {
    http: 429,
    en: 'Too many tries. Wait a moment, then try again.',
    ko: '시도가 너무 많습니다. 잠시 후 다시 시도하세요.',
  },
  cancelled: { http: 499, en: 'Cancelled. Nothing was changed.', ko: '취소했습니다. 바뀐 것은 없습니다.' },
  terminal_not_for_all: {
    http: 403,
    en: 'Viewers read this chat, and may not see terminals here. Ask in a private chat, or let the owner allow viewers to watch terminals.',
    ko: '이 채팅은 뷰어도 읽지만, 뷰어는 여기서 터미널을 볼 수 없습니다. 비공개 채팅에서 묻거나, 소유자가 뷰어의 터미널 보기를 허용하면 됩니다.',
  },
  ai_not_configured: {
    http: 404,
    en: 'AI is not set up on this server. An admin connects a provider under Admin → AI.',
    ko: '이 서버에 AI가 설정되어 있지 않습니다. 관리자가 관리 → AI에서 제공자를 연결할 수 있습니다.',
  },
  ai_model_unknown: {
    http: 404,
    en: 'This server has no model of that name. Choose one from the list.',
    ko: '이 서버에 그런 이름의 모델이 없습니다. 목록에서 고르세요.',
  },
  ai_budget_exhausted: {
    http: 429,
    en: 'The AI budget for this period is used up. It starts anew with the next one, or an admin raises it.',
    ko: '이번 기간의 AI 예산을 다 썼습니다. 다음 기간에 다시 시작되며, 관리자가 늘릴 수도 있습니다.',
  },
  ai_busy: {
    http: 503,
    en: 'The model is busy or resting after failures. Try again in a moment.',
    ko: '모델이 바쁘거나 오류 뒤 잠시 쉬는 중입니다. 잠시 후 다시 시도하세요.',
  },
  ai_unreachable: {
    http: 502,
    en: 'The model could not be reached. Try again; if it lasts, tell an admin.',
    ko: '모델에 연결하지 못했습니다. 다시 시도하고, 계속되면 관리자에게 알리세요.',
  },
  ai_failed: {
    http: 502,
    en: 'The model broke off. What had come is kept; try again.',
    ko: '모델이 응답을 끝맺지 못했습니다. 받은 내용은 보관됩니다. 다시 시도하세요.',
  },
  ai_timeout: {
    http: 504,
    en: 'The model took too long to answer and was stopped. Try again.',
    ko: '모델의 응답이 너무 오래 걸려 중단했습니다. 다시 시도하세요.',
  },
  ai_refused: {
    http: 400,
    en: 'The model refused this request: it may be too long. Shorten it and try again.',
    ko: '모델이 요청을 거절했습니다. 너무 긴 요청일 수 있습니다. 줄여서 다시 시도하세요.',
  },
  ai_misconfigured: {
    http: 502,
    en: 'The provider does not accept this server’s key or model. An admin can test the route under Admin → AI.',
    ko: '제공자가 이 서버의 키나 모델을 받아들이지 않습니다. 관리자가 관리 → AI에서 경로를 시험할 수 있습니다.',
  },
  files_held: {
    http: 409,
    en: 'Many known files are missing on the disk, so nothing is merged with it until someone decides. Your edits are kept.',
    ko: '알려진 파일이 디스크에서 많이 없어졌습니다. 누군가 결정할 때까지 디스크와 합치지 않습니다. 편집 내용은 보관됩니다.',
  },
  wrong_volume: {
    http: 503,
    en: 'The folder on the disk does not belong to this workspace, so it is left alone. Your edits are kept. Ask an admin of this server to put the right one back.',
    ko: '디스크의 폴더가 이 워크스페이스의 것이 아니어서 건드리지 않습니다. 편집 내용은 보관됩니다. 서버 관리자에게 올바른 폴더를 되돌려 달라고 요청하세요.',
  },
  agent_offline: {
    http: 503,
    en: 'The workspace is starting or stopped. Open files keep working; try again in a moment.',
    ko: '워크스페이스를 시작하는 중이거나 멈춰 있습니다. 열린 파일은 그대로 쓸 수 있습니다. 잠시 후 다시 시도하세요.',
  },
  unavailable: {
    http: 503,
    en: 'The server cannot do this right now. Your edits are kept; try again in a moment.',
    ko: '지금은 처리할 수 없습니다. 편집 내용은 보관됩니다. 잠시 후 다시 시도하세요.',
  },
  timeout: {
    http: 504,
    en: 'This took too long and was stopped. Try again.',
    ko: '시간이 너무 오래 걸려 중단했습니다. 다시 시도하세요.',
  },
  internal: {
    http: 500,
    en: 'Something went wrong on the server. Your edits are kept.',
    ko: '서버에 문제가 생겼습니다. 편집 내용은 보관됩니다.',
  },
} as const satisfies Record<string, ErrorFacts>

export type ErrorCode = keyof typeof ERRORS

/** An expected failure. Anything else that is thrown is a bug, logged with its cause and shown as `internal`. */
export class AppError extends Error {
  readonly code: ErrorCode
  /** Facts for the person's sentence (a path, a limit); never source text or secrets. */
  readonly details: Readonly<Record<string, string | number | boolean>>
  constructor(
    code: ErrorCode,
    message: string = ERRORS[code].en,
    options: { cause?: unknown; details?: Record<string, string | number | boolean> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.details = options.details ?? {}
  }
}
