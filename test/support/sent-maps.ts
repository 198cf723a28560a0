import { SentMaps } from '../../src/main/engine/inspect/sent-maps'
import type { FeatureMaps, RawMaps, UnitReading } from '../../src/shared/contract'

const sent = new SentMaps()

/** Maps as the engine sends them. */
export function sendMaps(raw: Partial<RawMaps> & Pick<RawMaps, 'shape' | 'data'>): FeatureMaps {
  return sent.quantise({ layer: 'conv1_1', stage: 'output', step: null, elapsedMs: 1, ...raw })
}

/** Answers as the engine does about a unit of them. */
export function readUnit(asked: {
  readonly maps: string
  readonly row: number
  readonly column: number
  readonly channel: number
}): Promise<UnitReading> {
  return Promise.resolve(sent.readUnit(asked.maps, asked.row, asked.column, asked.channel))
}
