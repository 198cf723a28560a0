import { describe, expect, it } from 'vitest'
import { CurveView } from '../../../../src/renderer/src/charts/curve-view.svelte'
import { MetricHistory } from '../../../../src/renderer/src/state/metric-history'

const upTo = (max: number) => ({ min: 0, max })

describe('the part of a run that its curves show', () => {
  it('is all of it until something is zoomed to, which stays while the run grows', () => {
    const view = new CurveView()
    expect(view.window(upTo(100))).toEqual({ min: 0, max: 100 })
    view.zoomTo({ min: 20, max: 40 }, upTo(100))
    expect(view.window(upTo(5000))).toEqual({ min: 20, max: 40 })
    expect(view.isWhole).toBe(false)
    view.showAll()
    expect(view.window(upTo(5000))).toEqual({ min: 0, max: 5000 })
    expect(view.isWhole).toBe(true)
  })

  it('slides with the newest points where they are followed, as wide as what was zoomed to', () => {
    const view = new CurveView()
    view.zoomTo({ min: 20, max: 40 }, upTo(100))
    view.follow(true, upTo(100))
    expect(view.window(upTo(100))).toEqual({ min: 80, max: 100 })
    expect(view.window(upTo(130))).toEqual({ min: 110, max: 130 })
    expect(view.window(upTo(10))).toEqual({ min: 0, max: 10 })
    view.follow(false, upTo(130))
    expect(view.window(upTo(900))).toEqual({ min: 110, max: 130 })
  })

  it('follows with the last quarter where nothing was zoomed to, and shows all again when asked', () => {
    const view = new CurveView()
    view.follow(true, upTo(100))
    expect(view.window(upTo(200))).toEqual({ min: 150, max: 200 })
    view.showAll()
    expect(view.window(upTo(200))).toEqual({ min: 0, max: 200 })
    expect(view.isFollowing).toBe(false)
  })

  it('no longer follows once an earlier part is looked at; a narrower end is followed on', () => {
    const view = new CurveView()
    view.follow(true, upTo(100))
    view.zoomTo({ min: 90, max: 100 }, upTo(100))
    expect(view.window(upTo(150))).toEqual({ min: 140, max: 150 })
    view.zoomTo({ min: 10, max: 30 }, upTo(150))
    expect(view.window(upTo(200))).toEqual({ min: 10, max: 30 })
  })

  it('shows the same part on another axis', () => {
    const history = new MetricHistory()
    history.append(
      Array.from({ length: 100 }, (_, index) => ({
        kind: 'step' as const,
        step: index + 1,
        epoch: (index + 1) / 10,
        seconds: (index + 1) / 2,
        learningRate: 0.01,
        train: { loss: 1, top1: 0, top5: 0 },
      })),
    )
    const view = new CurveView()
    view.zoomTo({ min: 20, max: 100 }, upTo(100))
    view.changeAxis(history, 'step', 'seconds')
    expect(view.window(upTo(50))).toEqual({ min: 10, max: 50 })
    view.changeAxis(history, 'seconds', 'epoch')
    expect(view.window(upTo(10))).toEqual({ min: 2, max: 10 })
  })
})
