const MAX_NAME = 60

/** A name that every file system takes: letters, digits, dots, dashes. */
export function toFolderName(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}.]+/gu, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, MAX_NAME)
  return plain === '' ? 'run' : plain
}
