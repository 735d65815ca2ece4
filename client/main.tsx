import './ui/app.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ErrorBoundary } from './app/error-boundary.tsx'
import { hurryToIde } from './app/load-ide.ts'
import { router } from './app/router.tsx'
import { SessionGate } from './app/session-gate.tsx'
import { queryClient } from './platform/query-client.ts'
import { authStateQuery } from './platform/session.ts'
import { Toaster } from './ui/toaster.tsx'

// Every page begins with who this is: on its way before any code keeps the browser busy.
void queryClient.prefetchQuery(authStateQuery)
hurryToIde(location.pathname)

const root = document.querySelector('#root')
if (root === null) throw new Error('index.html has no #root')

createRoot(root).render(
  <StrictMode>
    <ErrorBoundary>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
        <SessionGate />
        <Toaster />
      </QueryClientProvider>
    </ErrorBoundary>
  </StrictMode>,
)
