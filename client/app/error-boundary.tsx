import { Component, type ReactNode } from 'react'
import { Button } from '../ui/button.tsx'
import { messages } from './locale.ts'

/** The last net: a bug in drawing ends here, with a way on, never in a white page. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false }

  static getDerivedStateFromError() {
    return { hasFailed: true }
  }

  override render() {
    return this.state.hasFailed ? <CrashPage /> : this.props.children
  }
}

export function CrashPage() {
  return (
    <main className="mx-auto grid min-h-dvh max-w-[420px] content-center justify-items-start gap-4 p-6">
      <h1 className="text-20">{messages.t('crash.title')}</h1>
      <p className="text-muted">{messages.t('crash.body')}</p>
      <Button kind="primary" size="large" onClick={() => location.reload()}>
        {messages.t('crash.reload')}
      </Button>
    </main>
  )
}
