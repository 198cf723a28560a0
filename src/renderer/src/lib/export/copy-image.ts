/**
 * Puts a picture into the clipboard.
 * @param bytes - of a PNG file
 * @throws DOMException when the system does not allow it
 */
export async function copyImage(bytes: Uint8Array): Promise<void> {
  const blob = new Blob([new Uint8Array(bytes)], { type: 'image/png' })
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })])
}
