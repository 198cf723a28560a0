import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EngineLog } from '../../../../src/main/engine-process/engine-log'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vgg-lab-log-'))
  path = join(folder, 'deep/engine.log')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe("the engine's log", () => {
  it('is begun anew with the lab, and tells only what the last engine wrote', () => {
    const first = new EngineLog(path)
    first.begin()
    appendFileSync(path, 'of the first engine\n')
    first.begin()
    appendFileSync(path, 'one\n\n  at a place\ntwo without an end')
    expect(first.readLast()).toEqual(['one', '  at a place', 'two without an end'])
    expect(readFileSync(path, 'utf8')).toContain('of the first engine')
    new EngineLog(path)
    expect(readFileSync(path, 'utf8')).toBe('')
  })

  it('tells the end of a long one, and nothing of one that is gone', () => {
    const log = new EngineLog(path)
    log.begin()
    appendFileSync(path, `${'x'.repeat(100_000)}\nthe end\n`)
    expect(log.readLast().at(-1)).toBe('the end')
    rmSync(path)
    expect(log.readLast()).toEqual([])
    log.begin()
  })
})
