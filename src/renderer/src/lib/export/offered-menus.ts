/** A menu of exports that is in the page. */
export interface OfferedMenu {
  readonly root: HTMLElement
  /** Its accessible name: "Export loss". */
  readonly name: string
  readonly items: readonly {
    readonly label: string
    readonly run: () => unknown
    readonly disabled?: boolean
  }[]
}

const menus = new Set<OfferedMenu>()

/** Makes a menu known as long as it is in the page; returns what takes it back. */
export function offerMenu(menu: OfferedMenu): () => void {
  menus.add(menu)
  return () => menus.delete(menu)
}

/** The menus of exports that can be seen now, in the order of the page. */
export function listOfferedMenus(): readonly OfferedMenu[] {
  return [...menus]
    .filter(({ root }) => root.checkVisibility())
    .sort((a, b) =>
      a.root.compareDocumentPosition(b.root) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1,
    )
}
