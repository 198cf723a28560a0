import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseMetrics, type MetricsLine } from '../../src/shared/spec'

/** The metrics of a run folder so far; none where it has not begun. */
export function readMetrics(folder: string): readonly MetricsLine[] {
  try {
    return parseMetrics(readFileSync(join(folder, 'metrics.jsonl'), 'utf8'))
  } catch {
    return []
  }
}
