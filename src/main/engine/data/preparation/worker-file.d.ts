/** Path of a module bundled as a worker thread's script; see `scripts/worker-file.mjs`. */
declare module '*?worker-file' {
  const path: string
  export default path
}
