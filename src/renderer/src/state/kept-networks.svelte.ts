import { present } from '../../../shared/present'
import { LabError } from '../../../shared/contract'
import { MAX_KEPT_NETWORKS, type EditedNetwork } from '../../../shared/spec'
import { callMain } from '../lib/engine/bridge'

/** The edited networks that were kept, by name; the settings hold them between starts. */
export class KeptNetworks {
  #list = $state.raw<readonly EditedNetwork[]>([])

  /** Each name once, the last kept last. */
  get list(): readonly EditedNetwork[] {
    return this.#list
  }

  /** The kept network of that name, if any. */
  find(name: string): EditedNetwork | undefined {
    return this.#list.find(({ edit }) => edit.name === name)
  }

  /** Reads what is kept. @throws LabError when main does not answer */
  async refresh(): Promise<readonly EditedNetwork[]> {
    const { networks } = await callMain('settings.get', {})
    return this.#take(networks)
  }

  /** Keeps a network, in place of one of the same name. @throws LabError when there are too many */
  async keep(network: EditedNetwork): Promise<void> {
    const others = await this.#withoutName(network.edit.name)
    if (others.length >= MAX_KEPT_NETWORKS) {
      throw new LabError(
        'bad-input',
        `Expected at most ${MAX_KEPT_NETWORKS} kept networks; this would be one more.`,
        'Delete one that is not needed, or export it to a file.',
      )
    }
    await this.#write([...others, network])
  }

  /** Deletes the kept network of that name. */
  async forget(name: string): Promise<void> {
    await this.#write(await this.#withoutName(name))
  }

  /** Asks again first: another call may have changed the settings since. */
  async #withoutName(name: string): Promise<EditedNetwork[]> {
    const networks = await this.refresh()
    return networks.filter(({ edit }) => edit.name !== name)
  }

  async #write(networks: readonly EditedNetwork[]): Promise<void> {
    const settings = await callMain('settings.set', { networks })
    this.#take(settings.networks)
  }

  #take(networks: readonly EditedNetwork[]): readonly EditedNetwork[] {
    const names = networks.map(({ edit }) => edit.name)
    // Settings that were written by hand may have a name twice: the last holds.
    this.#list = networks.filter((_, index) => names.lastIndexOf(present(names[index])) === index)
    return this.#list
  }
}
