import type { Metrics } from '#server/platform/metrics.ts'
import type { SyncMetrics } from '#server/sync/ports.ts'

const SECONDS = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5]

/** What Prometheus learns of the sync engine: how long people wait for "saved", and what it costs. */
export function createSyncMetrics(metrics: Metrics): SyncMetrics {
  const acknowledged = metrics.histogram(
    'pairloom_sync_acknowledged_seconds',
    'From a frame’s arrival to its acknowledgement',
    SECONDS,
  )
  const frames = metrics.counter('pairloom_sync_frames_total', 'Content frames acknowledged')
  const commits = metrics.histogram('pairloom_sync_commit_seconds', 'One group commit', SECONDS)
  const rows = metrics.counter('pairloom_sync_rows_total', 'Rows appended to document logs')
  const bytes = metrics.counter('pairloom_sync_bytes_total', 'Bytes appended to document logs')
  const closes = metrics.counter('pairloom_sync_closes_total', 'Channels closed by the server', ['code'])
  return {
    acknowledged(count, ms) {
      frames.inc(count)
      acknowledged.observe(ms / 1000)
    },
    committed(rowCount, byteCount, ms) {
      rows.inc(rowCount)
      bytes.inc(byteCount)
      commits.observe(ms / 1000)
    },
    closed: (code) => closes.inc({ code: String(code) }),
  }
}
