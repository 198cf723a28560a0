import type { EngineCalls } from '../../../shared/contract'
import { callEngine } from '../lib/engine/bridge'

type Pin = EngineCalls['training.pin']['args']['pin']

/** Whether the maps of the picture that is looked at follow the training, while anybody sees them. */
export class PinnedMaps {
  readonly #followed: () => Pin
  #isOn = $state(false)
  #isSeen = true
  /** Whether the engine follows what it was last told. */
  #isFollowing = false

  /** @param followed - picture, layer and stage that are shown; null without a picture */
  constructor(followed: () => Pin) {
    this.#followed = followed
  }

  get isOn(): boolean {
    return this.#isOn
  }

  async set(isOn: boolean): Promise<void> {
    if (this.#isOn === isOn) return
    this.#isOn = isOn
    await this.send()
  }

  /** Whether anybody sees the maps: while nobody does, they are not asked to follow the training. */
  async setSeen(isSeen: boolean): Promise<void> {
    if (this.#isSeen === isSeen) return
    this.#isSeen = isSeen
    if (this.#isOn) await this.send()
  }

  /** Tells the engine what to follow: after another picture, layer, stage or ablation, too. */
  async send(): Promise<void> {
    const pin = this.#isOn && this.#isSeen ? this.#followed() : null
    if (pin === null && !this.#isFollowing) return
    this.#isFollowing = pin !== null
    await callEngine('training.pin', { pin }).catch(() => undefined)
  }

  /** The engine that followed is gone. */
  forget(): void {
    this.#isOn = false
  }
}
